//! Random small tenants that Cedar can express, and questions about them.

use crate::rng::Rng;
use countersign_wire::document::Value;
use countersign_wire::given::Given;
use countersign_wire::time;
use std::fmt::Write;

/// 2026-03-01T12:00:00Z
const NOW: i64 = 1_772_366_400_000;
const MINUTE: i64 = 60_000;
const SUBJECTS: [&str; 4] = ["user:ann", "user:b\u{e9}", "service:ci", "user:an"];
const GROUPS: [&str; 3] = ["g", "user:ann", "h\\1"];
const IDS: [&str; 4] = ["p1", "p1!", "a\"b", "yy"];
const PERMISSIONS: [&str; 8] =
    ["project:view", "project:edit", "folder:view", "folder:edit", "doc:view", "doc:edit", "doc:*", "member:view"];

/// Conditions that Cedar can express for every type.
const PLAIN: [&str; 14] = [
    "context.count > 5",
    "!(context.count > 5)",
    "context.count == -1 || subject.mfa",
    "has(context.count)",
    "subject.licensed",
    "!subject.licensed",
    "subject.licensed == false",
    "action.soft && subject.licensed",
    "context.place in ['here', 'a\\\"b']",
    "'x' in subject.teams",
    "now >= timestamp('2026-03-01T12:00:00Z')",
    "subject.id == 'user:ann'",
    "resource.id == 'p1' || resource.type == 'doc'",
    "context.count in [1, 6] && !(context.place != 'here')",
];
/// Conditions for docs alone.
const OF_DOCS: [&str; 4] =
    ["doc.kind == 'a'", "resource.kind != 'b'", "doc.size < 5 && !subject.mfa", "has(doc.kind) && doc.id == 'p1'"];
/// Conditions that Cedar cannot express.
const BEYOND: [&str; 5] = [
    "context.cost > 50",
    "context.count + 1 > 5",
    "action.name == 'view'",
    "project.id == 'p1'",
    "context.place.startsWith('h')",
];

const MODEL: &str = r#"name = "random"
[types.project]
actions = ["view", "edit"]
[types.folder]
parent = ["/", "folder"]
actions = ["view", "edit"]
[types.doc]
parent = ["project", "folder"]
actions = ["edit", "view"]
attributes.kind = { one_of = ["a", "b"] }
attributes.size = { type = "int", from = "request" }
[subject.attributes]
licensed = "bool"
teams = "list"
mfa = { type = "bool", from = "request" }
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
count = "int"
place = "string"
cost = "decimal"
"#;

pub(crate) struct Texts {
    pub(crate) model: String,
    pub(crate) tenant: String,
}

/// A model and a tenant; `beyond` has some of what Cedar cannot express.
pub(crate) fn texts(rng: &mut Rng, beyond: bool) -> Texts {
    let mut model = MODEL.to_owned();
    for id in ["r", "s", "docs"] {
        let docs = id == "docs";
        let of =
            |rng: &mut Rng, most: usize| if docs { vec!["doc:view", "doc:edit"] } else { rng.some(&PERMISSIONS, most) };
        let (allow, deny) = (of(rng, 5), if rng.chance(40) { of(rng, 2) } else { Vec::new() });
        line(
            &mut model,
            &format!("[roles.{id}]\nallow = {allow:?}\ndeny = {:?}", if docs { Vec::new() } else { deny }),
        );
        when(rng, &mut model, 30, docs, beyond);
        if id == "s" && rng.chance(30) {
            line(&mut model, "includes = [\"r\"]");
        }
    }
    for number in 0..rng.below(4) {
        let permission = *rng.pick(&PERMISSIONS);
        let effect = if rng.chance(60) { "permit" } else { "forbid" };
        line(
            &mut model,
            &format!("[[rules]]\neffect = {effect:?}\npermissions = [{permission:?}]\nwhy = \"{number}\""),
        );
        when(rng, &mut model, 100, permission.starts_with("doc:"), beyond);
    }
    Texts { model, tenant: tenant(rng, beyond) }
}

fn tenant(rng: &mut Rng, beyond: bool) -> String {
    let mut text = String::new();
    for group in GROUPS {
        line(&mut text, &format!("[[groups]]\nid = {group:?}"));
    }
    for subject in &SUBJECTS[..3] {
        let status = if rng.chance(85) { "active" } else { "locked" };
        let groups = rng.some(&GROUPS, 2);
        line(&mut text, &format!("[[members]]\nsubject = {subject:?}\nstatus = {status:?}\ngroups = {groups:?}"));
        if rng.chance(70) {
            let teams = rng.some(&["x", "y"], 2);
            line(&mut text, &format!("attributes = {{ licensed = {}, teams = {teams:?} }}", rng.chance(60)));
        }
    }
    for _ in 0..2 + rng.below(6) {
        let group = format!("group:{}", rng.pick(&GROUPS));
        let to = if rng.chance(40) { group } else { (*rng.pick(&SUBJECTS[..3])).to_owned() };
        let role = *rng.pick(&["r", "s", "docs"]);
        line(&mut text, &format!("[[assignments]]\nto = {to:?}\nrole = {role:?}\nscope = {:?}", scope(rng)));
        window(rng, &mut text);
        when(rng, &mut text, 25, role == "docs", beyond);
    }
    for _ in 0..*rng.pick(&[0, 1, 3, 8]) {
        let permission = *rng.pick(&["doc:view", "doc:edit", "folder:view"]);
        let effect = *rng.pick(&["allow", "deny"]);
        let subject = *rng.pick(&SUBJECTS[..3]);
        line(&mut text, &format!("[[overrides]]\nsubject = {subject:?}\npermission = {permission:?}"));
        line(&mut text, &format!("effect = {effect:?}\nscope = {:?}", scope(rng)));
        window(rng, &mut text);
    }
    if beyond {
        line(&mut text, "[[approval_policies]]\nid = \"ap\"\npermissions = [\"doc:edit\"]");
        when(rng, &mut text, 70, true, true);
    }
    let mut known = Vec::new();
    for _ in 0..rng.below(4) {
        let path = format!("project:{}/doc:{}", rng.pick(&IDS), rng.pick(&IDS));
        if !known.contains(&path) {
            line(
                &mut text,
                &format!("[[resources]]\npath = {path:?}\nattributes = {{ kind = {:?} }}", rng.pick(&["a", "b"])),
            );
            known.push(path);
        }
    }
    text
}

fn scope(rng: &mut Rng) -> String {
    if rng.chance(30) { "/".to_owned() } else { path(rng) }
}

fn path(rng: &mut Rng) -> String {
    let mut id = || *rng.pick(&IDS[..]);
    let ids = [id(), id(), id()];
    let [first, second, third] = ids;
    match rng.below(8) {
        0 => format!("project:{first}"),
        1 => format!("folder:{first}"),
        2 => format!("folder:{first}/folder:{second}"),
        3 => format!("folder:{first}/folder:{second}/doc:{third}"),
        4 => format!("folder:{first}/doc:{second}"),
        5 => format!("project:{first}/doc:{second}/member:{third}"),
        _ => format!("project:{first}/doc:{second}"),
    }
}

fn window(rng: &mut Rng, text: &mut String) {
    let mut edge = |key: &str, moments: &[i64]| {
        if rng.chance(20) {
            let moment = NOW + rng.pick(moments) * MINUTE;
            line(text, &format!("{key} = {}", time::format(moment).expect("a year that can be written")));
        }
    };
    edge("from", &[-2, -1, 0]);
    edge("until", &[1, 2]);
}

fn when(rng: &mut Rng, text: &mut String, percent: usize, docs: bool, beyond: bool) {
    if !rng.chance(percent) {
        return;
    }
    let mut one = || {
        let from = match rng.below(10) {
            0..3 if docs => &OF_DOCS[..],
            3..5 if beyond => &BEYOND[..],
            _ => &PLAIN[..],
        };
        (*rng.pick(from)).to_owned()
    };
    let (first, second) = (one(), one());
    let condition = match rng.below(5) {
        0 => format!("({first}) && ({second})"),
        1 => format!("!({first}) || ({second})"),
        _ => first,
    };
    line(text, &format!("when = \"{condition}\""));
}

fn line(text: &mut String, what: &str) {
    writeln!(text, "{what}").expect("a string takes what is written");
}

#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) subject: &'static str,
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    pub(crate) now: i64,
    /// Supplied: owner, name, value
    supplied: Vec<(&'static str, &'static str, Value)>,
}

pub(crate) fn question(rng: &mut Rng) -> Question {
    let resource = path(rng);
    let member = resource.contains("member:");
    let mut supplied = Vec::new();
    let number = |number: i64| Value::Number(number.to_string());
    let text = |text: &str| Value::String(text.to_owned());
    for (owner, name) in
        [("context", "count"), ("context", "place"), ("subject", "mfa"), ("action", "soft"), ("resource", "size")]
    {
        let value = match name {
            "count" => number(*rng.pick(&[-1, 1, 5, 6])),
            "place" => text(rng.text(&["here", "there", "a\"b"])),
            "size" => number(*rng.pick(&[4, 5])),
            _ => Value::Bool(rng.chance(50)),
        };
        let of_type = owner != "resource" || resource.rsplit('/').next().is_some_and(|last| last.starts_with("doc:"));
        if of_type && rng.chance(80) {
            supplied.push((owner, name, value));
        }
    }
    Question {
        subject: if rng.chance(5) { SUBJECTS[3] } else { rng.text(&SUBJECTS[..3]) },
        action: if member { "view" } else { rng.text(&["view", "edit"]) },
        resource,
        now: NOW + *rng.pick(&[-2, -1, 0, 1, 2]) * MINUTE - *rng.pick(&[0, 0, 1]),
        supplied,
    }
}

impl Question {
    pub(crate) fn given(&self) -> Given {
        let bag = |of: &str| {
            let all = self.supplied.iter().filter(|(owner, _, _)| *owner == of);
            all.map(|(_, name, value)| ((*name).to_owned(), value.clone())).collect()
        };
        Given { subject: bag("subject"), action: bag("action"), resource: bag("resource"), context: bag("context") }
    }

    /// The same for Cedar.
    pub(crate) fn context(&self, _kind: &str) -> serde_json::Value {
        let mut all = serde_json::Map::new();
        all.insert("now".to_owned(), self.now.into());
        for (owner, name, value) in &self.supplied {
            let value = match value {
                Value::Bool(value) => (*value).into(),
                Value::Number(text) => text.parse::<i64>().expect("an integer").into(),
                Value::String(text) => text.as_str().into(),
                other => panic!("{other:?}"),
            };
            all.insert(format!("{owner}.{name}"), value);
        }
        all.into()
    }
}
