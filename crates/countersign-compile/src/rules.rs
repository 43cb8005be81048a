//! Model-wide rules: their targets and conditions, and whether each can act at all.

use crate::conditions::Conditions;
use crate::names;
use countersign_core::limits::RULES;
use countersign_core::{RuleSpec, TypeId};
use countersign_wire::model::RuleDecl;
use countersign_wire::reader::{Placed, Problems, join};

/// Compiles the rules, in the order of the file.
pub(crate) fn compile(
    conditions: &mut Conditions<'_>,
    decls: &[RuleDecl],
    problems: &mut Problems<'_>,
) -> Vec<RuleSpec> {
    if let Some(decl) = decls.get(RULES) {
        let help = "join rules on the same permissions by `||`";
        problems.add_with_help(&decl.at, format!("a model has at most {RULES} rules"), help);
    }
    let decls = decls.get(..RULES).unwrap_or(decls);
    let mut rules: Vec<RuleSpec> = Vec::new();
    for decl in decls {
        let targets = targets(conditions, &decl.permissions, problems);
        let types = guarded(&targets, &decl.at.path, problems);
        let when = conditions.add(decl.when.as_ref(), types, problems);
        if when.and_then(|when| when.constant) == Some(false)
            && let Some(text) = &decl.when
        {
            problems.add_with_help(&text.at, "the rule never acts: its condition is always false", "take the rule out");
        }
        let rule = RuleSpec {
            permit: decl.permit,
            targets,
            when: when.filter(|when| when.constant != Some(true)).map(|when| when.id),
            why: decl.why.clone().unwrap_or_default().into(),
        };
        rules.push(rule);
    }
    // Where a part is not understood, nobody knows what the rule leaves to others, or others to it.
    let clear = |decl: &RuleDecl| !problems.stand(&decl.at.path);
    let known: Vec<_> =
        rules.iter().zip(1..).zip(decls).filter(|(_, decl)| clear(decl)).map(|(rule, _)| rule).collect();
    for (rule, number) in known.iter().filter(|(rule, _)| !rule.targets.is_empty()) {
        if let Some(other) = shadow(rule, *number, &known)
            && let Some(decl) = decls.get(number - 1)
        {
            let message = format!("the rule never acts: rule {other} decides all that it targets");
            problems.add_with_help(&decl.at, message, "take one of the two out, or narrow the other");
        }
    }
    rules
}

/// The rule because of which this one never acts: one that always forbids the same, or the same rule written before.
fn shadow(rule: &RuleSpec, number: usize, all: &[(&RuleSpec, usize)]) -> Option<usize> {
    let found = all.iter().find(|(other, at)| {
        let same = *at < number && other.permit == rule.permit && (other.when == rule.when || other.when.is_none());
        let forbids = *at != number && !other.permit && other.when.is_none() && (rule.permit || *at < number);
        (same || forbids) && covers(&other.targets, &rule.targets)
    });
    found.map(|(_, at)| *at)
}

fn covers(wide: &[(TypeId, u64)], narrow: &[(TypeId, u64)]) -> bool {
    narrow.iter().all(|(on, mask)| {
        let covered = wide.iter().filter(|(of, _)| of == on).fold(0, |all, (_, more)| all | more);
        mask & !covered == 0
    })
}

/// The types of what a rule or an approval policy at `place` guards; any, where that is not known.
pub(crate) fn guarded(targets: &[(TypeId, u64)], place: &str, problems: &Problems<'_>) -> Vec<TypeId> {
    let known = !problems.stand(&join(place, "permissions"));
    targets.iter().filter(|_| known).map(|(on, _)| *on).collect()
}

/// The types and actions that permissions name, each type once.
pub(crate) fn targets(
    conditions: &Conditions<'_>,
    permissions: &[Placed<String>],
    problems: &mut Problems<'_>,
) -> Vec<(TypeId, u64)> {
    let mut targets: Vec<(TypeId, u64)> = Vec::new();
    for text in permissions {
        for (on, mask) in names::permissions(conditions.words, text, problems) {
            match targets.iter_mut().find(|(of, _)| *of == on) {
                Some((_, known)) => *known |= mask,
                None => targets.push((on, mask)),
            }
        }
    }
    targets.sort_unstable();
    targets
}
