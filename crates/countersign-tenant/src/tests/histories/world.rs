//! The tenants that histories begin with: a model with every kind of management, and random people in it.

use crate::Memory;
use crate::tests::set_up;
use fastrand::Rng;
use std::fmt::Write;

/// When histories begin.
pub(super) const NOW: i64 = 1_772_366_400_000;

const MODEL: &str = r#"
name = "histories"
[subject.attributes]
licensed = "bool"
[context]
cost = "decimal"
[types.project]
actions = ["view", "edit"]
attributes.kind = "string"
[types.sign]
parent = "project"
actions = ["view", "edit", "approve"]
[types.order]
actions = ["view", "place"]
[roles.owner]
at = ["/"]
allow = ["*"]
assigns = ["owner", "lead", "editor", "viewer", "clerk", "people", "roles", "muted", "setter", "mover", "licensed"]
[roles.lead]
at = ["/", "project"]
allow = ["project:*", "sign:*", "assignment:*", "group:*"]
assigns = ["editor", "viewer", "muted"]
[roles.editor]
allow = ["sign:view", "sign:edit", "order:*"]
[roles.viewer]
allow = ["project:view", "sign:view"]
[roles.clerk]
allow = ["assignment:*", "override:*", "group:*", "resource:*", "order:view"]
assigns = ["viewer"]
[roles.people]
allow = ["member:*", "invitation:*", "token:*", "support:*"]
assigns = ["viewer"]
[roles.roles]
allow = ["role:*", "approval_policy:*", "settings:*", "webhook:*", "sign:view"]
[roles.setter]
allow = ["override:*", "sign:view", "sign:edit"]
[roles.mover]
allow = ["resource:*", "sign:*"]
[roles.muted]
deny = ["sign:edit"]
[roles.licensed]
when = "subject.licensed"
allow = ["sign:approve", "sign:edit"]
[[rules]]
effect = "forbid"
permissions = ["order:place"]
when = "context.cost < 0"
why = "a cost cannot be negative"
"#;

const ROLES: [&str; 11] =
    ["lead", "editor", "viewer", "clerk", "people", "roles", "setter", "mover", "muted", "licensed", "clerk"];
const SCOPES: [&str; 5] = ["/", "/", "project:p", "project:q", "project:p/sign:1"];

/// A tenant with people.
pub(super) struct World {
    pub(super) state: Memory,
    /// Members that hold no ownership
    people: Vec<String>,
}

/// The tenants that histories begin with.
pub(super) fn worlds() -> Vec<World> {
    (0..64).map(|seed| world(&mut Rng::with_seed(seed))).collect()
}

fn world(rng: &mut Rng) -> World {
    let names = ["ann", "ben", "cleo", "dan", "eve", "fay"];
    let mut text = String::from("[[members]]\nsubject = 'user:olga'\n[[members]]\nsubject = 'service:ci'\n");
    for name in names {
        let status = ["active", "active", "active", "active", "deactivated", "locked"][rng.usize(..6)];
        let licensed = rng.bool();
        let groups = if rng.bool() { "groups = ['team']" } else { "groups = []" };
        let _ = write!(
            text,
            "[[members]]\nsubject = 'user:{name}'\nstatus = '{status}'\nattributes = {{ licensed = {licensed} }}\n{groups}\n"
        );
    }
    let _ = write!(text, "[[groups]]\nid = 'team'\n[[groups]]\nid = 'empty'\n");
    let _ = write!(text, "[[assignments]]\nto = 'user:olga'\nrole = 'owner'\n");
    if rng.bool() {
        let _ = write!(text, "[[roles]]\nid = 'night'\nallow = ['sign:view', 'order:place']\n");
    }
    for _ in 0..rng.usize(2..12) {
        let to = match rng.u8(..8) {
            0 => "group:team".to_owned(),
            1 => "group:empty".to_owned(),
            2 => "service:ci".to_owned(),
            _ => format!("user:{}", names[rng.usize(..names.len())]),
        };
        let role = ROLES[rng.usize(..ROLES.len())];
        let scope = if role == "lead" { ["/", "project:p"][rng.usize(..2)] } else { SCOPES[rng.usize(..SCOPES.len())] };
        let window = ["", "", "", "until = 2026-03-01T18:00:00Z", "from = 2026-03-01T18:00:00Z"][rng.usize(..5)];
        let _ = write!(text, "[[assignments]]\nto = '{to}'\nrole = '{role}'\nscope = '{scope}'\n{window}\n");
    }
    for _ in 0..rng.usize(..4) {
        let name = names[rng.usize(..names.len())];
        let permission = super::commands::PERMISSIONS[rng.usize(..super::commands::PERMISSIONS.len())];
        let scope = SCOPES[rng.usize(..SCOPES.len())];
        let effect = ["allow", "deny"][rng.usize(..2)];
        let _ = write!(
            text,
            "[[overrides]]\nsubject = 'user:{name}'\npermission = '{permission}'\nscope = '{scope}'\neffect = '{effect}'\n"
        );
    }
    for path in ["project:p", "project:q", "project:p/sign:1"] {
        let _ = write!(text, "[[resources]]\npath = '{path}'\n");
    }
    let people = names.iter().map(|name| format!("user:{name}")).collect();
    World { state: set_up(MODEL, &text), people }
}

impl World {
    /// Some of those who hold no ownership.
    pub(super) fn coalition(&self, rng: &mut Rng) -> Vec<String> {
        let mut people = self.people.clone();
        rng.shuffle(&mut people);
        people.truncate(rng.usize(1..=3));
        people
    }

    /// Anybody: members most of the time.
    pub(super) fn somebody(&self, rng: &mut Rng, state: &Memory) -> String {
        match rng.u8(..20) {
            0 => "operator:dev".to_owned(),
            1 => "user:stranger".to_owned(),
            2..=9 => "user:olga".to_owned(),
            _ => rng.choice(super::members(state)).unwrap_or_default(),
        }
    }
}
