//! How long a request may take until its verdict.
//!
//! Everything that the gate waits for has a deadline of its own, but one after the other they come to more than anybody
//! should wait for. What a client takes to send its body is its own affair, and some commands do take their time: those
//! have limits of their own, and all else together has as long as a request that only asks.

use crate::canonical;
use crate::gate::Gate;
use crate::notes::Notes;
use crate::question;
use crate::request::Request;
use crate::routes::Target;
use crate::seeded::{Bug, seeded};
use countersign_core::Millis;

/// Milliseconds until a verdict, but for what is excused.
const PATIENCE: u64 = 2_200;
/// Milliseconds until a command's answer, whatever is excused.
const COMMAND_PATIENCE: u64 = 30_000;
/// The same until a verdict that needs the body.
const BODY_PATIENCE: u64 = 10_000;

impl Gate {
    /// For how much longer a request is waited for, in milliseconds, when it has taken `took` already; nothing where it
    /// is to be refused.
    #[must_use]
    pub fn patience(&self, request: &Request, notes: &Notes, took: u64, now: Millis) -> u64 {
        let left = self.longest(request).saturating_sub(took);
        if seeded(Bug::EndlessPatience) {
            return left;
        }
        let counted = took.saturating_sub(notes.waited(now).unsigned_abs());
        PATIENCE.saturating_sub(counted).min(left)
    }

    /// How long it may take in all.
    fn longest(&self, request: &Request) -> u64 {
        // A command may bring a whole tenant with it; everything else only asks.
        let named = canonical::decoded(&request.path);
        let own = named.is_some_and(|named| named.first().is_some_and(|first| first == "v1"));
        if own && !matches!(request.method.as_str(), "GET" | "HEAD") {
            COMMAND_PATIENCE
        } else if !own && request.announces_body() && self.reads_body(request) {
            BODY_PATIENCE
        } else {
            PATIENCE
        }
    }

    /// Whether the question for this request takes something from its body.
    fn reads_body(&self, request: &Request) -> bool {
        let Ok(path) = question::canonical(request) else { return false };
        question::route(&self.routes, request, &path)
            .is_ok_and(|matched| matches!(&matched.route.target, Target::Guarded(guarded) if guarded.reads_body()))
    }
}
