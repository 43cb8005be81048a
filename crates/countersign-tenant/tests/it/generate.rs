//! Random small worlds without conditions, made to hit: few names, many of them beginnings of one another, and bytes
//! that sort before `/`.

use crate::facts::{Assignment, Facts, Member, Override, Role, Times, Type};
use crate::rng::Rng;

/// 2026-03-01T12:00:00Z: windows begin and end around it.
pub(crate) const NOW: i64 = 1_772_366_400_000;

const TYPES: [&str; 9] = ["p", "pr", "project", "s", "st", "state", "sign", "Sign", "project_x"];
pub(crate) const ACTIONS: [&str; 9] = ["view", "vi", "v", "viewer", "edit", "edi", "approve", "a", "View"];
pub(crate) const IDS: [&str; 26] = [
    "p1",
    "p10",
    "p100",
    "p1!",
    "p1 ",
    "p1-",
    "p1.",
    "p1:",
    "p1:sign:p1",
    "p1#x",
    "p",
    "P1",
    "p\"1",
    "p\\1",
    "%2F",
    "..",
    ".",
    "*",
    "p1*",
    "0",
    "~",
    "e\u{301}",
    "\u{e9}",
    "日本",
    "\u{10FFFF}",
    "\u{a0}",
];
pub(crate) const SUBJECTS: [&str; 9] = [
    "user:ann",
    "user:an",
    "user:ann!",
    "user:Ann",
    "service:ann",
    "support:ann",
    "user:ann:b",
    "user:\u{e9}",
    "user:g",
];
const GROUPS: [&str; 5] = ["g", "g1", "g10", "user:ann", "ann"];
const STATUSES: [&str; 4] = ["invited", "active", "deactivated", "locked"];

/// A world without conditions, rules and attributes.
pub(crate) fn plain(rng: &mut Rng) -> Facts {
    let types = types(rng);
    let model = ["r", "r1", "r10", "viewer", "g1", "x"];
    let custom = ["c", "c1", "r100", "night-shift"];
    let mut roles = roles(rng, &types, &model, &[]);
    let known: Vec<String> = roles.iter().map(|role| role.id.clone()).collect();
    let mut facts = Facts { custom: self::roles(rng, &types, &custom, &known), types, ..Facts::default() };
    rng.shuffle(&mut roles);
    rng.shuffle(&mut facts.custom);
    facts.roles = roles;
    let ids = rng.some(&IDS, 4);
    let ids = if ids.is_empty() { vec!["p1", "p10"] } else { ids };
    let mut subjects = SUBJECTS.to_vec();
    rng.shuffle(&mut subjects);
    for subject in &subjects[..1 + rng.below(6)] {
        member(rng, &mut facts, subject, &ids);
    }
    for group in GROUPS {
        for _ in 0..rng.below(4) {
            assign(rng, &mut facts, &format!("group:{group}"), &ids);
        }
    }
    rng.shuffle(&mut facts.assignments);
    rng.shuffle(&mut facts.overrides);
    facts
}

fn types(rng: &mut Rng) -> Vec<Type> {
    let mut types: Vec<Type> = Vec::new();
    let mut names = TYPES.to_vec();
    rng.shuffle(&mut names);
    // In a narrow world the grants meet more often.
    let narrow = rng.chance(60);
    let count = if narrow { 2 } else { 2 + rng.below(4) };
    for name in &names[..count] {
        let mut parents = Vec::new();
        if !types.is_empty() && !rng.chance(20) {
            parents.push(rng.pick(&types).name.clone());
            if rng.chance(25) {
                parents.push(rng.pick(&types).name.clone());
            }
            if rng.chance(15) {
                parents.push("/".to_owned());
            }
        } else if rng.chance(20) {
            // A folder in a folder, to any depth.
            parents = vec!["/".to_owned(), (*name).to_owned()];
        }
        parents.dedup();
        let actions = if narrow {
            (0..1 + rng.below(2)).map(|number| ACTIONS[number].to_owned()).collect()
        } else if rng.chance(10) {
            (0..60 + rng.below(5)).map(|number| format!("a{number}")).collect()
        } else {
            rng.some(&ACTIONS, 8).into_iter().map(str::to_owned).collect()
        };
        types.push(Type { name: (*name).to_owned(), parents, actions, ..Type::default() });
    }
    rng.shuffle(&mut types);
    types
}

fn roles(rng: &mut Rng, types: &[Type], ids: &[&str], known: &[String]) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    let mut known = known.to_vec();
    for id in ids.iter().take(1 + rng.below(ids.len())) {
        let allow = (0..rng.below(8)).map(|_| permission(rng, types, true)).collect();
        // Only one of the roles may deny by a wildcard: more, and nothing would ever be allowed.
        let deny = (0..rng.below(7) / 3).map(|_| permission(rng, types, *id == "x")).collect();
        let includes = if rng.chance(40) { rng.some(&known, 2) } else { Vec::new() };
        let mut places: Vec<String> = types.iter().map(|kind| kind.name.clone()).collect();
        places.push("/".to_owned());
        let at = rng.chance(15).then(|| rng.some(&places, 4)).filter(|at| !at.is_empty());
        roles.push(Role { id: (*id).to_owned(), at, allow, deny, includes, when: None });
        known.push((*id).to_owned());
    }
    roles
}

pub(crate) fn permission(rng: &mut Rng, types: &[Type], wide: bool) -> String {
    if wide && rng.chance(6) {
        return "*".to_owned();
    }
    let kind = rng.pick(types);
    if kind.actions.is_empty() || wide && rng.chance(15) {
        return format!("{}:*", kind.name);
    }
    format!("{}:{}", kind.name, rng.pick(&kind.actions))
}

fn member(rng: &mut Rng, facts: &mut Facts, subject: &str, ids: &[&str]) {
    let status = if rng.chance(90) { "active" } else { *rng.pick(&STATUSES) };
    let groups = rng.some(&GROUPS, 3).into_iter().map(str::to_owned).collect();
    facts.members.push(Member { subject: subject.to_owned(), status, groups, attributes: Vec::new() });
    let scopes = *rng.pick(&[0, 1, 2, 3, 5, 8, 13]);
    let scopes = if rng.chance(4) { 60 } else { scopes };
    for _ in 0..scopes {
        assign(rng, facts, subject, ids);
    }
    for _ in 0..*rng.pick(&[0, 0, 2, 4, 9, 18]) {
        let scope = scope(rng, facts, ids);
        let permission = match facts.overrides.last() {
            Some(last) if rng.chance(50) => last.permission.clone(),
            _ => permission(rng, &facts.types, false),
        };
        let (subject, allow, times) = (subject.to_owned(), rng.chance(50), times(rng));
        if !permission.ends_with('*') {
            facts.overrides.push(Override { subject, permission, scope, allow, times });
        }
    }
}

fn assign(rng: &mut Rng, facts: &mut Facts, to: &str, ids: &[&str]) {
    let scope = scope(rng, facts, ids);
    let roles: Vec<&Role> = facts.roles.iter().chain(&facts.custom).filter(|role| fits(role, &scope)).collect();
    if !roles.is_empty() {
        let role = rng.pick(&roles).id.clone();
        facts.assignments.push(Assignment { to: to.to_owned(), role, scope, when: None, times: times(rng) });
    }
}

/// Whether the role may be assigned there.
fn fits(role: &Role, scope: &str) -> bool {
    let last = scope.rsplit('/').next().unwrap_or_default();
    let place = last.split_once(':').map_or("/", |(kind, _)| kind);
    role.at.as_ref().is_none_or(|at| at.iter().any(|known| known == place))
}

fn scope(rng: &mut Rng, facts: &Facts, ids: &[&str]) -> String {
    let chosen = rng.below(facts.assignments.len() + facts.overrides.len() + 4);
    // Grants meet at one scope: often one that has a grant already.
    if let Some(other) = facts.assignments.get(chosen) {
        return other.scope.clone();
    }
    if rng.chance(15) { "/".to_owned() } else { path(rng, &facts.types, ids) }
}

/// A path that follows the declared parents.
pub(crate) fn path(rng: &mut Rng, types: &[Type], ids: &[&str]) -> String {
    let mut path = "/".to_owned();
    for _ in 0..1 + rng.below(4) {
        path = below(rng, types, ids, &path).unwrap_or(path);
    }
    path
}

/// The path with one more segment; nothing if no type stands there.
pub(crate) fn below(rng: &mut Rng, types: &[Type], ids: &[&str], path: &str) -> Option<String> {
    let above = path.rsplit('/').next().and_then(|last| last.split_once(':')).map_or("/", |(kind, _)| kind);
    let stands = |kind: &&Type| kind.parents.iter().any(|p| p == above) || (kind.parents.is_empty() && above == "/");
    let kinds: Vec<&Type> = types.iter().filter(stands).collect();
    let segment = if kinds.is_empty() { return None } else { format!("{}:{}", rng.pick(&kinds).name, rng.pick(ids)) };
    Some(if path == "/" { segment } else { format!("{path}/{segment}") })
}

fn times(rng: &mut Rng) -> Times {
    const STEPS: [i64; 9] = [-86_400_000, -1000, -2, -1, 0, 1, 2, 1000, 86_400_000];
    let Some(from) = rng.chance(30).then(|| rng.below(STEPS.len() - 1)) else {
        return Times { from: None, until: rng.chance(25).then(|| NOW + rng.pick(&STEPS)) };
    };
    let until = rng.chance(50).then(|| NOW + STEPS[from + 1 + rng.below(STEPS.len() - from - 1)]);
    Times { from: Some(NOW + STEPS[from]), until }
}
