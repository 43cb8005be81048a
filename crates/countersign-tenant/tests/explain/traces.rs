//! The trace leads to the decision, has everything that speaks of the question, and says when that changes.

use crate::checker::{Slip, recompute, recompute_with, wrong_loser};
use crate::facts::{self, Case, Facts};
use crate::generate::{self, NOW, UNKNOWN};
use crate::rng::{Rng, seeds};
use countersign_core::condition::Truth;
use countersign_core::{Decision, Effect, Lost, Stage, Trace, Until, What, Window};
use countersign_tenant::World;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const FIRST: u64 = 5_000_000;

/// Asks `count` questions of each of so many generated worlds.
pub(crate) fn every_case(worlds: u64, count: usize, mut try_one: impl FnMut(&Facts, &World, &Case)) {
    cases_while(worlds, count, |facts, world, case| {
        try_one(facts, world, case);
        true
    });
}

/// The same, for as long as more are wanted.
fn cases_while(worlds: u64, count: usize, mut more: impl FnMut(&Facts, &World, &Case) -> bool) {
    for seed in seeds(FIRST, worlds) {
        let mut rng = Rng::new(seed);
        let facts = generate::facts(&mut rng);
        let world = facts::world(&facts);
        for _ in 0..count {
            if !more(&facts, &world, &generate::case(&mut rng)) {
                return;
            }
        }
    }
}

/// What is wrong with a trace of this decision; nothing if it is right.
fn wrong(trace: &Trace, decided: Decision) -> Option<String> {
    let recomputed = recompute(trace);
    if recomputed != (decided.effect, decided.stage) {
        return Some(format!("{recomputed:?} follows from {trace:#?}"));
    }
    wrong_loser(trace)
}

#[test]
fn the_decision_follows_from_the_trace() {
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    every_case(2000, 100, |facts, world, case| {
        let told = facts::explain(facts, world, case);
        let decided = facts::check(facts, world, case);
        assert_eq!(told.decision, decided, "{case:?}");
        assert_eq!(wrong(&told.trace, decided), None, "{case:?}");
        *seen.entry((decided.effect.as_str(), decided.stage.as_str())).or_default() += 1;
    });
    assert_eq!(seen.values().sum::<usize>(), 200_000);
    for (outcome, least) in [("status", 2000), ("forbid", 2000), ("override", 2000), ("role", 2000), ("permit", 2000)] {
        let found: usize = seen.iter().filter(|((_, stage), _)| *stage == outcome).map(|(_, count)| count).sum();
        assert!(found > least, "only {found} times by {outcome}: {seen:?}");
    }
    assert!(seen[&("approval", "approval")] > 2000, "{seen:?}");
}

/// What a trace may tell wrongly, by name.
type Lie = (&'static str, fn(&mut Trace));

const LIES: [Lie; 15] = [
    ("the status is left out", |trace| trace.status = None),
    ("every window is open", |trace| trace.steps.iter_mut().for_each(|step| step.live = true)),
    ("no window is open", |trace| trace.steps.iter_mut().for_each(|step| step.live = false)),
    ("an error holds", |trace| truths(trace, Truth::Error, Truth::True)),
    ("an error is false", |trace| truths(trace, Truth::Error, Truth::False)),
    ("what is false holds", |trace| truths(trace, Truth::False, Truth::True)),
    ("all scopes are the root", |trace| trace.steps.iter_mut().for_each(|step| step.depth = 0)),
    ("forbids are permits", |trace| stages(trace, Stage::Forbid, Stage::Permit)),
    ("overrides are roles", |trace| stages(trace, Stage::Override, Stage::Role)),
    ("roles are permits", |trace| stages(trace, Stage::Role, Stage::Permit)),
    ("an approved request is left out", |trace| trace.approved = false),
    ("the approval policies are left out", |trace| trace.steps.retain(|step| step.stage != Stage::Approval)),
    ("what decided is left out", |trace| trace.steps.retain(|step| step.lost.is_some())),
    ("whatever lost was not live", |trace| losers(trace, Lost::NotLive)),
    ("whatever lost came in a later stage", |trace| losers(trace, Lost::EarlierStage)),
];

fn truths(trace: &mut Trace, from: Truth, to: Truth) {
    trace.steps.iter_mut().filter(|step| step.truth == from).for_each(|step| step.truth = to);
}

fn stages(trace: &mut Trace, from: Stage, to: Stage) {
    trace.steps.iter_mut().filter(|step| step.stage == from).for_each(|step| step.stage = to);
}

fn losers(trace: &mut Trace, why: Lost) {
    trace.steps.iter_mut().filter_map(|step| step.lost.as_mut()).for_each(|lost| *lost = why);
}

/// Asks until `notices` has noticed each of these; says when it did.
fn find_all<T: Copy>(all: &[T], name: fn(T) -> String, notices: impl Fn(T, &Trace, Decision) -> bool) {
    let (mut missing, mut found, mut asked) = (all.to_vec(), Vec::new(), 0);
    cases_while(500, 20, |facts, world, case| {
        asked += 1;
        let told = facts::explain(facts, world, case);
        missing.retain(|one| {
            let noticed = notices(*one, &told.trace, told.decision);
            found.extend(noticed.then(|| (asked, name(*one))));
            !noticed
        });
        !missing.is_empty()
    });
    let missing: Vec<_> = missing.into_iter().map(name).collect();
    assert!(missing.is_empty(), "{missing:?} not found in {asked} questions; the others after {found:?}");
}

#[test]
fn the_checker_finds_every_lie_of_a_trace() {
    find_all(
        &LIES,
        |(name, _)| name.to_owned(),
        |(_, lie), trace, decided| {
            let mut trace = trace.clone();
            lie(&mut trace);
            wrong(&trace, decided).is_some()
        },
    );
}

#[test]
fn the_comparison_finds_every_slip_of_the_checker() {
    find_all(
        &Slip::ALL,
        |slip| format!("{slip:?}"),
        |slip, trace, decided| recompute_with(trace, Some(slip)) != (decided.effect, decided.stage),
    );
}

type Spoken = BTreeSet<(Stage, String, String, Window, &'static str)>;

/// What a trace says that there is: stage, name, scope, window, allow or deny.
fn in_trace(trace: &Trace, case: &Case, world: &World, facts: &Facts) -> Spoken {
    let groups = facts.members.iter().find(|member| member.subject == case.subject).map(|member| &member.groups);
    let mut all = BTreeSet::new();
    for step in &trace.steps {
        let name = match step.what {
            What::Rule(index) | What::Approval(index) => index.to_string(),
            What::Override => String::new(),
            What::Assignment { role, holder: 0, .. } => world.policy().role(role).expect("a role").id().to_owned(),
            What::Assignment { role, holder, .. } => {
                let group = &groups.expect("a member")[holder as usize - 1];
                format!("{} of {group}", world.policy().role(role).expect("a role").id())
            }
        };
        let scope = case.scope(step.depth);
        for (says, word) in [(step.allows, "allow"), (step.denies, "deny")] {
            if says {
                all.insert((step.stage, name.clone(), scope.clone(), step.window, word));
            }
        }
    }
    all
}

/// What the facts say that there is.
fn in_facts(case: &Case, facts: &Facts) -> Spoken {
    let mut all = BTreeSet::new();
    let asked = case.permission();
    if case.action == "fly" || case.resource.contains("sheet") {
        return all;
    }
    for (rules, is_rule) in [(&facts.rules, true), (&facts.policies, false)] {
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.permissions.contains(&asked.as_str())) {
            let (stage, word) = match (is_rule, rule.permit) {
                (false, _) => (Stage::Approval, "deny"),
                (true, true) => (Stage::Permit, "allow"),
                (true, false) => (Stage::Forbid, "deny"),
            };
            all.insert((stage, index.to_string(), "/".to_owned(), Window::ALWAYS, word));
        }
    }
    let reaches =
        |scope: &str| scope == "/" || case.resource == scope || case.resource.starts_with(&format!("{scope}/"));
    for set in &facts.overrides {
        if set.subject == case.subject && set.permission == asked && reaches(&set.scope) {
            let word = if set.allow { "allow" } else { "deny" };
            all.insert((Stage::Override, String::new(), set.scope.clone(), set.window, word));
        }
    }
    let groups = facts.members.iter().find(|member| member.subject == case.subject).map(|member| &*member.groups);
    for grant in facts.assignments.iter().filter(|grant| reaches(&grant.scope)) {
        let group =
            grant.to.strip_prefix("group:").filter(|group| groups.unwrap_or_default().iter().any(|g| g == group));
        if grant.to != case.subject && group.is_none() {
            continue;
        }
        let role = facts.roles.iter().find(|role| role.id == grant.role).expect("a role");
        let name = group.map_or_else(|| role.id.clone(), |group| format!("{} of {group}", role.id));
        for (says, word) in [(&role.allow, "allow"), (&role.deny, "deny")] {
            if says.contains(&asked.as_str()) {
                all.insert((Stage::Role, name.clone(), grant.scope.clone(), grant.window, word));
            }
        }
    }
    all
}

#[test]
fn the_trace_has_everything_that_speaks_of_the_question() {
    let (mut steps, mut without_losers) = (0, 0);
    every_case(600, 40, |facts, world, case| {
        let mut trace = facts::explain(facts, world, case).trace;
        let all = in_facts(case, facts);
        assert_eq!(in_trace(&trace, case, world, facts), all, "{case:?}\n{facts:#?}");
        steps += all.len();
        // A trace that leaves out what lost is found out.
        trace.steps.retain(|step| step.lost.is_none());
        without_losers += usize::from(in_trace(&trace, case, world, facts) != all);
    });
    assert!(steps > 50_000, "only {steps} steps");
    assert!(without_losers > 5000, "a trace without losers was found out only {without_losers} times");
}

#[test]
fn the_effect_changes_when_it_says_and_not_before() {
    let mut seen = [0; 3];
    every_case(500, 40, |facts, world, case| {
        let told = facts::explain(facts, world, case);
        let effect = |now: i64| facts::effect(facts, world, &Case { now, ..case.clone() });
        let steps = [-86_400_000, -3_600_000, -1000, -2, -1, 0, 1, 2, 1000, 2000, 3_600_000, 86_400_000, 86_401_000];
        let edges = steps.into_iter().flat_map(|a| steps.map(|b| NOW + a + b)).chain([NOW + 43_200_000, i64::MAX - 1]);
        let mut probes: Vec<i64> = edges.flat_map(|edge| [edge, edge + 1]).filter(|probe| *probe > case.now).collect();
        let mut same_until = |end: i64| {
            probes.retain(|probe| *probe < end);
            for now in &probes {
                assert_eq!(effect(*now), told.decision.effect, "at {now}, of {:?} for {case:?}\n{told:#?}", told.until);
            }
        };
        match told.until {
            Until::Never => {
                seen[0] += 1;
                same_until(i64::MAX);
            }
            Until::At(moment, then) => {
                seen[1] += 1;
                assert!(moment > case.now && then != told.decision.effect);
                assert_eq!(effect(moment), then, "{case:?}\n{told:#?}");
                same_until(moment);
                assert_eq!(effect(moment - 1), told.decision.effect, "{case:?}\n{told:#?}");
            }
            Until::Unknown => {
                seen[2] += 1;
                let text = format!("{facts:?}");
                assert!(UNKNOWN.iter().any(|when| text.contains(when)), "{case:?}\n{told:#?}\n{facts:#?}");
            }
        }
    });
    assert!(seen.iter().all(|count| *count > 500), "{seen:?}");
}

#[test]
fn every_effect_is_met() {
    let mut seen = BTreeSet::new();
    every_case(50, 40, |facts, world, case| {
        seen.insert(facts::effect(facts, world, case));
    });
    assert_eq!(seen, BTreeSet::from([Effect::Deny, Effect::Allow, Effect::Approval]));
}
