//! Members: added, changed, locked for their credential, deleted.

use super::people_world::*;
use countersign_wire::api::{MemberEdit, NewMember, Query};
use countersign_wire::record::StatusForm::{Active, Deactivated, Locked};
use countersign_wire::stored::Settings;
use serde_json::{Value, json};

fn named(change: impl FnOnce(&mut NewMember)) -> countersign_wire::api::Command {
    let mut new = NewMember::default();
    change(&mut new);
    countersign_wire::api::Command::CreateMember(new)
}

#[test]
fn members_are_added_by_those_who_may() {
    let mut world = World::new();
    let mailbox = MemberEdit { email: Some(Some("idp@example.com".to_owned())), ..MemberEdit::default() };
    world.check("user:olga", &edit("service:idp", mailbox), "done");
    for (who, email, expected) in [
        ("user:vera", "new@example.com", "forbidden"),
        ("user:vera", "not an address", "forbidden"),
        ("user:vera", "olga@example.com", "forbidden"),
        ("user:hal", "not an address", "invalid_email"),
        ("user:hal", "new@example.com", "done"),
        ("user:hal", "NEW@example.com", "already_member"),
        // Olga is known by another subject, and by this address.
        ("user:hal", "olga@example.com", "already_member"),
        ("operator:dev", "other@example.com", "done"),
        // An address that a service has is nobody's.
        ("user:hal", "idp@example.com", "done"),
        ("user:stranger", "x@example.com", "no_member"),
    ] {
        world.check(who, &create(email), expected);
    }
    assert_eq!(world.made, "user:idp@example.com");
}

#[test]
fn a_user_name_is_unique_by_its_comment() {
    let mut world = World::new();
    let user = |name: &str| named(|new| new.user_name = Some(name.to_owned()));
    world.check("user:hal", &user("Ann@example.com"), "done");
    world.check("user:hal", &user("ann(night)@example.com"), "done");
    assert_eq!(world.made, "user:ann(night)@example.com");
    world.check("user:hal", &user("ANN(NIGHT)@example.com"), "already_member");
    world.check("user:hal", &user("ann(day)@example.com"), "done");
    assert_eq!(world.member("user:ann(day)@example.com")["email"], "ann@example.com");
    // By the address alone it is a person who is here already.
    world.check("user:hal", &create("ann@example.com"), "already_member");
    world.check("user:hal", &user("аnn@example.com"), "invalid_user_name");
    // Another subject cannot take the name, and an edit cannot either.
    let taken = named(|new| {
        new.subject = Some("user:42".to_owned());
        new.user_name = Some("ann(day)@example.com".to_owned());
    });
    world.check("user:hal", &taken, "already_member");
    let rename = |name: Option<&str>| {
        let user_name = Some(name.map(str::to_owned));
        edit("user:ann(day)@example.com", MemberEdit { user_name, ..MemberEdit::default() })
    };
    world.check("user:hal", &rename(Some("ann(night)@example.com")), "user_name_taken");
    world.check("user:hal", &rename(Some("ann(noon)@example.org")), "done");
    assert_eq!(world.member("user:ann(day)@example.com")["email"], "ann@example.org");
    // The name is free again, the id is not.
    world.check("user:hal", &user("ann(day)@example.com"), "already_member");
    world.check("user:hal", &taken, "done");
    world.check("user:hal", &rename(None), "done");
    assert_eq!(world.member("user:ann(day)@example.com")["user_name"], Value::Null);
}

#[test]
fn subjects_are_plain() {
    let mut world = World::new();
    let subject = |subject: &str| named(|new| new.subject = Some(subject.to_owned()));
    for (text, expected) in [
        ("user:auth0|42", "done"),
        ("service:ci", "done"),
        ("user:Olga", "done"),
        ("user:olga", "already_member"),
        ("user:olga ", "invalid_subject"),
        ("user:оlga", "invalid_subject"),
        ("user:o\u{200b}lga", "invalid_subject"),
        ("user:", "invalid_subject"),
        ("user:a/b", "invalid_subject"),
        ("support:vendor", "invalid_subject"),
        ("operator:dev", "invalid_subject"),
        ("group:viewers", "invalid_subject"),
        ("olga", "invalid_subject"),
    ] {
        world.check("user:olga", &subject(text), expected);
    }
    world.check("user:olga", &named(|_| ()), "invalid_subject");
    world.check("user:olga", &subject(&format!("user:{}", "a".repeat(252))), "invalid_subject");
}

#[test]
fn a_new_member_is_given_what_its_maker_may_give() {
    let mut world = World::new();
    let with = |email: &str, role: &str, group: Option<&str>| {
        let groups = group.into_iter().map(str::to_owned).collect();
        countersign_wire::api::Command::CreateMember(NewMember { assignments: vec![given(role)], groups, ..new(email) })
    };
    world.check("user:hal", &with("a@example.com", "viewer", None), "done");
    world.check("user:hal", &with("b@example.com", "owner", None), "forbidden");
    world.check("user:hal", &with("b@example.com", "viewer", Some("viewers")), "done");
    world.check("user:hal", &with("c@example.com", "viewer", Some("owners")), "forbidden");
    world.check("user:hal", &with("c@example.com", "viewer", Some("nobody")), "unknown_group");
    world.check("user:olga", &with("c@example.com", "owner", Some("owners")), "done");
    assert!(world.may("user:c@example.com", "edit", "project:p/sign:1"));
    let other = NewMember {
        assignments: vec![countersign_wire::api::Assign { to: "user:hal".to_owned(), ..given("owner") }],
        ..new("d@example.com")
    };
    world.check("user:olga", &countersign_wire::api::Command::CreateMember(other), "invalid_assignment");
}

#[test]
fn attributes_hand_on_what_conditions_make_of_them() {
    let mut world = World::new();
    for (who, subject, name, value, expected) in [
        // Ed edits while he is licensed, and Hal may not give that role; Olga may.
        ("user:hal", "user:ed", "licensed", json!(true), "forbidden"),
        ("user:hal", "user:ed", "floor", json!(3), "done"),
        ("user:hal", "user:vera", "licensed", json!(true), "done"),
        ("user:olga", "user:ed", "licensed", json!(true), "done"),
        ("user:hal", "user:ed", "licensed", Value::Null, "forbidden"),
        ("user:hal", "user:ed", "licensed", json!(true), "nothing to do"),
        // A rule permits what auditors may see; Hal sees nothing himself, but may give a role that does.
        ("user:hal", "user:vera", "dept", json!("audit"), "done"),
        ("user:olga", "user:olga", "licensed", json!(true), "forbidden"),
        ("user:olga", "user:olga", "floor", json!(1), "forbidden"),
        ("operator:dev", "user:olga", "floor", json!(1), "done"),
        ("user:olga", "user:ed", "licensed", json!("yes"), "invalid_attributes"),
        ("user:olga", "user:ed", "licenced", json!(true), "invalid_attributes"),
        ("user:olga", "user:ed", "licenced", Value::Null, "invalid_attributes"),
        ("user:olga", "user:nobody", "floor", json!(1), "unknown_member"),
        ("user:vera", "user:nobody", "floor", json!(1), "forbidden"),
    ] {
        world.check(who, &attribute(subject, name, value), expected);
    }
    assert!(world.may("user:ed", "edit", "project:p/sign:1"));
}

#[test]
fn a_rule_that_reads_an_attribute_is_handed_on_with_it() {
    let model = MODEL.replace("permissions = [\"sign:view\"]", "permissions = [\"sign:edit\"]");
    let mut world = World::of(&model, PEOPLE);
    world.check("user:hal", &attribute("user:vera", "dept", json!("audit")), "forbidden");
    let auditor =
        NewMember { attributes: [("dept".to_owned(), json!("audit"))].into_iter().collect(), ..new("a@example.com") };
    world.check("user:hal", &countersign_wire::api::Command::CreateMember(auditor.clone()), "forbidden");
    world.check("user:olga", &countersign_wire::api::Command::CreateMember(auditor), "done");
}

#[test]
fn what_forbids_is_taken_off_by_administrators() {
    // Hal may give a role that views; that would not help who is forbidden to, and neither may he.
    let forbid = "[[rules]]\neffect = \"forbid\"\npermissions = [\"sign:view\"]\nwhen = \"subject.floor > 3\"\n";
    let mut world = World::of(&format!("{MODEL}{forbid}"), PEOPLE);
    world.check("user:hal", &attribute("user:vera", "floor", json!(1)), "forbidden");
    world.check("user:olga", &attribute("user:vera", "floor", json!(1)), "done");
    assert!(world.may("user:vera", "view", "project:p/sign:1"));
    let policy = "approval_policies = [{ id = \"p\", permissions = [\"sign:view\"], when = \"subject.floor > 3\", \
                  approvers = [\"user:olga\"] }]\n";
    let mut world = World::of(MODEL, &format!("{PEOPLE}{policy}"));
    world.check("user:hal", &attribute("user:vera", "floor", json!(1)), "forbidden");
    world.check("user:olga", &attribute("user:vera", "floor", json!(1)), "done");
}

#[test]
fn attributes_are_shown_as_they_would_be_written() {
    let mut world = World::new();
    for (name, value, shown) in [
        ("budget", json!("50.00"), json!("50")),
        ("floor", json!(-3), json!(-3)),
        ("dept", json!("sales"), json!("sales")),
        ("licensed", json!(false), json!(false)),
    ] {
        world.check("user:olga", &attribute("user:vera", name, value), "done");
        let now = world.member("user:vera")["attributes"][name].clone();
        assert_eq!(now, shown);
        world.check("user:olga", &attribute("user:vera", name, now), "nothing to do");
    }
    world.check("user:olga", &attribute("user:vera", "floor", Value::Null), "done");
    assert_eq!(world.member("user:vera")["attributes"], json!({ "budget": "50", "dept": "sales", "licensed": false }));
}

#[test]
fn an_edit_changes_what_it_names() {
    let mut world = World::new();
    let some = |text: &str| Some(Some(text.to_owned()));
    let names = MemberEdit { first_name: some(" Vera "), last_name: some("Vogel"), ..MemberEdit::default() };
    world.check("user:vera", &edit("user:vera", names.clone()), "forbidden");
    world.check("user:hal", &edit("user:vera", names.clone()), "done");
    world.check("user:hal", &edit("user:vera", names), "nothing to do");
    let view = world.member("user:vera");
    assert_eq!((&view["name"], &view["changed_by"]), (&json!("Vera Vogel"), &json!("user:hal")));
    world.check("user:hal", &edit("user:vera", MemberEdit { first_name: Some(None), ..MemberEdit::default() }), "done");
    assert_eq!(world.member("user:vera")["name"], "Vogel");
    for wrong in ["", "  ", "a\nb", "a\u{202e}b"] {
        let wrong = MemberEdit { name: some(wrong), ..MemberEdit::default() };
        world.check("user:hal", &edit("user:vera", wrong), "invalid_name");
    }
    let email = MemberEdit { email: some("vera@"), ..MemberEdit::default() };
    world.check("user:hal", &edit("user:vera", email), "invalid_email");
}

#[test]
fn a_credential_that_must_change_denies_everything() {
    let mut world = World::new();
    let require = |who: &str, flag: bool| {
        edit(who, MemberEdit { credential_change_required: Some(flag), ..MemberEdit::default() })
    };
    assert!(world.may("user:vera", "view", "project:p"));
    world.check("user:hal", &require("user:vera", true), "done");
    assert!(!world.may("user:vera", "view", "project:p"));
    let view = world.member("user:vera");
    assert_eq!((&view["status"], &view["credential_change_required"]), (&json!("active"), &json!(true)));
    assert_eq!(
        world.ask("user:vera", Query::Member { subject: "user:vera".to_owned() }),
        Err("unknown_member".to_owned())
    );
    // No way around: neither a change of status nor the member itself.
    world.check("user:olga", &status("user:vera", Active), "nothing to do");
    world.check("user:olga", &status("user:vera", Deactivated), "done");
    world.check("user:olga", &status("user:vera", Active), "done");
    assert!(!world.may("user:vera", "view", "project:p"));
    world.check("user:vera", &require("user:vera", false), "forbidden");
    world.check("user:olga", &status("user:vera", Locked), "done");
    world.check("service:idp", &require("user:vera", false), "done");
    assert!(!world.may("user:vera", "view", "project:p"), "it was locked besides");
    world.check("user:olga", &status("user:vera", Active), "done");
    assert!(world.may("user:vera", "view", "project:p"));
    world.check("user:olga", &require("user:olga", true), "own_status");
    world.check("user:hal", &require("user:otto", true), "done");
    world.check("user:hal", &require("user:olga", true), "last_administrator");
}

#[test]
fn who_may_edit_may_not_lock_so() {
    let model = MODEL.replace("\"member:*\", \"invitation:*\"", "\"member:edit\", \"member:lock\", \"invitation:*\"");
    let mut world = World::of(&model, PEOPLE);
    let require =
        |flag: bool| edit("user:vera", MemberEdit { credential_change_required: Some(flag), ..MemberEdit::default() });
    world.check("user:hal", &require(true), "done");
    world.check("user:hal", &require(false), "forbidden");
    world.check("user:olga", &require(false), "done");
}

#[test]
fn a_deleted_member_takes_everything_with_it_and_never_comes_back() {
    let mut world = World::new();
    let user = named(|new| {
        new.user_name = Some("ann@example.com".to_owned());
        new.groups = vec!["viewers".to_owned()];
        new.assignments =
            vec![countersign_wire::api::Assign { when: Some("resource.id != 'x'".to_owned()), ..given("viewer") }];
    });
    let before = world.state.clone();
    world.check("user:olga", &user, "done");
    world.check("user:vera", &delete("user:ann@example.com"), "forbidden");
    world.check("user:hal", &delete("user:nobody"), "unknown_member");
    world.check("user:olga", &delete("user:olga"), "own_deletion");
    world.check("user:hal", &delete("user:ann@example.com"), "done");
    let left = |prefix: &str, of: &crate::Memory| crate::State::docs(of, prefix, "", 1_000).expect("memory").len();
    for prefix in ["holder/", "role_held/", "when/", "in_group/", "user_name/", "mailbox/", "invitation/", "due/"] {
        assert_eq!(left(prefix, &world.state), left(prefix, &before), "{prefix}");
    }
    assert_eq!(crate::seats::taken(&world.state), crate::seats::count(&world.state));
    world.check("user:olga", &user, "id_was_used");
    world.check("operator:dev", &user, "id_was_used");
    world.check("user:olga", &delete("user:otto"), "done");
    world.check("user:hal", &delete("user:olga"), "last_administrator");
}

#[test]
fn seats_are_never_overrun() {
    let mut world = World::new();
    let limit = |seats: u32, licensed: u32| Settings {
        seats,
        licences: [("licensed".to_owned(), licensed)].into_iter().collect(),
        seats_contact: Some("Write to seats@agency.example.".to_owned()),
        ..Settings::default()
    };
    // Eight people, of whom one is invited; the service takes no seat.
    assert_eq!(crate::seats::taken(&world.state).expect("memory").seats, 8);
    world.settings(&limit(9, 1));
    world.check("user:hal", &create("a@example.com"), "done");
    world.check("user:hal", &create("b@example.com"), "no_seat");
    world.check("user:hal", &invite("b@example.com", countersign_wire::api::Invite::Later, &[]), "no_seat");
    world.check("user:hal", &named(|new| new.subject = Some("service:x".to_owned())), "done");
    world.check("user:hal", &status("user:a@example.com", Locked), "done");
    world.check("user:hal", &create("b@example.com"), "no_seat");
    world.check("user:hal", &status("user:a@example.com", Deactivated), "done");
    world.check("user:hal", &create("b@example.com"), "done");
    world.check("user:hal", &status("user:a@example.com", Active), "no_seat");
    world.check("user:hal", &delete("user:b@example.com"), "done");
    world.check("user:hal", &status("user:a@example.com", Active), "done");
    // A lowered limit takes nothing from anybody.
    world.settings(&limit(3, 1));
    world.check("user:hal", &status("user:a@example.com", Locked), "done");
    world.check("user:hal", &status("user:a@example.com", Active), "done");
    world.check("user:olga", &attribute("user:vera", "licensed", json!(true)), "done");
    world.check("user:olga", &attribute("user:leo", "licensed", json!(true)), "no_licence");
    world.check("user:olga", &attribute("user:vera", "licensed", json!(false)), "done");
    world.check("user:olga", &attribute("user:leo", "licensed", json!(true)), "done");
    world.check("user:olga", &status("user:leo", Deactivated), "done");
    world.check("user:olga", &attribute("user:vera", "licensed", json!(true)), "done");
    world.settings(&limit(0, 1));
    world.check("user:olga", &status("user:leo", Active), "no_licence");
    assert_eq!(crate::seats::taken(&world.state), crate::seats::count(&world.state));
}

#[test]
fn a_refusal_says_how_to_ask_for_more() {
    let mut world = World::new();
    world.settings(&Settings { seats: 8, seats_contact: Some("Write to us.".to_owned()), ..Settings::default() });
    let actor = super::actor("user:hal");
    let refused = crate::execute(&world.state, &actor, &create("a@example.com"), 0, [0; 32]).expect("memory");
    let crate::Outcome::Refused { refusal, .. } = refused else { panic!("done") };
    assert_eq!(refusal.detail, "All 8 seats of this account are taken. Write to us.");
    assert_eq!(refusal.status, 409);
}
