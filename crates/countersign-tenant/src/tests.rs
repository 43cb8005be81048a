//! The state machine: who may give which command, what it changes, what the log says, what is published when.

mod approvals;
mod coverage;
mod due;
mod emails;
mod escalation;
mod export;
mod foundation;
mod freeing;
mod groups;
mod histories;
mod invitations;
mod members;
mod people_histories;
mod people_views;
mod people_world;
mod requests;
mod resources;
mod roles;
mod things_world;

use crate::audit::{Fact, entry, verify};
use crate::publish::{Waiting, plan};
use crate::{Actor, Event, Memory, Meta, Outcome, State, execute, head, settle};
use countersign_wire::api::{Assign, AuditEntry, Command, CommandCall, HeadAsk, Import};
use countersign_wire::record::StatusForm;

const MODEL: &str = r#"
name = "m"
[types.project]
actions = ["view", "edit"]
[types.sign]
parent = "project"
actions = ["view", "edit"]
[roles.owner]
at = ["/"]
allow = ["*"]
assigns = ["owner", "lead", "viewer"]
[roles.lead]
at = ["project"]
allow = ["project:*", "sign:*", "assignment:*"]
assigns = ["viewer"]
[roles.viewer]
allow = ["project:view", "sign:view"]
[roles.clerk]
allow = ["assignment:create"]
[roles.jailer]
allow = ["member:lock"]
"#;

const PEOPLE: &str = r#"
[[members]]
subject = "user:olga"
[[members]]
subject = "user:leo"
[[members]]
subject = "user:vera"
groups = ["team"]
[[members]]
subject = "user:cleo"
[[members]]
subject = "user:jan"
[[members]]
subject = "user:ines"
status = "invited"
[[members]]
subject = "user:dora"
status = "deactivated"
[[assignments]]
to = "user:olga"
role = "owner"
[[assignments]]
to = "user:dora"
role = "owner"
[[assignments]]
to = "user:leo"
role = "lead"
scope = "project:p"
[[assignments]]
to = "user:cleo"
role = "clerk"
[[assignments]]
to = "user:jan"
role = "jailer"
"#;

/// The machine's chance, which is none here.
const CHANCE: [u8; 32] = [7; 32];

fn actor(subject: &str) -> Actor {
    Actor { subject: subject.to_owned(), operator: subject == "operator:dev" }
}

fn tenant() -> Memory {
    set_up(MODEL, PEOPLE)
}

fn set_up(model: &str, people: &str) -> Memory {
    let mut state = Memory::new();
    let import = Command::Import(Import { model: model.to_owned(), tenant: people.to_owned(), run: None });
    let Ok(Outcome::Done(commit)) = execute(&state, &actor("operator:dev"), &import, 0, CHANCE) else {
        panic!("refused")
    };
    assert!(commit.created);
    state.apply(&commit);
    state
}

fn assign(to: &str, role: &str, scope: &str) -> Command {
    let (to, role, scope) = (to.to_owned(), role.to_owned(), scope.to_owned());
    Command::Assign(Assign { to, role, scope, ..Assign::default() })
}

fn status(subject: &str, status: StatusForm) -> Command {
    Command::SetStatus { subject: subject.to_owned(), status }
}

/// `done`, `nothing to do`, or the refusal's code; the state follows.
#[track_caller]
fn check(state: &mut Memory, who: &str, command: &Command, expected: &str) {
    let before = state.clone();
    let word = match execute(state, &actor(who), command, 0, CHANCE).expect("memory can be read") {
        Outcome::Refused { refusal, .. } => refusal.code,
        Outcome::Done(commit) if commit.events.is_empty() => "nothing to do".to_owned(),
        Outcome::Done(commit) => {
            assert_eq!(commit.revision, before.meta().expect("memory").revision + 1);
            state.apply(&commit);
            "done".to_owned()
        }
    };
    assert_eq!(word, expected, "{who}: {command:?}");
    if expected != "done" {
        assert_eq!(*state, before, "a refusal changes nothing");
    }
}

#[test]
fn roles_are_given_by_those_who_may_give_them_there() {
    let mut state = tenant();
    for (who, to, role, scope, expected) in [
        ("user:olga", "user:vera", "viewer", "/", "done"),
        ("user:olga", "group:team", "lead", "project:p", "done"),
        ("user:leo", "user:vera", "viewer", "project:p", "done"),
        ("user:leo", "user:vera", "viewer", "project:p/sign:1", "done"),
        ("user:leo", "user:vera", "viewer", "project:q", "forbidden"),
        ("user:leo", "user:vera", "viewer", "/", "forbidden"),
        ("user:leo", "user:leo", "lead", "project:p", "forbidden"),
        ("user:leo", "user:leo", "owner", "/", "forbidden"),
        ("user:cleo", "user:cleo", "owner", "/", "forbidden"),
        ("user:cleo", "user:cleo", "clerk", "/", "forbidden"),
        ("user:ines", "user:ines", "viewer", "/", "forbidden"),
        ("user:dora", "user:dora", "viewer", "/", "forbidden"),
        ("user:nobody", "user:nobody", "viewer", "/", "no_member"),
        ("operator:dev", "user:vera", "viewer", "/", "done"),
        ("user:olga", "user:nobody", "viewer", "/", "unknown_member"),
        ("user:olga", "group:nobody", "viewer", "/", "unknown_group"),
        ("user:olga", "user:vera", "vewer", "/", "unknown_role"),
        ("user:olga", "user:vera", "clerk", "/", "forbidden"),
        ("user:olga", "user:vera", "lead", "/", "scope_not_allowed"),
        ("user:olga", "vera", "viewer", "/", "invalid_subject"),
        ("user:olga", "user:vera", "viewer", "project", "invalid_scope"),
        ("user:leo", "user:vera", "viewer", "projct:p", "forbidden"),
    ] {
        check(&mut state, who, &assign(to, role, scope), expected);
    }
}

#[test]
fn assignments_are_taken_back_by_those_who_may_give_them() {
    let mut state = tenant();
    let unassign = |id: &str| Command::Unassign { id: id.to_owned() };
    // In the order of the subjects: cleo a1, dora a2, jan a3, leo a4, olga a5.
    check(&mut state, "user:leo", &unassign("a5"), "unknown_assignment");
    check(&mut state, "user:leo", &unassign("a4"), "forbidden");
    check(&mut state, "user:olga", &unassign("a4"), "done");
    check(&mut state, "user:olga", &unassign("a4"), "unknown_assignment");
    check(&mut state, "user:olga", &unassign("a99"), "unknown_assignment");
    check(&mut state, "user:olga", &unassign("a1"), "forbidden");
}

#[test]
fn ids_are_never_used_again() {
    let mut state = tenant();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let given = assign("user:vera", "viewer", "/");
        let Ok(Outcome::Done(commit)) = execute(&state, &actor("user:olga"), &given, 0, CHANCE) else {
            panic!("refused")
        };
        state.apply(&commit);
        let id = commit.id.expect("an assignment has an id");
        check(&mut state, "user:olga", &Command::Unassign { id: id.clone() }, "done");
        assert!(!seen.contains(&id));
        seen.push(id);
    }
    let import = Command::Import(Import { model: MODEL.to_owned(), tenant: PEOPLE.to_owned(), run: None });
    let before = state.meta().expect("memory").ids;
    check(&mut state, "operator:dev", &import, "done");
    assert!(state.meta().expect("memory").ids > before);
}

#[test]
fn statuses_change_as_the_engine_allows() {
    use StatusForm::{Active, Deactivated, Invited, Locked};
    let mut state = tenant();
    check(&mut state, "user:vera", &status("user:olga", Deactivated), "forbidden");
    check(&mut state, "user:jan", &status("user:vera", Deactivated), "forbidden");
    check(&mut state, "user:jan", &status("user:vera", Locked), "done");
    check(&mut state, "user:jan", &status("user:vera", Active), "forbidden");
    check(&mut state, "user:olga", &status("user:vera", Active), "done");
    check(&mut state, "user:olga", &status("user:vera", Active), "nothing to do");
    check(&mut state, "user:olga", &status("user:vera", Invited), "already_member");
    check(&mut state, "user:olga", &status("user:ines", Active), "invited");
    check(&mut state, "user:olga", &status("user:olga", Deactivated), "own_status");
    check(&mut state, "user:olga", &status("user:nobody", Locked), "unknown_member");
    check(&mut state, "user:vera", &status("user:nobody", Locked), "forbidden");
    check(&mut state, "user:olga", &status("user:jan", Deactivated), "done");
    check(&mut state, "user:jan", &status("user:vera", Locked), "forbidden");
}

#[test]
fn every_way_out_of_locked_is_an_unlocking() {
    use StatusForm::{Active, Deactivated, Locked};
    let keeper = "[roles.keeper]\nallow = ['member:activate', 'member:deactivate']\n";
    let people = format!("{PEOPLE}[[assignments]]\nto = 'user:vera'\nrole = 'keeper'\n");
    let mut state = set_up(&format!("{MODEL}{keeper}"), &people);
    check(&mut state, "user:olga", &status("user:leo", Locked), "done");
    check(&mut state, "user:vera", &status("user:leo", Active), "forbidden");
    check(&mut state, "user:vera", &status("user:leo", Deactivated), "forbidden");
    check(&mut state, "user:olga", &status("user:leo", Deactivated), "done");
    check(&mut state, "user:vera", &status("user:leo", Active), "done");
}

#[test]
fn what_a_role_may_give_it_may_give_while_its_condition_holds() {
    let model = format!(
        "{MODEL}[subject.attributes]\nlicensed = 'bool'\n\
         [roles.licensed]\nwhen = 'subject.licensed'\nallow = ['assignment:*']\nassigns = ['viewer']\n\
         [roles.interim]\nwhen = \"now < timestamp('2026-07-01T00:00:00Z')\"\nallow = ['assignment:*']\nassigns = ['viewer']\n"
    );
    let member = |name: &str, attributes: &str, role: &str, more: &str| {
        format!(
            "[[members]]\nsubject = 'user:{name}'\n{attributes}\n\
             [[assignments]]\nto = 'user:{name}'\nrole = '{role}'\n{more}\n"
        )
    };
    let people = [
        member("paid", "attributes = { licensed = true }", "licensed", ""),
        member("late", "attributes = { licensed = false }", "licensed", ""),
        member("none", "", "licensed", ""),
        // A right that ends with the clock would be outlasted by what it gives.
        member("interim", "", "interim", ""),
        member("half", "", "lead", "scope = 'project:q'\nwhen = \"resource.id != 'secret'\""),
        member("soon", "", "lead", "scope = 'project:q'\nwhen = \"now > timestamp('1960-01-01T00:00:00Z')\""),
    ];
    let mut state = set_up(&model, &format!("{PEOPLE}{}", people.concat()));
    check(&mut state, "user:paid", &assign("user:cleo", "viewer", "/"), "done");
    check(&mut state, "user:late", &assign("user:cleo", "viewer", "/"), "forbidden");
    check(&mut state, "user:none", &assign("user:cleo", "viewer", "/"), "forbidden");
    check(&mut state, "user:interim", &assign("user:cleo", "viewer", "/"), "forbidden");
    // What is given would reach the resource that the condition leaves out.
    check(&mut state, "user:half", &assign("user:cleo", "viewer", "project:q"), "forbidden");
    check(&mut state, "user:soon", &assign("user:cleo", "viewer", "project:q"), "forbidden");
}

#[test]
fn nobody_gives_a_role_for_longer_than_he_may_give_it() {
    let people = format!("{PEOPLE}[[assignments]]\nto = 'user:vera'\nrole = 'owner'\nuntil = 1970-01-01T00:00:01Z\n");
    let mut state = set_up(MODEL, &people);
    let until = |moment: Option<&str>| match assign("user:vera", "owner", "/") {
        Command::Assign(given) => Command::Assign(Assign { until: moment.map(str::to_owned), ..given }),
        other => other,
    };
    check(&mut state, "user:vera", &until(None), "outlasts_giver");
    check(&mut state, "user:vera", &until(Some("1970-01-01T00:00:01.001Z")), "outlasts_giver");
    check(&mut state, "user:vera", &until(Some("1970-01-01T00:00:01Z")), "done");
    check(&mut state, "user:olga", &until(None), "done");
}

#[test]
fn everything_but_a_strangers_refusal_is_logged() {
    let state = tenant();
    let logged = |who: &str, command: Command| {
        let call = CommandCall::new(who, who == "operator:dev", command);
        let settled = settle(&state, &call, 0, CHANCE).expect("memory can be read");
        assert_eq!(settled.publishes(), settled.commit.is_some_and(|commit| !commit.events.is_empty()));
        settled.entry.map(|entry| (entry.revision, entry.outcome))
    };
    let give = || assign("user:vera", "owner", "/");
    assert_eq!(logged("user:olga", give()), Some((2, "done".to_owned())));
    assert_eq!(logged("user:olga", status("user:leo", StatusForm::Active)), Some((1, "done".to_owned())));
    for (who, outcome) in [("user:vera", "forbidden"), ("user:dora", "forbidden")] {
        assert_eq!(logged(who, give()), Some((1, outcome.to_owned())), "{who}");
    }
    assert_eq!(logged("operator:dev", give()), Some((2, "done".to_owned())));
    assert_eq!(logged("user:stranger", give()), None);
}

#[test]
fn only_operators_set_tenants_up() {
    let import =
        |model: &str| Command::Import(Import { model: model.to_owned(), tenant: PEOPLE.to_owned(), run: None });
    let mut state = Memory::new();
    check(&mut state, "user:olga", &import(MODEL), "forbidden");
    check(&mut state, "user:olga", &assign("user:olga", "owner", "/"), "no_member");
    check(&mut state, "operator:dev", &import("name = 1"), "invalid_model");
    let mut state = tenant();
    check(&mut state, "user:olga", &import(MODEL), "forbidden");
}

#[test]
fn an_import_removes_what_it_does_not_name() {
    let mut state = tenant();
    let tenant = "[[members]]\nsubject = 'user:new'\n".to_owned();
    let import = Command::Import(Import { model: MODEL.to_owned(), tenant, run: None });
    let Ok(Outcome::Done(commit)) = execute(&state, &actor("operator:dev"), &import, 0, CHANCE) else {
        panic!("refused")
    };
    assert_eq!(commit.events.first(), Some(&Event::Cleared));
    state.apply(&commit);
    let gone = |key: &str| state.record(key) == Ok(None) && state.revision_of(key) == Ok(Some(commit.revision));
    assert!(gone("subject/user:olga") && gone("group/team"), "what is no more is published too");
    assert_eq!(state.keys("", "", usize::MAX).expect("memory"), ["policy", "subject/user:new"]);
    assert_eq!(state.doc("holder/a5"), Ok(None), "old assignments are no more");
    check(&mut state, "user:olga", &assign("user:new", "viewer", "/"), "no_member");
}

#[test]
fn the_head_names_what_changed() {
    let mut state = tenant();
    let ask = |since| HeadAsk {
        since,
        keys: vec!["subject/user:vera".to_owned(), "subject/user:x".to_owned()],
        records: Vec::new(),
        groups_of: None,
    };
    let first = head(&state, &ask(None)).expect("memory");
    assert_eq!((first.epoch, first.revision, first.changed), (1, 1, None));
    assert_eq!(first.revisions, [Some(1), None]);
    check(&mut state, "user:olga", &assign("user:vera", "viewer", "/"), "done");
    let next = head(&state, &ask(Some((1, 1)))).expect("memory");
    assert_eq!(next.changed, Some(vec!["subject/user:vera".to_owned()]));
    assert_eq!(next.revisions, [Some(2), None]);
    assert_eq!(head(&state, &ask(Some((1, 2)))).expect("memory").changed, Some(Vec::new()));
    assert_eq!(head(&state, &ask(Some((1, 9)))).expect("memory").changed, None, "a revision that never was");
    assert_eq!(head(&state, &ask(Some((7, 1)))).expect("memory").changed, None, "another epoch");
}

fn log() -> Vec<AuditEntry> {
    let mut meta = Meta::default();
    let commands = [assign("user:a", "viewer", "/"), status("user:a", StatusForm::Locked), assign("user:b", "x", "/")];
    let entries = commands.iter().cycle().take(30).enumerate().map(|(number, command)| {
        let revision = number as u64;
        let call = CommandCall::new("user:olga", false, command.clone());
        let fact = Fact { at: 1_000, call: &call, outcome: "done", changes: &[], revision };
        let entry = entry(&meta, &fact);
        meta.audit_seq = entry.seq;
        meta.audit_hash.clone_from(&entry.hash);
        entry
    });
    entries.collect()
}

#[test]
fn the_log_is_a_chain() {
    assert_eq!(verify("", &log()), Ok(()));
    let tampered = |change: &dyn Fn(&mut Vec<AuditEntry>)| {
        let mut entries = log();
        change(&mut entries);
        verify("", &entries)
    };
    assert_eq!(tampered(&|log| log[7].actor = "user:eve".to_owned()), Err(8));
    assert_eq!(tampered(&|log| log[7].outcome = "forbidden".to_owned()), Err(8));
    assert_eq!(tampered(&|log| log[7].revision = 0), Err(8));
    assert_eq!(tampered(&|log| log[7].request["to"] = "user:eve".into()), Err(8));
    assert_eq!(tampered(&|log| drop(log.remove(7))), Err(9));
    assert_eq!(tampered(&|log| log.swap(3, 4)), Err(5));
    assert_eq!(tampered(&|log| drop(log.remove(0))), Err(2));
    assert_eq!(tampered(&|log| log[7].at = String::new()), Err(8));
}

#[test]
fn the_log_keeps_no_texts_of_an_import() {
    let command = Command::Import(Import { model: "secret".to_owned(), tenant: "canary".to_owned(), run: None });
    let call = CommandCall::new("operator:dev", true, command);
    let fact = Fact { at: 0, call: &call, outcome: "done", changes: &[], revision: 1 };
    let entry = format!("{:?}", entry(&Meta::default(), &fact));
    assert!(!entry.contains("secret") && !entry.contains("canary") && entry.contains("sha256:"));
}

#[test]
fn the_log_keeps_no_field_that_is_too_long_to_be_meant() {
    let command = assign(&"x".repeat(60_000), &"y".repeat(60_000), &"z".repeat(60_000));
    let call = CommandCall::new("user:ann", false, command);
    let fact = Fact { at: 0, call: &call, outcome: "invalid_scope", changes: &[], revision: 1 };
    let entry = entry(&Meta::default(), &fact);
    assert!(format!("{entry:?}").len() < 1_000);
    assert_eq!(verify("", &[entry]), Ok(()));
}

#[test]
fn a_record_is_published_at_most_once_a_second() {
    let row = |key: &str, tried, failures| Waiting { key: key.to_owned(), tried, failures, again: false };
    let rows =
        [row("new", None, 0), row("just", Some(9_500), 0), row("old", Some(9_000), 0), row("failing", Some(9_000), 3)];
    let planned = plan(&rows, 10_000);
    assert_eq!(planned.now, ["new", "old"]);
    assert_eq!(planned.wake, Some(10_500));
    let failing = plan(&[row("failing", Some(9_000), 3)], 10_000);
    assert_eq!((failing.now.len(), failing.wake), (0, Some(17_000)));
    assert_eq!(plan(&[row("hopeless", Some(0), u32::MAX)], 0).wake, Some(60_000));
    let again = [Waiting { again: true, ..row("a", Some(0), 0) }];
    assert_eq!((plan(&again, 9_999).wake, plan(&again, 10_000).now), (Some(10_000), vec!["a".to_owned()]));
    assert_eq!(plan(&[], 0), crate::publish::Plan::default());
}

mod access;
mod approvers;
mod fates;
mod large;
mod links;
mod net;
mod parts;
mod stage;
mod told;
mod trail;
