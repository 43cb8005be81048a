//! What open pages are told: the change of their own member's projection, each of them once, and nothing of anybody else.

use super::world::{Mood, TENANT, World};
use crate::answer::Answer;
use crate::fresh::Source;
use crate::ports::Fault;
use crate::watch::{Board, Close, GONE, INACTIVE, Message, RENEW, Seats, Terms};
use countersign_tenant::{State as _, head};
use countersign_wire::api::{Command, Head, HeadAsk, Watch, Watching};
use countersign_wire::projection;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit']\nattributes.kind = 'string'\n\
    [roles.reader]\nallow = ['doc:view']\nwhen = \"resource.kind != 'secret'\"\n\
    [roles.owner]\nallow = ['*']\nassigns = ['reader']\n";
const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:bob'\ngroups = ['team']\n\
    [[members]]\nsubject = 'user:root'\n[[assignments]]\nto = 'user:root'\nrole = 'owner'\n\
    [[assignments]]\nto = 'user:ann'\nrole = 'reader'\nscope = 'doc:a'\n[[groups]]\nid = 'team'\n[[groups]]\nid = 'other'\n";
const TTL: i64 = 300_000;

impl Source for World {
    fn head(&self, since: Option<(u64, u64)>) -> Result<Head, Fault> {
        let ask = HeadAsk { since, keys: Vec::new(), records: Vec::new(), groups_of: None };
        let mut head = head(&*self.state.borrow(), &ask).expect("memory can be read");
        if self.mood.get() == Mood::Forgetful {
            head.changed = Some(Vec::new());
        }
        Ok(head)
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.state.borrow().record(key).expect("memory can be read"))
    }
}

/// Pages with their sockets, as the glue has them.
struct Pages {
    world: World,
    board: Board,
    /// Each socket's note, and what its page was told last
    sockets: Vec<(Watching, Told)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Told {
    Nothing,
    /// The revision of a snapshot
    Snapshot(u64),
    Text(String),
}

impl Pages {
    fn new() -> Self {
        Self { world: World::new(MODEL, PEOPLE), board: Board::default(), sockets: Vec::new() }
    }

    fn terms(&self) -> Terms<'static> {
        Terms { tenant: TENANT, ttl: TTL, now: self.world.now.get() }
    }

    fn revision(&self) -> u64 {
        self.world.state.borrow().meta().expect("memory can be read").revision
    }

    fn open(&mut self, subject: &str, held: Option<u64>) -> Result<Told, String> {
        let of = self.sockets.iter().filter(|(note, _)| note.subject == subject).count();
        let seats = Seats { tenant: self.sockets.len(), subject: of };
        let watch = Watch { subject: subject.to_owned(), held, until: self.world.now.get() + TTL };
        let opened = self.board.open(&self.world, &watch, seats, self.terms());
        let (message, note) = opened.map_err(|Answer { status, code, .. }| format!("{status} {code}"))?;
        let told = read(&message);
        self.sockets.push((note, told.clone()));
        Ok(told)
    }

    fn command(&self, command: Value) -> u64 {
        let command: Command = serde_json::from_value(command).expect("a command");
        self.world.command("user:root", false, command).revision
    }

    fn command_id(&self, command: Value) -> String {
        let command: Command = serde_json::from_value(command).expect("a command");
        self.world.command("user:root", false, command).id.expect("what was made has an id")
    }

    /// Tells all: what each socket was told, and with which code it was closed.
    fn tell(&mut self) -> Vec<(String, Told, u16)> {
        let mut all = Vec::new();
        for subject in self.board.concerned(&self.world).expect("memory can be read") {
            let news = self.board.look(&self.world, &subject, self.terms()).expect("memory can be read");
            let Some(news) = news else { continue };
            let now = self.world.now.get();
            self.sockets.retain_mut(|(note, told)| {
                if note.subject != subject {
                    return true;
                }
                let (message, then) = news.to(note, now);
                *told = message.map_or(Told::Nothing, read);
                let code = then.as_ref().err().map_or(0, |Close { code, .. }| *code);
                if *told != Told::Nothing || code != 0 {
                    all.push((subject.clone(), told.clone(), code));
                }
                then.map(|kept| *note = kept).is_ok()
            });
        }
        all
    }

    /// The object's memory is lost, its sockets are not.
    fn sleep(&mut self) {
        self.board = Board::of(self.sockets.iter().map(|(note, _)| note.clone()));
    }
}

fn read(message: &Message) -> Told {
    match message {
        Message::Snapshot(bytes) => Told::Snapshot(projection::decode(bytes).expect("a snapshot").stamp.revision),
        Message::Text(text) => Told::Text(text.clone()),
    }
}

fn assign(to: &str, scope: &str) -> Value {
    json!({ "assign": { "to": to, "role": "reader", "scope": scope } })
}

#[test]
fn each_change_is_told_to_those_whom_it_concerns_and_to_nobody_else() {
    let edit = |kind: &str| json!({ "edit_resource": { "path": "doc:a", "attributes": { "kind": kind } } });
    let role = |allow: &str| json!({ "id": "custom", "allow": [allow] });
    for slept in [false, true] {
        let mut pages = Pages::new();
        for subject in ["user:ann", "user:ann", "user:bob"] {
            assert!(matches!(pages.open(subject, None), Ok(Told::Snapshot(_))));
        }
        for (command, expected) in [
            (assign("user:ann", "doc:b"), vec!["user:ann", "user:ann"]),
            (assign("group:team", "doc:b"), vec!["user:bob"]),
            (assign("group:other", "doc:c"), vec![]),
            (assign("user:root", "doc:c"), vec![]),
            (json!({ "create_role": role("doc:edit") }), vec![]),
            (json!({ "edit_role": { "id": "custom", "body": role("doc:view") } }), vec![]),
            (json!({ "register_resource": { "path": "doc:x", "attributes": { "kind": "secret" } } }), vec![]),
            (
                json!({ "register_resource": { "path": "doc:a", "attributes": { "kind": "plain" } } }),
                vec!["user:ann", "user:ann"],
            ),
            (edit("secret"), vec!["user:ann", "user:ann"]),
            // What closes a resource to somebody may be anything: he is not to know that it changed.
            (json!({ "create_group": { "id": "third" } }), vec![]),
            // The group gives what ann has already; then something that she has not.
            (json!({ "add_to_group": { "id": "team", "subject": "user:ann" } }), vec![]),
            (assign("group:team", "doc:t"), vec!["user:ann", "user:ann", "user:bob"]),
            (json!({ "add_to_group": { "id": "third", "subject": "user:bob" } }), vec![]),
            (json!({ "edit_member": { "subject": "user:bob", "edit": { "name": "Robert" } } }), vec![]),
        ] {
            if slept {
                pages.sleep();
            }
            let revision = pages.command(command.clone());
            let told = pages.tell();
            assert_eq!(told.iter().map(|(subject, ..)| subject.as_str()).collect::<Vec<_>>(), expected, "{command}");
            assert!(told.iter().all(|(_, told, code)| *told == Told::Snapshot(revision) && *code == 0), "{told:?}");
            assert_eq!(pages.tell(), [], "{command}");
        }
    }
}

#[test]
fn whoever_may_do_nothing_any_more_is_told_and_closed() {
    let mut pages = Pages::new();
    for subject in ["user:ann", "user:bob"] {
        assert!(pages.open(subject, None).is_ok());
    }
    let revision = pages.command(json!({ "set_status": { "subject": "user:ann", "status": "deactivated" } }));
    assert_eq!(pages.tell(), [("user:ann".to_owned(), Told::Snapshot(revision), INACTIVE.code)]);
    pages.command(json!({ "delete_member": { "subject": "user:bob" } }));
    assert_eq!(pages.tell(), [("user:bob".to_owned(), Told::Nothing, GONE.code)]);
    assert!(pages.board.is_empty());
    assert_eq!(pages.open("user:ann", None), Err("403 inactive".to_owned()));
    assert_eq!(pages.open("user:bob", None), Err("404 no_member".to_owned()));
    assert_eq!(pages.open("user:nobody", None), Err("404 no_member".to_owned()));
}

#[test]
fn there_is_room_for_so_many() {
    let mut pages = Pages::new();
    let full = Err("429 sockets".to_owned());
    for subject in ["user:ann", "user:bob"] {
        for _ in 0..3 {
            assert!(pages.open(subject, None).is_ok());
        }
        assert_eq!(pages.open(subject, None), full);
    }
    assert_eq!(pages.open("user:root", None), full);
    // A stranger does not learn that either.
    assert_eq!(pages.open("user:nobody", None), Err("404 no_member".to_owned()));
}

#[test]
fn a_page_that_comes_again_is_told_what_it_has_missed() {
    let mut pages = Pages::new();
    let first = pages.revision();
    let current = |revision: u64| Ok(Told::Text(format!("{{\"current\":{revision}}}")));
    assert_eq!(pages.open("user:ann", Some(first)), current(first));
    let others = pages.command(assign("user:bob", "doc:b"));
    assert_eq!(pages.open("user:ann", Some(first)), current(others));
    let own = pages.command(assign("user:ann", "doc:b"));
    assert_eq!(pages.open("user:ann", Some(others)), Ok(Told::Snapshot(own)));
    pages.sockets.clear();
    assert_eq!(pages.open("user:ann", Some(own)), current(own));
    // A revision that there is not, as after another account has taken this one's place.
    assert_eq!(pages.open("user:ann", Some(own + 1)), Ok(Told::Snapshot(own)));
    pages.sockets.clear();
    let group = pages.command(assign("group:team", "doc:b"));
    assert_eq!(pages.open("user:bob", Some(own)), Ok(Told::Snapshot(group)));
    let import = json!({ "import": { "model": MODEL, "tenant": PEOPLE } });
    let import: Command = serde_json::from_value(import).expect("a command");
    let replaced = pages.world.command("operator:dev", true, import).revision;
    assert_eq!(pages.open("user:bob", Some(group)), Ok(Told::Snapshot(replaced)));
}

#[test]
fn a_newcomer_between_a_change_and_its_telling_hides_it_from_nobody() {
    let mut pages = Pages::new();
    assert!(pages.open("user:ann", None).is_ok());
    let revision = pages.command(assign("user:ann", "doc:b"));
    assert_eq!(pages.open("user:ann", None), Ok(Told::Snapshot(revision)));
    assert_eq!(pages.open("user:bob", None), Ok(Told::Snapshot(revision)));
    assert_eq!(pages.tell(), [("user:ann".to_owned(), Told::Snapshot(revision), 0)]);
    // What was given and taken back before anybody was told: only who saw it is told.
    let given = pages.command_id(assign("user:ann", "doc:c"));
    assert!(pages.open("user:ann", None).is_ok());
    let revision = pages.command(json!({ "unassign": { "id": given } }));
    assert_eq!(pages.tell(), [("user:ann".to_owned(), Told::Snapshot(revision), 0)]);
    assert_eq!(pages.tell(), []);
}

#[test]
fn a_sign_in_that_may_be_over_is_told_nothing() {
    let mut pages = Pages::new();
    assert!(pages.open("user:ann", None).is_ok());
    pages.world.now.set(pages.world.now.get() + TTL);
    pages.command(assign("user:ann", "doc:b"));
    // The page that has come again has it already.
    assert!(pages.open("user:ann", None).is_ok());
    let told = pages.tell();
    assert_eq!(told, [("user:ann".to_owned(), Told::Nothing, RENEW.code)]);
    assert_eq!(pages.sockets.iter().map(|(_, told)| told.clone()).collect::<Vec<_>>(), [Told::Nothing]);
}

/// Random histories: changes, pages that come and go, memory that is lost. Returns the first page that is wrong.
fn history(seed: u64, mood: Mood) -> Option<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut pages = Pages::new();
    let subjects = ["user:ann", "user:bob", "user:root"];
    let mut given: Vec<String> = Vec::new();
    for step in 0..50 {
        match random.u8(0..8) {
            0 | 1 => {
                let subject = subjects[random.usize(0..3)];
                let held = random.bool().then(|| random.u64(0..=pages.revision()));
                let _ = pages.open(subject, held);
            }
            2 if !pages.sockets.is_empty() => {
                pages.sockets.swap_remove(random.usize(0..pages.sockets.len()));
            }
            3 => pages.sleep(),
            4 if !given.is_empty() => {
                let id = given.swap_remove(random.usize(0..given.len()));
                pages.command(json!({ "unassign": { "id": id } }));
            }
            _ => {
                let to = ["user:ann", "user:bob", "group:team", "group:other"][random.usize(0..4)];
                let scope = ["/", "doc:a", "doc:b"][random.usize(0..3)];
                given.push(pages.command_id(assign(to, scope)));
            }
        }
        pages.world.mood.set(mood);
        let before: BTreeMap<usize, String> =
            pages.sockets.iter().enumerate().map(|(at, (note, _))| (at, note.print.clone())).collect();
        for (_, told) in &mut pages.sockets {
            *told = Told::Nothing;
        }
        // A pass at any time, as late as it may be.
        if random.bool() {
            pages.tell();
            for (at, (note, told)) in pages.sockets.iter().enumerate() {
                let mut fresh = Board::default();
                let watch = Watch { subject: note.subject.clone(), held: None, until: 0 };
                pages.world.mood.set(Mood::Sound);
                let terms = Terms { tenant: TENANT, ttl: TTL, now: pages.world.now.get() };
                let opened = fresh.open(&pages.world, &watch, Seats::default(), terms);
                let (_, truth) = opened.expect("all are members");
                if truth.print != note.print {
                    return Some(format!("step {step}: {} holds something old", note.subject));
                }
                if before.get(&at) == Some(&note.print) && *told != Told::Nothing && mood == Mood::Sound {
                    return Some(format!("step {step}: {} was told what it knew", note.subject));
                }
            }
        }
    }
    None
}

#[test]
fn whatever_happens_every_page_holds_what_is_so() {
    for seed in 0..150 {
        assert_eq!(history(seed, Mood::Sound), None, "seed {seed}");
    }
}

#[test]
fn a_head_that_forgets_changes_is_noticed() {
    assert!((0..150).any(|seed| history(seed, Mood::Forgetful).is_some()));
}
