//! What is shown of resources, case by case.

use crate::others::bytes;
use countersign_compile::Model;
use countersign_core::Effect;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::given::Given;
use countersign_wire::projection::{self, Projection};

const NOW: i64 = crate::generate::NOW;
const MODEL: &str = r#"
name = "pinned"
[types.project]
actions = ["view"]
attributes.kind = { one_of = ["design", "build"] }
attributes.note = "string"
[types.sign]
parent = "project"
actions = ["view", "edit"]
attributes.secret = "bool"
attributes.level = "int"
attributes.note = "string"
[subject.attributes]
cleared = "bool"
[context]
ok = "bool"
"#;
const RESOURCES: &str = r#"
[[resources]]
path = "project:a"
attributes = { kind = "build", note = "n" }
[[resources]]
path = "project:a/sign:1"
attributes = { secret = true, level = 3, note = "n" }
[[resources]]
path = "project:a/sign:2"
attributes = { secret = false, level = 1, note = "n" }
[[resources]]
path = "project:b"
attributes = { kind = "design" }
"#;

/// What the projection of `user:ann` shows, `path name …`, under these roles and rules and with these grants; and
/// whatever may be asked, it answers as the tenant does.
#[track_caller]
fn check(model: &str, tenant: &str, shown: &[&str]) {
    let model = Model::parse(Source { name: "model", text: &format!("{MODEL}{model}") }).expect("a good model");
    let member = "[[members]]\nsubject = \"user:ann\"\nattributes = { cleared = false }\ngroups = [\"g\", \"h\"]\n";
    let text = format!("{member}{tenant}{RESOURCES}");
    let world = World::load(&model, Source { name: "tenant", text: &text }).expect("a good tenant");
    let projection = projection::decode(&bytes(&world, "user:ann", NOW)).expect("what was encoded");
    let known = projection.known.resources.all().map(|(path, values)| {
        let names = values.all().filter_map(|(slot, _)| projection.policy().attribute(slot));
        names.fold(path.to_owned(), |all, spec| all + " " + &spec.name)
    });
    assert_eq!(known.collect::<Vec<_>>(), shown);
    same_answers(&world, &projection);
}

#[track_caller]
fn same_answers(world: &World, projection: &Projection) {
    let given = Given::default();
    for resource in ["project:a", "project:a/sign:1", "project:a/sign:2", "project:a/sign:9", "project:b/sign:1"] {
        for action in ["view", "edit"] {
            let asked = Asked { subject: "user:ann", action, resource, given: &given, now: NOW };
            let supplied = given.attributes(projection.policy(), resource);
            let question = countersign_core::Question { action, path: resource, supplied: &supplied, now: NOW };
            let (one, other) = (world.check(&asked), projection.check(&question));
            assert_eq!(one.effect, other.effect, "{action} {resource}");
            assert!(one.effect == Effect::Deny || one.stage == other.stage, "{action} {resource}");
        }
    }
}

/// The role `r` for `user:ann`.
fn given(scope: &str) -> String {
    format!("[[assignments]]\nto = \"user:ann\"\nrole = \"r\"\nscope = \"{scope}\"\n")
}

fn forbid(when: &str) -> String {
    format!(
        "[roles.r]\nallow = [\"sign:view\"]\n[[rules]]\neffect = \"forbid\"\npermissions = [\"sign:*\"]\nwhen = \"{when}\"\n"
    )
}

fn role(when: &str) -> String {
    format!("[roles.r]\nallow = [\"sign:view\"]\nwhen = \"{when}\"\n")
}

#[test]
fn nothing_reads_it() {
    check("[roles.r]\nallow = [\"sign:view\"]\n", &given("/"), &[]);
    check(&role("sign.level > 2"), "", &[]);
}

#[test]
fn a_role_opens_some() {
    check(&role("sign.level > 2"), &given("/"), &["project:a/sign:1 level"]);
    check(&role("sign.level > 2 && context.ok"), &given("/"), &["project:a/sign:1 level"]);
    check(&role("sign.level > 2 || context.ok"), &given("/"), &["project:a/sign:1 level", "project:a/sign:2 level"]);
    check(&role("sign.level > 2 && subject.cleared"), &given("/"), &[]);
    check(&role("sign.level > 2"), &given("project:b"), &[]);
}

#[test]
fn a_project_is_shown_if_something_in_it_may_be_allowed() {
    check(&role("project.kind == 'build'"), &given("/"), &["project:a kind"]);
    check(&role("project.kind == 'build' && sign.level > 5"), &given("/"), &[]);
    check(
        &role("project.kind == 'build' && sign.level > 2"),
        &given("/"),
        &["project:a kind", "project:a/sign:1 level"],
    );
    check(
        &role("project.kind == 'build' || sign.level > 2"),
        &given("/"),
        &["project:a kind", "project:a/sign:1 level", "project:a/sign:2 level"],
    );
    // The listed ones of the place that a grant names, if there is something to be had.
    check("[roles.r]\nallow = [\"sign:view\"]\n", &given("project:a"), &["project:a kind"]);
    check(&role("subject.cleared"), &given("project:a"), &[]);
}

#[test]
fn a_forbid_closes_some() {
    check(&forbid("sign.secret"), &given("/"), &["project:a/sign:2 secret"]);
    check(&forbid("sign.secret && !subject.cleared"), &given("/"), &["project:a/sign:2 secret"]);
    check(&forbid("sign.secret && context.ok"), &given("/"), &["project:a/sign:1 secret", "project:a/sign:2 secret"]);
    check(&forbid("sign.level < 9"), &given("/"), &[]);
    // A value that is missing is an error, and forbids.
    check(&forbid("sign.note == 'x' || resource.secret"), &given("project:b"), &[]);
}

#[test]
fn what_asks_whether_there_is_a_value_must_be_shown() {
    check(&forbid("has(sign.secret)"), &given("/"), &["project:a/sign:1 secret", "project:a/sign:2 secret"]);
    check(&role("!has(sign.secret)"), &given("/"), &["project:a/sign:1 secret", "project:a/sign:2 secret"]);
    check(&role("has(sign.secret) && sign.level > 2"), &given("/"), &["project:a/sign:1 secret level"]);
}

#[test]
fn denials_close_some() {
    let roles = "[roles.r]\nallow = [\"sign:view\"]\n[roles.d]\ndeny = [\"sign:*\"]\nwhen = \"sign.secret\"\n";
    let denied =
        |scope: &str| format!("{}[[assignments]]\nto = \"group:g\"\nrole = \"d\"\nscope = \"{scope}\"\n", given("/"));
    check(roles, &denied("/"), &["project:a/sign:2 secret"]);
    let set = |effect: &str, scope: &str| {
        format!(
            "[[overrides]]\nsubject = \"user:ann\"\npermission = \"sign:view\"\neffect = \"{effect}\"\nscope = \"{scope}\"\n"
        )
    };
    let when = role("sign.level > 0");
    check(&when, &(given("/") + &set("deny", "/")), &[]);
    check(&when, &(given("/") + &set("deny", "project:a/sign:1")), &["project:a/sign:2 level"]);
    check(&when, &(given("/") + &set("deny", "/") + &set("allow", "project:a/sign:1")), &["project:a/sign:1 level"]);
    let until = set("deny", "/") + "until = 2027-01-01T00:00:00Z\n";
    check(&when, &(given("/") + &until), &["project:a/sign:1 level", "project:a/sign:2 level"]);
}

#[test]
fn equal_grants_of_two_groups_are_one() {
    let of = |to: &str, when: &str| format!("[[assignments]]\nto = \"{to}\"\nrole = \"r\"\nwhen = \"{when}\"\n");
    let model = "[roles.r]\nallow = [\"sign:view\"]\n";
    let load = |tenant: &str| {
        let model = Model::parse(Source { name: "model", text: &format!("{MODEL}{model}") }).expect("a good model");
        let text = format!("[[members]]\nsubject = \"user:ann\"\ngroups = [\"g\", \"h\"]\n{tenant}");
        bytes(&World::load(&model, Source { name: "tenant", text: &text }).expect("a good tenant"), "user:ann", NOW)
    };
    let (one, two) = ("context.ok", "subject.cleared");
    let once = load(&(of("user:ann", one) + &of("user:ann", two)));
    assert_eq!(once, load(&(of("group:g", one) + &of("user:ann", two) + &of("group:h", one))));
    assert_eq!(once, load(&(of("group:h", two) + &of("group:g", one) + &of("group:h", one) + &of("user:ann", two))));
}
