//! What the fuzzers feed: each target takes bytes, and says nothing but that it came back.

use crate::{model, preset, snapshots, world};
use countersign_compile::Model;
use countersign_core::{Attributes, GrantsBuilder, Path, Policy, Question, Scope, Status, Subject};
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::given::{Given, Supplied};
use countersign_wire::projection::{self, Stamp};
use countersign_wire::record::{self, GroupRecord, PolicyRecord, ResourcesRecord, SubjectRecord};
use std::sync::OnceLock;

/// 2026-03-01T12:00:00Z.
pub(crate) const NOW: i64 = 1_772_366_400_000;

/// Something that reads what others wrote.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// Whether it reads text, so that whole words are exchanged too
    pub(crate) is_text: bool,
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    pub(crate) run: fn(&[u8]),
}

pub(crate) const ALL: [Target; 8] = [
    Target { name: "model", is_text: true, seeds: models, run: |bytes| drop(model(&text(bytes))) },
    Target { name: "condition", is_text: true, seeds: conditions, run: condition },
    Target { name: "tenant", is_text: true, seeds: tenants, run: tenant },
    Target { name: "path", is_text: true, seeds: paths, run: path },
    Target { name: "supplied", is_text: true, seeds: supplied, run: supply },
    Target { name: "snapshot", is_text: false, seeds: snapshots::seeds, run: snapshots::resealed },
    Target { name: "record", is_text: false, seeds: records, run: records_of },
    Target { name: "bytecode", is_text: false, seeds: codes, run: code },
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn models() -> Vec<Vec<u8>> {
    let json =
        r#"{"name":"x","types":{"a":{"actions":["b"],"attributes":{"k":"int"}}},"roles":{"r":{"allow":["a:b"]}}}"#;
    let mut all = of(&[&preset("signagent/model.toml"), &preset("portal/model.toml"), RICH, json]);
    all.push(format!("{RICH}{}", rule("sign.level > 3")).into_bytes());
    all
}

/// A model with one of everything.
pub(crate) const RICH: &str = r#"name = "rich"
[types.project]
actions = ["view", "edit"]
attributes.kind = { one_of = ["design", "build"] }
[types.sign]
parent = ["project", "/"]
actions = ["view", "edit", "approve"]
attributes.level = "int"
attributes.tags = { type = "list", of = "string" }
attributes.cost = { type = "decimal", from = "request" }
[subject.attributes]
licensed = "bool"
home = "ip"
since = "timestamp"
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
cost = "decimal"
n = "int"
[roles.base]
allow = ["sign:view"]
[roles.admin]
at = ["/", "project"]
when = "subject.licensed"
includes = ["base"]
title = { "project.kind == 'build'" = "Builder", else = "Admin" }
allow = ["project:*", "sign:edit"]
assigns = ["base"]
[roles.approver]
when = "sign.level < 3 && size(resource.tags) > 0"
allow = ["sign:approve"]
deny = ["sign:edit"]
[[rules]]
effect = "forbid"
permissions = ["sign:edit"]
when = "context.cost > 50 || resource.tags.exists(t, t == 'closed')"
why = "too dear"
"#;

const RICH_TENANT: &str = r#"
[[members]]
subject = "user:ann"
name = "Ann"
status = "active"
attributes = { licensed = true, home = "10.0.0.1", since = 2026-01-01T00:00:00Z }
groups = ["g"]
[[groups]]
id = "g"
[[roles]]
id = "own"
allow = ["sign:view"]
when = "resource.level in [1, 2, 3]"
[[assignments]]
to = "user:ann"
role = "admin"
scope = "project:p"
until = 2027-01-01T00:00:00Z
[[assignments]]
to = "group:g"
role = "approver"
when = "resource.id.matches('^s[0-9]+$')"
[[overrides]]
subject = "user:ann"
permission = "sign:view"
scope = "project:p/sign:s1"
effect = "deny"
[[approval_policies]]
id = "dear"
permissions = ["sign:approve"]
when = "context.cost > 10"
approvers = ["role:admin"]
[[resources]]
path = "project:p"
attributes = { kind = "build" }
[[resources]]
path = "project:p/sign:s1"
attributes = { level = 1, tags = ["a"] }
"#;

fn rule(when: &str) -> String {
    let when = when.replace(|letter: char| letter.is_control(), " ").replace('\\', "\\\\").replace('"', "\\\"");
    format!("[[rules]]\neffect = \"permit\"\npermissions = [\"sign:approve\"]\nwhen = \"{when}\"\n")
}

fn conditions() -> Vec<Vec<u8>> {
    of(&[
        "subject.licensed && sign.level < 3 || context.cost * 2.5 >= 10",
        "resource.tags.exists(t, t.startsWith('a') && t.size() > 2) ? context.n == -1 : has(context.n)",
        "subject.home in cidr('10.0.0.0/8') || ip('::1') == subject.home",
        "now - subject.since > duration('24h') && now.getHours('+01:00') < 12",
        "resource.id.matches('^(a|b)[0-9]{2,4}$') && action.name in ['approve']",
        "resource.tags.map(t, t + 'x').filter(t, t != \"y\").size() == 1 + 2 % 3 / 1",
        "!(project.kind == 'build') && sign.id == r'\\d' && b == 0x1F && 1u == 2u",
    ])
}

fn condition(bytes: &[u8]) {
    if let Ok(model) = model(&format!("{RICH}{}", rule(&text(bytes)))) {
        questions(&model, RICH_TENANT);
    }
}

fn tenants() -> Vec<Vec<u8>> {
    of(&[RICH_TENANT, &preset("signagent/tenant.toml")[..3000.min(preset("signagent/tenant.toml").len())]])
}

fn rich() -> &'static Model {
    static RICH_MODEL: OnceLock<Model> = OnceLock::new();
    RICH_MODEL.get_or_init(|| model(RICH).expect("a good model"))
}

fn tenant(bytes: &[u8]) {
    questions(rich(), &text(bytes));
}

/// Loads a tenant, asks it, and asks its projections the same.
fn questions(model: &Model, tenant: &str) {
    let Ok(world) = world(model, tenant) else { return };
    let given = Given::default();
    for subject in world.members().chain(["user:nobody"]).take(4).map(str::to_owned).collect::<Vec<_>>() {
        let stamp = Stamp { tenant: String::new(), subject: subject.clone(), revision: 1, expires: i64::MAX };
        let bytes = world.snapshot(&stamp, NOW).expect("a projection");
        let projection = projection::decode(&bytes).expect("what was encoded");
        for resource in ["project:p", "project:p/sign:s1", "project:q/sign:s22", "sign:x"] {
            let supplied = given.attributes(projection.policy(), resource);
            for action in ["view", "edit", "approve"] {
                let asked = Asked { subject: &subject, action, resource, given: &given, now: NOW };
                let asks = Question { action, path: resource, supplied: &supplied, now: NOW };
                assert_eq!(world.check(&asked).effect, projection.check(&asks).effect, "{subject} {action} {resource}");
            }
        }
    }
}

fn paths() -> Vec<Vec<u8>> {
    of(&["project:p/sign:s1", "sign:x", "/", "project:a:b/sign:\u{e9}", "member:user:ann", "project:p/settings:x"])
}

fn path(bytes: &[u8]) {
    static WORLD: OnceLock<World> = OnceLock::new();
    let world = WORLD.get_or_init(|| world(rich(), RICH_TENANT).expect("a good tenant"));
    let text = text(bytes);
    let parsed = Path::parse(&text);
    assert!(text == "/" || parsed.is_ok() == Scope::parse(&text).is_ok(), "{text:?}");
    let located = parsed.is_ok_and(|path| world.policy().locate(&path).is_ok());
    for action in ["view", "edit"] {
        let given = Given::default();
        let asked = Asked { subject: "user:ann", action, resource: &text, given: &given, now: NOW };
        assert!(located || !world.check(&asked).is_allow(), "{text:?}");
    }
}

fn supplied() -> Vec<Vec<u8>> {
    of(&[
        r#"{"cost": 50.00000001, "n": 9223372036854775807, "x": [1, "2", {"a": null}], "y": true}"#,
        r#"{"cost": "1e999", "n": -0.0, "home": "::ffff:10.0.0.1", "since": "2026-03-01T12:00:00Z"}"#,
    ])
}

fn supply(bytes: &[u8]) {
    let Ok(Supplied(bag)) = serde_json::from_slice(bytes) else { return };
    let given = Given { context: bag.clone(), resource: bag.clone(), subject: bag.clone(), action: bag };
    let all = given.attributes(rich().policy(), "project:p/sign:s1");
    for (slot, value) in all.all() {
        let spec = rich().policy().attribute(slot).expect("a declared attribute");
        assert!(spec.from_request || !spec.owner.is_stored(), "a caller overrides {spec:?} by {value:?}");
    }
}

fn records() -> Vec<Vec<u8>> {
    let policy = record::encode(&PolicyRecord::from(rich().policy())).expect("a record");
    let compiled = countersign_compile::tenant(rich(), Source { name: "", text: RICH_TENANT }).expect("a good tenant");
    let member = compiled.members.into_iter().next().expect("a member").1.record;
    let tenants = PolicyRecord::from(&compiled.policy);
    vec![policy, record::encode(&tenants).expect("a record"), record::encode(&member).expect("a record")]
}

fn records_of(bytes: &[u8]) {
    let policy = rich().policy();
    if let Ok(record) = record::decode::<PolicyRecord>(bytes)
        && let Ok(policy) = record.policy()
    {
        ask_all(
            &policy,
            &Subject::new(
                "user:ann",
                Some(Status::Active),
                &GrantsBuilder::default().build(&policy).expect("no grants"),
                &[],
            ),
        );
    }
    if let Ok(record) = record::decode::<SubjectRecord>(bytes)
        && let Ok(grants) = record.grants(policy)
    {
        let (attributes, approved) = (record.attributes(policy), record.approved(policy));
        let subject = Subject::new("user:ann", Some(Status::Active), &grants, &[]);
        ask_all(policy, &Subject { attributes: &attributes, approved: &approved, ..subject });
    }
    if let Ok(record) = record::decode::<GroupRecord>(bytes) {
        drop(record.grants(policy));
    }
    if let Ok(record) = record::decode::<ResourcesRecord>(bytes) {
        drop(record.registry(policy));
    }
}

/// Asks for everything that a policy knows; all ways to ask agree.
pub(crate) fn ask_all(policy: &Policy, subject: &Subject<'_>) {
    for kind in policy.types().iter().take(6) {
        for path in [format!("{}:x", kind.name()), format!("project:p/{}:s1", kind.name())] {
            for now in [NOW, i64::MIN, i64::MAX] {
                let answer = policy.answer(subject, &path, now);
                for action in kind.actions().iter().take(5) {
                    let question = Question { action, path: &path, supplied: Attributes::NONE, now };
                    let allows = policy.check(subject, &question).is_allow();
                    let Ok(answer) = answer else {
                        assert!(!allows, "{path} is none, and allowed");
                        continue;
                    };
                    let bit = kind.action(action).map_or(0, |action| action.mask());
                    assert!(answer.dynamic & bit != 0 || allows == (answer.allow & bit != 0), "{action} {path} {now}");
                }
            }
        }
    }
}

fn codes() -> Vec<Vec<u8>> {
    let policy = PolicyRecord::from(rich().policy());
    policy.conditions.iter().map(|form| record::encode(form).expect("a condition")).collect()
}

/// Any bytes that are a condition take the place of one in a good policy.
fn code(bytes: &[u8]) {
    let Ok(form) = record::decode::<record::ConditionForm>(bytes) else { return };
    let mut record = PolicyRecord::from(rich().policy());
    record.conditions.iter_mut().for_each(|known| known.clone_from(&form));
    let Ok(policy) = record.policy() else { return };
    let world = world(rich(), RICH_TENANT).expect("a good tenant");
    world.ask("user:ann", |subject| ask_all(&policy, &Subject { groups: &[], ..*subject }));
}
