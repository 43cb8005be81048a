//! The policies: who holds what where, so written that the first stage that decides wins, as it does here.
//!
//! In Cedar any forbid beats any permit. So a denial by a role stands back where an override reaches, and an override
//! stands back where one at a deeper scope does.

use super::condition::{Sides, translate};
use super::{LeftOut, Reason, quoted, resource, type_name};
use countersign_compile::Compiled;
use countersign_core::condition::Condition;
use countersign_core::sorted::{Map, Set};
use countersign_core::{Grants, Held, Policy, TypeId, Window};

/// A policy in the making.
struct Statement {
    stage: &'static str,
    source: String,
    permit: bool,
    principal: String,
    on: TypeId,
    mask: u64,
    scope: String,
    when: Vec<String>,
    unless: Vec<String>,
}

/// Overrides of one subject and permission, by scope: whether they allow, and when they act.
type ByScope<'a> = Map<&'a str, Vec<(bool, Window)>>;

pub(super) fn write(tenant: &Compiled, left_out: &mut Vec<LeftOut>) -> String {
    let mut writer = Writer { tenant, policy: &tenant.policy, text: String::from(GUARDS), left_out };
    let members = tenant.members.iter().map(|(id, member)| (id.clone(), &member.grants));
    let groups = tenant.groups.iter().map(|(id, group)| (format!("group:{id}"), &group.grants));
    for (holder, grants) in members.chain(groups) {
        for held in grants.assignments() {
            writer.assignment(&holder, &held);
        }
    }
    for (id, member) in &tenant.members {
        writer.overrides(id, &member.grants);
    }
    writer.rules();
    writer.approvals();
    writer.text
}

/// What holds whatever else is said.
const GUARDS: &str = r#"@stage("status")
forbid (principal, action, resource)
unless { principal has "status" && principal["status"] == "active" };

@stage("now")
forbid (principal, action, resource)
unless { context has "now" };
"#;

struct Writer<'a> {
    tenant: &'a Compiled,
    policy: &'a Policy,
    text: String,
    left_out: &'a mut Vec<LeftOut>,
}

impl<'a> Writer<'a> {
    fn assignment(&mut self, holder: &str, held: &Held<'_>) {
        let policy = self.policy;
        let Some(role) = policy.role(held.role) else { return };
        let source = format!("{} of {holder} at {}", role.id(), held.scope);
        let principal = match holder.strip_prefix("group:") {
            Some(group) => format!("principal in Countersign::Group::{}", quoted(group)),
            None => format!("principal == Countersign::Subject::{}", quoted(holder)),
        };
        let plain = [(&[][..], &role.spec().masks)];
        let guarded = role.spec().parts.iter().map(|part| (&*part.when, &part.masks));
        for (when, masks) in plain.into_iter().chain(guarded) {
            let own = when.iter().filter_map(|id| policy.condition(*id));
            let conditions: Vec<&Condition> = own.chain(held.when).collect();
            for (on, allow, deny) in masks {
                for (mask, permit) in [(*allow, true), (*deny, false)] {
                    let unless = if permit { Vec::new() } else { self.overridden(holder, *on, mask) };
                    let statement = Statement {
                        stage: "role",
                        source: source.clone(),
                        permit,
                        principal: principal.clone(),
                        on: *on,
                        mask,
                        scope: held.scope.to_owned(),
                        when: live(held.window).into_iter().collect(),
                        unless,
                    };
                    self.guarded(statement, &conditions);
                }
            }
        }
    }

    /// Where an override decides instead of a role's denial: for whom, which action, and where.
    fn overridden(&self, holder: &str, on: TypeId, mask: u64) -> Vec<String> {
        let group = holder.strip_prefix("group:");
        let concerned = self.tenant.members.iter().filter(|(id, member)| match group {
            Some(group) => member.record.groups.iter().any(|of| of == group),
            None => *id == holder,
        });
        let mut all = Vec::new();
        for (id, member) in concerned {
            for ((of, bit), scopes) in by_permission(&member.grants) {
                if of == on && bit & mask != 0 {
                    let principal = format!("principal == Countersign::Subject::{}", quoted(id));
                    let action = format!("action == {}", self.actions(on, bit).join(""));
                    let reached: Vec<String> = scopes.iter().map(|(scope, entries)| reached(scope, entries)).collect();
                    all.push(format!("{principal} && {action} && ({})", reached.join(" || ")));
                }
            }
        }
        all
    }

    fn overrides(&mut self, subject: &str, grants: &Grants) {
        for ((on, mask), scopes) in by_permission(grants) {
            for (scope, entries) in &scopes {
                let deeper: Vec<String> = scopes
                    .iter()
                    .filter(|(other, _)| is_below(other, scope))
                    .map(|(other, entries)| reached(other, entries))
                    .collect();
                for (allow, window) in entries {
                    let mut unless = deeper.clone();
                    if *allow {
                        // At one scope deny beats allow.
                        let denies = entries.iter().filter(|(allow, _)| !allow);
                        unless.extend(denies.map(|(_, window)| live(*window).unwrap_or_else(|| "true".to_owned())));
                    }
                    self.push(&Statement {
                        stage: "override",
                        source: format!("of {subject} at {scope}"),
                        permit: *allow,
                        principal: format!("principal == Countersign::Subject::{}", quoted(subject)),
                        on,
                        mask,
                        scope: (*scope).to_owned(),
                        when: live(*window).into_iter().collect(),
                        unless,
                    });
                }
            }
        }
    }

    fn rules(&mut self) {
        let policy = self.policy;
        for (rule, number) in policy.rules().iter().zip(1..) {
            let conditions: Vec<&Condition> = rule.when.and_then(|when| policy.condition(when)).into_iter().collect();
            for (on, mask) in &rule.targets {
                let source = format!("rule {number}");
                let stage = if rule.permit { "permit" } else { "forbid" };
                self.guarded(Statement::of_all(stage, source, rule.permit, *on, *mask), &conditions);
            }
        }
    }

    fn approvals(&mut self) {
        let policy = self.policy;
        for approval in policy.approvals() {
            let source = format!("the approval policy `{}`", approval.id);
            self.left_out.push(LeftOut { what: source.clone(), denies: true, why: Reason::Approval });
            let when = approval.when.and_then(|when| policy.condition(when));
            for (on, mask) in &approval.targets {
                let statement = Statement::of_all("approval", source.clone(), false, *on, *mask);
                self.guarded(statement, &when.into_iter().collect::<Vec<_>>());
            }
        }
    }

    /// A policy under conditions: a permit while all hold, a forbid unless one does not.
    fn guarded(&mut self, mut statement: Statement, conditions: &[&Condition]) {
        if statement.mask == 0 {
            return;
        }
        let translated: Result<Vec<Sides>, Reason> =
            conditions.iter().map(|condition| translate(self.policy, condition, statement.on)).collect();
        match translated.map(Sides::all) {
            Ok(None) => {}
            Ok(Some(sides)) if statement.permit => statement.when.push(sides.holds),
            Ok(Some(sides)) => statement.when.push(sides.may_hold()),
            Err(why) => {
                self.left_out.push(LeftOut { what: statement.source.clone(), denies: !statement.permit, why });
                if statement.permit {
                    return;
                }
            }
        }
        self.push(&statement);
    }

    fn push(&mut self, statement: &Statement) {
        let Some(kind) = type_name(self.policy, statement.on) else { return };
        let actions = self.actions(statement.on, statement.mask);
        if actions.is_empty() {
            return;
        }
        let within = if statement.scope == "/" { String::new() } else { format!(" in {}", resource(&statement.scope)) };
        let effect = if statement.permit { "permit" } else { "forbid" };
        let mut text = format!(
            "\n@stage({})\n@source({})\n{effect} (\n  {},\n  action in [{}],\n  resource is {kind}{within}\n)",
            quoted(statement.stage),
            quoted(&statement.source),
            statement.principal,
            actions.join(", ")
        );
        for (word, clauses) in [("when", &statement.when), ("unless", &statement.unless)] {
            for clause in clauses {
                text.push_str(&format!("\n{word} {{ {clause} }}"));
            }
        }
        text.push_str(";\n");
        self.text.push_str(&text);
    }

    fn actions(&self, on: TypeId, mask: u64) -> Vec<String> {
        let Some(kind) = self.policy.resource_type(on) else { return Vec::new() };
        let chosen =
            kind.actions().iter().filter(|action| kind.action(action).is_some_and(|bit| bit.mask() & mask != 0));
        let one = |action: &str| format!("Countersign::Action::{}", quoted(&format!("{}:{action}", kind.name())));
        chosen.map(|action| one(action)).collect()
    }
}

impl Statement {
    /// A policy for everybody, everywhere.
    fn of_all(stage: &'static str, source: String, permit: bool, on: TypeId, mask: u64) -> Self {
        let (principal, scope) = ("principal".to_owned(), "/".to_owned());
        Self { stage, source, permit, principal, on, mask, scope, when: Vec::new(), unless: Vec::new() }
    }
}

/// The overrides by permission, each a type and the bit of an action.
fn by_permission(grants: &Grants) -> Map<(TypeId, u64), ByScope<'_>> {
    let mut all: Map<(TypeId, u64), ByScope<'_>> = Map::new();
    for (on, allow, deny, scope, window) in grants.overrides() {
        for (mask, allows) in [(allow, true), (deny, false)] {
            let bits: Set<u64> = (0..u64::BITS).map(|bit| mask & (1 << bit)).filter(|bit| *bit != 0).collect();
            for bit in bits {
                all.or_default((on, bit)).or_default(scope).push((allows, window));
            }
        }
    }
    all
}

fn is_below(scope: &str, above: &str) -> bool {
    scope != above && (above == "/" || scope.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')))
}

/// Whether an override at the scope reaches the resource, and is live.
fn reached(scope: &str, entries: &[(bool, Window)]) -> String {
    let place = if scope == "/" { "true".to_owned() } else { format!("resource in {}", resource(scope)) };
    let times: Option<Vec<String>> = entries.iter().map(|(_, window)| live(*window)).collect();
    match times {
        None => place,
        Some(times) => format!("({place} && ({}))", times.join(" || ")),
    }
}

/// While a window is open; nothing for one that always is.
fn live(window: Window) -> Option<String> {
    let now = "context[\"now\"]";
    let from = (window.from != Window::ALWAYS.from).then(|| format!("{now} >= ({})", window.from));
    let until = (window.until != Window::ALWAYS.until).then(|| format!("{now} < ({})", window.until));
    let parts: Vec<String> = from.into_iter().chain(until).collect();
    (!parts.is_empty()).then(|| format!("({})", parts.join(" && ")))
}
