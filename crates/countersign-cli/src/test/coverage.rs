//! What decided an expectation, of all that could decide: roles, rules, overrides and approval policies.

use super::suite::{self, Case, Ran, Suite, Text};
use countersign_core::{Cause, Path as Resource};
use countersign_tenant::World;
use countersign_wire::reader::Placed;
use countersign_wire::tenant::OverrideDecl;
use countersign_wire::{model, tenant};
use std::collections::BTreeSet;
use std::path::Path;

/// What was reached, kind by kind.
#[derive(Debug)]
pub(crate) struct Coverage {
    pub(crate) kinds: [Kind; 4],
}

/// A kind of thing that decides.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) items: Vec<Item>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Item {
    /// Where it stands
    pub(crate) place: String,
    pub(crate) what: String,
    reached: bool,
}

impl Kind {
    pub(crate) fn reached(&self) -> usize {
        self.items.iter().filter(|item| item.reached).count()
    }

    pub(crate) fn missing(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.reached)
    }
}

/// What decided, in which file.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Decided<'a> {
    Role(&'a Path, String),
    Rule(&'a Path, usize),
    Override(&'a Path, String, String, String, bool),
    Policy(&'a Path, String),
}

impl Coverage {
    /// What the expectations of a suite reach.
    pub(crate) fn of(suite: &Suite, ran: &Ran) -> Self {
        let mut decided = BTreeSet::new();
        for case in &suite.cases {
            if let Some(world) = ran.worlds.get(&(case.model.clone(), case.tenant.clone())) {
                asked(case, world, &mut decided);
            }
        }
        let kinds = ["roles", "rules", "overrides", "approval policies"];
        let mut kinds = kinds.map(|name| Kind { name, items: Vec::new() });
        let [roles, rules, overrides, policies] = &mut kinds;
        let item = |text: &Text, placed: &Placed<String>, what: String, reached: bool| Item {
            place: text.place(placed),
            what,
            reached,
        };
        for (path, text) in &suite.models {
            let Ok(file) = model::parse(text.source()) else { continue };
            for role in &file.roles {
                let reached = decided.contains(&Decided::Role(path, role.id.value.clone()));
                roles.items.push(item(text, &role.id, format!("role `{}`", role.id.value), reached));
            }
            for (at, rule) in file.rules.iter().enumerate() {
                let reached = decided.contains(&Decided::Rule(path, at));
                let effect = if rule.permit { "permit" } else { "forbid" };
                let place = Placed { value: String::new(), at: rule.at.clone() };
                rules.items.push(item(text, &place, format!("{effect} rule {}", at + 1), reached));
            }
        }
        for (path, text) in &suite.tenants {
            let Ok(file) = tenant::parse(text.source()) else { continue };
            for role in &file.roles {
                let reached = decided.contains(&Decided::Role(path, role.id.value.clone()));
                roles.items.push(item(text, &role.id, format!("custom role `{}`", role.id.value), reached));
            }
            for decl in &file.overrides {
                let reached = decided.iter().any(|one| is_of(one, path, decl));
                let effect = if decl.allow { "allow" } else { "deny" };
                let OverrideDecl { subject, permission, scope, .. } = decl;
                let what = format!("{effect} `{}` to `{}` at `{}`", permission.value, subject.value, scope.value);
                overrides.items.push(item(text, subject, what, reached));
            }
            for policy in &file.approval_policies {
                let reached = decided.contains(&Decided::Policy(path, policy.id.value.clone()));
                policies.items.push(item(text, &policy.id, format!("approval policy `{}`", policy.id.value), reached));
            }
        }
        Self { kinds }
    }
}

/// What decides the expectations of a case.
fn asked<'a>(case: &'a Case, world: &World, decided: &mut BTreeSet<Decided<'a>>) {
    for expectation in &case.file.expect {
        let Ok(question) = suite::question(&case.file, expectation) else { continue };
        let decision = world.check(&question);
        match decision.cause {
            Cause::Role { role, .. } => {
                let id = world.policy().role(role).map_or("", |role| role.id());
                // Whose role it is, is told by where it is declared: ids are the same in neither.
                for path in [&case.model, &case.tenant] {
                    decided.insert(Decided::Role(path, id.to_owned()));
                }
            }
            Cause::Rule { rule, .. } => {
                decided.insert(Decided::Rule(&case.model, usize::from(rule)));
            }
            Cause::Override { depth } => {
                let Ok(path) = Resource::parse(question.resource) else { continue };
                let on = path.segments().last().map_or("", |(kind, _)| kind);
                let permission = format!("{on}:{}", question.action);
                let scope = path.ancestor(usize::from(depth)).to_owned();
                let allow = decision.effect.as_str() != "deny";
                let subject = question.subject.to_owned();
                decided.insert(Decided::Override(&case.tenant, subject, scope, permission, allow));
            }
            Cause::Approval { policy, .. } => {
                let id = world.policy().approvals().get(usize::from(policy)).map_or("", |policy| &policy.id);
                decided.insert(Decided::Policy(&case.tenant, id.to_owned()));
            }
            _ => {}
        }
    }
}

/// Whether what decided is this override.
fn is_of(decided: &Decided<'_>, file: &Path, decl: &OverrideDecl) -> bool {
    let Decided::Override(path, subject, scope, permission, allow) = decided else { return false };
    let covers = |all: &str| {
        all == "*" || all == permission || all.strip_suffix('*').is_some_and(|start| permission.starts_with(start))
    };
    *path == file
        && *subject == decl.subject.value
        && *scope == decl.scope.value
        && *allow == decl.allow
        && covers(&decl.permission.value)
}
