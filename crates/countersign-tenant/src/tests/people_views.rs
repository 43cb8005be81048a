//! What is shown of members, their rights, groups and invitations, and to whom.

use super::people_world::*;
use countersign_wire::api::{Find, Inheriting, Invite, MemberEdit, OverrideBody, Page, Query};
use countersign_wire::record::StatusForm::Locked;
use countersign_wire::stored::Settings;
use serde_json::{Value, json};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[track_caller]
fn found(world: &World, who: &str, find: Find, expected: &[&str]) {
    let list = world.ask(who, Query::Members(find.clone())).expect("it may be asked");
    let subjects: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|item| item["subject"].as_str()).collect();
    assert_eq!(subjects, expected, "{find:?}");
}

#[test]
fn members_are_found_by_what_is_known_of_them() {
    let mut world = World::new();
    let names = MemberEdit {
        first_name: Some(text("Véra")),
        last_name: Some(text("Vogel")),
        user_name: Some(text("v.vogel(night)@example.com")),
        ..MemberEdit::default()
    };
    world.check("user:olga", &edit("user:vera", names), "done");
    world.check("user:olga", &status("user:leo", Locked), "done");
    world.settings(&Settings { account_name: "Acme Ltd".to_owned(), ..Settings::default() });
    let none = Find::default;
    found(&world, "user:hal", Find { name: text("véra vo"), ..none() }, &["user:vera"]);
    found(&world, "user:hal", Find { name: text("vogel"), ..none() }, &["user:vera"]);
    found(&world, "user:hal", Find { user_name: text("(NIGHT)"), ..none() }, &["user:vera"]);
    found(&world, "user:hal", Find { text: text("example.com"), ..none() }, &["user:ines", "user:olga", "user:vera"]);
    found(&world, "user:hal", Find { status: text("locked"), ..none() }, &["user:leo"]);
    found(&world, "user:hal", Find { group: text("viewers"), ..none() }, &["user:vera"]);
    found(&world, "user:hal", Find { group: text("viewers"), name: text("x"), ..none() }, &[]);
    found(&world, "user:hal", Find { account: text("acme"), name: text("vogel"), ..none() }, &["user:vera"]);
    found(&world, "user:hal", Find { account: text("other"), name: text("vogel"), ..none() }, &[]);
    let refused = |who: &str, find: Find| world.ask(who, Query::Members(find));
    assert_eq!(refused("user:hal", Find { status: text("gone"), ..none() }), Err("invalid_status".to_owned()));
    assert_eq!(refused("user:hal", Find { group: text("gone"), ..none() }), Err("unknown_group".to_owned()));
    assert_eq!(refused("user:vera", none()), Err("forbidden".to_owned()));
    assert_eq!(refused("user:vera", Find { group: text("gone"), ..none() }), Err("forbidden".to_owned()));
}

#[test]
fn lists_come_in_pages() {
    let world = World::new();
    let mut all = Vec::new();
    let mut page = Page { cursor: None, limit: 4 };
    loop {
        let find = Find { page: page.clone(), ..Find::default() };
        let list = world.ask("user:hal", Query::Members(find)).expect("he may");
        all.extend(list["items"].as_array().expect("a list").iter().map(|item| item["subject"].clone()));
        match list["next"].as_str() {
            Some(next) => page.cursor = text(next),
            None => break,
        }
    }
    assert_eq!(all.len(), 9);
    all.dedup();
    assert_eq!(all.len(), 9);
}

#[test]
fn who_sees_only_some_members_is_shown_those() {
    let model = MODEL.replace(
        "[roles.helper]\n",
        "[roles.watcher]\nwhen = \"resource.id == 'user:ed'\"\nallow = ['member:view']\n[roles.helper]\n",
    );
    let people =
        PEOPLE.replace("assignments = [\n", "assignments = [\n    { to = \"user:vera\", role = \"watcher\" },\n");
    let world = World::of(&model, &people);
    found(&world, "user:vera", Find::default(), &["user:ed"]);
    let one = |subject: &str| world.ask("user:vera", Query::Member { subject: subject.to_owned() }).map(|_| ());
    assert_eq!(one("user:ed"), Ok(()));
    assert_eq!(one("user:vera"), Ok(()), "everybody sees what is known of themselves");
    assert_eq!(one("user:leo"), Err("unknown_member".to_owned()));
    assert_eq!(one("user:nobody"), Err("unknown_member".to_owned()));
}

#[test]
fn a_member_is_shown_with_its_level_and_status() {
    let mut world = World::new();
    let olga = world.member("user:olga");
    assert_eq!(
        (&olga["titles"], &olga["status"], &olga["name"]),
        (&json!(["Owner"]), &json!("active"), &json!("Olga"))
    );
    assert_eq!(world.member("user:vera")["titles"], json!(["viewer"]), "through its group");
    assert_eq!(world.member("user:leo")["titles"], json!([]), "only at the root");
    assert_eq!(world.member("user:leo")["assignments"][0]["scope"], "project:p");
    // Hal sees members, and not what they were given.
    let seen = world.ask("user:hal", Query::Member { subject: "user:leo".to_owned() }).expect("he may");
    assert_eq!(seen["assignments"], json!([]));
    world.check("user:hal", &invite("ann@example.com", Invite::Now, &[]), "done");
    let ann = world.member("user:ann@example.com");
    assert_eq!((&ann["status"], &ann["invitation"]["inviter"]), (&json!("invited"), &json!("user:hal")));
    assert_eq!(ann["invitation"]["expires"], "1970-01-08T00:00:01Z");
    assert!(!ann.to_string().contains("digest"));
}

#[test]
fn groups_and_who_is_in_them() {
    let world = World::new();
    let list = world.ask("user:hal", Query::Groups(Page::default())).expect("he may");
    let ids: Vec<_> = list["items"].as_array().expect("a list").iter().map(|group| group["id"].clone()).collect();
    assert_eq!(ids, ["empty", "muted", "owners", "viewers"]);
    let group = |who: &str, id: &str| world.ask(who, Query::Group { id: id.to_owned() });
    assert_eq!(group("user:olga", "viewers").expect("she may")["assignments"][0]["role"], "viewer");
    assert_eq!(group("user:hal", "gone"), Err("unknown_group".to_owned()));
    assert_eq!(group("user:vera", "gone"), Err("forbidden".to_owned()));
    let members = Query::GroupMembers { id: "viewers".to_owned(), page: Page::default() };
    assert_eq!(world.ask("user:hal", members.clone()).expect("he may")["items"][0]["subject"], "user:vera");
    assert_eq!(world.ask("user:vera", members), Err("forbidden".to_owned()));
    assert_eq!(world.ask("user:vera", Query::Groups(Page::default())), Err("forbidden".to_owned()));
    assert_eq!(world.ask("user:vera", Query::Invitations(Page::default())), Err("forbidden".to_owned()));
}

fn right(world: &World, subject: &str, scope: &str, permission: &str) -> String {
    let query = Query::Rights { subject: subject.to_owned(), scope: text(scope) };
    let shown: Value = world.ask("user:olga", query).expect("she may");
    let (kind, _) = permission.split_once(':').expect("a permission");
    let rights = shown["rights"][kind].as_array().expect("its rights").clone();
    let right = rights.into_iter().find(|right| right["permission"] == permission).expect("the right");
    let word = |name: &str| right[name].as_str().unwrap_or_default().to_owned();
    format!("{}; {}; {}", word("set"), word("shown"), word("effective"))
}

fn set(subject: &str, permission: &str, scope: &str, effect: Inheriting) -> countersign_wire::api::Command {
    let body =
        OverrideBody { permission: permission.to_owned(), scope: scope.to_owned(), effect, from: None, until: None };
    countersign_wire::api::Command::SetOverride { subject: subject.to_owned(), body }
}

#[test]
fn an_inherited_right_is_shown_with_its_value() {
    use Inheriting::{Allow, Deny, Inherit};
    let mut world = World::new();
    let check = |world: &World, scope: &str, permission: &str, expected: &str| {
        assert_eq!(right(world, "user:vera", scope, permission), expected, "{permission} at {scope}");
    };
    check(&world, "/", "sign:view", "inherit; inherit (allow); allow");
    check(&world, "/", "sign:edit", "inherit; inherit (deny); deny");
    world.check("user:olga", &set("user:vera", "sign:view", "/", Deny), "done");
    check(&world, "/", "sign:view", "deny; deny; deny");
    check(&world, "project:p", "sign:view", "inherit; inherit (deny); deny");
    world.check("user:olga", &set("user:vera", "sign:view", "project:p", Allow), "done");
    check(&world, "project:p", "sign:view", "allow; allow; allow");
    check(&world, "project:p/sign:1", "sign:view", "inherit; inherit (allow); allow");
    check(&world, "/", "sign:view", "deny; deny; depends");
    world.check("user:olga", &set("user:vera", "sign:view", "/", Inherit), "done");
    check(&world, "/", "sign:view", "inherit; inherit (allow); allow");
    world.check("user:olga", &set("user:vera", "sign:edit", "project:p", Allow), "done");
    check(&world, "/", "sign:edit", "inherit; inherit (depends); depends");
    world.check("user:olga", &status("user:vera", Locked), "done");
    check(&world, "/", "sign:view", "inherit; inherit (allow); deny");
    // Roles at one project say nothing of the others; a licence is the same everywhere.
    assert_eq!(right(&world, "user:leo", "/", "sign:edit"), "inherit; inherit (depends); depends");
    assert_eq!(right(&world, "user:leo", "project:p", "sign:edit"), "inherit; inherit (allow); allow");
    assert_eq!(right(&world, "user:ed", "/", "sign:edit"), "inherit; inherit (deny); deny");
    world.check("user:olga", &attribute("user:ed", "licensed", json!(true)), "done");
    assert_eq!(right(&world, "user:ed", "/", "sign:edit"), "inherit; inherit (allow); allow");
}

#[test]
fn rights_are_shown_to_those_who_may_see_them() {
    let world = World::new();
    let ask = |who: &str, subject: &str, scope: Option<&str>| {
        let query = Query::Rights { subject: subject.to_owned(), scope: scope.map(str::to_owned) };
        world.ask(who, query).map(|shown| shown["rights"].as_object().map_or(0, |kinds| kinds.len()))
    };
    assert_eq!(ask("user:olga", "user:leo", None), Ok(2));
    assert_eq!(ask("user:olga", "user:leo", Some("project:p/sign:1")), Ok(1));
    assert_eq!(ask("user:leo", "user:leo", None), Ok(2));
    assert_eq!(ask("user:leo", "user:olga", None), Err("unknown_member".to_owned()));
    assert_eq!(ask("user:hal", "user:olga", None), Err("forbidden".to_owned()));
    assert_eq!(ask("user:olga", "user:leo", Some("prject:p")), Err("invalid_scope".to_owned()));
}
