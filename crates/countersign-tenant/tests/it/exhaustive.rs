//! Small worlds, every one of them: all combinations of what the stages of a decision can find.
//!
//! The first enumeration is of the stages: two scopes of overrides, two roles, forbid, permit, status and approval. The
//! second is of stage four alone, where each role has its own holder, window and conditions: on its assignment, on
//! itself and on the role that includes it.

use crate::bug::Bug;
use crate::compare::{ask, disagree, world};
use crate::expr::{Expr, Name};
use crate::facts::{
    Approval, Assignment, Attribute, Facts, Member, Override, Question, Role, Rule, Supplied, Times, Type,
};
use crate::generate::NOW;
use crate::naive::{self, Verdict};
use crate::rng::parallel;
use crate::value::{Given, Kind};
use std::collections::BTreeSet;

/// What one of two may say, and that it says nothing.
const SAYS: [Option<bool>; 3] = [None, Some(true), Some(false)];
/// A condition: absent, or what it comes to.
const TRIGGERS: [Option<Option<bool>>; 4] = [None, Some(Some(true)), Some(Some(false)), Some(None)];
const TRUTHS: [Option<bool>; 3] = [Some(true), Some(false), None];
const STATUSES: [&str; 4] = ["active", "invited", "deactivated", "locked"];
const WINDOWS: [Times; 3] = [
    Times { from: Some(NOW), until: Some(NOW + 1) },
    Times { from: Some(NOW + 1), until: None },
    Times { from: None, until: Some(NOW) },
];
const OUTER: &str = "project:p1";
const INNER: &str = "project:p1/sign:s1";

/// A context's attribute that is true, false or missing.
fn asks(name: &str) -> Expr {
    Expr::Name(Name::Context(name.to_owned()))
}

fn context(values: &[(&str, Option<bool>)]) -> Supplied {
    let given = values.iter().filter_map(|(name, truth)| Some(((*name).to_owned(), Given::Bool((*truth)?))));
    Supplied { context: given.collect(), ..Supplied::default() }
}

fn empty(context: &[&str], actions: Vec<String>) -> Facts {
    let attribute =
        |name: &&str| Attribute { name: (*name).to_owned(), kind: Kind::Bool, one_of: Vec::new(), request: true };
    let project = Type { name: "project".to_owned(), actions: actions.clone(), ..Type::default() };
    let sign = Type { name: "sign".to_owned(), parents: vec!["project".to_owned()], actions, ..Type::default() };
    Facts { types: vec![project, sign], context: context.iter().map(attribute).collect(), ..Facts::default() }
}

/// A role that allows or denies every action of a sign.
fn role(id: &str, allows: bool) -> Role {
    let all = vec!["sign:*".to_owned()];
    let (allow, deny) = if allows { (all, Vec::new()) } else { (Vec::new(), all) };
    Role { id: id.to_owned(), allow, deny, ..Role::default() }
}

fn number(digits: &[usize]) -> usize {
    digits.iter().product()
}

/// The digits of a number whose places have so many values each.
fn digits(mut number: usize, places: &[usize]) -> Vec<usize> {
    let mut digits = Vec::new();
    for place in places {
        digits.push(number % place);
        number /= place;
    }
    digits
}

/// Which of forbid, permit and approval there are is in the action: `a5` has a forbid and an approval policy.
fn staged(places: &[usize]) -> Facts {
    let actions: Vec<String> = (0..8).map(|bits| format!("a{bits}")).collect();
    let mut facts = empty(&["grant", "forbid", "permit", "approve"], actions.clone());
    let with = |bit: usize| {
        let those = actions.iter().enumerate().filter(move |(at, _)| at & bit != 0);
        those.map(|(_, action)| format!("sign:{action}")).collect::<Vec<_>>()
    };
    facts.rules.push(Rule { permit: false, permissions: with(1), when: Some(asks("forbid")) });
    facts.rules.push(Rule { permit: true, permissions: with(2), when: Some(asks("permit")) });
    let &[first, second, through_group, window, override_window] = places else { unreachable!("five places") };
    for (id, says) in [("one", SAYS[first]), ("two", SAYS[second])] {
        let Some(allows) = says else { continue };
        facts.roles.push(Role { when: Some(asks("grant")), ..role(id, allows) });
    }
    facts.roles.push(Role { id: "nobody".to_owned(), ..Role::default() });
    let approver = "role:nobody".to_owned();
    facts.policies.push(Approval { id: "it".to_owned(), permissions: with(4), when: Some(asks("approve")), approver });
    let held: Vec<String> = facts.roles.iter().map(|role| role.id.clone()).filter(|id| id != "nobody").collect();
    for (number, status) in STATUSES.iter().enumerate() {
        for at_scopes in 0..9 {
            let subject = format!("user:{number}-{at_scopes}");
            for (scope, says) in [(OUTER, SAYS[at_scopes % 3]), (INNER, SAYS[at_scopes / 3])] {
                let Some(allow) = says else { continue };
                for action in &actions {
                    let (subject, permission) = (subject.clone(), format!("sign:{action}"));
                    let times = WINDOWS[override_window];
                    facts.overrides.push(Override { subject, permission, scope: scope.to_owned(), allow, times });
                }
            }
            for (role, scope) in held.iter().zip([OUTER, INNER]) {
                let to = if through_group == 1 { "group:all".to_owned() } else { subject.clone() };
                let (role, scope, times) = (role.clone(), scope.to_owned(), WINDOWS[window]);
                if through_group == 0 || number + at_scopes == 0 {
                    facts.assignments.push(Assignment { to, role, scope, when: None, times });
                }
            }
            let (groups, attributes) = (vec!["all".to_owned()], Vec::new());
            facts.members.push(Member { subject, status, groups, attributes });
        }
    }
    facts
}

/// Role one, role two, own or through a group, the roles' window, the overrides' window.
const STAGES: [usize; 5] = [3, 3, 2, 3, 3];
/// For each role: what it says, own or through a group, the window, included or assigned itself.
const TWO_ROLES: [usize; 8] = [3, 2, 3, 2, 3, 2, 3, 2];

/// The world of that number, and every question to it.
type Enumerated = (Facts, Vec<Question>);

fn all_stages(world_number: u64) -> Enumerated {
    let facts = staged(&digits(usize::try_from(world_number).expect("small"), &STAGES));
    let mut questions = Vec::new();
    for member in &facts.members {
        for case in 0..number(&[3, 4, 4, 4]) {
            let at = digits(case, &[3, 4, 4, 4]);
            let (grant, [forbid, permit, approve]) = (TRUTHS[at[0]], [at[1], at[2], at[3]].map(|at| TRIGGERS[at]));
            let there = [forbid, permit, approve].map(|trigger| usize::from(trigger.is_some()));
            let action = format!("a{}", there[0] + 2 * there[1] + 4 * there[2]);
            let truths = [("forbid", forbid), ("permit", permit), ("approve", approve)];
            let mut values: Vec<_> = truths.map(|(name, trigger)| (name, trigger.flatten())).to_vec();
            values.push(("grant", grant));
            let (subject, resource) = (member.subject.clone(), INNER.to_owned());
            questions.push(Question { subject, action, resource, now: NOW, supplied: context(&values) });
        }
    }
    (facts, questions)
}

fn two_roles(world_number: u64) -> Enumerated {
    const CONDITIONS: [&str; 6] = ["given1", "role1", "around1", "given2", "role2", "around2"];
    let at = digits(usize::try_from(world_number).expect("small"), &TWO_ROLES);
    let mut facts = empty(&CONDITIONS, vec!["view".to_owned()]);
    for (role_number, at) in at.chunks(4).enumerate() {
        let name = |of: usize| CONDITIONS[role_number * 3 + of];
        let Some(allows) = SAYS[at[0]] else { continue };
        let mut assigned = format!("r{role_number}");
        facts.roles.push(Role { when: Some(asks(name(1))), ..role(&assigned, allows) });
        if at[3] == 1 {
            let includes = vec![assigned];
            assigned = format!("around{role_number}");
            facts.roles.push(Role { id: assigned.clone(), when: Some(asks(name(2))), includes, ..Role::default() });
        }
        let to = if at[1] == 1 { "group:g" } else { "user:a" }.to_owned();
        let (when, times, scope) = (Some(asks(name(0))), WINDOWS[at[2]], INNER.to_owned());
        facts.assignments.push(Assignment { to, role: assigned, scope, when, times });
    }
    let groups = vec!["g".to_owned()];
    facts.members.push(Member { subject: "user:a".to_owned(), status: "active", groups, attributes: Vec::new() });
    let ask = |case: usize| {
        let truths = digits(case, &[3; 6]).into_iter().map(|at| TRUTHS[at]);
        let values: Vec<_> = CONDITIONS.into_iter().zip(truths).collect();
        let (subject, action, resource) = ("user:a".to_owned(), "view".to_owned(), INNER.to_owned());
        Question { subject, action, resource, now: NOW, supplied: context(&values) }
    };
    (facts, (0..number(&[3; 6])).map(ask).collect())
}

/// Compares engine and oracle on everything that is enumerated: the number of questions, and the answers that were met.
fn compare_all(places: &[usize], enumerated: fn(u64) -> Enumerated) -> (usize, BTreeSet<Verdict>) {
    let worlds = u64::try_from(number(places)).expect("small");
    let asked = parallel(0, worlds, |world_number| {
        let (facts, questions) = enumerated(world_number);
        let world = world(&facts, world_number);
        let mut seen = BTreeSet::new();
        for question in &questions {
            let engine = ask(&world, question);
            if engine != naive::decide(&facts, question, None) {
                disagree(&facts, question, world_number);
            }
            seen.insert(engine);
        }
        (questions.len(), seen)
    });
    let (counts, seen): (Vec<usize>, Vec<BTreeSet<_>>) = asked.into_iter().unzip();
    (counts.into_iter().sum(), seen.into_iter().flatten().collect())
}

#[test]
fn every_combination_of_the_stages() {
    let (asked, seen) = compare_all(&STAGES, all_stages);
    assert_eq!(asked, 162 * 36 * 192);
    assert_eq!(seen.len(), 9, "{seen:?}");
}

#[test]
fn every_combination_of_two_roles() {
    let (asked, _) = compare_all(&TWO_ROLES, two_roles);
    assert_eq!(asked, 1296 * 729);
}

/// Looks through what is enumerated until each mistake is found, from one corner of it to another.
fn find_all(mistakes: &[Bug], places: &[usize], enumerated: fn(u64) -> Enumerated) {
    let worlds = u64::try_from(number(places)).expect("small");
    let mut missing = mistakes.to_vec();
    let mut found = Vec::new();
    for step in 0..worlds {
        if missing.is_empty() {
            return;
        }
        // 61 has no divisor in common with the number of worlds: each comes once.
        let (facts, questions) = enumerated(step * 61 % worlds);
        let world = world(&facts, step);
        for question in &questions {
            let engine = ask(&world, question);
            missing.retain(|bug| {
                let agrees = engine == naive::decide(&facts, question, Some(*bug));
                found.extend((!agrees).then_some((step, *bug)));
                agrees
            });
        }
    }
    assert!(missing.is_empty(), "{missing:?} not found in {worlds} worlds; the others after {found:?}");
}

#[test]
fn the_stages_find_every_seeded_bug() {
    let mistakes = [
        Bug::DefaultAllows,
        Bug::StatusIgnored,
        Bug::GroupsIgnored,
        Bug::StartExclusive,
        Bug::EndInclusive,
        Bug::NearnessReversed,
        Bug::OverrideBeforeForbid,
        Bug::ForbidErrorIgnored,
        Bug::PermitErrorAllows,
        Bug::PermitBeforeRole,
        Bug::PermitBeforeOverride,
        Bug::RuleReachesType,
        Bug::RoleDenyLoses,
        Bug::RoleConditionIgnored,
        Bug::ErrorDropsDenies,
        Bug::LastAssignmentDecides,
        Bug::ApprovalErrorWaved,
        Bug::ApprovalBeforeDeny,
        Bug::ApprovalSparesOverrides,
        Bug::MissingReadsAsEmpty,
    ];
    find_all(&mistakes, &STAGES, all_stages);
}

#[test]
fn the_two_roles_find_every_seeded_bug() {
    let mistakes = [
        Bug::AssignmentConditionIgnored,
        Bug::RoleConditionIgnored,
        Bug::IncludesIgnored,
        Bug::IncludedWhenIgnored,
        Bug::IncluderWhenIgnored,
        Bug::ErrorOutweighsFalse,
        Bug::ErrorKeepsAllow,
        Bug::ErrorDropsDenies,
        Bug::RoleDenyLoses,
        Bug::DenialsCancel,
    ];
    find_all(&mistakes, &TWO_ROLES, two_roles);
}
