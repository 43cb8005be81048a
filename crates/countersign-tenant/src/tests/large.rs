//! An account of 10,000 members: an edited role publishes one record, and no command or query reads all of them.

use super::stage::{MODEL, OPERATOR, Stage};
use crate::{Event, Fault, Memory, Meta, State, settle};
use countersign_wire::api::{
    AuditEntry, Command, CommandAnswer, CommandCall, Find, ImportPart, Page, Query, QueryAnswer, QueryCall,
};
use countersign_wire::stored::Person;
use serde_json::{Value, json};
use std::cell::Cell;

const MEMBERS: usize = 10_000;
const PART: usize = 1_000;
/// The most rows of one read, and of all reads of one command or query.
const AT_ONCE: usize = 1_001;
const ALTOGETHER: usize = 25_000;

fn part(from: usize) -> Command {
    let there = || (from..from + PART).map(|number| (number, format!("user:m{number:05}")));
    let one = |(number, subject): (usize, String)| json!({ "subject": subject, "name": format!("Member {number}"), "groups": ["team"], "attributes": { "licensed": true } });
    let given = |(number, subject): (usize, String)| json!({ "to": subject, "role": (["night", "lead"][number % 2]), "scope": format!("project:p{}", number % 100) });
    let text = json!({ "members": there().map(one).collect::<Vec<_>>(), "assignments": there().map(given).collect::<Vec<_>>() });
    Command::ImportPart(ImportPart { tenant: text.to_string(), run: None, last: false })
}

fn large() -> Stage {
    let base = r#"
members = [{ subject = "user:olga" }]
groups = [{ id = "team" }]
roles = [{ id = "night", allow = ["project:view"] }]
assignments = [{ to = "user:olga", role = "owner" }, { to = "group:team", role = "viewer", scope = "project:p1" }]
"#;
    let mut stage = Stage::of(MODEL, base);
    for from in (0..MEMBERS).step_by(PART) {
        stage.done(OPERATOR, part(from));
    }
    stage
}

/// A state that notes how much is read of it.
struct Metered<'a> {
    state: &'a Memory,
    most: Cell<usize>,
    all: Cell<usize>,
}

impl<'a> Metered<'a> {
    fn new(state: &'a Memory) -> Self {
        Self { state, most: Cell::new(0), all: Cell::new(0) }
    }

    fn noted<T>(&self, rows: Result<Vec<T>, Fault>) -> Result<Vec<T>, Fault> {
        let count = rows.as_ref().map_or(0, Vec::len);
        self.most.set(self.most.get().max(count));
        self.all.set(self.all.get() + count);
        rows
    }

    fn is_bounded(&self) -> bool {
        self.most.get() <= AT_ONCE && self.all.get() <= ALTOGETHER
    }
}

impl State for Metered<'_> {
    fn meta(&self) -> Result<Meta, Fault> {
        self.state.meta()
    }
    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.state.record(key)
    }
    fn keys(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, Fault> {
        self.noted(self.state.keys(prefix, after, limit))
    }
    fn revision_of(&self, key: &str) -> Result<Option<u64>, Fault> {
        self.state.revision_of(key)
    }
    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, Fault> {
        self.noted(self.state.changed_since(revision, limit))
    }
    fn doc(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        self.state.doc(key)
    }
    fn docs(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.noted(self.state.docs(prefix, after, limit))
    }
    fn person(&self, subject: &str) -> Result<Option<(u64, Person)>, Fault> {
        self.state.person(subject)
    }
    fn find(&self, find: &Find, limit: usize) -> Result<Vec<(String, Person)>, Fault> {
        self.noted(self.state.find(find, limit))
    }
    fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, Fault> {
        self.noted(self.state.audit(after, limit))
    }
    fn model(&self) -> Result<Option<String>, Fault> {
        self.state.model()
    }
}

/// How many values a command publishes: one for each record that it writes.
fn published(stage: &Stage, who: &str, command: Value) -> usize {
    let command: Command = serde_json::from_value(command).expect("a command");
    let state = Metered::new(&stage.state);
    let call = CommandCall::new(who, who == OPERATOR, command.clone());
    let settled = settle(&state, &call, stage.now, [3; 32]).expect("memory");
    assert!(matches!(settled.answer, CommandAnswer::Done(_)), "{command:?}: {:?}", settled.answer);
    assert!(state.is_bounded(), "{command:?}: {} rows at once, {} in all", state.most.get(), state.all.get());
    let events = settled.commit.expect("a commit").events;
    assert!(!events.contains(&Event::Cleared));
    events.iter().filter(|event| matches!(event, Event::Record { .. })).count()
}

#[test]
fn commands_publish_what_they_change_and_nothing_reads_all_members() {
    let mut stage = large();
    for (who, command, values) in [
        (
            "user:olga",
            json!({ "edit_role": { "id": "night", "body": { "allow": ["project:view", "project:edit"] } } }),
            1,
        ),
        ("user:olga", json!({ "create_role": { "id": "late", "allow": ["project:view"] } }), 1),
        ("user:olga", json!({ "assign": { "to": "group:team", "role": "viewer" } }), 1),
        ("user:olga", json!({ "assign": { "to": "user:m00007", "role": "viewer" } }), 1),
        ("user:olga", json!({ "set_status": { "subject": "user:m00007", "status": "deactivated" } }), 1),
        ("user:olga", json!({ "delete_member": { "subject": "user:m00007" } }), 1),
        ("user:olga", json!({ "create_member": { "subject": "user:new", "assignments": [{ "role": "viewer" }] } }), 1),
        ("user:olga", json!({ "edit_settings": { "account_name": "Large" } }), 0),
        ("user:olga", json!({ "create_approval_policy": { "id": "a", "permissions": ["project:publish"] } }), 1),
        (
            OPERATOR,
            json!({ "import_part": { "tenant": "members = [{ subject = 'user:x' }, { subject = 'user:y' }]" } }),
            2,
        ),
    ] {
        assert_eq!(published(&stage, who, command.clone()), values, "{command}");
    }
    let page = || Page { cursor: None, limit: Page::MOST };
    let find = |text: &str| Find { text: Some(text.to_owned()), page: page(), ..Find::default() };
    for query in [
        Query::Members(find("nobody")),
        Query::Members(find("member")),
        Query::Members(Find { group: Some("team".to_owned()), ..find("nobody") }),
        Query::Member { subject: "user:m00007".to_owned() },
        Query::Groups(page()),
        Query::GroupMembers { id: "team".to_owned(), page: page() },
        Query::Roles(page()),
        Query::Assignments { to: None, role: Some("night".to_owned()), page: page() },
        Query::Settings,
        Query::ExportPart(page()),
    ] {
        let state = Metered::new(&stage.state);
        let call = QueryCall { actor: "user:olga".to_owned(), operator: false, query: query.clone() };
        let answer = crate::query(&state, &call, stage.now).expect("memory");
        assert!(matches!(answer, QueryAnswer::Found { .. }), "{query:?}: {answer:?}");
        assert!(state.is_bounded(), "{query:?}: {} rows at once, {} in all", state.most.get(), state.all.get());
    }
    assert_eq!(stage.ask("user:olga", Query::Export), Err("too_large".to_owned()));
    // What reads everything is seen to.
    let state = Metered::new(&stage.state);
    let _ = state.keys("", "", usize::MAX);
    assert!(!state.is_bounded());
    // A whole import takes all of them away, and says so without naming them.
    let replaced = super::stage::PEOPLE.to_owned();
    let import =
        Command::Import(countersign_wire::api::Import { model: MODEL.to_owned(), tenant: replaced, run: None });
    let (state, call) = (Metered::new(&stage.state), CommandCall::new(OPERATOR, true, import));
    let settled = settle(&state, &call, stage.now, [3; 32]).expect("memory");
    let events = settled.commit.expect("a commit").events;
    assert!(state.is_bounded() && events.len() < 200, "{} events", events.len());
    stage.state.apply(&crate::Commit { events, ..crate::Commit::default() });
    assert_eq!(stage.state.record("subject/user:m00001"), Ok(None));
}
