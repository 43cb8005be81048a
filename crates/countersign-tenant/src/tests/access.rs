//! Tokens of services, support access, and the settings.

use super::stage::{MODEL, OPERATOR, PEOPLE, Stage};
use crate::{State, digest};
use countersign_wire::api::{
    Assign, Command, Inheriting, OverrideBody, Page, Query, SettingsEdit, SupportBody, TokenBody,
};
use countersign_wire::by_name::ByName;
use countersign_wire::record::{StatusForm, TokenRecord, decode};
use countersign_wire::time;

const HOUR: i64 = 3_600_000;

fn token(subject: &str, expires: Option<i64>) -> Command {
    let expires = expires.and_then(time::format);
    Command::CreateToken(TokenBody { subject: subject.to_owned(), name: "build".to_owned(), expires })
}

fn rotate(id: &str) -> Command {
    Command::RotateToken { id: id.to_owned() }
}

fn revoke(id: &str) -> Command {
    Command::RevokeToken { id: id.to_owned() }
}

fn assign(to: &str, role: &str, until: Option<i64>) -> Command {
    let until = until.and_then(time::format);
    Command::Assign(Assign {
        to: to.to_owned(),
        role: role.to_owned(),
        scope: "/".to_owned(),
        until,
        ..Assign::default()
    })
}

fn support(role: &str, until: Option<i64>) -> Command {
    let (subject, role, until) = ("support:vendor".to_owned(), role.to_owned(), until.and_then(time::format));
    Command::AuthoriseSupport(SupportBody { subject, role, reason: "ticket 7".to_owned(), until })
}

fn allow(subject: &str, permission: &str) -> Command {
    let body = OverrideBody {
        permission: permission.to_owned(),
        scope: "/".to_owned(),
        effect: Inheriting::Allow,
        from: None,
        until: None,
    };
    Command::SetOverride { subject: subject.to_owned(), body }
}

fn record(stage: &Stage, id: &str) -> TokenRecord {
    let bytes = stage.state.record(&format!("token/{id}")).expect("memory").expect("a token's record");
    decode(&bytes).expect("a record")
}

#[test]
fn tokens_are_made_for_active_services_by_those_who_may() {
    let mut stage = Stage::new();
    let past = stage.now - 1;
    for (who, subject, expires, expected) in [
        ("user:olga", "service:ci", None, "done"),
        ("user:olga", "user:vera", None, "not_a_service"),
        ("user:olga", "support:standing", None, "not_a_service"),
        ("user:olga", "service:none", None, "unknown_member"),
        ("user:olga", "service:off", None, "not_active"),
        ("user:olga", "service:ci", Some(past), "expires_in_the_past"),
        ("user:vera", "service:ci", None, "forbidden"),
        ("user:vera", "service:none", None, "forbidden"),
        ("user:rita", "service:idle", None, "forbidden"),
        ("user:dora", "service:idle", None, "forbidden"),
        ("user:stranger", "service:idle", None, "no_member"),
        (OPERATOR, "service:ci", None, "done"),
        // `service:ci` is a viewer through its group, and `cleo` may give that role; it holds nothing else.
        ("user:cleo", "service:ci", None, "done"),
        ("user:cleo", "service:idle", None, "done"),
        ("user:cleo", "service:app", None, "forbidden"),
    ] {
        stage.check(who, token(subject, expires), expected);
    }
}

#[test]
fn nobody_makes_or_rotates_a_token_of_a_service_that_holds_what_he_cannot_hand_on() {
    let gains: [(&str, Command); 3] = [
        ("a role", assign("service:idle", "owner", None)),
        ("a group's role", assign("group:builders", "helper", None)),
        ("an override", allow("service:idle", "project:publish")),
    ];
    for (name, gain) in gains {
        let mut stage = Stage::new();
        let service = if name == "a group's role" { "service:ci" } else { "service:idle" };
        let id = stage.done("user:cleo", token(service, None)).id.expect("an id");
        stage.done("user:olga", gain);
        stage.check("user:cleo", token(service, None), "forbidden");
        stage.check("user:cleo", rotate(&id), "forbidden");
        stage.check("user:olga", rotate(&id), "done");
        stage.check("user:cleo", revoke(&id), "done");
    }
}

#[test]
fn what_a_rule_permits_to_a_service_counts_too() {
    let rule = "[[rules]]\neffect = 'permit'\npermissions = ['project:publish']\nwhen = 'subject.boss'\nwhy = 'x'\n";
    let mut stage = Stage::of(&format!("{MODEL}{rule}"), PEOPLE);
    stage.check("user:cleo", token("service:idle", None), "forbidden");
    stage.check("user:olga", token("service:idle", None), "done");
}

#[test]
fn a_token_does_not_outlast_the_right_to_make_it() {
    let mut stage = Stage::new();
    let end = stage.now + HOUR;
    stage.done("user:olga", assign("user:vera", "owner", Some(end)));
    stage.done("user:olga", assign("service:idle", "viewer", None));
    stage.check("user:vera", token("service:idle", None), "outlasts_giver");
    stage.check("user:vera", token("service:idle", Some(end + 1)), "outlasts_giver");
    stage.check("user:vera", token("service:idle", Some(end)), "done");
    // What the service holds ends by then, too.
    stage.done("user:olga", assign("service:app", "viewer", Some(end)));
    let mut short = Stage::new();
    short.done("user:olga", assign("user:vera", "owner", Some(end)));
    short.done("user:olga", assign("service:idle", "viewer", Some(end)));
    short.check("user:vera", token("service:idle", None), "done");
}

#[test]
fn a_secret_is_shown_once_and_kept_as_its_hash_alone() {
    let mut stage = Stage::new();
    let done = stage.done("user:olga", token("service:ci", Some(9_000_000)));
    let (id, shown) = (done.id.expect("an id"), done.shown.expect("a secret"));
    let secret = shown["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with(&format!("countersign_{id}_")) && secret.len() > 64 + 12);
    let random = secret.rsplit('_').next().expect("a random part");
    assert!(random.len() == 64 && !stage.knows(&secret) && !stage.knows(random));
    let first = record(&stage, &id);
    assert_eq!(first.hash, digest(secret.as_bytes()));
    assert_eq!((first.subject.as_str(), first.expires, first.revoked), ("service:ci", Some(9_000_000), false));
    assert!(first.is_live(8_999_999) && !first.is_live(9_000_000));

    let rotated = stage.done("user:olga", rotate(&id)).shown.expect("a secret");
    assert_ne!(rotated["secret"], shown["secret"]);
    assert_ne!(record(&stage, &id).hash, first.hash, "the old one ended at once");
    stage.done("user:olga", revoke(&id));
    let last = record(&stage, &id);
    assert!(last.revoked && !last.is_live(0) && last.hash.is_empty());
    stage.check("user:olga", revoke(&id), "done");
    stage.check("user:olga", rotate(&id), "token_ended");
    stage.check("user:vera", revoke(&id), "unknown_token");
    stage.check("user:rita", revoke(&id), "unknown_token");
    stage.check("user:olga", revoke("t99"), "unknown_token");
}

#[test]
fn an_expired_token_is_not_made_good_again() {
    let mut stage = Stage::new();
    let end = stage.now + HOUR;
    let id = stage.done("user:olga", token("service:ci", Some(end))).id.expect("an id");
    stage.at(end);
    stage.check("user:olga", rotate(&id), "token_ended");
}

#[test]
fn lists_of_tokens_show_no_secret_and_only_what_may_be_seen() {
    let mut stage = Stage::new();
    for _ in 0..7 {
        stage.done("user:olga", token("service:ci", None));
    }
    for (who, count) in [("user:olga", 7), ("user:rita", 7), ("user:vera", 0), ("user:dora", 0), (OPERATOR, 7)] {
        let tokens = stage.items(who, 3, Query::Tokens);
        assert_eq!(tokens.len(), count, "{who}");
        assert!(tokens.iter().all(|token| token["hint"].as_str().is_some_and(|hint| hint.len() < 24)));
    }
    assert_eq!(stage.ask("user:stranger", Query::Tokens(Page::default())), Err("no_member".to_owned()));
}

#[test]
fn an_import_leaves_tokens_as_they_are() {
    use countersign_wire::api::Import;
    let mut stage = Stage::new();
    let id = stage.done("user:olga", token("service:ci", None)).id.expect("an id");
    let before = record(&stage, &id);
    let import = Import { model: MODEL.to_owned(), tenant: PEOPLE.to_owned(), run: None };
    stage.done(OPERATOR, Command::Import(import));
    assert_eq!(record(&stage, &id), before);
    assert_eq!(stage.items("user:olga", 50, Query::Tokens).len(), 1);
    let without = PEOPLE
        .replace("{ subject = \"service:ci\", groups = [\"builders\"] },", "")
        .replace("{ to = \"group:builders\", role = \"viewer\", scope = \"project:p\" },", "");
    stage.done(OPERATOR, Command::Import(Import { model: MODEL.to_owned(), tenant: without, run: None }));
    assert!(record(&stage, &id).revoked, "one of a service that is gone has ended, whoever gets its name");
}

#[test]
fn support_is_let_in_for_a_time_by_those_who_may_give_the_role() {
    let mut stage = Stage::new();
    let now = stage.now;
    for (who, role, until, expected) in [
        ("user:vera", "helper", None, "forbidden"),
        ("user:rita", "helper", None, "forbidden"),
        ("user:cleo", "helper", None, "forbidden"),
        ("user:olga", "nothing", None, "unknown_role"),
        ("user:olga", "helper", Some(now), "invalid_until"),
        ("user:olga", "helper", Some(now + 721 * HOUR), "invalid_until"),
        ("user:olga", "helper", Some(now + 720 * HOUR), "done"),
        ("user:olga", "helper", None, "support_open"),
    ] {
        stage.check(who, support(role, until), expected);
    }
    assert!(stage.may("support:vendor", "edit", "project:p"));
    stage.check("user:rita", Command::DisableSupport, "forbidden");
    stage.check("user:olga", Command::DisableSupport, "done");
    assert!(!stage.may("support:vendor", "edit", "project:p"));
    assert!(stage.state.docs("due/", "", 9).expect("memory").is_empty(), "nothing is left to be done");
    stage.check("user:olga", Command::DisableSupport, "done");
    stage.check("user:olga", support("helper", None), "done");
    stage.check("support:vendor", support("helper", None), "forbidden");
}

#[test]
fn support_does_not_outlast_the_right_to_let_it_in() {
    let mut stage = Stage::new();
    let end = stage.now + HOUR;
    stage.done("user:olga", assign("user:vera", "owner", Some(end)));
    stage.check("user:vera", support("helper", None), "outlasts_giver");
    stage.check("user:vera", support("helper", Some(end + 1)), "outlasts_giver");
    stage.check("user:vera", support("helper", Some(end)), "done");
}

#[test]
fn support_ends_by_itself() {
    let mut stage = Stage::new();
    stage.done("user:olga", support("helper", None));
    let end = stage.now + 4 * HOUR;
    let shown = stage.ask("user:rita", Query::Support).expect("support");
    assert_eq!((shown["open"].as_bool(), shown["reason"].as_str()), (Some(true), Some("ticket 7")));
    assert_eq!(shown["authorised_by"], "user:olga");
    stage.now = end - 1;
    assert!(stage.may("support:vendor", "edit", "project:p"));
    stage.now = end;
    // No command has run, and no clock has rung.
    assert!(!stage.may("support:vendor", "edit", "project:p"));
    assert_eq!(stage.ask("user:rita", Query::Support).expect("support")["open"], false);
    stage.at(end);
    assert_eq!(stage.state.person("support:vendor").expect("memory").expect("a person").1.status, "deactivated");
    assert_eq!(stage.ask("support:vendor", Query::Settings), Err("forbidden".to_owned()));
    stage.done("user:olga", support("helper", None));
    assert!(stage.may("support:vendor", "edit", "project:p"));
    assert_eq!(stage.ask("user:vera", Query::Support), Err("forbidden".to_owned()));
}

#[test]
fn support_gets_no_standing_right_by_any_command() {
    let mut stage = Stage::new();
    stage.done("user:olga", support("helper", None));
    let status = |subject: &str, status| Command::SetStatus { subject: subject.to_owned(), status };
    for command in [
        assign("support:vendor", "owner", None),
        assign("support:vendor", "viewer", Some(stage.now + HOUR)),
        allow("support:vendor", "project:publish"),
    ] {
        stage.check("user:olga", command.clone(), "support_access");
        stage.run("support:vendor", command).expect_err("nor by itself");
    }
    stage.check("user:olga", status("support:vendor", StatusForm::Deactivated), "done");
    stage.check("user:olga", status("support:vendor", StatusForm::Active), "support_access");
    // One that the operators' file gave something to is no way around.
    let other = SupportBody {
        subject: "support:standing".to_owned(),
        role: "helper".to_owned(),
        reason: "r".to_owned(),
        until: None,
    };
    stage.done("user:olga", Command::DisableSupport);
    stage.check("user:olga", Command::AuthoriseSupport(other), "support_member");
}

#[test]
fn everything_that_support_does_and_reads_is_in_the_log() {
    let mut stage = Stage::new();
    stage.done("user:olga", support("helper", None));
    let before = stage.log.len();
    stage.ask("support:vendor", Query::Settings).expect("settings");
    stage.ask("support:vendor", Query::Tokens(Page::default())).expect("tokens");
    stage.ask("user:olga", Query::Settings).expect("settings");
    stage.check("support:vendor", assign("user:vera", "owner", None), "forbidden");
    stage.done("user:olga", Command::DisableSupport);
    stage.ask("support:vendor", Query::Settings).expect_err("a deactivated member");
    let names: Vec<(&str, &str, &str)> = stage.log[before..]
        .iter()
        .map(|entry| (entry.actor.as_str(), entry.command.as_str(), entry.outcome.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("support:vendor", "query.settings", "done"),
            ("support:vendor", "query.tokens", "done"),
            ("support:vendor", "assign", "forbidden"),
            ("user:olga", "disable_support", "done"),
            ("support:vendor", "query.settings", "forbidden"),
        ]
    );
    assert_eq!(crate::audit::verify("", &stage.log), Ok(()));
}

fn settings(change: impl FnOnce(&mut SettingsEdit)) -> Command {
    let mut edit = SettingsEdit::default();
    change(&mut edit);
    Command::EditSettings(edit)
}

#[test]
fn settings_are_changed_within_bounds_and_some_by_operators_alone() {
    let mut stage = Stage::new();
    let sealed = |role: &str| {
        let roles = ByName::from_iter([(role.to_owned(), "Contact the agency.".to_owned())]);
        settings(|edit| edit.sealed_roles = Some(roles))
    };
    let licences = |name: &str| {
        let licences = ByName::from_iter([(name.to_owned(), 3)]);
        settings(|edit| edit.licences = Some(licences))
    };
    for (who, command, expected) in [
        ("user:vera", settings(|edit| edit.account_name = Some("x".to_owned())), "forbidden"),
        ("user:rita", settings(|edit| edit.account_name = Some("x".to_owned())), "forbidden"),
        ("user:olga", settings(|edit| edit.account_name = Some("Acme".to_owned())), "done"),
        ("user:olga", settings(|edit| edit.account_name = Some(" ".to_owned())), "invalid_text"),
        ("user:olga", settings(|edit| edit.invitation_hours = Some(0)), "invalid_hours"),
        ("user:olga", settings(|edit| edit.approval_hours = Some(8_761)), "invalid_hours"),
        ("user:olga", settings(|edit| edit.invitation_hours = Some(8_760)), "done"),
        ("user:olga", settings(|edit| edit.seats = Some(0)), "done"),
        ("user:olga", settings(|edit| edit.seats = Some(5)), "forbidden"),
        ("user:olga", licences("licensed"), "forbidden"),
        ("user:olga", sealed("owner"), "forbidden"),
        (OPERATOR, settings(|edit| edit.seats = Some(5)), "done"),
        (OPERATOR, licences("licenced"), "unknown_attribute"),
        (OPERATOR, licences("licensed"), "done"),
        (OPERATOR, sealed("ownr"), "unknown_role"),
        (OPERATOR, sealed("helper"), "done"),
        ("user:olga", settings(|edit| edit.sealed_roles = Some(ByName::default())), "forbidden"),
        ("user:olga", settings(|edit| edit.multiple_accounts = Some(true)), "done"),
        ("user:olga", assign("user:vera", "helper", None), "sealed_role"),
        ("user:olga", support("helper", None), "sealed_role"),
        ("user:olga", support("viewer", None), "done"),
    ] {
        stage.check(who, command, expected);
    }
    let shown = stage.ask("user:rita", Query::Settings).expect("settings");
    assert_eq!((shown["seats"].as_u64(), shown["account_name"].as_str()), (Some(5), Some("Acme")));
    assert_eq!(shown["sealed_roles"]["helper"], "Contact the agency.");
    assert_eq!(stage.ask("user:vera", Query::Settings), Err("forbidden".to_owned()));
}
