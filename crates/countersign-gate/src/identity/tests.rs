//! Who is calling, natively: everything but the cryptography, which `tests/e2e/identity.test.mjs` has in workerd.

mod api_tokens;
mod config;
mod jwk;
mod keys;
mod sessions;
mod tokens;

use crate::answer::Answer;
use crate::config::Config;
use crate::fresh::{Cache, Freshness};
use crate::identity::{Callers, Identity, Place, PublicKey};
use crate::ports::{Fault, Keys, Platform, Ports};
use crate::request::Request;
use crate::tests::world::World;
use base64ct::{Base64UrlUnpadded, Encoding};
use countersign_core::Millis;
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::task::Poll;

/// Now, in seconds, for all tests.
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const TEAM: &str = "https://acme.cloudflareaccess.com";

/// Issuers whose keys can be rotated, kept back and spoilt, before a worker with a clock of its own.
struct Bench {
    world: World,
    /// What the keys' addresses answer with
    keys: RefCell<Result<Vec<u8>, Fault>>,
    /// The addresses that were asked, in order
    asked: RefCell<Vec<String>>,
    /// How long a fetch takes, in milliseconds
    takes: Cell<Millis>,
    /// Fetches that are under way and not to end before this is false
    hanging: Cell<bool>,
    /// How many signatures were verified
    verified: Cell<usize>,
}

impl Bench {
    fn new() -> Self {
        let world = World::new("name = 'm'", "");
        world.now.set(NOW * 1_000);
        let keys = RefCell::new(Ok(key_set(&[("rsa", "RS256"), ("ec", "ES256"), ("ed", "EdDSA")])));
        Self {
            world,
            keys,
            asked: RefCell::default(),
            takes: Cell::new(50),
            hanging: Cell::new(false),
            verified: Cell::new(0),
        }
    }

    fn ports(&self) -> Ports<'_, Self> {
        let world = &self.world;
        Ports { store: world, authority: world, clock: world, keys: self, body: world, notes: &world.notes }
    }

    fn pass(&self, millis: Millis) {
        self.world.now.set(self.world.now.get() + millis);
    }

    fn fetches(&self) -> usize {
        self.asked.borrow().len()
    }
}

impl Platform for Bench {
    type Store = World;
    type Authority = World;
    type Clock = World;
    type Keys = Self;
    type Body = World;
}

impl Keys for Bench {
    async fn fetch(&self, url: &str, limit: usize) -> Result<Vec<u8>, Fault> {
        self.asked.borrow_mut().push(url.to_owned());
        while self.hanging.get() {
            turn().await;
        }
        self.pass(self.takes.get());
        let keys = self.keys.borrow().clone()?;
        if keys.len() > limit { Err(Fault::TooLarge) } else { Ok(keys) }
    }

    async fn verify(&self, key: &PublicKey, signed: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        self.verified.set(self.verified.get() + 1);
        Ok(signature == signature_of(&key.members, signed, signature.len()))
    }

    async fn pause(&self) {
        // While a fetch hangs, time passes for others in between.
        if self.hanging.get() { turn().await } else { self.pass(20) }
    }
}

/// Lets everybody else have a turn.
async fn turn() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// What stands for a signature here: as long as a real one, and of the key and all that is signed.
pub(crate) fn signature_of<T: AsRef<str>>(key: &[(&'static str, T)], signed: &[u8], length: usize) -> Vec<u8> {
    let mut members: Vec<String> = key.iter().map(|(name, value)| format!("{name}={}", value.as_ref())).collect();
    members.sort();
    let seed = [members.join("&").as_bytes(), signed].concat();
    let blocks = (0..).map(|block: u8| countersign_tenant::digest(&[&[block], seed.as_slice()].concat()));
    blocks.flat_map(String::into_bytes).take(length).collect()
}

/// The members of the key with this id for this algorithm, as its issuer publishes it.
fn jwk(kid: &str, algorithm: &str) -> Value {
    let bytes = |length: usize| {
        let mut bytes: Vec<u8> =
            countersign_tenant::digest(kid.as_bytes()).into_bytes().into_iter().cycle().take(length).collect();
        bytes[0] |= 128;
        bytes[length - 1] |= 1;
        base64(&bytes)
    };
    match algorithm {
        "RS256" => json!({ "kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": bytes(256), "e": "AQAB" }),
        "ES256" => json!({ "kid": kid, "kty": "EC", "crv": "P-256", "x": bytes(32), "y": bytes(32) }),
        _ => json!({ "kid": kid, "kty": "OKP", "crv": "Ed25519", "x": bytes(32), "key_ops": ["verify"] }),
    }
}

pub(crate) fn key_set(keys: &[(&str, &str)]) -> Vec<u8> {
    let keys: Vec<Value> = keys.iter().map(|(kid, algorithm)| jwk(kid, algorithm)).collect();
    serde_json::to_vec(&json!({ "keys": keys })).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The token with these texts as header and payload, signed with the key of this id for this algorithm.
pub(crate) fn signed(kid: &str, algorithm: &str, header: &str, claims: &str) -> String {
    let text = format!("{}.{}", base64(header.as_bytes()), base64(claims.as_bytes()));
    let key = jwk(kid, algorithm);
    let members: Vec<(&'static str, String)> = ["kty", "crv", "n", "e", "x", "y"]
        .into_iter()
        .filter_map(|name| Some((name, key[name].as_str()?.to_owned())))
        .collect();
    let length = if algorithm == "RS256" { 256 } else { 64 };
    let signature = signature_of(&members, text.as_bytes(), length);
    format!("{text}.{}", base64(&signature))
}

/// A sound token of the issuer's with these claims in addition, or in place of others.
fn token(claims: Value) -> String {
    let mut all = json!({ "iss": ISSUER, "aud": "countersign", "sub": "ann", "exp": NOW + 300, "iat": NOW });
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    signed("rsa", "RS256", r#"{"alg":"RS256","kid":"rsa","typ":"JWT"}"#, &all.to_string())
}

/// The configuration, with these variables in addition or in place of others; without those that are empty.
fn configured(changes: &[(&str, &str)]) -> Result<Config, String> {
    let usual = [
        ("COUNTERSIGN_MAC_KEY", "0123456789abcdef"),
        ("COUNTERSIGN_ASSERTION_KEY", "fedcba9876543210fedcba9876543210"),
        ("COUNTERSIGN_JWT_ISSUER", ISSUER),
        ("COUNTERSIGN_JWT_AUDIENCE", "countersign"),
        ("COUNTERSIGN_JWT_JWKS_URL", "https://issuer.example/keys"),
        ("COUNTERSIGN_ACCESS_TEAM", "acme.cloudflareaccess.com"),
        ("COUNTERSIGN_ACCESS_AUDIENCE", "0123abcd"),
        ("COUNTERSIGN_SESSION_KEY", "a key of 32 characters for tests"),
        ("COUNTERSIGN_OPERATORS", "operator:olga = user:olga, operator:dev"),
        ("COUNTERSIGN_SUPPORT", "support:vendor=user:vera"),
    ];
    Config::read(|name| {
        let of =
            |all: &[(&str, &str)]| all.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        of(changes).or_else(|| of(&usual)).filter(|value| !value.is_empty())
    })
}

fn request(method: &str, headers: &[(&str, &str)]) -> Request {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request {
        method: method.to_owned(),
        path: "/v1/session".to_owned(),
        query: None,
        host: "gate.example".to_owned(),
        headers,
    }
}

fn identify(callers: &Callers, bench: &Bench, config: &Config, request: &Request) -> Result<Identity, Answer> {
    let place = Place { tenant: None, freshness: Freshness::Strict, at_least: 0 };
    let cache = Cache::default();
    let identity = callers.identify((config, &cache), request, place, bench.ports()).now_or_never();
    identity.expect("nothing waits here")
}

/// The subject, or the status and the code for the log.
fn who(callers: &Callers, bench: &Bench, config: &Config, headers: &[(&str, &str)]) -> String {
    match identify(callers, bench, config, &request("GET", headers)) {
        Ok(identity) => identity.subject,
        Err(answer) => format!("{} {}", answer.status, answer.code),
    }
}
