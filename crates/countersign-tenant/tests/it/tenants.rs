//! Tenants of one model side by side: whatever one of them says, the other decides as if it were alone.

use crate::compare::{self, ask, fail, model, world};
use crate::enrich::facts;
use crate::facts::{Assignment, Facts, Override, Question, Role, Times};
use crate::naive::{self, Verdict};
use crate::question::question;
use crate::rng::{Rng, parallel, seeds};

const FIRST: u64 = 8_000_000;
const WORLDS: u64 = 540;
const QUESTIONS: usize = 600;

/// A neighbour under the same model in which everybody of the same names may do everything, or nothing.
fn neighbour(rng: &mut Rng, facts: &Facts) -> Facts {
    let generous = rng.chance(50);
    let mut other = facts.clone();
    let all = vec!["*".to_owned()];
    let (allow, deny) = if generous { (all, Vec::new()) } else { (Vec::new(), all) };
    for role in &mut other.custom {
        *role = Role { id: role.id.clone(), allow: allow.clone(), deny: deny.clone(), ..Role::default() };
    }
    other.custom.push(Role { id: "neighbours".to_owned(), allow, deny, ..Role::default() });
    other.assignments.clear();
    other.overrides.clear();
    other.policies.clear();
    for member in &mut other.members {
        member.status = if generous { "active" } else { "locked" };
        let (to, role, scope) = (member.subject.clone(), "neighbours".to_owned(), "/".to_owned());
        other.assignments.push(Assignment { to, role, scope, when: None, times: Times::default() });
    }
    for set in &facts.overrides {
        other.overrides.push(Override { allow: generous, times: Times::default(), ..set.clone() });
    }
    other.overrides.dedup_by_key(|set| (set.subject.clone(), set.permission.clone(), set.scope.clone()));
    other
}

#[test]
fn a_tenant_decides_as_if_it_were_alone() {
    let differ = parallel(FIRST, WORLDS, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let other = neighbour(&mut rng, &facts);
        let alone = world(&facts, seed);
        let load = |model, facts| compare::tenant(model, facts).unwrap_or_else(|problems| panic!("{problems}"));
        let shared = model(&facts).unwrap_or_else(|problems| panic!("{problems}"));
        let before = load(&shared, &other);
        let beside = load(&shared, &facts);
        let mut differ = 0;
        for _ in 0..QUESTIONS {
            let question = question(&mut rng, &facts);
            let neighbours = ask(&before, &question);
            let (one, two) = (ask(&alone, &question), ask(&beside, &question));
            if one != two {
                let what = format!("{question:?}\nalone: {one:?}\nbeside: {two:?}\nthe neighbour: {neighbours:?}");
                fail(&facts, seed, &what);
            }
            differ += usize::from(neighbours != one);
        }
        differ
    });
    let differ: usize = differ.into_iter().sum();
    assert!(differ > 100_000, "a neighbour decides otherwise only {differ} times");
}

/// What one tenant has of another by mistake.
#[derive(Clone, Copy, Debug)]
enum Leak {
    /// A neighbour's assignments count too
    Assignments,
    /// A neighbour's overrides count too
    Overrides,
    /// A custom role is known by its id alone, and the neighbour's is found first
    Roles,
    /// A member is known by subject alone, and the neighbour's is found first
    Members,
    /// An answer is kept by its question alone, and the neighbour was asked before
    Answers,
}

const LEAKS: [Leak; 5] = [Leak::Assignments, Leak::Overrides, Leak::Roles, Leak::Members, Leak::Answers];

/// What an engine with the leak would answer.
fn leaked(leak: Leak, facts: &Facts, other: &Facts, question: &Question) -> Verdict {
    let mut mixed = facts.clone();
    match leak {
        Leak::Assignments => {
            mixed.custom.extend(other.custom.last().cloned());
            mixed.assignments.extend(other.assignments.iter().cloned());
        }
        Leak::Overrides => mixed.overrides.extend(other.overrides.iter().cloned()),
        Leak::Roles => mixed.custom = [other.custom.clone(), mixed.custom].concat(),
        Leak::Members => mixed.members = [other.members.clone(), mixed.members].concat(),
        Leak::Answers => return naive::decide(other, question, None),
    }
    naive::decide(&mixed, question, None)
}

#[test]
fn the_comparison_finds_every_leak_between_tenants() {
    let mut missing = LEAKS.to_vec();
    let mut found = Vec::new();
    let mut asked = 0;
    for seed in seeds(FIRST, 40) {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let other = neighbour(&mut rng, &facts);
        for _ in 0..40 {
            asked += 1;
            let question = question(&mut rng, &facts);
            let alone = naive::decide(&facts, &question, None);
            missing.retain(|leak| {
                let agrees = leaked(*leak, &facts, &other, &question) == alone;
                found.extend((!agrees).then_some((asked, *leak)));
                agrees
            });
        }
    }
    assert!(missing.is_empty(), "{missing:?} not found in {asked} questions; the others after {found:?}");
}
