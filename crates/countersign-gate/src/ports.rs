//! What the gate needs of the world: a store that may be stale, an authority that may be out of reach, issuers' keys, and a
//! clock.

use crate::identity::PublicKey;
use crate::notes::Notes;
use countersign_core::Millis;
use countersign_wire::api::{CommandAnswer, CommandCall, Head, HeadAsk, QueryAnswer, QueryCall};

/// Why something could not be known. It always ends in a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It did not answer within the deadline
    Deadline,
    /// It answered with an error
    Unavailable,
    /// It has more to do than it can
    Overloaded,
    /// What it answered is not what it should be
    Corrupt,
    /// What is known is older than the request demands
    Stale,
    /// The request says that it has seen a revision that there is not
    Ahead,
    /// The request's body is too large
    TooLarge,
}

impl Fault {
    /// The code in the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Unavailable => "unavailable",
            Self::Overloaded => "overloaded",
            Self::Corrupt => "corrupt",
            Self::Stale => "stale",
            Self::Ahead => "ahead",
            Self::TooLarge => "too_large",
        }
    }
}

/// The store of published records (Workers KV): eventually consistent, without a bound, and it caches misses.
#[expect(async_fn_in_trait, reason = "the worker's futures are not Send, and need not be")]
pub trait Store {
    /// The sealed record under `key`, as far as this place has heard of it.
    ///
    /// # Errors
    /// When there was no answer in time.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault>;
}

/// The tenant's object: the single writer, and the only one who knows what is current.
#[expect(async_fn_in_trait, reason = "the worker's futures are not Send, and need not be")]
pub trait Authority {
    /// What is current, with the records that are wanted, all of one moment.
    ///
    /// # Errors
    /// When there was no answer in time; so for all methods.
    async fn head(&self, tenant: &str, ask: &HeadAsk) -> Result<Head, Fault>;

    /// Authorises, commits and acknowledges a command, or refuses it.
    ///
    /// # Errors
    /// As [`Authority::head`]; then the command may or may not have been committed.
    async fn command(&self, tenant: &str, call: &CommandCall) -> Result<CommandAnswer, Fault>;

    /// Answers a query, or refuses it.
    ///
    /// # Errors
    /// As [`Authority::head`].
    async fn query(&self, tenant: &str, call: &QueryCall) -> Result<QueryAnswer, Fault>;
}

/// The clock.
pub trait Clock {
    /// Milliseconds since 1970.
    fn now(&self) -> Millis;
}

/// The body of the request, which is read only where it is needed.
#[expect(async_fn_in_trait, reason = "the worker's futures are not Send, and need not be")]
pub trait Body {
    /// The whole body.
    ///
    /// # Errors
    /// When it has more than `limit` bytes, or cannot be read.
    async fn read(&self, limit: usize) -> Result<Vec<u8>, Fault>;
}

/// The keys of whoever issues tokens, and what is signed with them.
#[expect(async_fn_in_trait, reason = "the worker's futures are not Send, and need not be")]
pub trait Keys {
    /// The document at `url`, of at most `limit` bytes. A redirect is not followed: it could lead anywhere.
    ///
    /// # Errors
    /// When it does not answer in time, not with success, or with more than that.
    async fn fetch(&self, url: &str, limit: usize) -> Result<Vec<u8>, Fault>;

    /// Whether `signature` is the key's over `signed`.
    ///
    /// # Errors
    /// [`Fault::Corrupt`] when it can be no key; others when there was no answer in time.
    async fn verify(&self, key: &PublicKey, signed: &[u8], signature: &[u8]) -> Result<bool, Fault>;

    /// Lets some milliseconds pass while another request fetches.
    async fn pause(&self);
}

/// What a request runs on: the worker's platform, or a simulation of it.
pub trait Platform {
    /// The store
    type Store: Store;
    /// The authority
    type Authority: Authority;
    /// The clock
    type Clock: Clock;
    /// The issuers' keys
    type Keys: Keys;
    /// The body
    type Body: Body;
}

/// All ports of one request.
#[expect(missing_debug_implementations, reason = "bindings of the platform have nothing to show")]
pub struct Ports<'a, P: Platform> {
    /// The store
    pub store: &'a P::Store,
    /// The authority
    pub authority: &'a P::Authority,
    /// The clock
    pub clock: &'a P::Clock,
    /// The issuers' keys
    pub keys: &'a P::Keys,
    /// The body
    pub body: &'a P::Body,
    /// What is noted of the request
    pub notes: &'a Notes,
}

// Derived, these would demand that the platform itself can be copied.
impl<P: Platform> Clone for Ports<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P: Platform> Copy for Ports<'_, P> {}
