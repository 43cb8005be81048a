//! Random small worlds in which grants meet: few names, few scopes, and conditions of every outcome.

use crate::facts::{Assignment, Case, Facts, Member, Override, Role, Rule};
use crate::rng::Rng;
use countersign_core::Window;

/// 2026-03-01T12:00:00Z: windows begin and end around it.
pub(crate) const NOW: i64 = 1_772_366_400_000;

pub(crate) const SUBJECTS: [&str; 4] = ["user:ann", "user:canary-bob", "user:canary-cy", "user:canary-dan"];
pub(crate) const GROUPS: [&str; 3] = ["canary-g", "canary-h", "canary-i"];
const SCOPES: [&str; 6] =
    ["/", "folder:a", "folder:a/folder:b", "folder:a/doc:x", "folder:a/folder:b/doc:x", "folder:z"];
const RESOURCES: [&str; 5] =
    ["folder:a", "folder:a/folder:b", "folder:a/doc:x", "folder:a/folder:b/doc:x", "folder:a/doc:y"];
const PERMISSIONS: [&str; 5] = ["folder:view", "folder:edit", "doc:view", "doc:edit", "doc:sign"];
const WHENS: [&str; 13] = [
    "subject.level > 1",
    "subject.level == 1",
    "context.cost < 10",
    "context.cost > 5 || subject.level == 2",
    "folder.kind == 'open'",
    "now < timestamp('2026-03-01T12:00:01Z')",
    "now >= timestamp('2026-03-01T12:00:02Z') || subject.level == 1",
    "timestamp('2026-03-02T00:00:00Z') > now",
    "now - duration('1h') <= subject.since",
    "now > subject.since && subject.level in [1, 2]",
    "subject.since + duration('1s') == now",
    "now.getSeconds() > 30",
    "has(subject.since) ? now < subject.since : false",
];
/// The conditions whose changes by the clock are not worked out.
pub(crate) const UNKNOWN: [&str; 2] = [WHENS[11], WHENS[12]];
const STEPS: [i64; 9] = [-86_400_000, -1000, -2, -1, 0, 1, 2, 1000, 86_400_000];

pub(crate) fn facts(rng: &mut Rng) -> Facts {
    let mut facts = Facts::default();
    for id in ["role-a", "role-b", "role-c", "role-d", "role-e"] {
        let deny = if rng.chance(35) { rng.some(&PERMISSIONS, 2) } else { Vec::new() };
        let role = Role { id: id.to_owned(), allow: rng.some(&PERMISSIONS, 5), deny, when: when(rng, 30) };
        facts.roles.push(role);
    }
    facts.rules = (0..rng.below(5)).map(|_| rule(rng)).collect();
    // No rule that never acts is accepted: no condition comes twice, and what has none is alone with what it targets.
    facts.rules.sort_by_key(|rule| rule.when);
    facts.rules.dedup_by_key(|rule| rule.when);
    rng.shuffle(&mut facts.rules);
    if rng.chance(30) {
        let always = Rule { when: None, ..rule(rng) };
        facts.rules.retain(|rule| !rule.permissions.iter().any(|name| always.permissions.contains(name)));
        facts.rules.push(always);
    }
    facts.policies = (0..rng.below(3)).map(|_| rule(rng)).collect();
    for policy in &mut facts.policies {
        policy.when = policy.when.filter(|_| rng.chance(70));
    }
    for subject in SUBJECTS.into_iter().take(3) {
        let status = if rng.chance(92) { "active" } else { *rng.pick(&["invited", "deactivated", "locked"]) };
        let groups = rng.some(&GROUPS, 3).into_iter().map(str::to_owned).collect();
        let level = rng.chance(75).then(|| rng.below(3));
        let since = rng.chance(60).then(|| moment(rng));
        facts.members.push(Member { subject: subject.to_owned(), status, groups, level, since });
        for _ in 0..rng.below(7) {
            assign(rng, &mut facts, subject);
        }
        for _ in 0..rng.below(6) {
            let (permission, scope) = ((*rng.pick(&PERMISSIONS)).to_owned(), (*rng.pick(&SCOPES)).to_owned());
            let (subject, allow, window) = (subject.to_owned(), rng.chance(50), window(rng));
            facts.overrides.push(Override { subject, permission, scope, allow, window });
        }
    }
    for group in GROUPS {
        for _ in 0..rng.below(3) {
            assign(rng, &mut facts, &format!("group:{group}"));
        }
    }
    facts.open = rng.some(&SCOPES[1..3], 2).into_iter().map(str::to_owned).collect();
    facts.approved = rng.chance(25).then(|| ((*rng.pick(&RESOURCES)).to_owned(), window(rng)));
    facts
}

fn assign(rng: &mut Rng, facts: &mut Facts, to: &str) {
    let (role, scope) = (rng.pick(&facts.roles).id.clone(), (*rng.pick(&SCOPES)).to_owned());
    // Conditions of assignments may not read what does not stand on every path below them.
    let when = when(rng, 25).filter(|when| !when.contains("folder"));
    facts.assignments.push(Assignment { to: to.to_owned(), role, scope, window: window(rng), when });
}

fn rule(rng: &mut Rng) -> Rule {
    let (first, second) = (*rng.pick(&PERMISSIONS), *rng.pick(&PERMISSIONS));
    let permissions = if first == second { vec![first] } else { vec![first, second] };
    Rule { permit: rng.chance(50), permissions, when: when(rng, 100) }
}

fn when(rng: &mut Rng, percent: usize) -> Option<&'static str> {
    rng.chance(percent).then(|| *rng.pick(&WHENS))
}

fn window(rng: &mut Rng) -> Window {
    let from = rng.chance(25).then(|| rng.below(STEPS.len() - 1));
    let until = rng.chance(30).then(|| from.map_or(0, |from| from + 1));
    let until = until.map(|first| NOW + STEPS[first + rng.below(STEPS.len() - first)]);
    Window::new(from.map(|from| NOW + STEPS[from]), until)
}

pub(crate) fn moment(rng: &mut Rng) -> i64 {
    NOW + rng.pick(&STEPS)
}

pub(crate) fn case(rng: &mut Rng) -> Case {
    let subject = if rng.chance(70) { SUBJECTS[0] } else { *rng.pick(&SUBJECTS) };
    let resource = if rng.chance(2) { "folder:a/sheet:1" } else { *rng.pick(&RESOURCES) };
    let actions: &[&str] = if resource.contains("doc") { &["view", "edit", "sign"] } else { &["view", "edit"] };
    let action = if rng.chance(2) { "fly" } else { *rng.pick(actions) };
    let cost = *rng.pick(&[None, Some("1"), Some("7"), Some("20"), Some("20"), Some("lots")]);
    let now = if rng.chance(50) { NOW } else { moment(rng) };
    Case { subject: subject.to_owned(), action, resource: resource.to_owned(), cost, now }
}
