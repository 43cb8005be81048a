//! The oracle: the order of evaluation, written from its prose alone, with no index, no cache and nothing clever.
//!
//! It shares no code with the engine. A [`Bug`] makes it wrong on purpose, to show that the comparison would notice.
//!
//! Where the prose is silent: the conditions of one grant (its assignment's, its role's and those of the roles on the
//! way to an included one) are one conjunction as by `&&`, so that a false one outweighs an error. A path with a control
//! character is malformed; what is malformed or unknown is denied by default, before any rule is asked.

use crate::bug::Bug;
use crate::eval::Env;
use crate::facts::{Assignment, Facts, Member, Question, Role, Rule, Times};

/// Effect and stage.
pub(crate) type Verdict = (&'static str, &'static str);

pub(crate) fn decide(facts: &Facts, question: &Question, bug: Option<Bug>) -> Verdict {
    let has = |mistake| bug == Some(mistake);
    let Question { subject, action, resource, .. } = question;

    // 1. status
    let is = |known: &str| known == subject || has(Bug::SubjectCaseIgnored) && known.eq_ignore_ascii_case(subject);
    let Some(member) = facts.members.iter().find(|member| is(&member.subject)) else {
        return ("deny", "status");
    };
    if member.status != "active" && !has(Bug::StatusIgnored) {
        return ("deny", "status");
    }

    // What is not declared is not granted.
    let Some(kind) = type_of(facts, resource, bug) else { return ("deny", "default") };
    if !facts.types.iter().any(|known| known.name == kind && known.actions.contains(action)) {
        return ("deny", "default");
    }

    let asked = Asked { env: Env { facts, member, question, bug }, kind };
    let verdict = asked.stages();

    // 7. approval
    let allowed = verdict.0 == "allow" && !(has(Bug::ApprovalSparesOverrides) && verdict.1 == "override");
    if (allowed || has(Bug::ApprovalBeforeDeny)) && asked.needs_approval() {
        return ("approval", "approval");
    }
    verdict
}

/// A question about something that exists.
struct Asked<'a> {
    env: Env<'a>,
    kind: String,
}

impl Asked<'_> {
    fn has(&self, bug: Bug) -> bool {
        self.env.bug == Some(bug)
    }

    /// Whether the permission is the one asked for.
    fn names(&self, permission: &str) -> bool {
        let (kind, action) = (&self.kind, &self.env.question.action);
        permission == "*" || permission == format!("{kind}:*") || permission == format!("{kind}:{action}")
    }

    /// Stages 2 to 6.
    fn stages(&self) -> Verdict {
        if self.has(Bug::OverrideBeforeForbid)
            && let Some(verdict) = self.overridden()
        {
            return verdict;
        }
        if self.rules(false) {
            return ("deny", "forbid");
        }
        if self.has(Bug::PermitBeforeOverride) && self.rules(true) {
            return ("allow", "permit");
        }
        if let Some(verdict) = self.overridden() {
            return verdict;
        }
        if self.has(Bug::PermitBeforeRole) && self.rules(true) {
            return ("allow", "permit");
        }
        if let Some(verdict) = self.by_role() {
            return verdict;
        }
        if self.rules(true) {
            return ("allow", "permit");
        }
        (if self.has(Bug::DefaultAllows) { "allow" } else { "deny" }, "default")
    }

    /// 2. and 5.: whether a rule permits, or forbids.
    fn rules(&self, permit: bool) -> bool {
        let (error, wide) = match permit {
            true => (self.has(Bug::PermitErrorAllows), self.has(Bug::RuleReachesType)),
            false => (!self.has(Bug::ForbidErrorIgnored), self.has(Bug::RuleReachesType)),
        };
        let of_type = |permission: &String| wide && permission.starts_with(&format!("{}:", self.kind));
        let turned = |rule: &Rule| permit && !rule.permit && self.has(Bug::FalseForbidPermits);
        let rules = self.env.facts.rules.iter().filter(|rule| rule.permit == permit || turned(rule));
        rules
            .filter(|rule| rule.permissions.iter().any(|permission| self.names(permission) || of_type(permission)))
            .any(|rule| match self.env.holds(rule.when.as_ref()) {
                Some(holds) => holds != turned(rule),
                None => error,
            })
    }

    /// 3. override
    fn overridden(&self) -> Option<Verdict> {
        let Question { subject, resource, now, .. } = self.env.question;
        let mut scopes = ancestors(resource);
        if self.has(Bug::NearnessReversed) {
            scopes.reverse();
        }
        for scope in &scopes {
            let here: Vec<bool> = self
                .env
                .facts
                .overrides
                .iter()
                .filter(|set| set.subject == *subject && set.scope == *scope && self.names(&set.permission))
                .filter(|set| live(set.times, *now, self.env.bug))
                .map(|set| set.allow)
                .collect();
            let denied = if self.has(Bug::AllowBeatsDeny) { !here.contains(&true) } else { here.contains(&false) };
            if !here.is_empty() {
                return Some((if denied { "deny" } else { "allow" }, "override"));
            }
        }
        None
    }

    /// 4. role
    fn by_role(&self) -> Option<Verdict> {
        let Question { resource, now, .. } = self.env.question;
        let scopes = ancestors(resource);
        let mut found = Found::default();
        for assignment in &self.env.facts.assignments {
            let reaches = if self.has(Bug::SiblingPrefix) {
                assignment.scope == "/" || resource.starts_with(&assignment.scope)
            } else {
                scopes.contains(&assignment.scope)
            };
            if reaches && self.is_mine(assignment) && live(assignment.times, *now, self.env.bug) {
                let holds = match self.has(Bug::AssignmentConditionIgnored) {
                    true => Some(true),
                    false => self.env.holds(assignment.when.as_ref()),
                };
                let mut one = Found::default();
                self.grant(&assignment.role, holds, false, &mut one);
                found = self.both(&found, &one);
            }
        }
        match (found.allowed, found.denied) {
            (true, true) if self.has(Bug::RoleDenyLoses) => Some(("allow", "role")),
            (_, true) => Some(("deny", "role")),
            (true, false) => Some(("allow", "role")),
            (false, false) => None,
        }
    }

    /// What two assignments say together.
    fn both(&self, found: &Found, more: &Found) -> Found {
        if self.has(Bug::LastAssignmentDecides) && (more.allowed || more.denied) {
            return Found { ..*more };
        }
        let cancels = self.has(Bug::DenialsCancel) && more.denied;
        Found {
            allowed: found.allowed || more.allowed,
            denied: (found.denied || more.denied) && !(cancels && found.denied),
        }
    }

    fn is_mine(&self, assignment: &Assignment) -> bool {
        let groups = &self.env.member.groups;
        let through_group = || groups.iter().any(|group| assignment.to == format!("group:{group}"));
        let fellow =
            |known: &&Member| known.subject == assignment.to && known.groups.iter().any(|of| groups.contains(of));
        let fellows = self.has(Bug::FellowsShare) && self.env.facts.members.iter().any(|known| fellow(&known));
        assignment.to == self.env.question.subject || fellows || (!self.has(Bug::GroupsIgnored) && through_group())
    }

    /// What the role says, and those that it includes, if the way to it `holds`.
    fn grant(&self, id: &str, holds: Option<bool>, included: bool, found: &mut Found) {
        let role = role(self.env.facts, id);
        let ignored = self.has(Bug::RoleConditionIgnored) || (included && self.has(Bug::IncludedWhenIgnored));
        let own = if ignored { Some(true) } else { self.env.holds(role.when.as_ref()) };
        let holds = match (holds, own) {
            (None, _) | (_, None) if self.has(Bug::ErrorOutweighsFalse) => None,
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let named = |permissions: &[String]| permissions.iter().any(|permission| self.names(permission));
        found.allowed |= holds.unwrap_or(self.has(Bug::ErrorKeepsAllow)) && named(&role.allow);
        found.denied |= holds.unwrap_or(!self.has(Bug::ErrorDropsDenies)) && named(&role.deny);
        if !self.has(Bug::IncludesIgnored) {
            let way = if self.has(Bug::IncluderWhenIgnored) { Some(true) } else { holds };
            role.includes.iter().for_each(|id| self.grant(id, way, true, found));
        }
    }

    /// 7.: whether a policy wants approval for this.
    fn needs_approval(&self) -> bool {
        let policies = self.env.facts.policies.iter();
        policies
            .filter(|policy| policy.permissions.iter().any(|permission| self.names(permission)))
            .filter(|policy| policy.when.is_some() || !self.has(Bug::ApprovalNeedsWhen))
            .any(|policy| self.env.holds(policy.when.as_ref()).unwrap_or(!self.has(Bug::ApprovalErrorWaved)))
    }
}

#[derive(Default)]
struct Found {
    allowed: bool,
    denied: bool,
}

/// The resource and what is above it, nearest first; the root is last.
fn ancestors(resource: &str) -> Vec<String> {
    let segments: Vec<&str> = resource.split('/').collect();
    let mut scopes: Vec<String> = (1..=segments.len()).rev().map(|count| segments[..count].join("/")).collect();
    scopes.push("/".to_owned());
    scopes
}

/// The type of a resource whose path follows the declared parents from the root.
fn type_of(facts: &Facts, resource: &str, bug: Option<Bug>) -> Option<String> {
    let (anywhere, any_id) = (bug == Some(Bug::ParentsIgnored), bug == Some(Bug::AnyId));
    let mut above = "/".to_owned();
    let segments: Vec<&str> = resource.split('/').collect();
    if segments.len() > 16 {
        return None;
    }
    for segment in segments {
        let (kind, id) = segment.split_once(':')?;
        let declared = facts.types.iter().find(|known| known.name == kind)?;
        let parents = if declared.parents.is_empty() { vec!["/".to_owned()] } else { declared.parents.clone() };
        let odd = id.is_empty() || id.len() > 256 || id.bytes().any(|byte| byte.is_ascii_control());
        if odd && !any_id || !(anywhere || parents.contains(&above)) {
            return None;
        }
        above = kind.to_owned();
    }
    Some(above)
}

fn live(times: Times, now: i64, bug: Option<Bug>) -> bool {
    let begun = times.from.is_none_or(|from| if bug == Some(Bug::StartExclusive) { from < now } else { from <= now });
    let ended =
        times.until.is_some_and(|until| if bug == Some(Bug::EndInclusive) { until < now } else { until <= now });
    begun && !ended
}

fn role<'a>(facts: &'a Facts, id: &str) -> &'a Role {
    facts.all_roles().find(|role| role.id == id).expect("assigned roles exist")
}
