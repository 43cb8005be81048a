//! Changes that people make, and the lines that they read.

use crate::generate::NOW;
use countersign_compile::Model;
use countersign_tenant::{World, impact};
use countersign_wire::diagnostic::Source;

const MODEL: &str = r#"
name = "signs"
[types.project]
actions = ["view", "edit"]
attributes.kind = "string"
[types.sign]
parent = "project"
actions = ["view", "edit"]
[types.folder]
parent = ["/", "folder"]
actions = ["view"]
attributes.secret = "bool"
[context]
cost = "decimal"
[roles.viewer]
allow = ["sign:view"]
[roles.editor]
allow = ["sign:view", "sign:edit"]
[roles.librarian]
allow = ["folder:view"]
"#;
const ANN: &str = "[[members]]\nsubject = \"user:ann\"\ngroups = [\"g\"]\n";

fn world(model: &str, tenant: &str) -> World {
    let model = Model::parse(Source { name: "model.toml", text: model }).expect("a sound model");
    World::load(&model, Source { name: "tenant.toml", text: tenant }).expect("a sound tenant")
}

fn lines(before: &World, after: &World) -> Vec<String> {
    let changes = impact(before, after, NOW);
    let line = |change: &countersign_tenant::impact::Change| {
        let (before, after) = (change.before.as_str(), change.after.as_str());
        let reach = match change.reach.as_str() {
            "tree" => String::new(),
            other => format!(" {other}"),
        };
        let except =
            if change.except.is_empty() { String::new() } else { format!(" but {}", change.except.join(", ")) };
        let unproved = if change.proved { "" } else { "?" };
        format!(
            "{} {} {}{reach}{except}: {before} -> {after}{unproved}",
            change.subject, change.permission, change.scope
        )
    };
    changes.iter().map(line).collect()
}

/// What a change of the tenant is said to do.
#[track_caller]
fn tenant(before: &str, after: &str, expected: &[&str]) {
    let of = |more: &str| world(MODEL, &format!("{ANN}{more}"));
    assert_eq!(lines(&of(before), &of(after)), expected);
}

/// What a change of the model is said to do to a tenant.
#[track_caller]
fn model(of_tenant: &str, from: &str, to: &str, expected: &[&str]) {
    assert!(MODEL.contains(from), "{from}");
    let after = world(&MODEL.replace(from, to), &format!("{ANN}{of_tenant}"));
    assert_eq!(lines(&world(MODEL, &format!("{ANN}{of_tenant}")), &after), expected);
}

fn given(role: &str, scope: &str) -> String {
    format!("[[assignments]]\nto = \"user:ann\"\nrole = \"{role}\"\nscope = \"{scope}\"\n")
}

fn when(role: &str, scope: &str, condition: &str) -> String {
    format!("{}when = \"{condition}\"\n", given(role, scope))
}

fn set(effect: &str, scope: &str) -> String {
    let head = "[[overrides]]\nsubject = \"user:ann\"\npermission = \"sign:view\"\n";
    format!("{head}scope = \"{scope}\"\neffect = \"{effect}\"\n")
}

#[test]
fn a_change_of_grants() {
    tenant("", "", &[]);
    tenant("", &given("viewer", "/"), &["user:ann sign:view /: deny -> allow"]);
    tenant("", &given("viewer", "project:p"), &["user:ann sign:view project:p: deny -> allow"]);
    // A second reason for the same changes nothing.
    tenant(&given("viewer", "/"), &[given("viewer", "/"), given("viewer", "project:p")].concat(), &[]);
    tenant(&given("viewer", "/"), &given("editor", "/"), &["user:ann sign:edit /: deny -> allow"]);
    let moved = ["user:ann sign:view /: allow -> deny", "user:ann sign:view project:p: deny -> allow"];
    tenant(
        &given("viewer", "project:p"),
        &given("viewer", "project:q"),
        &["user:ann sign:view project:p: allow -> deny", "user:ann sign:view project:q: deny -> allow"],
    );
    let held = [set("deny", "project:p"), set("deny", "project:p/sign:1")].concat();
    tenant(&held, &[&*held, &*given("viewer", "/")].concat(), &["user:ann sign:view / but project:p: deny -> allow"]);
    let turned = [given("viewer", "/"), set("deny", "project:p")].concat();
    tenant(&turned, &set("allow", "project:p"), &["user:ann sign:view / but project:p: allow -> deny", moved[1]]);
}

#[test]
fn a_change_of_conditions() {
    let of = |condition: &str| when("viewer", "/", condition);
    tenant(&of("context.cost > 5"), &of("5 < context.cost"), &[]);
    tenant(&of("context.cost > 5"), &of("context.cost >= 5"), &["user:ann sign:view /: depends -> depends"]);
    tenant("", &of("context.cost > 5"), &["user:ann sign:view /: deny -> depends"]);
    tenant(&of("sign.id == 'a'"), &of("sign.id == 'b'"), &["user:ann sign:view /: depends -> depends"]);
    tenant(&of("sign.id == 'a'"), &of("sign.id in ['a']"), &[]);
    tenant(&of("project.kind == 'a'"), &given("viewer", "/"), &["user:ann sign:view /: depends -> allow"]);
    let known = "[[resources]]\npath = \"project:p\"\nattributes = { kind = \"a\" }\n";
    tenant(
        &[&*of("project.kind == 'a'"), known].concat(),
        &[&*given("viewer", "/"), known].concat(),
        &["user:ann sign:view / but project:p: depends -> allow"],
    );
    // What cannot be tried in full is named all the same, and said to be unproved.
    let long = "context.cost + 1 > 1000000";
    tenant(
        &of("sign.id.startsWith('ab')"),
        &of("sign.id.matches('^ab')"),
        &["user:ann sign:view /: depends -> depends?"],
    );
    tenant(&of(long), &of(long), &[]);
}

#[test]
fn a_resource_and_what_is_below_it() {
    let known = "[[resources]]\npath = \"folder:f\"\nattributes = { secret = true }\n";
    let before = when("librarian", "folder:f", "!resource.secret");
    tenant(
        &[&*before, known].concat(),
        &[&*given("librarian", "folder:f"), known].concat(),
        &[
            "user:ann folder:view folder:f itself: deny -> allow",
            "user:ann folder:view folder:f below: depends -> allow",
        ],
    );
}

#[test]
fn a_change_of_the_model() {
    let viewer = given("viewer", "/");
    model(
        &viewer,
        "allow = [\"sign:view\"]",
        "allow = [\"sign:edit\"]",
        &["user:ann sign:edit /: deny -> allow", "user:ann sign:view /: allow -> deny"],
    );
    model(&viewer, "[types.project]\nactions = [\"view\", \"edit\"]", "[types.project]\nactions = [\"edit\"]", &[]);
    let renamed =
        "allow = [\"sign:view\", \"sign:edit\"]\n[[rules]]\neffect = \"permit\"\npermissions = [\"folder:view\"]";
    model(&viewer, "allow = [\"sign:view\", \"sign:edit\"]", renamed, &["user:ann folder:view /: deny -> allow"]);
    // Signs may stand elsewhere too.
    let wider = "[types.sign]\nparent = [\"project\", \"folder\"]";
    model(&viewer, "[types.sign]\nparent = \"project\"", wider, &["user:ann sign:view /: depends -> allow"]);
}
