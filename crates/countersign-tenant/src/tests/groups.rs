//! Groups: whoever puts somebody in hands on what the group was given.

use super::people_world::*;
use countersign_wire::api::{Command, GroupBody};
use countersign_wire::stored::Settings;

fn remove(id: &str) -> Command {
    Command::DeleteGroup { id: id.to_owned() }
}

#[test]
fn groups_are_made_by_those_who_may() {
    let mut world = World::new();
    for (who, id, expected) in [
        ("user:vera", "new", "forbidden"),
        ("user:vera", "viewers", "forbidden"),
        ("user:hal", "new", "done"),
        ("user:hal", "new", "group_exists"),
        ("user:hal", "", "invalid_group"),
        ("user:hal", "a/b", "invalid_group"),
        ("user:hal", "a b", "invalid_group"),
        ("user:hal", "nеw", "invalid_group"),
    ] {
        world.check(who, &group(id), expected);
    }
    let rename = |id: &str, body: &str| Command::EditGroup {
        id: id.to_owned(),
        body: GroupBody { id: body.to_owned(), name: Some("New".to_owned()) },
    };
    world.check("user:vera", &rename("new", "new"), "forbidden");
    world.check("user:hal", &rename("new", "other"), "invalid_group");
    world.check("user:hal", &rename("nobody", "nobody"), "unknown_group");
    world.check("user:hal", &rename("new", "new"), "done");
    world.check("user:hal", &rename("new", "new"), "nothing to do");
    world.check("user:hal", &remove("new"), "done");
    world.check("user:hal", &group("new"), "id_was_used");
}

#[test]
fn putting_somebody_in_hands_on() {
    let mut world = World::new();
    for (who, id, subject, expected) in [
        ("user:vera", "empty", "user:vera", "forbidden"),
        ("user:hal", "empty", "user:leo", "done"),
        ("user:hal", "empty", "user:leo", "nothing to do"),
        ("user:hal", "viewers", "user:leo", "done"),
        ("user:hal", "owners", "user:leo", "forbidden"),
        ("user:hal", "owners", "user:hal", "forbidden"),
        ("user:hal", "muted", "user:leo", "forbidden"),
        ("user:olga", "owners", "user:leo", "done"),
        ("user:olga", "owners", "user:nobody", "unknown_member"),
        ("user:olga", "nobody", "user:leo", "unknown_group"),
    ] {
        world.check(who, &join(id, subject), expected);
    }
    assert!(world.may("user:leo", "edit", "project:q"));
    for (who, id, subject, expected) in [
        ("user:vera", "owners", "user:leo", "forbidden"),
        ("user:hal", "owners", "user:leo", "forbidden"),
        ("user:olga", "owners", "user:leo", "done"),
        ("user:olga", "owners", "user:leo", "nothing to do"),
        ("user:hal", "viewers", "user:leo", "done"),
    ] {
        world.check(who, &leave(id, subject), expected);
    }
    assert!(!world.may("user:leo", "edit", "project:q"));
}

#[test]
fn nobody_hands_on_for_longer_than_they_may() {
    let people = PEOPLE.replace(
        "{ to = \"user:hal\", role = \"helper\" }",
        "{ to = \"user:hal\", role = \"helper\", until = 2000-01-01T00:00:00Z }",
    );
    let mut world = World::of(MODEL, &people);
    world.check("user:hal", &join("viewers", "user:leo"), "forbidden");
    let people = people.replace(
        "{ to = \"group:viewers\", role = \"viewer\" }",
        "{ to = \"group:viewers\", role = \"viewer\", until = 2000-01-01T00:00:00Z }",
    );
    let mut world = World::of(MODEL, &people);
    world.check("user:hal", &join("viewers", "user:leo"), "done");
}

#[test]
fn a_sealed_role_is_not_given_through_a_group() {
    let mut world = World::new();
    let sealed_roles = [("owner".to_owned(), "Contact the agency.".to_owned())].into_iter().collect();
    world.settings(&Settings { sealed_roles, ..Settings::default() });
    world.check("user:olga", &join("owners", "user:leo"), "sealed_role");
    world.check("user:olga", &join("viewers", "user:leo"), "done");
}

#[test]
fn nobody_leaves_a_group_that_restricts_them() {
    let mut world = World::new();
    world.check("user:olga", &join("muted", "user:otto"), "done");
    world.check("user:otto", &leave("muted", "user:otto"), "forbidden");
    world.check("user:otto", &remove("muted"), "forbidden");
    world.check("user:olga", &join("muted", "user:leo"), "done");
    // Of somebody else it may be taken, even by one who is in it.
    world.check("user:otto", &leave("muted", "user:leo"), "done");
    world.check("user:olga", &leave("muted", "user:otto"), "done");
}

#[test]
fn a_group_goes_with_what_it_was_given() {
    let mut world = World::new();
    let held = |world: &World| crate::State::docs(&world.state, "holder/", "", 100).expect("memory").len();
    let before = held(&world);
    world.check("user:vera", &remove("viewers"), "forbidden");
    world.check("user:hal", &remove("owners"), "forbidden");
    world.check("user:hal", &remove("nobody"), "unknown_group");
    world.check("user:hal", &remove("viewers"), "done");
    assert_eq!(held(&world), before - 1);
    assert!(!world.may("user:vera", "view", "project:p"));
    assert_eq!(world.member("user:vera")["groups"], serde_json::json!([]));
    world.check("user:olga", &group("viewers"), "id_was_used");
}

#[test]
fn a_group_that_approves_or_is_large_stays() {
    let policy =
        "approval_policies = [{ id = \"p\", permissions = [\"sign:edit\"], approvers = [\"group:viewers\"] }]\n";
    let mut world = World::of(MODEL, &format!("{PEOPLE}{policy}"));
    world.check("user:hal", &remove("viewers"), "group_in_use");
    let many: String =
        (0..1_001).map(|n| format!("    {{ subject = \"user:m{n}\", groups = [\"empty\"] }},\n")).collect();
    let people = PEOPLE.replace("members = [\n", &format!("members = [\n{many}"));
    let mut world = World::of(MODEL, &people);
    world.check("user:hal", &remove("empty"), "group_too_large");
    world.check("user:hal", &leave("empty", "user:m1"), "done");
    world.check("user:hal", &remove("empty"), "done");
}

#[test]
fn the_last_administrator_may_be_in_a_group() {
    let people = PEOPLE
        .replace("    { to = \"user:olga\", role = \"owner\" },\n    { to = \"user:otto\", role = \"owner\" },\n", "")
        .replace("name = \"Olga\"", "groups = [\"owners\"], name = \"Olga\"");
    let mut world = World::of(MODEL, &people);
    world.check("user:olga", &leave("owners", "user:olga"), "last_administrator");
    world.check("user:olga", &remove("owners"), "last_administrator");
    world.check("user:olga", &join("owners", "user:otto"), "done");
    world.check("user:olga", &leave("owners", "user:olga"), "done");
}
