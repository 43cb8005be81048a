//! Random models, tenants and questions: conditions of every kind, ids that are hard to quote, attributes that are missing.

use crate::rng::Rng;
use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::document::Value as Plain;
use countersign_wire::given::{Bag, Given};
use std::fmt::Write;

/// The moment of most questions: 2026-03-01T12:00:00Z
pub(crate) const NOW: i64 = 1_772_366_400_000;

pub(crate) const TYPES: [(&str, &[&str], &[&str]); 5] = [
    ("project", &["/"], &["view", "edit"]),
    ("state", &["project"], &["view", "approve"]),
    ("sign", &["state", "project"], &["view", "edit"]),
    ("folder", &["/", "folder", "project"], &["view"]),
    ("doc", &["folder", "project"], &["view", "edit"]),
];

pub(crate) const SUBJECTS: [&str; 3] = ["user:ann", "user:bob", "user:cy"];

const VOCABULARY: &str = r#"
name = "random"
[types.project]
actions = ["view", "edit"]
attributes.kind = { one_of = ["design", "build", "manage"] }
attributes.size = "int"
[types.state]
parent = "project"
actions = ["view", "approve"]
[types.sign]
parent = ["state", "project"]
actions = ["view", "edit"]
attributes.sign_type = "string"
attributes.cost = "decimal"
attributes.open = "bool"
attributes.due = "timestamp"
attributes.tags = { type = "list", of = "string" }
attributes.from_ip = "ip"
[types.folder]
parent = ["/", "folder", "project"]
actions = ["view"]
attributes.secret = "bool"
[types.doc]
parent = ["folder", "project"]
actions = ["view", "edit"]
attributes.size = "int"
attributes.owner = "string"
attributes.draft = { type = "bool", from = "request" }
[subject.attributes]
licensed = "bool"
team = "string"
limit = "decimal"
teams = { type = "list", of = "string" }
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
cost = "decimal"
level = "int"
"#;

/// What SQL cannot say stands at the end: [`SAYABLE`] of them it can.
const ATOMS: [&str; ALL] = [
    "subject.licensed",
    "subject.team == 'night'",
    "context.cost < 50",
    "context.cost <= subject.limit",
    "action.soft",
    "now < timestamp('2026-06-01T00:00:00Z')",
    "project.kind == 'build'",
    "project.kind != 'build'",
    "project.size > 3",
    "project.size >= context.level",
    "project.id == 'p1'",
    "project.id in subject.teams",
    "has(project.size)",
    "project.kind in ['design', 'manage']",
    "subject.team in subject.teams",
    "sign.open",
    "sign.open == subject.licensed",
    "sign.cost > 10",
    "sign.cost == 2.5",
    "sign.cost <= subject.limit",
    "sign.cost < context.cost * 2",
    "sign.sign_type == subject.team",
    "sign.sign_type.startsWith('n')",
    "sign.sign_type.endsWith(subject.team)",
    "sign.sign_type.contains('%')",
    "sign.sign_type < 'm'",
    "sign.sign_type in subject.teams",
    "doc.owner == subject.id",
    "doc.size == project.size",
    "doc.size in [1, 2, context.level]",
    "doc.draft",
    "has(doc.draft)",
    "folder.secret",
    "folder.id == 'a\"b'",
    "sign.id >= 'a'",
    "doc.id != 'é'",
    "sign.due < now",
    "sign.due >= now + duration('1h')",
    "(subject.licensed ? project.size : doc.size) > 2",
    "(sign.open ? sign.cost > 10 : has(sign.sign_type))",
    "size(sign.sign_type) > 3",
    "size(sign.sign_type) == 2",
    "sign.sign_type != 'q'",
    "sign.sign_type.endsWith('')",
    "sign.sign_type.endsWith('night')",
    "sign.sign_type.startsWith(project.kind)",
    "project.kind == sign.sign_type",
    "sign.sign_type in [project.kind, 'night']",
    "project.id != '007'",
    "doc.owner == project.id",
    "project.size > doc.size",
    "subject.team == sign.sign_type + ''",
    "-doc.size < 0",
    "subject.teams.exists(t, t == project.kind)",
    "subject.teams.all(t, t != sign.sign_type)",
    "subject.teams.exists(t, t == subject.team)",
    "'a' in sign.tags",
    "subject.team in sign.tags",
    "sign.tags.exists(t, t == subject.team)",
    "sign.sign_type.matches('^[a-n]+$')",
    "subject.id.matches('^user:a')",
    "doc.size + 1 > 3",
    "cidr('10.0.0.0/8').containsIP(sign.from_ip)",
];
pub(crate) const SAYABLE: usize = 51;
pub(crate) const ALL: usize = 63;

pub(crate) const IDS: [&str; 19] = [
    "p1", "p10", "p1!", "1", "7", "007", "7.0", " 7", "7e0", "a'b", "a\"b", "50%", "_x", "é", "日本", "a:b", "x y",
    "A", "a",
];
const WORDS: [&str; 9] = ["night", "nigh", "day", "%", "a_b%", "Night", "é", "", "build"];

/// A world and what its texts say.
pub(crate) struct Made {
    pub(crate) world: World,
    pub(crate) model: String,
    pub(crate) tenant: String,
    pub(crate) registered: Vec<String>,
}

pub(crate) fn quoted(text: impl AsRef<str>) -> String {
    format!("\"{}\"", text.as_ref().replace('\\', "\\\\").replace('"', "\\\""))
}

fn list(all: &[String]) -> String {
    let all: Vec<String> = all.iter().map(quoted).collect();
    format!("[{}]", all.join(", "))
}

/// A condition over the first `atoms` atoms.
pub(crate) fn condition(rng: &mut Rng, atoms: usize, depth: usize) -> String {
    if depth == 0 || rng.chance(45) {
        return ATOMS[rng.below(atoms)].to_owned();
    }
    let left = condition(rng, atoms, depth - 1);
    match rng.below(7) {
        0 => format!("!({left})"),
        1..=3 => format!("({left}) && ({})", condition(rng, atoms, depth - 1)),
        4 | 5 => format!("({left}) || ({})", condition(rng, atoms, depth - 1)),
        _ => {
            let (yes, no) = (condition(rng, atoms, depth - 1), condition(rng, atoms, depth - 1));
            format!("({left}) ? ({yes}) : ({no})")
        }
    }
}

fn permissions(rng: &mut Rng, most: usize) -> Vec<String> {
    (0..1 + rng.below(most))
        .map(|_| {
            let (name, _, actions) = rng.pick(&TYPES);
            match rng.below(8) {
                0 => "*".to_owned(),
                1 | 2 => format!("{name}:*"),
                _ => format!("{name}:{}", rng.pick(actions)),
            }
        })
        .collect()
}

/// A path of so many segments at most, over `ids`.
pub(crate) fn path(rng: &mut Rng, ids: &[&str], most: usize) -> String {
    let mut path = String::new();
    let mut above = "/";
    for _ in 0..1 + rng.below(most) {
        let fit: Vec<_> = TYPES.iter().filter(|(_, parents, _)| parents.contains(&above)).collect();
        if fit.is_empty() {
            break;
        }
        let (name, ..) = **rng.pick(&fit);
        let slash = if path.is_empty() { "" } else { "/" };
        write!(path, "{slash}{name}:{}", rng.pick(ids)).expect("writing to a string");
        above = name;
    }
    path
}

fn scope(rng: &mut Rng, ids: &[&str]) -> String {
    if rng.chance(25) { "/".to_owned() } else { path(rng, ids, 3) }
}

pub(crate) fn type_of(path: &str) -> &str {
    path.rsplit('/').next().and_then(|last| last.split_once(':')).map_or("", |(name, _)| name)
}

/// Attributes that a resource may have, each perhaps missing.
fn attributes(rng: &mut Rng, on: &str) -> String {
    let mut all = Vec::new();
    let mut add = |rng: &mut Rng, name: &str, value: String| {
        if rng.chance(85) {
            all.push(format!("{name} = {value}"));
        }
    };
    let number = rng.below(6);
    let word = quoted(rng.pick(&WORDS));
    let truth = rng.chance(50).to_string();
    match on {
        "project" => {
            let kind = quoted(rng.pick(&["design", "build", "manage"]));
            add(rng, "kind", kind);
            add(rng, "size", number.to_string());
        }
        "sign" => {
            add(rng, "sign_type", word);
            let cost = rng.pick(&["2.5", "\"2.50\"", "10", "10.01", "-3", "49.9", "100", "9.99"]).to_string();
            add(rng, "cost", cost);
            add(rng, "open", truth);
            let due = rng.pick(&["2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z", "2020-01-01T00:00:00Z"]).to_string();
            add(rng, "due", due);
            let tags: Vec<String> = rng.some(&WORDS, 3).into_iter().map(ToOwned::to_owned).collect();
            add(rng, "tags", list(&tags));
            add(rng, "from_ip", quoted("10.1.2.3"));
        }
        "folder" => add(rng, "secret", truth),
        "doc" => {
            add(rng, "size", number.to_string());
            let owner = quoted(rng.pick(&SUBJECTS));
            add(rng, "owner", owner);
        }
        _ => {}
    }
    format!("{{ {} }}", all.join(", "))
}

/// A random world with `resources` registered resources, whose conditions are of the first `atoms` atoms.
pub(crate) fn world(rng: &mut Rng, resources: usize, atoms: usize, approvals: bool) -> Made {
    let mut ids = IDS.to_vec();
    rng.shuffle(&mut ids);
    ids.truncate(*rng.pick(&[2, 3, 3, 6, IDS.len()]));
    ids.extend(["p1", "p10"]);
    let mut model = VOCABULARY.to_owned();
    let when = |rng: &mut Rng, percent: usize| {
        if rng.chance(percent) { format!("when = {}\n", quoted(condition(rng, atoms, 2))) } else { String::new() }
    };
    for role in 0..5 {
        let (mut allow, deny) = (permissions(rng, 4), if rng.chance(15) { permissions(rng, 2) } else { Vec::new() });
        let when = when(rng, 35);
        // What a condition reads must be there for something that it guards.
        if !when.is_empty() {
            allow.extend(TYPES.iter().map(|(name, ..)| format!("{name}:view")));
        }
        let includes =
            if role > 0 && rng.chance(25) { format!("includes = [\"r{}\"]\n", role - 1) } else { String::new() };
        write!(model, "[roles.r{role}]\nallow = {}\ndeny = {}\n{when}{includes}", list(&allow), list(&deny))
            .expect("text");
    }
    let mut rules = Vec::new();
    for _ in 0..*rng.pick(&[0, 0, 0, 1, 1, 2, 3]) {
        let effect = rng.pick(&["permit", "forbid"]);
        let (permissions, when) = (permissions(rng, 2), when(rng, 100));
        rules.push(format!("[[rules]]\neffect = \"{effect}\"\npermissions = {}\n{when}", list(&permissions)));
    }
    let mut tenant = String::new();
    for subject in SUBJECTS {
        let mut known = Vec::new();
        let mut add = |rng: &mut Rng, name: &str, value: String| {
            if rng.chance(75) {
                known.push(format!("{name} = {value}"));
            }
        };
        let (licensed, team) = (rng.chance(70).to_string(), quoted(rng.pick(&WORDS)));
        add(rng, "licensed", licensed);
        add(rng, "team", team);
        let limit = rng.pick(&["10", "49.90", "\"2.50\"", "0.001"]).to_string();
        add(rng, "limit", limit);
        let teams: Vec<String> = rng.some(&WORDS, 4).into_iter().map(ToOwned::to_owned).collect();
        add(rng, "teams", list(&teams));
        let groups = if subject == "user:cy" || rng.chance(30) { "groups = [\"g\"]\n" } else { "" };
        let status = if rng.chance(4) { "status = \"locked\"\n" } else { "" };
        writeln!(
            tenant,
            "[[members]]\nsubject = \"{subject}\"\n{groups}{status}attributes = {{ {} }}",
            known.join(", ")
        )
        .expect("text");
    }
    for subject in SUBJECTS.into_iter().chain(["group:g"]) {
        for _ in 0..1 + rng.below(6) {
            let (role, scope, when) = (rng.below(5), quoted(scope(rng, &ids)), when(rng, 25));
            let times = rng.pick(&["", "", "", "until = 2026-03-01T12:00:00Z\n", "from = 2026-03-01T12:00:00Z\n"]);
            write!(tenant, "[[assignments]]\nto = \"{subject}\"\nrole = \"r{role}\"\nscope = {scope}\n{when}{times}")
                .expect("text");
        }
        for _ in 0..if subject.starts_with("group") { 0 } else { *rng.pick(&[0, 0, 2, 5, 9]) } {
            let (name, _, actions) = rng.pick(&TYPES);
            let (action, scope) = (rng.pick(actions), quoted(scope(rng, &ids)));
            let effect = rng.pick(&["allow", "deny"]);
            write!(
                tenant,
                "[[overrides]]\nsubject = \"{subject}\"\npermission = \"{name}:{action}\"\nscope = {scope}\neffect = \"{effect}\"\n"
            )
            .expect("text");
        }
    }
    for id in 0..if approvals { *rng.pick(&[0, 0, 1, 2]) } else { 0 } {
        let (permissions, when) = (permissions(rng, 2), when(rng, 93));
        write!(tenant, "[[approval_policies]]\nid = \"a{id}\"\npermissions = {}\n{when}", list(&permissions))
            .expect("text");
        tenant.push_str("approvers = [\"user:ann\"]\nquorum = 1\n");
    }
    let mut registered: Vec<String> = Vec::new();
    for _ in 0..resources * 8 {
        let path = path(rng, &ids, 5);
        if registered.len() < resources && !registered.contains(&path) {
            let attributes = attributes(rng, type_of(&path));
            writeln!(tenant, "[[resources]]\npath = {}\nattributes = {attributes}", quoted(&path)).expect("text");
            registered.push(path);
        }
    }
    let parsed = loop {
        let text = format!("{model}{}", rules.concat());
        match Model::parse(Source { name: "model.toml", text: &text }) {
            Ok(parsed) => {
                model = text;
                break parsed;
            }
            // Of two rules that say the same, one is refused; so is a condition on what nothing guarded stands in.
            Err(problems) if rules.pop().is_none() => model = without(&model, &problems),
            Err(_) => {}
        }
    };
    let world = loop {
        match World::load(&parsed, Source { name: "tenant.toml", text: &tenant }) {
            Ok(world) => break world,
            Err(problems) => tenant = without(&tenant, &problems),
        }
    };
    Made { world, model, tenant, registered }
}

/// The text without the conditions that were refused.
fn without(text: &str, problems: &Diagnostics) -> String {
    let refused = |number: usize| problems.all().iter().any(|problem| problem.line == number + 1);
    let kept = text.lines().enumerate().filter(|(number, line)| !(line.starts_with("when = ") && refused(*number)));
    let left: String = kept.map(|(_, line)| format!("{line}\n")).collect();
    assert!(left.len() < text.len(), "{problems}\n{text}");
    left
}

/// What a caller may supply: context, action, and of the resource if `resource` is asked for.
pub(crate) fn given(rng: &mut Rng, resource: bool) -> Given {
    let mut bag = |name: &str, values: &[Plain]| -> Bag {
        if rng.chance(30) { Vec::new() } else { vec![(name.to_owned(), rng.pick(values).clone())] }
    };
    let number = |text: &str| Plain::Number(text.to_owned());
    let mut context = bag("cost", &[number("49.9"), number("50"), number("1.25"), Plain::Bool(true)]);
    context.extend(bag("level", &[number("2"), number("5"), number("-9223372036854775808")]));
    let action = bag("soft", &[Plain::Bool(true), Plain::Bool(false), Plain::Null]);
    let draft = bag("draft", &[Plain::Bool(true), Plain::Bool(false), number("1")]);
    Given { context, action, resource: if resource { draft } else { Vec::new() }, ..Given::default() }
}

/// A resource that is registered, or stands near one that is.
pub(crate) fn resource(rng: &mut Rng, made: &Made) -> String {
    if made.registered.is_empty() || rng.chance(20) {
        return path(rng, &IDS, 5);
    }
    let known = rng.pick(&made.registered).clone();
    match rng.below(8) {
        0 => format!("{known}{}", rng.pick(&["0", "!", "'"])),
        1 if matches!(type_of(&known), "folder" | "project") => format!("{known}/doc:{}", rng.pick(&IDS)),
        2 if type_of(&known) == "project" => format!("{known}/sign:{}", rng.pick(&IDS)),
        _ => known,
    }
}
