//! Imports by parts: what they bring and refuse, that they come to the same as a whole import, and what they leave alone.

use super::stage::{MODEL, OPERATOR, Stage};
use crate::State;
use countersign_wire::api::{Command, Import, ImportPart, Page, Query};
use serde_json::{Value, json};

/// Who is there before anything is imported by parts.
const BASE: &str = r#"
members = [{ subject = "user:olga", email = "olga@example.com" }]
groups = [{ id = "team" }, { id = "crew" }]
roles = [{ id = "night", allow = ["project:view"] }]
assignments = [
    { to = "user:olga", role = "owner" },
    { to = "group:team", role = "viewer", scope = "project:p" },
]
"#;

const ANN: &str = r#"
members = [{ subject = "user:ann", name = "Ann", email = "ann@example.com", groups = ["team"], attributes = { licensed = true } }]
assignments = [{ to = "user:ann", role = "lead" }, { to = "user:ann", role = "viewer", scope = "project:q", when = "subject.boss" }]
overrides = [{ subject = "user:ann", permission = "project:publish", effect = "deny" }]
"#;

fn part(text: &str) -> Command {
    Command::ImportPart(ImportPart { tenant: text.to_owned(), run: None, last: false })
}

fn whole(text: &str) -> Command {
    Command::Import(Import { model: MODEL.to_owned(), tenant: text.to_owned(), run: None })
}

fn command(json: Value) -> Command {
    serde_json::from_value(json).expect("a command")
}

fn stage() -> Stage {
    Stage::of(MODEL, BASE)
}

fn export(stage: &mut Stage) -> Value {
    stage.ask(OPERATOR, Query::Export).expect("an export")
}

/// A part says of its members what came of them.
#[track_caller]
fn check(stage: &mut Stage, text: &str, added: u64, changed: u64) {
    let before = stage.state.meta().expect("memory").revision;
    let done = stage.done(OPERATOR, part(text));
    let shown = done.shown.expect("numbers");
    assert_eq!((shown["added"].as_u64(), shown["changed"].as_u64()), (Some(added), Some(changed)), "{text}");
    assert_eq!(done.revision, before + u64::from(added + changed > 0), "what changes nothing has no revision");
}

#[test]
fn members_come_with_all_that_they_are_given_and_a_part_again_changes_nothing() {
    let mut stage = stage();
    check(&mut stage, ANN, 1, 0);
    assert!(stage.may("user:ann", "edit", "project:p") && !stage.may("user:ann", "publish", "project:p"));
    let (state, file) = (stage.state.clone(), export(&mut stage));
    check(&mut stage, ANN, 0, 0);
    assert_eq!(export(&mut stage), file);
    let docs = |stage: &Stage| stage.state.docs("", "", usize::MAX).expect("memory");
    assert_eq!(docs(&stage).len(), state.docs("", "", usize::MAX).expect("memory").len());
    assert_eq!(stage.log.last().map(|entry| entry.command.as_str()), Some("import_part"));
    assert!(!format!("{:?}", stage.log).contains("ann@example.com"), "the log says which text it was");
}

#[test]
fn what_is_written_holds_and_the_rest_stays() {
    let mut stage = stage();
    stage.done(OPERATOR, part(ANN));
    let ids = |stage: &mut Stage| {
        let list = stage.ask(OPERATOR, Query::Member { subject: "user:ann".to_owned() }).expect("a member");
        let all = list["assignments"].as_array().expect("a list").clone();
        all.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    stage.done(
        OPERATOR,
        command(json!({ "edit_member": { "subject": "user:ann", "edit": { "user_name": "ann@example.com" } } })),
    );
    let before = ids(&mut stage);
    let other =
        ANN.replace("\"Ann\"", "\"Ann B\"").replace("\"lead\"", "\"night\"").replace("[\"team\"]", "[\"crew\"]");
    check(&mut stage, &other, 0, 1);
    let after = ids(&mut stage);
    assert_eq!((before.len(), after.len(), &before[1]), (2, 2, &after[1]), "what stays keeps its id");
    assert_ne!(before[0], after[0]);
    assert!(!stage.may("user:ann", "edit", "project:p"), "what is not written any more is taken back");
    assert_eq!(stage.state.doc(&format!("holder/{}", before[0])), Ok(None));
    assert_eq!(stage.state.doc("in_group/team/user:ann"), Ok(None));
    let person = stage.state.person("user:ann").expect("memory").expect("Ann").1;
    assert_eq!((person.name.as_deref(), person.user_name.as_deref()), (Some("Ann B"), Some("ann@example.com")));
    assert!(stage.may("user:olga", "edit", "project:p"), "nobody else is touched");
}

#[test]
fn parts_come_to_the_same_as_the_whole() {
    let members: Vec<String> = (0..60).map(|number| format!("user:m{number:02}")).collect();
    let role = |number: usize| ["lead", "viewer", "night"][number % 3];
    let file = |from: usize, to: usize| {
        let there = members[from..to].iter().zip(from..);
        let one = |(subject, number): (&String, usize)| {
            json!({ "subject": subject, "groups": if number % 2 == 0 { json!(["team"]) } else { json!([]) },
                "status": (["active", "locked", "invited", "deactivated"][number % 4]), "attributes": { "boss": number % 5 == 0 } })
        };
        let given = |(subject, number): (&String, usize)| {
            let mut given = json!({ "to": subject, "role": role(number), "scope": (["/", "project:p"][number % 2]) });
            if number % 7 == 0 {
                given["when"] = "subject.boss".into();
                given["until"] = "2030-01-01T00:00:00Z".into();
            }
            given
        };
        let set = |(subject, _): (&String, usize)| json!({ "subject": subject, "permission": "project:publish", "effect": "allow" });
        json!({
            "members": there.clone().map(one).collect::<Vec<_>>(),
            "assignments": there.clone().map(given).collect::<Vec<_>>(),
            "overrides": there.step_by(9).map(set).collect::<Vec<_>>(),
        })
    };
    let mut by_parts = stage();
    for from in (0..60).step_by(25) {
        by_parts.done(OPERATOR, part(&file(from, (from + 25).min(60)).to_string()));
    }
    let exported = export(&mut by_parts);
    let mut at_once = Stage::of(MODEL, &exported.to_string());
    assert_eq!(export(&mut at_once), exported);
    for subject in &members {
        for action in ["view", "edit", "publish"] {
            assert_eq!(
                by_parts.may(subject, action, "project:p"),
                at_once.may(subject, action, "project:p"),
                "{subject} {action}"
            );
        }
    }
    assert_eq!(crate::seats::taken(&by_parts.state), crate::seats::count(&by_parts.state));
    // The parts of the export are the export.
    let mut joined = json!({});
    let mut cursor = None;
    loop {
        let page = countersign_wire::api::Page { cursor, limit: 7 };
        let Value::Object(mut lists) = by_parts.ask(OPERATOR, Query::ExportPart(page)).expect("a part") else {
            panic!()
        };
        cursor = lists.remove("next").and_then(|next| next.as_str().map(str::to_owned));
        for (name, list) in lists {
            let all = joined.as_object_mut().expect("lists").entry(name).or_insert_with(|| json!([]));
            all.as_array_mut().expect("a list").extend(list.as_array().expect("a list").clone());
        }
        if cursor.is_none() {
            break;
        }
    }
    let sorted = |mut file: Value| {
        file["assignments"].as_array_mut().expect("a list").sort_by_key(Value::to_string);
        file
    };
    assert_eq!(sorted(joined), sorted(exported));
}

#[test]
fn what_a_whole_import_would_refuse_is_refused() {
    let one = "members = [{ subject = 'user:new' }]\n";
    let with = |more: &str| format!("{one}{more}");
    let many = (0..1_001).map(|number| format!("[[members]]\nsubject = 'user:n{number}'\n")).collect::<String>();
    for (text, code) in [
        (with("assignments = [{ to = 'user:new', role = 'led' }]"), "invalid_tenant"),
        (with("assignments = [{ to = 'user:olga', role = 'viewer' }]"), "invalid_tenant"),
        (with("assignments = [{ to = 'group:team', role = 'viewer' }]"), "invalid_tenant"),
        (with("assignments = [{ to = 'user:new', role = 'owner', scope = 'project:p' }]"), "invalid_tenant"),
        (with("assignments = [{ to = 'user:new', role = 'viewer', when = 'subject.nobody' }]"), "invalid_tenant"),
        (with("overrides = [{ subject = 'user:new', permission = 'project:fly', effect = 'deny' }]"), "invalid_tenant"),
        (with("groups = [{ id = 'new' }]"), "invalid_tenant"),
        (with("roles = [{ id = 'new' }]"), "invalid_tenant"),
        (with("resources = [{ path = 'project:p' }]"), "invalid_tenant"),
        (with("approval_policies = [{ id = 'a', permissions = ['project:view'] }]"), "invalid_tenant"),
        (with("settings = { seats = 5 }"), "invalid_tenant"),
        ("members = [{ subject = 'user:new', groups = ['nobody'] }]".to_owned(), "invalid_tenant"),
        ("members = [{ subject = 'user:new', attributes = { licensed = 'yes' } }]".to_owned(), "invalid_tenant"),
        ("members = [{ subject = 'user:new' }, { subject = 'user:new' }]".to_owned(), "invalid_tenant"),
        ("members = [{ subject = 'user:new', subject = 'user:x' }]".to_owned(), "invalid_tenant"),
        ("members = [{ subject = 'user:new', colour = 'red' }]".to_owned(), "invalid_tenant"),
        ("members = [{ subject = 'new' }]".to_owned(), "invalid_tenant"),
        (many, "too_many_members"),
    ] {
        let mut stage = stage();
        stage.check(OPERATOR, part(&text), code);
        assert_eq!(stage.state.record("subject/user:new"), Ok(None), "{text}");
    }
    let mut stage = stage();
    stage.check("user:olga", part(one), "forbidden");
    stage.check("user:stranger", part(one), "no_member");
    stage.check(OPERATOR, part(one), "done");
}

#[test]
fn who_was_deleted_does_not_come_back() {
    let mut stage = stage();
    stage.done(OPERATOR, part(ANN));
    stage.done("user:olga", command(json!({ "delete_member": { "subject": "user:ann" } })));
    stage.done("user:olga", command(json!({ "delete_role": { "id": "night" } })));
    stage.done("user:olga", command(json!({ "delete_group": { "id": "crew" } })));
    stage.check(OPERATOR, part(ANN), "id_was_used");
    for text in [
        "[[members]]\nsubject = 'user:ann'",
        "[[groups]]\nid = 'crew'",
        "[[roles]]\nid = 'night'\nallow = ['project:view']",
    ] {
        stage.check(OPERATOR, whole(text), "id_was_used");
    }
    stage.check(OPERATOR, whole("[[members]]\nsubject = 'user:olga'"), "done");
    // A whole import that leaves somebody out does not bury them.
    stage.check(OPERATOR, whole(BASE.replace("night", "late").replace("crew", "cast").as_str()), "done");
}

#[test]
fn settings_hold_for_parts_too() {
    let two = "members = [{ subject = 'user:a' }, { subject = 'user:b' }]";
    let mut stage = stage();
    stage.done(OPERATOR, command(json!({ "edit_settings": { "seats": 2 } })));
    stage.check(OPERATOR, part(two), "no_seat");
    stage.check(OPERATOR, part("members = [{ subject = 'user:a' }, { subject = 'service:b' }]"), "done");
    stage.done(OPERATOR, command(json!({ "edit_settings": { "seats": 0, "sealed_roles": { "lead": "No." } } })));
    stage.check(OPERATOR, part(ANN), "sealed_role");
    stage.done(OPERATOR, command(json!({ "edit_settings": { "sealed_roles": {} } })));
    stage.check(OPERATOR, part(ANN), "done");
    stage.done(OPERATOR, command(json!({ "edit_settings": { "sealed_roles": { "lead": "No." } } })));
    stage.check(OPERATOR, part(&ANN.replace("\"Ann\"", "\"Anna\"")), "done");
    stage.check(OPERATOR, part("members = [{ subject = 'user:olga', status = 'locked' }]"), "last_administrator");
}

#[test]
fn an_invitation_ends_when_its_member_is_active_and_who_waits_for_a_credential_goes_on_waiting() {
    let mut stage = stage();
    let invite = json!({ "create_member": { "user_name": "pat@example.com", "subject": "user:pat", "invite": "now" } });
    stage.done("user:olga", command(invite));
    let pat = |status: &str| {
        format!("members = [{{ subject = 'user:pat', email = 'pat@example.com', status = '{status}' }}]")
    };
    check(&mut stage, &pat("invited"), 0, 0);
    check(&mut stage, &pat("active"), 0, 1);
    assert_eq!(stage.state.docs("invitation/", "", 9), Ok(Vec::new()));
    let waits = json!({ "edit_member": { "subject": "user:pat", "edit": { "credential_change_required": true } } });
    stage.done("user:olga", command(waits));
    check(&mut stage, &pat("active"), 0, 0);
    check(&mut stage, &pat("locked"), 0, 0);
    assert!(stage.state.person("user:pat").expect("memory").expect("Pat").1.credential_change_required);
}

/// The tokens that are still good, by their services.
fn good_tokens(stage: &mut Stage) -> Vec<String> {
    let list = stage.ask(OPERATOR, Query::Tokens(Page::default())).expect("tokens");
    let all = list["items"].as_array().expect("a list").iter().filter(|token| token["revoked"] == json!(false));
    all.map(|token| token["subject"].as_str().expect("a subject").to_owned()).collect()
}

/// An account is replaced by parts as it is by one file: held to nothing that the old account's settings say, without an
/// end to what those left behind who come back, and by one import at a time.
#[test]
fn the_parts_of_an_import_belong_together() {
    let mut stage = stage();
    stage.done(OPERATOR, part("members = [{ subject = 'service:ci' }, { subject = 'service:old' }]"));
    for service in ["service:ci", "service:old"] {
        stage.done(OPERATOR, command(json!({ "create_token": { "subject": service, "name": "t" } })));
    }
    let settings = json!({ "edit_settings": { "seats": 1, "sealed_roles": { "lead": "Nobody leads." } } });
    stage.done(OPERATOR, command(settings));
    let begin = |run: &str| {
        Command::Import(Import { model: MODEL.to_owned(), tenant: BASE.to_owned(), run: Some(run.to_owned()) })
    };
    let next = |text: &str, run: &str, last| {
        Command::ImportPart(ImportPart { tenant: text.to_owned(), run: Some(run.to_owned()), last })
    };
    stage.check(OPERATOR, next(ANN, "first", false), "other_import");
    stage.done(OPERATOR, begin("first"));
    assert_eq!(good_tokens(&mut stage).len(), 2);
    stage.check(OPERATOR, part(ANN), "sealed_role");
    stage.check(OPERATOR, part("members = [{ subject = 'user:ben' }]"), "no_seat");
    stage.done(OPERATOR, next(ANN, "first", false));
    stage.done(OPERATOR, begin("second"));
    stage.check(OPERATOR, next(ANN, "first", false), "other_import");
    stage.done(OPERATOR, next(ANN, "second", false));
    stage.done(OPERATOR, next("members = [{ subject = 'service:ci' }]", "second", true));
    assert_eq!(good_tokens(&mut stage), ["service:ci"]);
    assert!(stage.may("user:ann", "edit", "project:p"));
    stage.check(OPERATOR, next(ANN, "second", true), "other_import");
}

#[test]
fn a_sealed_role_comes_by_no_group_and_nowhere_else() {
    let mut stage = stage();
    stage.done(OPERATOR, part(ANN));
    let settings =
        json!({ "edit_settings": { "sealed_roles": { "lead": "Nobody leads.", "viewer": "Nobody views." } } });
    stage.done(OPERATOR, command(settings));
    stage.check(OPERATOR, part(ANN), "done");
    stage.check(OPERATOR, part("members = [{ subject = 'user:ben', groups = ['crew'] }]"), "done");
    stage.check(OPERATOR, part("members = [{ subject = 'user:ben', groups = ['team'] }]"), "sealed_role");
    let wider = ANN.replace("scope = \"project:q\"", "scope = \"project:r\"");
    assert_ne!(wider, ANN);
    stage.check(OPERATOR, part(&wider), "sealed_role");
}
