//! Whatever fails, whenever it does, on whatever kind of route: nobody is allowed what he may not, the answer comes in
//! time, whoever is served at the same moment notices nothing, and the next request is answered.

use super::world::{Mood, TENANT, World, config};
use crate::fresh::seeded::{Bug, plant};
use crate::fresh::store_key;
use crate::ports::{Authority, Body, Fault, Platform, Ports, Store};
use crate::request::Request;
use crate::routes::Routes;
use crate::{Gate, Verdict};
use countersign_core::Millis;
use countersign_wire::api::{Assign, Command, CommandAnswer, CommandCall, Head, HeadAsk, QueryAnswer, QueryCall};
use countersign_wire::diagnostic::Source;
use countersign_wire::seal::{Header, seal};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit']\n[roles.reader]\nallow = ['doc:*']\n\
    [roles.owner]\nallow = ['*']\nassigns = ['reader']\n";
const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:out'\ngroups = ['team']\n\
    [[members]]\nsubject = 'user:root'\n[[assignments]]\nto = 'user:root'\nrole = 'owner'\n\
    [[assignments]]\nto = 'user:ann'\nrole = 'reader'\n";
const ROUTES: &str = "[[routes]]\nmethod = 'GET'\npath = '/open/*'\npublic = true\n\
    [[routes]]\nmethod = 'GET'\npath = '/{tenant}/docs/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\ndenied = 404\n\
    [[routes]]\nmethod = 'PUT'\npath = '/{tenant}/docs/{doc}'\naction = 'edit'\nresource = 'doc:{doc}'\n";
/// The tenant of those who are served at the same time; the simulated world has all tenants in the same state.
const NEIGHBOURS: &str = "b";
/// An answer is there within this time, in milliseconds.
const SOON: Millis = 2_500;
/// When the worker gives KV and the object up.
const KV_PATIENCE: Millis = 500;
const OBJECT_PATIENCE: Millis = 2_000;

/// What KV does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copies {
    Sound,
    Failing,
    Slow,
    Missing,
    Corrupt,
    CutOff,
    Unsigned,
    Foreign,
    OtherKey,
    /// From before the right was taken back
    OverAge,
    /// Of a version of the format that there is not
    Unknown,
    Panicking,
}
const COPIES: [Copies; 12] = [
    Copies::Sound,
    Copies::Failing,
    Copies::Slow,
    Copies::Missing,
    Copies::Corrupt,
    Copies::CutOff,
    Copies::Unsigned,
    Copies::Foreign,
    Copies::OtherKey,
    Copies::OverAge,
    Copies::Unknown,
    Copies::Panicking,
];

/// What the object does, from some call on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Object {
    Sound,
    Unavailable,
    Overloaded,
    Hanging,
    Panicking,
    /// It answers what nobody asked for
    Beside,
    /// Its records' seals do not fit
    Unsealed,
    /// Its records are of another tenant
    Foreign,
    /// Its records are newer than its head
    Ahead,
}
const OBJECTS: [Object; 9] = [
    Object::Sound,
    Object::Unavailable,
    Object::Overloaded,
    Object::Hanging,
    Object::Panicking,
    Object::Beside,
    Object::Unsealed,
    Object::Foreign,
    Object::Ahead,
];

/// Method, path, body, and whether the caller is asked who he is.
const CLASSES: [(&str, &str, &str); 7] = [
    ("GET", "/open/page", ""),
    ("GET", "/acme/docs/a", ""),
    ("PUT", "/acme/docs/a", ""),
    ("GET", "/v1/tenants/acme/audit", ""),
    ("POST", "/v1/tenants/acme/members/user:ann/lock", ""),
    ("GET", "/v1/tenants/acme/me/snapshot", ""),
    ("POST", "/t/acme/access/v1/evaluation", EVALUATION),
];
const EVALUATION: &str =
    r#"{"subject":{"type":"user","id":"WHO"},"action":{"name":"edit"},"resource":{"type":"doc","id":"a"}}"#;

/// What is held before the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Nothing,
    /// As it is now
    Current,
    /// From before the right was taken back, longer ago than the bound and the grace
    OverAge,
}

/// A world in which the object and KV fail one request, and nobody else.
struct Faulty<'a> {
    world: &'a World,
    copies: Copies,
    object: Object,
    /// How many calls of the object go well first
    spared: Cell<u32>,
    body: RefCell<Vec<u8>>,
}

impl Faulty<'_> {
    async fn sleep(&self, time: Millis) {
        let until = self.world.now.get() + time;
        std::future::poll_fn(|_| if self.world.now.get() >= until { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Whether the object answers this call as it should; a failure of a kind that is no answer, if not.
    async fn strikes(&self) -> Result<bool, Fault> {
        if self.spared.get() > 0 {
            self.spared.set(self.spared.get() - 1);
            return Ok(false);
        }
        match self.object {
            Object::Sound => Ok(false),
            Object::Unavailable => Err(Fault::Unavailable),
            Object::Overloaded => Err(Fault::Overloaded),
            Object::Hanging => {
                self.sleep(OBJECT_PATIENCE).await;
                Err(Fault::Deadline)
            }
            // Not through the hook, which would print it.
            Object::Panicking => resume_unwind(Box::new("the object's adapter panics")),
            _ => Ok(true),
        }
    }
}

impl Platform for Faulty<'_> {
    type Store = Self;
    type Authority = Self;
    type Clock = World;
    type Keys = World;
    type Body = Self;
}

impl Store for Faulty<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let sound = self.world.get(key).await?;
        let Some(bytes) = sound else { return Ok(None) };
        let cut = |from: usize, to: usize| [&bytes[..from], &bytes[to..]].concat();
        Ok(Some(match self.copies {
            Copies::Sound => self.world.current(key),
            Copies::OverAge => bytes,
            Copies::Failing => return Err(Fault::Unavailable),
            Copies::Slow => {
                self.sleep(KV_PATIENCE).await;
                return Err(Fault::Deadline);
            }
            Copies::Missing => return Ok(None),
            Copies::Corrupt => {
                let mut bytes = bytes;
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                bytes
            }
            Copies::CutOff => cut(bytes.len() - 1, bytes.len()),
            Copies::Unsigned => cut(4, 36),
            Copies::Foreign => self.world.get(&key.replacen("t/acme/", "t/other/", 1)).await?.unwrap_or_default(),
            Copies::OtherKey => self.world.get(&store_key(TENANT, "subject/user:root")).await?.unwrap_or_default(),
            Copies::Unknown => [b"CSR\x02", &bytes[4..]].concat(),
            Copies::Panicking => resume_unwind(Box::new("KV's adapter panics")),
        }))
    }
}

impl Authority for Faulty<'_> {
    async fn head(&self, tenant: &str, ask: &HeadAsk) -> Result<Head, Fault> {
        let strikes = self.strikes().await?;
        let mut head = self.world.head(tenant, ask).await?;
        if !strikes {
            return Ok(head);
        }
        match self.object {
            Object::Beside => head.revisions.push(Some(1)),
            Object::Unsealed => head.records.iter_mut().for_each(|record| {
                record.pop();
            }),
            Object::Foreign | Object::Ahead => {
                let (foreign, revision) = (self.object == Object::Foreign, head.revision);
                for (record, key) in head.records.iter_mut().zip(&ask.records) {
                    let tenant = if foreign { "other" } else { tenant }.to_owned();
                    let revision = if foreign { revision } else { revision + 1 };
                    let header = Header { tenant, key: key.clone(), epoch: head.epoch, revision, exists: false };
                    *record = seal(super::world::KEY, &header, &[]).expect("the key is long enough");
                }
            }
            _ => {}
        }
        Ok(head)
    }

    async fn command(&self, tenant: &str, call: &CommandCall) -> Result<CommandAnswer, Fault> {
        if self.strikes().await? { Err(Fault::Corrupt) } else { self.world.command_call(tenant, call).await }
    }

    async fn query(&self, tenant: &str, call: &QueryCall) -> Result<QueryAnswer, Fault> {
        if self.strikes().await? { Err(Fault::Corrupt) } else { Authority::query(self.world, tenant, call).await }
    }
}

impl Body for Faulty<'_> {
    async fn read(&self, _limit: usize) -> Result<Vec<u8>, Fault> {
        Ok(self.body.borrow().clone())
    }
}

/// What came of a request: the gate's verdict, or that the worker gave it up, or that it panicked.
#[derive(Debug)]
enum Outcome {
    Verdict(Verdict),
    Late,
    Panicked,
}

impl Outcome {
    fn allows(&self) -> bool {
        match self {
            Self::Verdict(Verdict::Forward(_)) => true,
            Self::Verdict(Verdict::Answer(answer)) => {
                let text = String::from_utf8_lossy(&answer.body);
                (200..300).contains(&answer.status) && !text.contains(r#""decision":false"#)
            }
            _ => false,
        }
    }

    /// A failure's answer says that there was one, and nothing else.
    fn tells_nothing(&self) -> bool {
        // The decision API's errors are sentences, as its specification wants them.
        const PLAIN: [&str; 2] =
            [r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#, "Service Unavailable"];
        match self {
            Self::Verdict(Verdict::Answer(answer)) if answer.status == 503 => {
                PLAIN.iter().any(|plain| plain.as_bytes() == answer.body)
            }
            _ => true,
        }
    }
}

fn request(who: &str, (method, path, _): (&str, &str, &str)) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: None,
        host: "localhost:8787".to_owned(),
        headers: vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("authorization".to_owned(), format!("Dev {who}")),
        ],
    }
}

fn ports<'a>(faulty: &'a Faulty<'a>) -> Ports<'a, Faulty<'a>> {
    Ports {
        store: faulty,
        authority: faulty,
        clock: faulty.world,
        keys: faulty.world,
        body: faulty,
        notes: &faulty.world.notes,
    }
}

fn faulty<'a>(world: &'a World, copies: Copies, object: Object, spared: u32, who: &str, body: &str) -> Faulty<'a> {
    let body = body.replace("WHO", who.split_once(':').map_or(who, |(_, id)| id)).into_bytes();
    Faulty { world, copies, object, spared: Cell::new(spared), body: RefCell::new(body) }
}

/// Runs a request to its end as the worker does, and a neighbour's beside it; answers with how long it took.
fn run(gate: &Gate, faulty: &Faulty<'_>, request: &Request) -> (Outcome, Millis) {
    let world = faulty.world;
    let began = world.now.get();
    let neighbour = self::request("user:ann", ("PUT", "/b/docs/a", ""));
    let sound = self::faulty(world, Copies::Sound, Object::Sound, 0, "user:ann", "");
    let mut beside = pin!(gate.handle(&neighbour, ports(&sound)));
    let mut work = pin!(gate.handle(request, ports(faulty)));
    let mut context = Context::from_waker(Waker::noop());
    let mut served = false;
    loop {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut context)));
        if !served && let Poll::Ready(verdict) = beside.as_mut().poll(&mut context) {
            assert!(matches!(verdict, Verdict::Forward(_)), "the neighbour got {verdict:?}");
            assert_eq!(world.now.get(), began, "the neighbour had to wait");
            served = true;
        }
        let outcome = match polled {
            Err(_) => Outcome::Panicked,
            Ok(Poll::Ready(verdict)) => Outcome::Verdict(verdict),
            Ok(Poll::Pending) if world.now.get() - began >= gate.patience(request).cast_signed() => Outcome::Late,
            Ok(Poll::Pending) => {
                world.now.set(world.now.get() + 10);
                continue;
            }
        };
        assert!(served, "the neighbour was not served");
        return (outcome, world.now.get() - began);
    }
}

/// A tenant in which a right was taken back after it had been published, and everything since has not been.
fn world() -> World {
    let world = World::new(MODEL, PEOPLE);
    let give =
        Assign { to: "user:out".to_owned(), role: "owner".to_owned(), scope: "/".to_owned(), ..Assign::default() };
    let id = world.command("operator:dev", true, Command::Assign(give)).id.expect("an assignment has an id");
    for tenant in [TENANT, "other", NEIGHBOURS] {
        for key in ["policy", "subject/user:out", "subject/user:ann", "subject/user:root", "group/team"] {
            world.publish_of(tenant, key);
        }
    }
    world.old_state();
    world.command("operator:dev", true, Command::Unassign { id });
    world
}

/// All failures on all kinds of route; answers with the number of them, and with those that allowed somebody what he may
/// not, up to `enough` of them.
fn inject(world: &World, enough: usize) -> (u32, Vec<String>) {
    let routes = Routes::parse(Source { name: "routes.toml", text: ROUTES }).expect("the routes are sound");
    let (mut injected, mut wrong) = (0, Vec::new());
    for copies in COPIES {
        for object in OBJECTS {
            if (copies, object) == (Copies::Sound, Object::Sound) {
                continue;
            }
            for class in CLASSES {
                for held in [Held::Nothing, Held::Current, Held::OverAge] {
                    for (who, spared) in
                        [("user:out", 0), ("user:out", 1), ("user:nobody", 0), ("user:ann", 0), ("user:out", 2)]
                    {
                        let gate = Gate::new(config(true), routes.clone());
                        hold(&gate, world, who, held);
                        let faulty = faulty(world, copies, object, spared, who, class.2);
                        let (outcome, took) = run(&gate, &faulty, &request(who, class));
                        injected += 1;
                        let what = format!("{copies:?} {object:?}@{spared} {class:?} {held:?} {who}");
                        assert!(took <= SOON, "{what}: it took {took} ms");
                        assert!(outcome.tells_nothing(), "{what}: {outcome:?}");
                        if outcome.allows() && !may(who, class, object, held) {
                            wrong.push(what);
                        }
                        next_is_fine(&gate, world);
                        if wrong.len() >= enough {
                            return (injected, wrong);
                        }
                    }
                }
            }
        }
    }
    (injected, wrong)
}

/// Whether an allow is right: who asks has the right, and what decided could be known.
fn may(who: &str, (method, path, _): (&str, &str, &str), object: Object, held: Held) -> bool {
    let known = object == Object::Sound
        || matches!(object, Object::Beside | Object::Unsealed | Object::Foreign | Object::Ahead);
    match path {
        "/open/page" => true,
        // Everybody may have his own snapshot; what is in it is another question.
        "/v1/tenants/acme/me/snapshot" => who != "user:nobody",
        "/v1/tenants/acme/audit" | "/v1/tenants/acme/members/user:ann/lock" => false,
        // What is held as it is now serves reads for a while.
        _ => who == "user:ann" && (known || (method == "GET" && held == Held::Current)),
    }
}

/// Fills the isolate's memory, while everything is sound.
fn hold(gate: &Gate, world: &World, who: &str, held: Held) {
    let sound = faulty(world, Copies::OverAge, Object::Sound, 0, who, "");
    let ask = |path: &str| {
        let _ = run(gate, &sound, &request(who, ("GET", path, "")));
    };
    match held {
        Held::Nothing => {}
        Held::Current => ask("/acme/docs/a"),
        Held::OverAge => {
            world.swap_states();
            ask("/acme/docs/a");
            world.swap_states();
            world.now.set(world.now.get() + 35_001);
        }
    }
}

fn next_is_fine(gate: &Gate, world: &World) {
    let sound = faulty(world, Copies::Sound, Object::Sound, 0, "", "");
    for (who, allowed) in [("user:ann", true), ("user:out", false)] {
        let (next, took) = run(gate, &sound, &request(who, ("PUT", "/acme/docs/a", "")));
        assert_eq!((next.allows(), took), (allowed, 0), "{who}: {next:?}");
    }
}

#[test]
fn nothing_that_fails_allows_anything() {
    let world = world();
    let (injected, wrong) = inject(&world, 10);
    println!("{injected} failures");
    assert_eq!(wrong, Vec::<String>::new());
    assert!(injected >= 10_000, "only {injected} failures");
}

#[test]
fn seeded_bugs_are_found() {
    let world = world();
    for bug in [Bug::AnyCopy, Bug::EndlessGrace, Bug::StrictSkipsHead] {
        plant(Some(bug));
        let found = catch_unwind(AssertUnwindSafe(|| inject(&world, 1).1));
        plant(None);
        // It is found by an allow, or by the check that the next request is fine.
        assert!(found.map_or(true, |wrong| !wrong.is_empty()), "{bug:?} was not found");
    }
}

#[test]
fn without_secret_or_routes_there_is_no_gate() {
    let read = |name: &'static str, value: &'static str| {
        crate::config::Config::read(|asked| match asked {
            _ if asked == name => Some(value.to_owned()).filter(|value| !value.is_empty()),
            "COUNTERSIGN_MAC_KEY" => Some("0123456789abcdef".to_owned()),
            "COUNTERSIGN_ASSERTION_KEY" => Some("fedcba9876543210fedcba9876543210".to_owned()),
            "COUNTERSIGN_DEV_SIGN_IN" => Some("insecure-development-only".to_owned()),
            _ => None,
        })
    };
    for (name, value) in [
        ("COUNTERSIGN_MAC_KEY", ""),
        ("COUNTERSIGN_MAC_KEY", "0123456789abcde"),
        ("COUNTERSIGN_OPERATORS", "user:ann"),
        ("COUNTERSIGN_DEV_SIGN_IN", "true"),
    ] {
        assert!(read(name, value).is_err(), "{name}={value}");
    }
    assert!(read("NOTHING", "is wrong").is_ok());
    for text in ["[[routes]]\n", "[[route]]\n", "[[routes]]\nmethod = 'GET'\npath = '/a'\npublic = 'yes'\n", "\u{0}"] {
        assert!(Routes::parse(Source { name: "routes.toml", text }).is_err(), "{text}");
    }
    // A world that is only out of reach is still refused plainly.
    let (world, gate) = (world(), Gate::new(config(true), Routes::default()));
    world.mood.set(Mood::OutOfReach);
    let faulty = faulty(&world, Copies::Sound, Object::Sound, 0, "user:ann", "");
    let request = request("user:ann", ("GET", "/acme/docs/a", ""));
    let unrouted = pin!(gate.handle(&request, ports(&faulty)));
    let Poll::Ready(Verdict::Answer(answer)) = unrouted.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it was not answered")
    };
    assert_eq!((answer.status, answer.code.as_str()), (404, "no_route"));
}
