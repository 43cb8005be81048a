//! An account for the tests of roles, approvals, resources and the export, and how it is asked.

use crate::held::{self, Held};
use crate::{Event, Memory, Settled, query, settle};
use countersign_core::{Policy, Question, Stage};
use countersign_wire::api::{Command, CommandAnswer, CommandCall, Done, Import, QueryAnswer, QueryCall};
use countersign_wire::given::{Given, Supplied};
use serde_json::{Value, json};

pub(super) const MODEL: &str = r#"
name = "m"
[types.project]
actions = ["view", "edit"]
attributes.kind = { one_of = ["design", "build"] }
[types.sign]
parent = "project"
actions = ["view", "edit"]
attributes.sign_type = { type = "string", from = "request" }
[types.order]
actions = ["view", "place"]
[types.service]
actions = ["view"]
[subject.attributes]
licensed = "bool"
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
cost = "decimal"
[roles.admin]
at = ["/"]
allow = ["*"]
assigns = ["admin", "manager", "user", "lead", "editor", "viewer", "seer", "restricted", "clerk"]
[roles.manager]
at = ["/"]
allow = ["order:*", "service:*"]
[roles.user]
at = ["/"]
allow = ["order:view", "order:place"]
[roles.seer]
allow = ["service:view"]
[roles.lead]
at = ["project"]
title = { "project.kind == 'build'" = "Builder", else = "Lead" }
allow = ["project:*", "sign:*", "assignment:*", "resource:*"]
assigns = ["viewer"]
[roles.editor]
allow = ["project:view", "sign:view", "sign:edit"]
[roles.viewer]
allow = ["project:view", "sign:view"]
[roles.restricted]
deny = ["sign:edit"]
[roles.clerk]
allow = ["role:*", "assignment:*", "override:*", "resource:*", "sign:view"]
"#;

/// Subjects, then one line each: who, role, scope, and more.
pub(super) fn people(lines: &[(&str, &str, &str, Value)]) -> Value {
    let mut members: Vec<&str> = lines.iter().map(|(who, ..)| *who).collect();
    members.extend(["user:ada", "user:zoe"]);
    members.sort_unstable();
    members.dedup();
    let assignments = lines.iter().chain([&("user:ada", "admin", "/", Value::Null)]);
    let assignments = assignments.filter(|(_, role, ..)| !role.is_empty()).map(|(to, role, scope, more)| {
        let mut one = json!({ "to": to, "role": role, "scope": scope });
        for (key, value) in more.as_object().into_iter().flatten() {
            one[key] = value.clone();
        }
        one
    });
    json!({
        "members": members.iter().map(|subject| json!({ "subject": subject })).collect::<Vec<_>>(),
        "assignments": assignments.collect::<Vec<_>>(),
    })
}

/// An account under test.
pub(super) struct World {
    pub(super) state: Memory,
    pub(super) now: i64,
    /// The keys of the records that the last command published
    pub(super) published: Vec<String>,
    /// The sentence of the last refusal
    pub(super) detail: String,
}

impl World {
    pub(super) fn new(tenant: &Value) -> Self {
        Self::of(MODEL, tenant)
    }

    pub(super) fn of(model: &str, tenant: &Value) -> Self {
        Self::try_of(model, tenant).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Nothing but the sentence where the file is not sound.
    pub(super) fn try_of(model: &str, tenant: &Value) -> Result<Self, String> {
        let mut world = Self { state: Memory::new(), now: 0, published: Vec::new(), detail: String::new() };
        let import = Command::Import(Import { model: model.to_owned(), tenant: tenant.to_string(), run: None });
        let done = world.call(&CommandCall::new("operator:dev", true, import));
        if done.is_ok() { Ok(world) } else { Err(world.detail) }
    }

    pub(super) fn call(&mut self, call: &CommandCall) -> Result<Done, String> {
        let Settled { answer, commit, .. } = settle(&self.state, call, self.now, [7; 32]).expect("memory can be read");
        if let Some(commit) = commit {
            let record = |event: &Event| match event {
                Event::Record { key, .. } => Some(key.clone()),
                _ => None,
            };
            self.published = commit.events.iter().filter_map(record).collect();
            self.state.apply(&commit);
        }
        match answer {
            CommandAnswer::Done(done) => Ok(done),
            CommandAnswer::Refused(refusal) => {
                assert!(refusal.detail.ends_with('.') || refusal.detail.contains('\n'), "{}", refusal.detail);
                self.detail = refusal.detail;
                Err(refusal.code)
            }
            CommandAnswer::Impact(_) => panic!("no dry run was asked for"),
        }
    }

    pub(super) fn give(&mut self, who: &str, command: &Value) -> Result<Done, String> {
        let command: Command = serde_json::from_value(command.clone()).expect("a command");
        self.call(&CommandCall::new(who, who.starts_with("operator:"), command))
    }

    /// `done`, or the refusal's code.
    #[track_caller]
    pub(super) fn check(&mut self, who: &str, command: Value, expected: &str) {
        let came = self.give(who, &command).map_or_else(|code| code, |_| "done".to_owned());
        assert_eq!(came, expected, "{who}: {command}");
    }

    pub(super) fn state_revision(&self) -> u64 {
        crate::State::meta(&self.state).expect("memory").revision
    }

    /// What was made.
    #[track_caller]
    pub(super) fn make(&mut self, who: &str, command: Value) -> String {
        match self.give(who, &command) {
            Ok(done) => done.id.expect("something was made"),
            Err(code) => panic!("{who}: {command}: {code}"),
        }
    }

    /// Lets the time come.
    pub(super) fn wait(&mut self, hours: i64) {
        self.now += hours * 3_600_000;
        while let Some(commit) = crate::tick(&self.state, self.now, [9; 32]).expect("memory can be read") {
            self.state.apply(&commit);
        }
    }

    /// What the engine says; `supplied` has `attributes`, `context`, `action` and `subject`.
    pub(super) fn ask(&self, who: &str, permission: &str, resource: &str, supplied: &Value) -> &'static str {
        self.of_one(who).ask(permission, resource, supplied, self.now).0
    }

    /// One subject, to be asked about many times.
    pub(super) fn of_one(&self, who: &str) -> One {
        let policy = held::policy(&self.state).expect("memory").expect("a policy");
        One { held: Held::of(&self.state, &policy, who).expect("memory"), policy }
    }

    #[track_caller]
    pub(super) fn says(&self, who: &str, permission: &str, resource: &str, expected: &str) {
        assert_eq!(self.ask(who, permission, resource, &Value::Null), expected, "{who} {permission} {resource}");
    }

    /// What is shown, or the refusal's code.
    pub(super) fn query(&self, who: &str, query: Value) -> Result<Value, String> {
        let query_ = serde_json::from_value(query).expect("a query");
        let call = QueryCall { actor: who.to_owned(), operator: who.starts_with("operator:"), query: query_ };
        match query::query(&self.state, &call, self.now).expect("memory can be read") {
            QueryAnswer::Found { body, .. } => Ok(body),
            QueryAnswer::Refused(refusal) => Err(refusal.code),
        }
    }

    /// One field of the items of a list.
    #[track_caller]
    pub(super) fn list(&self, who: &str, query: Value, field: &str) -> Vec<String> {
        let body = self.query(who, query).expect("a list");
        let items = body["items"].as_array().expect("items");
        items.iter().map(|item| item[field].as_str().expect("a text").to_owned()).collect()
    }
}

/// What one subject holds.
pub(super) struct One {
    policy: Policy,
    held: Held,
}

impl One {
    /// What the engine says, and the stage that decided.
    pub(super) fn ask(&self, permission: &str, resource: &str, supplied: &Value, now: i64) -> (&'static str, Stage) {
        let bag = |name: &str| match supplied.get(name) {
            Some(values) => serde_json::from_str::<Supplied>(&values.to_string()).expect("values").0,
            None => Vec::new(),
        };
        let given = Given {
            subject: bag("subject"),
            action: bag("action"),
            resource: bag("attributes"),
            context: bag("context"),
        };
        let supplied = given.attributes(&self.policy, resource);
        let action = permission.split_once(':').map_or(permission, |(_, action)| action);
        let question = Question { supplied: &supplied, ..Question::new(action, resource, now) };
        let decision = self.held.ask(|subject| self.policy.check(subject, &question));
        (decision.effect.as_str(), decision.stage)
    }
}

/// Numbers that look like chance and are the same each time.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % sides
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}
