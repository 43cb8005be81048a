//! What people read: the JSON is well formed and says what decided, and it tells end users of nobody else.

use crate::facts::{self, Case, Facts};
use crate::generate::NOW;
use crate::traces::every_case;
use countersign_compile::Model;
use countersign_core::Question;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::document::Value as Plain;
use countersign_wire::explain::Words;
use countersign_wire::given::Given;
use countersign_wire::projection::{self, Projection, Stamp};
use serde_json::{Value, json};

const MODEL: &str = r#"
name = "shop"
[types.project]
actions = ["view", "edit"]
[types.order]
parent = "project"
actions = ["view", "place", "cancel"]
[context]
cost = "decimal"
[roles.buyer]
allow = ["order:*", "project:view"]
[roles.auditor]
allow = ["order:view"]
deny = ["order:cancel"]
[[rules]]
effect = "forbid"
permissions = ["order:place"]
when = "context.cost < 0"
why = "a cost \"below\" zero"
"#;

const TENANT: &str = r#"
[[groups]]
id = "auditors"
[[members]]
subject = "user:ann"
groups = ["auditors"]
[[members]]
subject = "user:bob"
status = "locked"
[[assignments]]
to = "user:ann"
role = "buyer"
scope = "project:p"
until = 2026-03-02T12:00:00Z
[[assignments]]
to = "group:auditors"
role = "auditor"
[[overrides]]
subject = "user:ann"
permission = "project:view"
effect = "deny"
[[overrides]]
subject = "user:ann"
permission = "project:view"
scope = "project:p"
effect = "allow"
[[approval_policies]]
id = "big"
permissions = ["order:place"]
when = "context.cost > 50"
approvers = ["user:bob"]
"#;

fn explain(subject: &str, action: &str, resource: &str, cost: &str) -> Value {
    let model = Model::parse(Source { name: "model.toml", text: MODEL }).expect("a model");
    let world = World::load(&model, Source { name: "tenant.toml", text: TENANT }).expect("a tenant");
    let given = Given { context: vec![("cost".to_owned(), Plain::String(cost.to_owned()))], ..Given::default() };
    let text = world.explain_json(&Asked { subject, action, resource, given: &given, now: NOW });
    serde_json::from_str(&text).unwrap_or_else(|problem| panic!("{problem}: {text}"))
}

/// What is at these pointers of the explanation of a question.
fn check(question: [&str; 4], expected: &[(&str, Value)]) {
    let [subject, action, resource, cost] = question;
    let told = explain(subject, action, resource, cost);
    for (pointer, value) in expected {
        assert_eq!(told.pointer(pointer), Some(value), "{pointer} of {told:#}");
    }
}

#[test]
fn the_json_says_what_decided_and_what_it_beat() {
    let day_later = json!(NOW + 86_400_000);
    check(
        ["user:ann", "cancel", "project:p/order:1", "1"],
        &[
            ("/decision", json!("deny")),
            ("/reason/role", json!("auditor")),
            ("/beat/0/role", json!("buyer")),
            ("/beat/0/lost", json!("deny beats allow")),
            ("/beat/0/until", day_later.clone()),
            ("/trace/1/group", json!("auditors")),
            ("/trace/1/decided", json!(true)),
            ("/until", Value::Null),
            ("/clock", json!(false)),
            ("/flip/0/change", json!("set override")),
            ("/flip/0/text", json!("set an override for user:ann: allow order:cancel at project:p/order:1")),
        ],
    );
    check(
        ["user:ann", "view", "project:p", "1"],
        &[
            ("/decision", json!("allow")),
            ("/beat/0/lost", json!("a nearer scope decided")),
            ("/beat/0/says", json!("deny")),
            ("/beat/1/lost", json!("an earlier stage decided")),
            ("/flip/0/text", json!("remove the override of project:view for user:ann at project:p")),
        ],
    );
    check(
        ["user:ann", "place", "project:p/order:1", "60"],
        &[
            ("/decision", json!("approval")),
            ("/reason/policy", json!("big")),
            ("/beat/0/lost", json!("its condition is false")),
            ("/beat/1/lost", json!("it needs an approval")),
            ("/until", day_later.clone()),
            ("/then", json!("deny")),
            ("/flip/0/text", json!("approve a request of user:ann for order:place at project:p/order:1")),
        ],
    );
    check(
        ["user:ann", "place", "project:p/order:1", "-1"],
        &[
            ("/trace/0/why", json!("a cost \"below\" zero")),
            ("/flip/0/reads", json!("context.cost")),
            ("/flip/0/text", json!("remove this rule of the model, or change what its condition reads: context.cost")),
        ],
    );
    check(
        ["user:ann", "place", "project:p/order:1", "1"],
        &[
            ("/decision", json!("allow")),
            ("/flip/0/change", json!("remove assignment")),
            ("/flip/0/text", json!("take the role buyer from user:ann at project:p")),
        ],
    );
    check(
        ["user:bob", "view", "project:p", "1"],
        &[("/flip/0/change", json!("activate")), ("/flip/1/change", json!("set override")), ("/trace", json!([]))],
    );
    check(["user:cy", "view", "project:p", "1"], &[("/flip/0/change", json!("add member"))]);
    check(["user:ann", "fly", "project:p", "1"], &[("/decision", json!("deny")), ("/flip", Value::Null)]);
    check(["user:ann", "view", "nowhere:p\u{7}\n", "1"], &[("/decision", json!("deny")), ("/flip", Value::Null)]);
}

fn project(world: &World, case: &Case) -> Projection {
    let stamp = Stamp { tenant: "acme".to_owned(), subject: case.subject.clone(), revision: 1, expires: i64::MAX };
    let bytes = world.snapshot(&stamp, case.now).expect("a projection");
    projection::decode(&bytes).expect("what was encoded")
}

/// The text for end users, and the effect.
fn for_end_users(world: &World, case: &Case) -> (String, countersign_core::Explanation) {
    let known = project(world, case);
    let supplied = case.given().attributes(known.policy(), &case.resource);
    let question = Question { action: case.action, path: &case.resource, supplied: &supplied, now: case.now };
    let told = known.explain(&question);
    let words = Words { policy: known.policy(), subject: &known.subject(), question: &question, groups: &[] };
    (words.json(&told), told)
}

/// The roles that the subject holds, itself or through groups.
fn held<'a>(facts: &'a Facts, case: &Case) -> Vec<&'a str> {
    let member = facts.members.iter().find(|member| member.subject == case.subject);
    let groups = member.map(|member| &*member.groups).unwrap_or_default();
    let mine = |to: &str| to == case.subject || groups.iter().any(|group| to.strip_prefix("group:") == Some(group));
    facts.assignments.iter().filter(|grant| mine(&grant.to)).map(|grant| &*grant.role).collect()
}

#[test]
fn the_words_for_end_users_say_nothing_of_others() {
    let (mut same, mut steps) = (0, 0);
    every_case(800, 12, |facts, world, case| {
        // The generator's groups and other members are all canaries.
        let case = Case { subject: "user:ann".to_owned(), ..case.clone() };
        let unapproved = Facts { approved: None, ..facts.clone() };
        let (text, told) = for_end_users(world, &case);
        serde_json::from_str::<Value>(&text).unwrap_or_else(|problem| panic!("{problem}: {text}"));
        assert!(!text.contains("canary"), "{case:?}: {text}");
        let held = held(facts, &case);
        for role in facts.roles.iter().filter(|role| !held.contains(&&*role.id)) {
            assert!(!text.contains(&role.id), "{case:?} holds {held:?}: {text}");
        }
        assert_eq!(told.decision.effect, facts::effect(&unapproved, world, &case), "{case:?}");
        steps += told.trace.steps.len();
        same += usize::from(facts::explain(&unapproved, world, &case).flip == told.flip);
    });
    assert!(steps > 10_000, "only {steps} steps");
}

#[test]
fn the_whole_view_names_groups() {
    let mut named = 0;
    every_case(50, 40, |_, world, case| {
        let text = world.explain_json(&case.asked(&case.given()));
        serde_json::from_str::<Value>(&text).unwrap_or_else(|problem| panic!("{problem}: {text}"));
        assert!(!text.contains("\"group\":\"\""), "{text}");
        named += usize::from(text.contains("\"group\":\"canary-"));
    });
    assert!(named > 100, "only {named}");
}
