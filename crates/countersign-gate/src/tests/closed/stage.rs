//! A tenant in which rights were taken back after they had been published, and one request at a time that is handled in it
//! while something fails.

use super::classes::{CALLERS, CLASSES, Caller, Class, Needs, ROUTES, request};
use super::faults::{Failing, Failure, Issued, ports};
use crate::answer::Answer;
use crate::config::Config;
use crate::identity::tests::NOW;
use crate::notes::Notes;
use crate::request::Request;
use crate::routes::Routes;
use crate::tests::world::{TENANT, World, config_with};
use crate::{Gate, Verdict};
use countersign_core::{Millis, Question};
use countersign_tenant::Memory;
use countersign_wire::api::{Assign, Command, TokenBody};
use countersign_wire::diagnostic::Source;
use countersign_wire::projection;
use serde_json::Value;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit', 'sign', 'draw']\n\
    [types.doc.attributes]\npages = { type = 'decimal', from = 'request' }\n\
    [types.order]\nactions = ['place']\n[context]\ncost = 'decimal'\n[roles.reader]\nallow = ['doc:view']\n\
    [roles.owner]\nallow = ['*']\nassigns = ['reader', 'owner']\n\
    [[rules]]\neffect = 'forbid'\npermissions = ['order:place']\nwhen = 'context.cost > 50'\nwhy = 'too dear'\n\
    [[rules]]\neffect = 'forbid'\npermissions = ['doc:draw']\nwhen = 'resource.pages > 50'\nwhy = 'too long'\n";
const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:root@x.example'\n\
    [[members]]\nsubject = 'user:out@x.example'\ngroups = ['team']\n[[members]]\nsubject = 'user:boss@x.example'\n\
    [[members]]\nsubject = 'service:root'\n[[members]]\nsubject = 'service:out'\n\
    [[assignments]]\nto = 'user:root@x.example'\nrole = 'owner'\n[[assignments]]\nto = 'service:root'\nrole = 'owner'\n\
    [[assignments]]\nto = 'user:boss@x.example'\nrole = 'owner'\n\
    [[approval_policies]]\nid = 'signed'\npermissions = ['doc:sign']\n[[resources]]\npath = 'doc:a'\n";
/// The record of one who may do everything.
pub(super) const OWNER: &str = "subject/user:root@x.example";
/// The tenant of those who are served at the same time; the simulated world has all tenants in the same state.
const NEIGHBOURS: &str = "b";
/// An answer is there within this time, in milliseconds, but for what the client and a command that takes its time take.
const SOON: Millis = 2_500;
/// And within this whatever they take.
const AT_LAST: Millis = 30_000;
/// What is held is of no use any more after so long: the bound and the grace.
const OVER: Millis = 35_001;
/// So are an issuer's keys.
const KEYS_OVER: Millis = 3_600_000;

/// Somebody who may do everything, somebody who could until it was taken back, and somebody who is no member or has a token
/// that was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Root,
    Out,
    Nobody,
}
pub(super) const EVERYBODY: [Who; 3] = [Who::Root, Who::Out, Who::Nobody];

impl Who {
    pub(super) fn address(self) -> &'static str {
        ["root@x.example", "out@x.example", "nobody@x.example"][self as usize]
    }

    pub(super) fn subject(self, caller: Caller) -> String {
        match (caller, self) {
            (Caller::Token, Self::Out) => "service:out".to_owned(),
            (Caller::Token, _) => "service:root".to_owned(),
            _ => format!("user:{}", self.address()),
        }
    }
}

/// What is held before the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Nothing,
    /// As it is now
    Current,
    /// From before rights were taken back, longer ago than the bound and the grace
    OverAge,
}
pub(super) const HELD: [Held; 3] = [Held::Nothing, Held::Current, Held::OverAge];

/// One case: a failure, and the request that it strikes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) failure: Failure,
    pub(super) class: &'static Class,
    pub(super) caller: Caller,
    pub(super) who: Who,
    pub(super) held: Held,
}

/// Which request: its class's name, and whose it is.
type Asks = (&'static str, Caller, Who);

/// What came of a request: the gate's verdict, or that the worker gave it up, or that it panicked.
#[derive(Debug)]
enum Outcome {
    Verdict(Verdict),
    Late,
    Panicked,
}

pub(super) struct Stage {
    world: World,
    config: Config,
    routes: Routes,
    state: Memory,
    approvals: HashMap<String, String>,
    cookies: [String; 3],
    tokens: [String; 3],
    /// The request of each class by each caller with its body, and what it is given where nothing fails
    sound: HashMap<Asks, (Request, String, Vec<String>)>,
}

pub(super) fn configured(more: impl Fn(&str) -> Option<&'static str>) -> Config {
    config_with(true, |name| {
        let own = match name {
            "COUNTERSIGN_ACCESS_TEAM" => Some("acme.cloudflareaccess.com"),
            "COUNTERSIGN_ACCESS_AUDIENCE" => Some("0123abcd"),
            "COUNTERSIGN_SESSION_KEY" => Some("a key of 32 characters for tests"),
            _ => None,
        };
        more(name).or(own).map(str::to_owned)
    })
}

pub(super) fn routes() -> Routes {
    Routes::parse(Source { name: "routes.toml", text: ROUTES }).expect("the routes are sound")
}

impl Stage {
    pub(super) fn new() -> Self {
        let world = World::new(MODEL, PEOPLE);
        world.now.set(NOW * 1_000);
        let (config, routes) = (configured(|_| None), routes());
        let (state, sound) = (world.state.borrow().clone(), HashMap::new());
        let (approvals, cookies, tokens) = (HashMap::new(), Default::default(), Default::default());
        let mut stage = Self { world, config, routes, state, approvals, cookies, tokens, sound };
        stage.set_up();
        stage
    }

    fn set_up(&mut self) {
        let operator = |command| self.world.command("operator:dev", true, command);
        let give = |to: &str| {
            let (to, role, scope) = (to.to_owned(), "owner".to_owned(), "/".to_owned());
            operator(Command::Assign(Assign { to, role, scope, ..Assign::default() })).id.expect("it has an id")
        };
        let taken_back = [give("user:out@x.example"), give("service:out")];
        let made = |subject: &str| {
            let body = TokenBody { subject: subject.to_owned(), name: "CI".to_owned(), expires: None };
            let shown = operator(Command::CreateToken(body)).shown.expect("a secret is shown");
            let text = |name: &str| shown[name].as_str().expect("a text").to_owned();
            (text("id"), text("secret"))
        };
        let [root, out, revoked] = [made("service:root"), made("service:out"), made("service:root")];
        let tokens = [&root.0, &out.0, &revoked.0].map(|id| format!("token/{id}"));
        self.tokens = [root.1, out.1, revoked.1.clone()];
        let classes = ["sign-in", "needs an approval"].map(class);
        for who in EVERYBODY {
            let (begins, _) = request(self, classes[0], Caller::Bearer, who);
            let (outcome, ..) = self.alone(&self.gate(), &begins, "");
            let Outcome::Verdict(Verdict::Answer(answer)) = outcome else { panic!("{outcome:?}") };
            let set = answer.headers.iter().find(|(name, _)| *name == "set-cookie").expect("a session is begun");
            self.cookies[who as usize] = set.1.split(';').next().unwrap_or_default().to_owned();
        }
        for (caller, who) in
            [Caller::Bearer, Caller::Token].into_iter().flat_map(|caller| [(caller, Who::Root), (caller, Who::Out)])
        {
            let (asks, _) = request(self, classes[1], caller, who);
            let (outcome, ..) = self.alone(&self.gate(), &asks, "");
            let Outcome::Verdict(Verdict::Answer(answer)) = outcome else { panic!("{outcome:?}") };
            let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
            let id = body["request"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
            self.world.command("user:boss@x.example", false, Command::Approve { id: id.clone() });
            self.approvals.insert(who.subject(caller), id);
        }
        let subjects =
            ["user:root@x.example", "user:out@x.example", "user:nobody@x.example", "service:root", "service:out"];
        for tenant in [TENANT, "other", NEIGHBOURS] {
            for key in subjects.map(|subject| format!("subject/{subject}")).iter().chain(&tokens) {
                self.world.publish_of(tenant, key);
            }
            for key in ["policy", "resources", "group/team"] {
                self.world.publish_of(tenant, key);
            }
        }
        self.world.old_state();
        for id in taken_back {
            self.world.command("operator:dev", true, Command::Unassign { id });
        }
        let revoked = revoked.0;
        self.world.command("operator:dev", true, Command::RevokeToken { id: revoked });
        self.state = self.world.state.borrow().clone();
        for class in &CLASSES {
            for (caller, who) in CALLERS.into_iter().flat_map(|caller| EVERYBODY.map(|who| (caller, who))) {
                let (request, body) = request(self, class, caller, who);
                let (outcome, ..) = self.alone(&self.gate(), &request, &body);
                let given = given(&outcome, &request, self.world.now.get());
                self.reset(true);
                self.sound.insert((class.name, caller, who), (request, body, given));
            }
        }
    }

    pub(super) fn sound(&self, class: &Class, caller: Caller, who: Who) -> &[String] {
        &self.sound[&(class.name, caller, who)].2
    }

    fn request(&self, class: &Class, caller: Caller, who: Who) -> (&Request, &str) {
        let (request, body, _) = &self.sound[&(class.name, caller, who)];
        (request, body)
    }

    pub(super) fn cookie(&self, who: Who) -> &str {
        &self.cookies[who as usize]
    }

    pub(super) fn token(&self, who: Who) -> &str {
        &self.tokens[who as usize]
    }

    pub(super) fn approval(&self, subject: &str) -> &str {
        self.approvals.get(subject).map_or("r999", String::as_str)
    }

    fn gate(&self) -> Gate {
        Gate::new(self.config.clone(), self.routes.clone())
    }

    /// Everything is as it was before a case; its state, too, if that has changed.
    pub(super) fn reset(&self, changed: bool) {
        self.world.now.set(NOW * 1_000);
        if changed {
            self.world.state.replace(self.state.clone());
        }
    }

    /// A request that nothing fails.
    fn alone(&self, gate: &Gate, request: &Request, body: &str) -> (Outcome, Millis, u32) {
        let sound = Failing::new(&self.world, Failure::default(), body);
        self.run(gate, &sound, request, None)
    }

    /// Runs a request to its end as the worker does, and a neighbour's beside it; answers with how long it took, what is
    /// excused taken off, and how many commands were given.
    fn run(
        &self,
        gate: &Gate,
        failing: &Failing<'_>,
        request: &Request,
        beside: Option<&Request>,
    ) -> (Outcome, Millis, u32) {
        let (world, notes, others) = (&self.world, Notes::new(None, [7; 16]), Notes::new(None, [8; 16]));
        let began = world.now.get();
        let sound = Failing::new(world, Failure::default(), "");
        let neighbour = beside.cloned().unwrap_or_default();
        let mut beside = pin!(gate.handle(&neighbour, ports(&sound, &others)));
        let mut work = pin!(gate.handle(request, ports(failing, &notes)));
        let mut context = Context::from_waker(Waker::noop());
        let mut served = neighbour.method.is_empty();
        loop {
            failing.wake.set(None);
            let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut context)));
            if !served && let Poll::Ready(verdict) = beside.as_mut().poll(&mut context) {
                assert!(matches!(verdict, Verdict::Forward(_)), "the neighbour got {verdict:?}");
                assert_eq!(world.now.get(), began, "the neighbour had to wait");
                served = true;
            }
            let now = world.now.get();
            let left = gate.patience(request, &notes, (now - began).unsigned_abs(), now).cast_signed();
            let outcome = match polled {
                Err(_) => Outcome::Panicked,
                Ok(Poll::Ready(verdict)) => Outcome::Verdict(verdict),
                Ok(Poll::Pending) if left == 0 => Outcome::Late,
                Ok(Poll::Pending) => {
                    // Whoever waits for nothing is given up.
                    let wake = failing.wake.get().unwrap_or(Millis::MAX);
                    world.now.set(wake.min(now + left));
                    continue;
                }
            };
            assert!(served, "the neighbour was not served");
            let took = now - began;
            assert!(took <= AT_LAST, "it took {took} ms");
            return (outcome, took - failing.told.excused(now), failing.told.commands.get());
        }
    }

    /// Fills the isolate's memory, while everything is sound.
    fn hold(&self, gate: &Gate, case: &Case) {
        let ask = || {
            let (reads, _) = self.request(class("read"), case.caller, case.who);
            let _ = self.alone(gate, reads, "");
        };
        match case.held {
            Held::Nothing => {}
            Held::Current => ask(),
            Held::OverAge => {
                self.world.swap_states();
                ask();
                self.world.swap_states();
                self.world.now.set(self.world.now.get() + OVER);
            }
        }
        if case.failure.issued == Issued::Withheld {
            self.world.now.set(self.world.now.get() + KEYS_OVER);
        }
    }

    /// One failure.
    ///
    /// # Errors
    /// What was given that must not have been.
    pub(super) fn inject(&self, case: &Case, turn: usize) -> Result<(), String> {
        let Case { failure, class, caller, who, .. } = *case;
        let gate = self.gate();
        self.hold(&gate, case);
        let (request, body) = self.request(class, caller, who);
        let tenant = [NEIGHBOURS, TENANT][turn % 2];
        let line = format!("PUT /{tenant}/docs/a");
        let failing = Failing::new(&self.world, failure, body);
        let (outcome, took, commands) = self.run(&gate, &failing, request, Some(&neighbour(&line)));
        if took > SOON {
            return Err(format!("it took {took} ms: {outcome:?}"));
        }
        if !tells_nothing(&outcome) {
            return Err(format!("it told {outcome:?}"));
        }
        let given = given(&outcome, request, self.world.now.get());
        let sound = self.sound(class, caller, who);
        if let Some(more) = given.iter().find(|one| !sound.contains(one)) {
            return Err(format!("{more} was given: {outcome:?}"));
        }
        if !given.is_empty() && !known(case, &failing, tenant == TENANT) {
            return Err(format!("{given:?} was given, and could not be known"));
        }
        let changed = commands > 0;
        self.next_is_fine(&gate, case, changed)?;
        self.reset(changed || class.needs == Needs::Command);
        Ok(())
    }

    /// The next request is answered as if nothing had been, and at once.
    fn next_is_fine(&self, gate: &Gate, case: &Case, changed: bool) -> Result<(), String> {
        let Case { class, caller, who, .. } = *case;
        // A tenant that a command has changed is in another state than before.
        let class = if changed || class.needs == Needs::Approval { self::class("write") } else { class };
        self.world.now.set(self.world.now.get() + again(case.failure.issued));
        let (request, body) = self.request(class, caller, who);
        let (next, took, _) = self.alone(gate, request, body);
        let given = given(&next, request, self.world.now.get());
        if (given.as_slice(), took) != (self.sound(class, caller, who), 0) {
            return Err(format!("the next request was given {given:?} after {took} ms: {next:?}"));
        }
        Ok(())
    }
}

pub(super) fn class(name: &str) -> &'static Class {
    CLASSES.iter().find(|class| class.name == name).expect("a class of this name")
}

/// How long an issuer is not asked again: after a fetch that failed, after one that was to find a missing key, and while
/// what looks like sound keys is held.
fn again(issued: Issued) -> Millis {
    match issued {
        Issued::Replaced => 600_000,
        Issued::Empty | Issued::Others => 60_000,
        Issued::Failing | Issued::Hanging | Issued::TooLarge | Issued::Garbage | Issued::Withheld => 10_000,
        _ => 0,
    }
}

fn neighbour(line: &str) -> Request {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let headers = vec![("authorization".to_owned(), "Dev user:root@x.example".to_owned())];
    let (method, path, host) = (method.to_owned(), path.to_owned(), "localhost:8787".to_owned());
    Request { method, path, query: None, host, headers }
}

/// Whether all that an allow needs was answered soundly for this request, or was held and still good; a neighbour `beside`
/// it in the same tenant has asked the head, too.
fn known(case: &Case, failing: &Failing<'_>, beside: bool) -> bool {
    let Case { failure, class, caller, held, .. } = case;
    let told = &failing.told;
    let keys_held = *held != Held::Nothing;
    let fresh = failure.issued != Issued::Withheld;
    let asked = told.heads.get() > 0;
    let bounded = asked || beside || (*held == Held::Current && fresh);
    let identity = match caller {
        Caller::Development | Caller::Session => true,
        Caller::Bearer | Caller::Access => {
            (told.keys.get() > 0 || keys_held && fresh) && (told.verified.get() > 0 || keys_held)
        }
        Caller::Token => {
            if class.needs == Needs::Bounded {
                bounded
            } else {
                asked
            }
        }
    };
    let decided = match class.needs {
        Needs::Nothing => return true,
        Needs::Identity => true,
        Needs::Bounded => bounded,
        Needs::Strict => asked,
        Needs::Approval => asked && told.commands.get() > 0,
        Needs::Query => told.queries.get() > 0,
        Needs::Command => told.commands.get() > 0,
    };
    identity && decided && (class.body.is_empty() || told.bodies.get() > 0)
}

/// All that somebody was given: each is an allow. Whoever gets nothing of it was allowed nothing.
fn given(outcome: &Outcome, request: &Request, now: Millis) -> Vec<String> {
    let one = |what: &str| vec![what.to_owned()];
    let answer = match outcome {
        Outcome::Verdict(Verdict::Forward(_)) => return one("the origin"),
        Outcome::Verdict(Verdict::Watch(_)) => return one("a socket"),
        Outcome::Verdict(Verdict::File(_)) => return one("a file"),
        Outcome::Verdict(Verdict::Answer(answer)) => answer,
        Outcome::Late | Outcome::Panicked => return Vec::new(),
    };
    // What waits for an approval goes no further.
    if !(200..300).contains(&answer.status) || answer.status == 202 {
        return Vec::new();
    }
    if request.path.ends_with("/me/snapshot") {
        let projection = projection::decode(&answer.body).expect("a snapshot");
        let may = |action: &&str| projection.check(&Question::new(action, "doc:a", now)).is_allow();
        let mut all = one("a snapshot");
        all.extend(["view", "edit", "sign"].into_iter().filter(may).map(str::to_owned));
        return all;
    }
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else { return one("an answer") };
    let yes = |item: &Value| item["decision"] == Value::Bool(true);
    let each = |items: &Value| items.as_array().cloned().unwrap_or_default();
    if let Some(decision) = body.get("decision") {
        return if *decision == Value::Bool(true) { one("a decision") } else { Vec::new() };
    }
    if let Some(all) = body.get("evaluations") {
        let numbered = each(all).into_iter().enumerate();
        return numbered.filter(|(_, item)| yes(item)).map(|(number, _)| format!("decision {number}")).collect();
    }
    if let Some(results) = body.get("results") {
        return each(results).iter().map(ToString::to_string).collect();
    }
    one("an answer")
}

/// A failure's answer says that there was one, and nothing else.
fn tells_nothing(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Verdict(Verdict::Answer(answer)) if answer.status >= 500 => is_plain(answer),
        _ => true,
    }
}

/// Whether it is the one answer to everything that could not be decided.
pub(super) fn is_plain(answer: &Answer) -> bool {
    // The decision API's errors are sentences, as its specification wants them.
    const PLAIN: [&str; 2] =
        [r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#, "Service Unavailable"];
    answer.status == 503 && PLAIN.iter().any(|plain| plain.as_bytes() == answer.body)
}
