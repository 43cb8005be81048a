//! Random questions that are likely to find something in a world, with what their caller supplies.

use crate::facts::{Attribute, Facts, Question, Supplied, Values, last_type};
use crate::generate::{IDS, NOW, SUBJECTS, below, path};
use crate::pools;
use crate::rng::Rng;
use crate::value::Given;

/// A question that is likely to find something.
pub(crate) fn question(rng: &mut Rng, facts: &Facts) -> Question {
    let subject = if facts.members.is_empty() || rng.chance(4) {
        (*rng.pick(&SUBJECTS)).to_owned()
    } else {
        rng.pick(&facts.members).subject.clone()
    };
    let set: Vec<_> = facts.overrides.iter().filter(|set| set.subject == subject).collect();
    if !facts.rules.is_empty() && rng.chance(25) {
        let rule = rng.pick(&facts.rules);
        let permission = rng.pick(&rule.permissions).clone();
        let scope = resource(rng, facts, &subject);
        return about(rng, facts, [&subject, &permission, &scope]);
    }
    if !set.is_empty() && rng.chance(25) {
        let set = *rng.pick(&set);
        return about(rng, facts, [&subject, &set.permission, &set.scope]);
    }
    if rng.chance(40)
        && let Some((permission, scope)) = held(rng, facts, &subject)
    {
        return about(rng, facts, [&subject, &permission, &scope]);
    }
    let resource = resource(rng, facts, &subject);
    let kind = facts.type_named(last_type(&resource)).filter(|kind| !kind.actions.is_empty());
    let action = match kind {
        Some(kind) if !rng.chance(4) => rng.pick(&kind.actions).clone(),
        _ => (*rng.pick(&["view", "edit", "a6", "a63", "*", "", "nothing"])).to_owned(),
    };
    finish(rng, facts, [subject, action, resource])
}

/// The question with a moment and with what the caller supplies.
fn finish(rng: &mut Rng, facts: &Facts, [subject, action, resource]: [String; 3]) -> Question {
    let none = Vec::new();
    let declared = facts.type_named(last_type(&resource)).map_or(&none, |kind| &kind.attributes);
    let supplied = Supplied {
        subject: values(rng, &facts.subject),
        action: values(rng, &facts.action),
        resource: values(rng, declared),
        context: values(rng, &facts.context),
    };
    Question { subject, action, resource, now: moment(rng, facts), supplied }
}

/// The same subject and resource, another action as likely as not, and other supplies.
pub(crate) fn again(rng: &mut Rng, facts: &Facts, question: &Question) -> Question {
    let Question { subject, action, resource, .. } = question.clone();
    let actions = facts.type_named(last_type(&resource)).map_or(&[][..], |kind| &kind.actions);
    let action = if actions.is_empty() || rng.chance(50) { action } else { rng.pick(actions).clone() };
    finish(rng, facts, [subject, action, resource])
}

/// Values that the caller supplies: good ones, bad ones, none at all, and some that are not his to supply.
fn values(rng: &mut Rng, declared: &[Attribute]) -> Values {
    let mut values = Vec::new();
    // Some callers know what they do, and some do not.
    let careful = rng.chance(60);
    for attribute in declared {
        let name = attribute.name.clone();
        match rng.below(100) {
            // Nobody ever has a good value for this one: whatever reads it errs.
            0..50 if name == "never" => values.push((name, pools::bad(rng, attribute))),
            _ if name == "never" => {}
            _ if !attribute.request && rng.chance(80) => {}
            _ if careful => values.push((name, pools::supplied(rng, attribute))),
            0..60 => values.push((name, pools::supplied(rng, attribute))),
            60..80 => values.push((name, pools::bad(rng, attribute))),
            _ => {}
        }
    }
    if rng.chance(3) {
        values.push(("nothing".to_owned(), Given::Bool(true)));
    }
    rng.shuffle(&mut values);
    values
}

/// A permission that one of the subject's roles speaks of, and where.
fn held(rng: &mut Rng, facts: &Facts, subject: &str) -> Option<(String, String)> {
    let groups = facts.members.iter().filter(|member| member.subject == subject).flat_map(|member| &member.groups);
    let groups: Vec<String> = groups.map(|group| format!("group:{group}")).collect();
    let mine = facts.assignments.iter().filter(|grant| grant.to == subject || groups.contains(&grant.to));
    let mine: Vec<_> = mine.collect();
    let grant = if mine.is_empty() { return None } else { *rng.pick(&mine) };
    let mut role = facts.all_roles().find(|role| role.id == grant.role)?;
    if !role.includes.is_empty() && rng.chance(40) {
        let included = rng.pick(&role.includes);
        role = facts.all_roles().find(|role| role.id == *included)?;
    }
    let list = if role.allow.is_empty() || !role.deny.is_empty() && rng.chance(40) { &role.deny } else { &role.allow };
    if list.is_empty() { None } else { Some((rng.pick(list).clone(), grant.scope.clone())) }
}

/// A question that a grant of this permission at this scope may answer.
fn about(rng: &mut Rng, facts: &Facts, [subject, permission, scope]: [&str; 3]) -> Question {
    let (kind, action) = permission.split_once(':').unwrap_or(("", "*"));
    let mut resource = scope.to_owned();
    for _ in 0..4 {
        if (kind.is_empty() || last_type(&resource) == kind) && rng.chance(80) {
            break;
        }
        resource = below(rng, &facts.types, &["p1", "p10"], &resource).unwrap_or(resource);
    }
    let mut action = action.to_owned();
    if let Some(on) = facts.type_named(last_type(&resource))
        && action == "*"
        && !on.actions.is_empty()
    {
        action.clone_from(rng.pick(&on.actions));
    }
    finish(rng, facts, [subject.to_owned(), action, resource])
}

/// A moment at the edge of a window, or [`NOW`].
pub(crate) fn moment(rng: &mut Rng, facts: &Facts) -> i64 {
    let all = facts.assignments.iter().map(|grant| grant.times).chain(facts.overrides.iter().map(|set| set.times));
    let edges: Vec<i64> = all.flat_map(|times| [times.from, times.until]).flatten().collect();
    if edges.is_empty() || rng.chance(40) { NOW } else { rng.pick(&edges) + rng.pick(&[-1, 0, 0, 1]) }
}

fn resource(rng: &mut Rng, facts: &Facts, subject: &str) -> String {
    let own = facts.assignments.iter().filter(|grant| grant.to == subject || grant.to.starts_with("group:"));
    let set = facts.overrides.iter().filter(|set| set.subject == subject);
    let scopes: Vec<&str> = own.map(|grant| &*grant.scope).chain(set.map(|set| &*set.scope)).collect();
    let mut path = match scopes.as_slice() {
        scopes if !scopes.is_empty() && rng.chance(80) => (*rng.pick(scopes)).to_owned(),
        _ => path(rng, &facts.types, &IDS),
    };
    for _ in 0..rng.below(3) {
        path = nearby(rng, facts, path);
    }
    if rng.chance(3) { malformed(rng, path) } else { path }
}

/// The path's child, parent or sibling.
fn nearby(rng: &mut Rng, facts: &Facts, path: String) -> String {
    let (above, _) = path.rsplit_once('/').unwrap_or(("/", ""));
    match rng.below(6) {
        0 | 1 => below(rng, &facts.types, &["p1", "p10"], &path).unwrap_or(path),
        2 => below(rng, &facts.types, &IDS, &path).unwrap_or(path),
        3 => above.to_owned(),
        4 => below(rng, &facts.types, &["p1", "p10", "p1!"], above).unwrap_or(path),
        _ if path == "/" => path,
        _ => format!("{path}{}", rng.pick(&["0", "!", " ", ":", "1", "\u{301}"])),
    }
}

pub(crate) fn malformed(rng: &mut Rng, path: String) -> String {
    let deep = |path: &str| vec![path; 17].join("/");
    match rng.below(13) {
        0 => String::new(),
        11 => format!("{path}{}", rng.pick(&["\0", "\n", "\t", "\u{7f}"])),
        1 => format!("{path}/"),
        2 => format!("/{path}"),
        3 => path.replacen('/', "//", 1),
        4 => path.replacen(':', "", 1),
        5 => format!("nowhere:x/{path}"),
        6 => format!("{path}/nowhere:x"),
        7 => format!("{path}/{path}"),
        8 => format!("{path}{}", "x".repeat(*rng.pick(&[250, 253, 254, 255, 256]))),
        9 => deep(&path),
        10 => path.split_once('/').map_or(path.clone(), |(_, rest)| rest.to_owned()),
        _ => path.split_once(':').map_or(path.clone(), |(kind, _)| format!("{kind}:")),
    }
}
