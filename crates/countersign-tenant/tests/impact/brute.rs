//! Every resource of a small world with every combination of values, asked about in both worlds.

use crate::generate::NOW;
use countersign_core::condition::Value as Typed;
use countersign_core::{Attributes, Effect, Owner, Policy, Question, Registry, Subject};
use countersign_tenant::World;
use countersign_tenant::impact::{Change, Outcome, Reach};
use countersign_wire::document::Value;
use countersign_wire::given::{Given, typed};
use std::collections::BTreeSet;

pub(crate) struct Pair {
    pub(crate) before: World,
    pub(crate) after: World,
    /// All that conditions can read
    pub(crate) points: Vec<Point>,
}

/// What is wrong with a report.
#[derive(Debug)]
#[expect(dead_code, reason = "it is read by people, when a test fails")]
pub(crate) enum Wrong {
    Missed { subject: String, permission: String, path: String },
    Twice { subject: String, permission: String, path: String },
    NoChange(Change),
    Outcome { line: Change, before: Outcome, after: Outcome },
    Unknown(Change),
}

const IDS: [&str; 4] = ["p1", "p2", "zz", "yy"];

/// Where grants stand deepest.
const NAMED: [&str; 2] = ["folder:p1/folder:p2/", "project:p1/doc:p1/"];

/// Values of one axis; nothing is a value that is missing.
fn values(axis: &str) -> Vec<Option<Value>> {
    let number = |text: &str| Some(Value::Number(text.to_owned()));
    let text = |text: &str| Some(Value::String(text.to_owned()));
    let none = [None];
    let more = match axis {
        "cost" => ["0", "9.99", "10", "49.9", "50", "50.01", "99"].into_iter().map(number).chain([text("x")]).collect(),
        "soft" | "mfa" => vec![Some(Value::Bool(true)), Some(Value::Bool(false)), text("x")],
        "kind" => vec![text("a"), text("b")],
        "level" => ["0", "1", "2", "3", "4"].into_iter().map(number).collect(),
        "size" | "stored size" => ["3", "4", "5", "6"].into_iter().map(number).collect(),
        _ => Vec::new(),
    };
    none.into_iter().chain(more).collect()
}

/// All resources of the types to a depth of three.
fn paths(policies: [&Policy; 2]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for policy in policies {
        let mut level = vec![String::new()];
        for depth in 1..=4 {
            let mut next = Vec::new();
            for path in &level {
                // All ids at the first two levels are enough of a world; the third has two, and the fourth little.
                if depth == 4 && !NAMED.iter().any(|named| path.starts_with(named)) {
                    continue;
                }
                for kind in policy.types().iter().filter(|kind| !kind.is_builtin() || kind.name() == "member") {
                    for id in [&IDS[..], &IDS[..], &IDS[1..3], &IDS[2..]][depth - 1] {
                        let below = if path.is_empty() { String::new() } else { format!("{path}/") };
                        let path = format!("{below}{}:{id}", kind.name());
                        let located = countersign_core::Path::parse(&path).and_then(|path| policy.locate(&path));
                        if located.is_ok() {
                            next.push(path);
                        }
                    }
                }
            }
            next.retain(|path| path.matches("member:").count() < 2);
            all.extend(next.iter().cloned());
            level = next;
        }
    }
    all
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().and_then(|last| last.split_once(':')).map_or("", |(kind, _)| kind)
}

fn covers(line: &Change, path: &str) -> bool {
    let within = |scope: &str| {
        let rest = path.strip_prefix(scope);
        scope == "/" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let reached = match line.reach {
        Reach::Tree => within(&line.scope),
        Reach::Itself => path == line.scope,
        Reach::Below => within(&line.scope) && path != line.scope,
    };
    reached && !line.except.iter().any(|scope| within(scope))
}

/// Looks for anything that is wrong with the report.
pub(crate) fn review(pair: &Pair, changes: &[Change]) -> Result<(), Wrong> {
    let subjects: BTreeSet<&str> = pair.before.members().chain(pair.after.members()).collect();
    if let Some(unknown) = changes.iter().find(|change| !subjects.contains(change.subject.as_str())) {
        return Err(Wrong::Unknown(unknown.clone()));
    }
    let paths = paths([pair.before.policy(), pair.after.policy()]);
    let registered: BTreeSet<&str> = pair.before.registered().chain(pair.after.registered()).collect();
    for subject in subjects {
        for kind in ["project", "folder", "doc", "member"] {
            let actions = if kind == "member" { &["view"][..] } else { &["view", "edit", "share"] };
            for action in actions {
                let permission = format!("{kind}:{action}");
                let lines: Vec<&Change> = changes
                    .iter()
                    .filter(|change| change.subject == subject && change.permission == permission)
                    .collect();
                let mut seen: Vec<[BTreeSet<Effect>; 2]> = vec![Default::default(); lines.len()];
                let mut differs = vec![false; lines.len()];
                for path in paths.iter().filter(|path| last(path) == kind) {
                    let covering: Vec<usize> = (0..lines.len()).filter(|at| covers(lines[*at], path)).collect();
                    let tell = || (subject.to_owned(), permission.clone(), path.clone());
                    if covering.len() > 1 {
                        let (subject, permission, path) = tell();
                        return Err(Wrong::Twice { subject, permission, path });
                    }
                    for [before, after] in all_answers(pair, &registered, subject, action, path) {
                        match covering.first() {
                            Some(at) => {
                                seen[*at][0].insert(before);
                                seen[*at][1].insert(after);
                                differs[*at] |= before != after;
                            }
                            None if before != after => {
                                let (subject, permission, path) = tell();
                                return Err(Wrong::Missed { subject, permission, path });
                            }
                            None => {}
                        }
                    }
                }
                for ((line, seen), differs) in lines.into_iter().zip(&seen).zip(differs) {
                    if !differs {
                        return Err(Wrong::NoChange(line.clone()));
                    }
                    let [before, after] = seen.each_ref().map(outcome);
                    if (line.before, line.after) != (before, after) {
                        return Err(Wrong::Outcome { line: line.clone(), before, after });
                    }
                }
            }
        }
    }
    Ok(())
}

fn outcome(effects: &BTreeSet<Effect>) -> Outcome {
    match (effects.first(), effects.len()) {
        (Some(effect), 1) => Outcome::from(*effect),
        _ => Outcome::Depends,
    }
}

/// A combination of values: what is supplied, and what is stored of resources that are not registered.
pub(crate) struct Point {
    given: Given,
    stored: Vec<(&'static str, Value)>,
}

/// All combinations of the axes' values.
pub(crate) fn points(axes: &[&'static str]) -> Vec<Point> {
    let grids: Vec<Vec<Option<Value>>> = axes.iter().map(|axis| values(axis)).collect();
    let apart = axes.contains(&"stored size");
    let one = |number: usize| {
        let mut rest = number;
        let mut point = Point { given: Given::default(), stored: Vec::new() };
        for (axis, grid) in axes.iter().zip(&grids) {
            let value = grid[rest % grid.len()].clone();
            rest /= grid.len();
            let Some(value) = value else { continue };
            // A caller may say anything of a resource: what is stored is not looked at.
            let bag = match *axis {
                "cost" => Some(&mut point.given.context),
                "soft" => Some(&mut point.given.action),
                "mfa" => Some(&mut point.given.subject),
                "size" => Some(&mut point.given.resource),
                _ => None,
            };
            if let Some(bag) = bag {
                bag.push(((*axis).to_owned(), value.clone()));
            }
            match *axis {
                "size" if apart => {}
                "stored size" => point.stored.push(("size", value)),
                "kind" | "level" | "size" => point.stored.push((axis, value)),
                _ => {}
            }
        }
        point
    };
    (0..grids.iter().map(Vec::len).product()).map(one).collect()
}

fn all_answers(pair: &Pair, registered: &BTreeSet<&str>, subject: &str, action: &str, path: &str) -> Vec<[Effect; 2]> {
    let [mut before, mut after] = [&pair.before, &pair.after].map(|world| {
        world.ask(subject, |known| {
            let ask = |point: &Point| answer(world.policy(), known, registered, action, path, point);
            pair.points.iter().map(ask).collect::<Vec<_>>().into_iter()
        })
    });
    std::iter::from_fn(|| Some([before.next()?, after.next()?])).collect()
}

fn answer(
    policy: &Policy,
    known: &Subject<'_>,
    registered: &BTreeSet<&str>,
    action: &str,
    path: &str,
    point: &Point,
) -> Effect {
    let supplied = point.given.attributes(policy, path);
    let question = Question { action, path, supplied: &supplied, now: NOW };
    if point.stored.is_empty() {
        return policy.check(known, &question).effect;
    }
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let stored = ends.map(|end| {
        let ancestor = &path[..end];
        let mut values = known.resources.get(ancestor).cloned().unwrap_or_default();
        if !registered.contains(ancestor) {
            for (axis, value) in &point.stored {
                store(policy, &mut values, last(ancestor), axis, value);
            }
        }
        (ancestor.into(), values)
    });
    let resources = Registry::new(stored.collect());
    policy.check(&Subject { resources: &resources, ..*known }, &question).effect
}

fn store(policy: &Policy, values: &mut Attributes, kind: &str, axis: &str, value: &Value) {
    let slot = policy.type_named(kind).and_then(|on| policy.slot(Owner::Type(on), axis));
    if let Some((slot, spec)) = slot.and_then(|slot| Some((slot, policy.attribute(slot)?)))
        && !spec.from_request
    {
        let value = typed(spec, value);
        if value != Typed::Error {
            values.set(slot, value);
        }
    }
}
