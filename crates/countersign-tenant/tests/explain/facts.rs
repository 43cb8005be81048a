//! A model and a tenant as plain lists, the texts that they are written down as, and changes made to them.

use crate::generate::GROUPS;
use countersign_compile::Model;
use countersign_core::{Approved, Change, Decision, Effect, Explanation, Policy, Question, Subject, Window};
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::document::Value;
use countersign_wire::given::Given;
use countersign_wire::time;
use std::fmt::Write;

pub(crate) const TYPES: [(&str, &str, &str); 2] = [
    ("folder", "[\"/\", \"folder\"]", "[\"view\", \"edit\"]"),
    ("doc", "\"folder\"", "[\"view\", \"edit\", \"sign\"]"),
];

/// Everything that a model and a tenant file say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) roles: Vec<Role>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) policies: Vec<Rule>,
    pub(crate) members: Vec<Member>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) overrides: Vec<Override>,
    /// Paths of folders of the kind `open`
    pub(crate) open: Vec<String>,
    /// Whether an approved request for the question exists
    pub(crate) approved: Option<(String, Window)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) allow: Vec<&'static str>,
    pub(crate) deny: Vec<&'static str>,
    pub(crate) when: Option<&'static str>,
}

/// A rule, or an approval policy.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) permit: bool,
    pub(crate) permissions: Vec<&'static str>,
    pub(crate) when: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) subject: String,
    pub(crate) status: &'static str,
    pub(crate) groups: Vec<String>,
    pub(crate) level: Option<usize>,
    pub(crate) since: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) to: String,
    pub(crate) role: String,
    pub(crate) scope: String,
    pub(crate) window: Window,
    pub(crate) when: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) subject: String,
    pub(crate) permission: String,
    pub(crate) scope: String,
    pub(crate) allow: bool,
    pub(crate) window: Window,
}

/// A question.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) subject: String,
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    /// Nothing for no context at all
    pub(crate) cost: Option<&'static str>,
    pub(crate) now: i64,
}

impl Case {
    pub(crate) fn given(&self) -> Given {
        let cost = self.cost.map(|cost| ("cost".to_owned(), Value::String(cost.to_owned())));
        Given { context: cost.into_iter().collect(), ..Given::default() }
    }

    pub(crate) fn asked<'a>(&'a self, given: &'a Given) -> Asked<'a> {
        Asked { subject: &self.subject, action: self.action, resource: &self.resource, given, now: self.now }
    }

    /// The scope with so many segments.
    pub(crate) fn scope(&self, depth: u8) -> String {
        let segments: Vec<&str> = self.resource.split('/').take(depth.into()).collect();
        if segments.is_empty() { "/".to_owned() } else { segments.join("/") }
    }

    pub(crate) fn permission(&self) -> String {
        let kind = self.resource.rsplit('/').next().and_then(|last| last.split_once(':')).map_or("", |(kind, _)| kind);
        format!("{kind}:{}", self.action)
    }
}

/// Asks with the approved request that the facts have.
fn ask<T>(facts: &Facts, world: &World, case: &Case, with: impl Fn(&Policy, &Subject<'_>, &Question<'_>) -> T) -> T {
    let policy = world.policy();
    let supplied = case.given().attributes(policy, &case.resource);
    let approved: Vec<Approved> = facts
        .approved
        .iter()
        .filter_map(|(path, window)| {
            let permission = policy.permission(&case.permission())?;
            Some(Approved { permission, path: path.as_str().into(), context: supplied.clone(), window: *window })
        })
        .collect();
    let question = Question { action: case.action, path: &case.resource, supplied: &supplied, now: case.now };
    world.ask(&case.subject, |subject| with(policy, &Subject { approved: &approved, ..*subject }, &question))
}

pub(crate) fn explain(facts: &Facts, world: &World, case: &Case) -> Explanation {
    ask(facts, world, case, |policy, subject, question| policy.explain(subject, question))
}

pub(crate) fn check(facts: &Facts, world: &World, case: &Case) -> Decision {
    ask(facts, world, case, |policy, subject, question| policy.check(subject, question))
}

pub(crate) fn effect(facts: &Facts, world: &World, case: &Case) -> Effect {
    check(facts, world, case).effect
}

/// The facts with changes made to them.
pub(crate) fn changed(facts: &Facts, case: &Case, world: &World, changes: &[Change]) -> Facts {
    let mut new = facts.clone();
    let mine = |set: &Override, scope: &str| {
        set.subject == case.subject && set.permission == case.permission() && set.scope == scope
    };
    let mut rules = Vec::new();
    for change in changes {
        match *change {
            Change::AddMember => new.members.push(Member {
                subject: case.subject.clone(),
                status: "active",
                groups: Vec::new(),
                level: None,
                since: None,
            }),
            Change::Activate => {
                let member = new.members.iter_mut().find(|member| member.subject == case.subject);
                member.expect("a member").status = "active";
            }
            Change::RemoveRule(rule) => rules.push(usize::from(rule)),
            Change::RemoveOverride { depth } => new.overrides.retain(|set| !mine(set, &case.scope(depth))),
            Change::SetOverride { allow } => {
                let (subject, permission, scope) = (case.subject.clone(), case.permission(), case.resource.clone());
                new.overrides.retain(|set| !mine(set, &scope));
                new.overrides.push(Override { subject, permission, scope, allow, window: Window::ALWAYS });
            }
            Change::RemoveAssignment { role, depth } => {
                let role = world.policy().role(role).expect("a role").id();
                new.assignments.retain(|grant| {
                    !(grant.to == case.subject && grant.role == role && grant.scope == case.scope(depth))
                });
            }
            Change::Approve => new.approved = Some((case.resource.clone(), Window::ALWAYS)),
        }
    }
    rules.sort_unstable();
    for rule in rules.into_iter().rev() {
        new.rules.remove(rule);
    }
    new
}

/// The facts as a world.
pub(crate) fn world(facts: &Facts) -> World {
    let (model, tenant) = (model_text(facts), tenant_text(facts));
    let read = Model::parse(Source { name: "model.toml", text: &model });
    let read = read.unwrap_or_else(|problems| panic!("{problems}\n{model}"));
    let loaded = World::load(&read, Source { name: "tenant.toml", text: &tenant });
    loaded.unwrap_or_else(|problems| panic!("{problems}\n{tenant}"))
}

fn model_text(facts: &Facts) -> String {
    let mut text = "name = \"random\"\n".to_owned();
    for (name, parent, actions) in TYPES {
        put(&mut text, &format!("[types.{name}]\nparent = {parent}\nactions = {actions}"));
    }
    put(&mut text, "[types.folder.attributes]\nkind = \"string\"");
    put(&mut text, "[subject.attributes]\nlevel = \"int\"\nsince = \"timestamp\"\n[context]\ncost = \"decimal\"");
    for Role { id, allow, deny, when } in &facts.roles {
        put(&mut text, &format!("[roles.{id}]\nallow = {allow:?}\ndeny = {deny:?}"));
        put_when(&mut text, *when);
    }
    for Rule { permit, permissions, when } in &facts.rules {
        let effect = if *permit { "permit" } else { "forbid" };
        put(&mut text, &format!("[[rules]]\neffect = \"{effect}\"\npermissions = {permissions:?}"));
        put_when(&mut text, *when);
    }
    text
}

fn tenant_text(facts: &Facts) -> String {
    let mut text = String::new();
    for Member { subject, status, groups, level, since } in &facts.members {
        put(&mut text, &format!("[[members]]\nsubject = \"{subject}\"\nstatus = \"{status}\"\ngroups = {groups:?}"));
        let level = level.map(|level| format!("level = {level}"));
        let since = since.map(|since| format!("since = {}", time::format(since).expect("a moment")));
        let all: Vec<String> = level.into_iter().chain(since).collect();
        put(&mut text, &format!("attributes = {{ {} }}", all.join(", ")));
    }
    for group in GROUPS {
        put(&mut text, &format!("[[groups]]\nid = \"{group}\""));
    }
    for (number, Rule { permissions, when, .. }) in facts.policies.iter().enumerate() {
        put(&mut text, &format!("[[approval_policies]]\nid = \"policy-{number}\"\npermissions = {permissions:?}"));
        put(&mut text, "approvers = [\"role:role-a\"]\nquorum = 1");
        put_when(&mut text, *when);
    }
    for Assignment { to, role, scope, window, when } in &facts.assignments {
        put(&mut text, &format!("[[assignments]]\nto = \"{to}\"\nrole = \"{role}\"\nscope = \"{scope}\""));
        put_window(&mut text, *window);
        put_when(&mut text, *when);
    }
    for Override { subject, permission, scope, allow, window } in &facts.overrides {
        let effect = if *allow { "allow" } else { "deny" };
        put(&mut text, &format!("[[overrides]]\nsubject = \"{subject}\"\npermission = \"{permission}\""));
        put(&mut text, &format!("scope = \"{scope}\"\neffect = \"{effect}\""));
        put_window(&mut text, *window);
    }
    for path in &facts.open {
        put(&mut text, &format!("[[resources]]\npath = \"{path}\"\nattributes = {{ kind = \"open\" }}"));
    }
    text
}

fn put(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("text grows");
}

fn put_when(text: &mut String, when: Option<&str>) {
    if let Some(when) = when {
        put(text, &format!("when = \"{when}\""));
    }
}

fn put_window(text: &mut String, window: Window) {
    for (key, moment, open) in [("from", window.from, i64::MIN), ("until", window.until, i64::MAX)] {
        if moment != open {
            put(text, &format!("{key} = {}", time::format(moment).expect("a moment")));
        }
    }
}
