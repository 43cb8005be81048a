//! What holds for every command: applied once, for the state it was made for, told before it is done, and never the end
//! of an account's last administrator.

use super::{CHANCE, actor, assign, check, set_up, status, tenant};
use crate::{Memory, Outcome, State, execute, settle};
use countersign_wire::api::{Command, CommandAnswer, CommandCall, Inheriting, OverrideBody};
use countersign_wire::record::StatusForm;

fn set(subject: &str, permission: &str, scope: &str, effect: Inheriting) -> Command {
    let (permission, scope) = (permission.to_owned(), scope.to_owned());
    let body = OverrideBody { permission, scope, effect, from: None, until: None };
    Command::SetOverride { subject: subject.to_owned(), body }
}

/// Settles a call and applies what it commits; the code of the refusal, `impact`, or the revision.
pub(super) fn call(state: &mut Memory, call: &CommandCall) -> String {
    let settled = settle(state, call, 0, CHANCE).expect("memory can be read");
    if let Some(commit) = &settled.commit {
        state.apply(commit);
    }
    if let Some(entry) = &settled.entry {
        state.log(entry);
    }
    match settled.answer {
        CommandAnswer::Done(done) => format!("{} {}", done.revision, done.id.unwrap_or_default()),
        CommandAnswer::Impact(impact) => format!("{} changes", impact.changes.len()),
        CommandAnswer::Refused(refusal) => refusal.code,
    }
}

#[test]
fn overrides_are_handed_on_by_those_who_hold_the_right() {
    use Inheriting::{Allow, Deny, Inherit};
    let more = "[[assignments]]\nto = 'user:leo'\nrole = 'clerk'\n[[overrides]]\nsubject = 'user:dora'\npermission = 'sign:edit'\neffect = 'deny'\n";
    let model =
        super::MODEL.replace("allow = [\"assignment:create\"]", "allow = [\"assignment:create\", \"override:set\"]");
    let people = format!("{}{more}", super::PEOPLE);
    let mut state = set_up(&model, &people);
    for (who, to, permission, scope, effect, expected) in [
        ("user:olga", "user:vera", "sign:edit", "/", Allow, "done"),
        ("user:olga", "user:vera", "sign:edit", "/", Allow, "nothing to do"),
        ("user:olga", "user:vera", "sign:*", "project:p", Deny, "done"),
        ("user:vera", "user:vera", "sign:*", "project:p", Inherit, "forbidden"),
        // Leo may set overrides anywhere, and edit signs in one project.
        ("user:leo", "user:vera", "sign:edit", "project:p", Allow, "done"),
        ("user:leo", "user:vera", "sign:edit", "project:p/sign:1", Allow, "done"),
        ("user:leo", "user:vera", "sign:edit", "project:q", Allow, "forbidden"),
        ("user:leo", "user:leo", "sign:edit", "/", Allow, "forbidden"),
        ("user:leo", "user:leo", "member:lock", "/", Allow, "forbidden"),
        ("user:leo", "user:dora", "sign:edit", "/", Inherit, "forbidden"),
        ("user:leo", "user:cleo", "sign:edit", "/", Deny, "done"),
        ("user:leo", "user:cleo", "sign:edit", "/", Inherit, "forbidden"),
        ("user:olga", "user:cleo", "sign:edit", "/", Inherit, "done"),
        ("user:olga", "user:vera", "sign:edt", "/", Allow, "invalid_override"),
        ("user:olga", "user:nobody", "sign:edit", "/", Allow, "unknown_member"),
        ("user:jan", "user:vera", "sign:edit", "/", Deny, "forbidden"),
    ] {
        check(&mut state, who, &set(to, permission, scope, effect), expected);
    }
}

#[test]
fn a_denial_anywhere_near_ends_coverage() {
    use Inheriting::{Allow, Deny};
    let model = format!(
        "{}[roles.no-edit]\ndeny = ['sign:edit']\n[roles.setter]\nallow = ['override:set', 'sign:*']\n",
        super::MODEL
    );
    let people = |more: &str| format!("{}[[assignments]]\nto = 'user:leo'\nrole = 'setter'\n{more}", super::PEOPLE);
    let leo = |more: &str, scope: &str, expected: &str| {
        check(&mut set_up(&model, &people(more)), "user:leo", &set("user:vera", "sign:edit", scope, Allow), expected);
    };
    leo("", "/", "done");
    leo("[[assignments]]\nto = 'user:leo'\nrole = 'no-edit'\nscope = 'project:x'\n", "/", "forbidden");
    leo("[[assignments]]\nto = 'user:leo'\nrole = 'no-edit'\nscope = 'project:x'\n", "project:x/sign:1", "forbidden");
    leo("[[assignments]]\nto = 'user:leo'\nrole = 'no-edit'\nscope = 'project:x'\n", "project:y", "done");
    leo(
        "[[overrides]]\nsubject = 'user:leo'\npermission = 'sign:edit'\nscope = 'project:x/sign:1'\neffect = 'deny'\n",
        "project:x",
        "forbidden",
    );
    // What begins later counts now: the override that is given would still be there.
    leo("[[assignments]]\nto = 'user:leo'\nrole = 'no-edit'\nfrom = 2100-01-01T00:00:00Z\n", "/", "forbidden");
    let mut state = set_up(&model, &people(""));
    check(&mut state, "user:olga", &set("user:leo", "sign:edit", "/", Deny), "done");
    check(&mut state, "user:leo", &set("user:leo", "sign:edit", "/", Inheriting::Inherit), "forbidden");
}

#[test]
fn all_rights_are_set_in_one_command() {
    let mut state = tenant();
    let all = |effect| Command::SetAllOverrides { subject: "user:vera".to_owned(), effect, scope: None };
    check(&mut state, "user:vera", &all(Inheriting::Allow), "forbidden");
    check(&mut state, "user:olga", &all(Inheriting::Allow), "done");
    check(&mut state, "user:olga", &all(Inheriting::Deny), "done");
    check(&mut state, "user:olga", &all(Inheriting::Inherit), "done");
    check(&mut state, "user:olga", &all(Inheriting::Inherit), "nothing to do");
}

#[test]
fn the_last_administrator_stays() {
    let mut state = tenant();
    // Dora is one, but deactivated.
    check(&mut state, "user:olga", &Command::Unassign { id: "a5".to_owned() }, "last_administrator");
    check(&mut state, "user:jan", &status("user:olga", StatusForm::Locked), "last_administrator");
    let deny = set("user:olga", "assignment:create", "/", Inheriting::Deny);
    check(&mut state, "user:olga", &deny, "last_administrator");
    check(&mut state, "user:olga", &assign("user:vera", "owner", "/"), "done");
    check(&mut state, "user:jan", &status("user:olga", StatusForm::Locked), "done");
    check(&mut state, "user:jan", &status("user:vera", StatusForm::Locked), "last_administrator");
}

#[test]
fn a_group_can_hold_the_last_administrators() {
    let people = format!("{}[[assignments]]\nto = 'group:team'\nrole = 'owner'\n", super::PEOPLE);
    let mut state = set_up(super::MODEL, &people);
    check(&mut state, "user:jan", &status("user:olga", StatusForm::Locked), "done");
    check(&mut state, "user:jan", &status("user:vera", StatusForm::Locked), "last_administrator");
}

#[test]
fn a_command_with_a_key_is_applied_once() {
    let mut state = tenant();
    let keyed = |key: &str, command: Command| CommandCall {
        idempotency_key: Some(key.to_owned()),
        ..CommandCall::new("user:olga", false, command)
    };
    let give = || assign("user:vera", "viewer", "/");
    assert_eq!(call(&mut state, &keyed("k1", give())), "2 a6");
    let before = state.clone();
    assert_eq!(call(&mut state, &keyed("k1", give())), "2 a6");
    assert_eq!(state, before, "it left no second trace");
    assert_eq!(call(&mut state, &keyed("k1", assign("user:vera", "viewer", "project:p"))), "idempotency_key_reused");
    assert_eq!(call(&mut state, &keyed("k2", give())), "3 a7");
    let other = CommandCall { actor: "user:leo".to_owned(), ..keyed("k1", assign("user:vera", "viewer", "project:p")) };
    assert_eq!(call(&mut state, &other), "4 a8", "a key is the actor's own");
    assert_eq!(call(&mut state, &keyed("", give())), "idempotency_key");
    // A refusal is not remembered: what was wrong may be mended.
    assert_eq!(call(&mut state, &keyed("k3", assign("user:new", "viewer", "/"))), "unknown_member");
    assert_eq!(call(&mut state, &keyed("k3", assign("user:jan", "viewer", "/"))), "5 a9");
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    let mut state = tenant();
    let keyed = CommandCall {
        idempotency_key: Some("k".to_owned()),
        ..CommandCall::new("user:olga", false, assign("user:vera", "viewer", "/"))
    };
    assert_eq!(call(&mut state, &keyed), "2 a6");
    let day = 24 * 60 * 60 * 1_000;
    assert_eq!(crate::next_due(&state), Ok(Some(day)));
    assert_eq!(crate::tick(&state, day - 1, CHANCE), Ok(None));
    let commit = crate::tick(&state, day, CHANCE).expect("memory").expect("something is due");
    state.apply(&commit);
    assert_eq!(crate::next_due(&state), Ok(None));
    assert_eq!(call(&mut state, &keyed), "4 a7");
}

#[test]
fn a_command_for_a_state_that_is_no_more_is_refused() {
    let mut state = tenant();
    let matching = |revision, command: Command| CommandCall {
        if_match: Some(revision),
        ..CommandCall::new("user:olga", false, command)
    };
    assert_eq!(call(&mut state, &matching(1, status("user:vera", StatusForm::Locked))), "2 ");
    assert_eq!(call(&mut state, &matching(1, status("user:vera", StatusForm::Active))), "changed_meanwhile");
    assert_eq!(call(&mut state, &matching(2, status("user:vera", StatusForm::Active))), "3 ");
    assert_eq!(call(&mut state, &matching(1, status("user:leo", StatusForm::Locked))), "4 ", "leo did not change");
    assert_eq!(call(&mut state, &matching(1, assign("user:leo", "viewer", "/"))), "if_match");
    // Who may not change it is not told that it has changed, nor a stranger that it is there.
    for (who, expected) in [("user:vera", "forbidden"), ("user:stranger", "no_member")] {
        let command = matching(1, status("user:leo", StatusForm::Locked));
        assert_eq!(call(&mut state, &CommandCall { actor: who.to_owned(), ..command }), expected);
    }
}

#[test]
fn a_dry_run_tells_the_impact_and_changes_nothing() {
    let state = &mut tenant();
    let before = state.clone();
    let dry = |who: &str, command: Command| CommandCall { dry_run: true, ..CommandCall::new(who, false, command) };
    let settled = settle(state, &dry("user:olga", assign("user:vera", "viewer", "/")), 0, CHANCE).expect("memory");
    let CommandAnswer::Impact(impact) = settled.answer else { panic!("no impact") };
    let told: Vec<_> = impact
        .changes
        .iter()
        .map(|change| {
            format!("{} {} {} {} {}", change.subject, change.permission, change.scope, change.before, change.after)
        })
        .collect();
    assert_eq!(told, ["user:vera project:view / deny allow", "user:vera sign:view / deny allow"]);
    assert!(settled.commit.is_none() && settled.entry.is_none());
    assert_eq!(call(state, &dry("user:vera", assign("user:vera", "owner", "/"))), "forbidden");
    assert_eq!(call(state, &dry("user:olga", status("user:vera", StatusForm::Active))), "0 changes");
    assert_eq!(*state, before);
}

#[test]
fn many_roles_are_given_all_or_none() {
    let mut state = tenant();
    let one = |to: &str| match assign(to, "viewer", "/") {
        Command::Assign(given) => given,
        _ => panic!("it is an assignment"),
    };
    let many = |to: &[&str]| Command::AssignMany { assignments: to.iter().map(|to| one(to)).collect() };
    check(&mut state, "user:olga", &many(&["user:vera", "user:nobody"]), "unknown_member");
    check(&mut state, "user:leo", &many(&["user:vera", "user:jan"]), "forbidden");
    check(&mut state, "user:olga", &many(&[]), "assignments");
    check(&mut state, "user:olga", &many(&["user:vera", "user:jan", "group:team"]), "done");
}

#[test]
fn the_log_shows_before_and_after() {
    let state = tenant();
    let lock = CommandCall {
        reason: Some("left the company".to_owned()),
        ..CommandCall::new("user:olga", false, status("user:vera", StatusForm::Locked))
    };
    let entry = settle(&state, &lock, 0, CHANCE).expect("memory").entry.expect("it is logged");
    assert_eq!(entry.command, "set_status");
    assert_eq!(entry.reason.as_deref(), Some("left the company"));
    let shown = serde_json::to_string(&entry.changes).expect("it is JSON");
    assert_eq!(shown, r#"[{"what":"member:user:vera","before":{"status":"active"},"after":{"status":"locked"}}]"#);
}

#[test]
fn nobody_takes_a_restriction_off_themselves() {
    let model = super::MODEL.replace(
        "assigns = [\"owner\", \"lead\", \"viewer\"]",
        "assigns = [\"owner\", \"lead\", \"viewer\", \"muted\"]",
    );
    let model = format!("{model}[roles.muted]\ndeny = ['sign:edit']\n");
    let people = format!(
        "{}[[assignments]]\nto = 'user:olga'\nrole = 'muted'\n[[assignments]]\nto = 'user:vera'\nrole = 'muted'\n",
        super::PEOPLE
    );
    let state = &mut set_up(&model, &people);
    let muted = |state: &Memory, who: &str| {
        let key = format!("subject/user:{who}");
        let held = crate::assignments::of(state, &key).expect("memory");
        let form = held.into_iter().find(|form| form.role == "muted").expect("it is held");
        Command::Unassign { id: form.id }
    };
    let (own, other) = (muted(state, "olga"), muted(state, "vera"));
    check(state, "user:olga", &own, "forbidden");
    check(state, "user:olga", &other, "done");
    let Ok(Outcome::Done(_)) = execute(state, &actor("operator:dev"), &own, 0, CHANCE) else { panic!("refused") };
    assert!(state.meta().is_ok());
}

#[test]
fn what_everybody_can_make_makes_no_administrator() {
    let model =
        format!("{}[roles.helper]\nallow = ['assignment:*', 'role:*', 'sign:view', 'member:lock']\n", super::MODEL);
    let people = format!("{}[[assignments]]\nto = 'user:vera'\nrole = 'helper'\n", super::PEOPLE);
    let mut state = set_up(&model, &people);
    let role = |value: serde_json::Value| {
        Command::CreateRole(countersign_wire::api::RoleBody(value.as_object().cloned().expect("an object")))
    };
    check(&mut state, "user:vera", &role(serde_json::json!({ "id": "x", "allow": ["sign:view"] })), "done");
    let leading = serde_json::json!({ "id": "r", "allow": ["assignment:create"], "assigns": ["x"] });
    check(&mut state, "user:vera", &role(leading), "done");
    check(&mut state, "user:vera", &assign("user:vera", "r", "/"), "done");
    check(&mut state, "user:vera", &status("user:olga", StatusForm::Locked), "last_administrator");
}

#[test]
fn approvals_are_not_for_managing_the_account() {
    let mut state = tenant();
    for (permission, expected) in
        [("assignment:*", "invalid_approval_policy"), ("*", "invalid_approval_policy"), ("sign:edit", "done")]
    {
        let body = serde_json::json!({ "id": "p", "permissions": [permission], "approvers": ["role:owner"] });
        let body = serde_json::from_value(body).expect("a body");
        check(&mut state, "user:olga", &Command::CreateApprovalPolicy(body), expected);
    }
}

#[test]
fn a_dry_run_tells_nothing_that_the_actor_may_not_look_at() {
    let mut state = tenant();
    let dry = |who: &str| CommandCall {
        dry_run: true,
        ..CommandCall::new(who, false, assign("user:vera", "viewer", "project:p"))
    };
    assert_eq!(call(&mut state, &dry("user:olga")), "2 changes");
    assert_eq!(call(&mut state, &dry("user:leo")), "0 changes");
}
