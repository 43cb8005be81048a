//! Random small worlds, and what is changed in them.

use crate::facts::{Assignment, Facts, Member, Override, Role, load};
use crate::rng::Rng;

/// 2026-03-01T12:00:00Z
pub(crate) const NOW: i64 = 1_772_366_400_000;

/// What conditions read, and conditions that read it; some say the same in other words.
pub(crate) const AXES: [(&str, &[&str]); 8] = [
    (
        "cost",
        &[
            "context.cost > 50",
            "50 < context.cost",
            "context.cost >= 50.0",
            "!(context.cost <= 50)",
            "context.cost < 10 || context.cost > 50",
            "has(context.cost)",
        ],
    ),
    ("soft", &["action.soft", "!action.soft", "action.soft == true"]),
    ("mfa", &["subject.mfa", "subject.mfa || subject.licensed", "!subject.mfa"]),
    ("licensed", &["subject.licensed", "subject.licensed == true", "!subject.licensed"]),
    ("kind", &["doc.kind == 'a'", "doc.kind != 'b'", "doc.kind in ['a', 'b']", "has(doc.kind)"]),
    ("level", &["project.level > 2", "project.level >= 3", "project.level == 1"]),
    ("size", &["doc.size < 5", "doc.size <= 4", "!(doc.size >= 5)"]),
    ("id", &["resource.id == 'zz'", "project.id == 'p1'", "resource.id in ['zz', 'p1']", "resource.type == 'doc'"]),
];

const PERMISSIONS: [&str; 9] = [
    "project:view",
    "project:edit",
    "folder:view",
    "folder:edit",
    "doc:view",
    "doc:edit",
    "doc:*",
    "folder:*",
    "member:view",
];
const SCOPES: [&str; 9] = [
    "/",
    "project:p1",
    "project:p2",
    "project:p1/doc:p1",
    "project:p1/doc:p2",
    "folder:p1",
    "folder:p1/folder:p2",
    "folder:p1/doc:p1",
    "project:p2/doc:p1",
];
const SUBJECTS: [&str; 3] = ["user:ann", "user:bob", "service:ci"];

/// Two worlds, and the axes that their conditions read.
pub(crate) fn pair(rng: &mut Rng) -> (Facts, Facts, Vec<&'static str>) {
    let mut axes: Vec<usize> = (0..AXES.len()).collect();
    rng.shuffle(&mut axes);
    axes.truncate(rng.below(3));
    let mut facts = world(rng, &axes);
    while load(&facts).is_err() {
        facts = world(rng, &axes);
    }
    let mut after = facts.clone();
    for _ in 0..1 + rng.below(3) {
        let sound = after.clone();
        change(rng, &mut after, &axes);
        if load(&after).is_err() {
            after = sound;
        }
    }
    let mut read: Vec<&str> = axes.iter().map(|axis| AXES[*axis].0).collect();
    if read.contains(&"size") && facts.size_from_request != after.size_from_request {
        // What is supplied and what is stored are two different things.
        read.push("stored size");
    }
    (facts, after, read)
}

fn world(rng: &mut Rng, axes: &[usize]) -> Facts {
    let actions = vec!["view", "edit"];
    let folder = if rng.chance(60) { vec!["/", "folder"] } else { vec!["/"] };
    let mut facts = Facts {
        types: vec![
            ("project", vec!["/"], actions.clone()),
            ("folder", folder, actions.clone()),
            ("doc", vec!["project", "folder"], actions),
        ],
        size_from_request: rng.chance(50),
        ..Facts::default()
    };
    for id in ["r", "s", "t"] {
        let known: Vec<String> = facts.roles.iter().map(|role: &Role| role.id.clone()).collect();
        let includes = if rng.chance(25) { rng.some(&known, 1) } else { Vec::new() };
        let allow = permissions(rng, 4);
        let deny = if rng.chance(30) { permissions(rng, 1) } else { Vec::new() };
        facts.roles.push(Role { id: id.to_owned(), allow, deny, includes, when: condition(rng, axes, 30) });
    }
    for _ in 0..rng.below(3) {
        add_rule(rng, &mut facts, axes);
    }
    for subject in &SUBJECTS[..2] {
        let groups = rng.some(&["g", "h"], 2);
        let status = if rng.chance(90) { "active" } else { "locked" };
        facts.members.push(Member { subject, status, groups, licensed: licensed(rng) });
    }
    for _ in 0..1 + rng.below(4) {
        add_assignment(rng, &mut facts, axes);
    }
    for _ in 0..rng.below(3) {
        add_override(rng, &mut facts);
    }
    if rng.chance(25) {
        facts.approvals.push((rng.pick(&PERMISSIONS).to_string(), condition(rng, axes, 60)));
    }
    for _ in 0..rng.below(4) {
        add_resource(rng, &mut facts);
    }
    facts
}

fn permissions(rng: &mut Rng, most: usize) -> Vec<String> {
    rng.some(&PERMISSIONS, most).into_iter().map(str::to_owned).collect()
}

fn licensed(rng: &mut Rng) -> Option<bool> {
    *rng.pick(&[None, Some(false), Some(true), Some(true)])
}

fn condition(rng: &mut Rng, axes: &[usize], percent: usize) -> Option<String> {
    if axes.is_empty() || !rng.chance(percent) {
        return None;
    }
    let one = |rng: &mut Rng| {
        let (_, texts) = AXES[*rng.pick(axes)];
        (*rng.pick(texts)).to_owned()
    };
    Some(match rng.below(5) {
        0 => format!("({}) && ({})", one(rng), one(rng)),
        1 => format!("({}) || ({})", one(rng), one(rng)),
        _ => one(rng),
    })
}

fn add_rule(rng: &mut Rng, facts: &mut Facts, axes: &[usize]) {
    let effect = *rng.pick(&["permit", "forbid"]);
    facts.rules.push((effect, rng.pick(&PERMISSIONS).to_string(), condition(rng, axes, 80)));
}

fn add_assignment(rng: &mut Rng, facts: &mut Facts, axes: &[usize]) {
    let to = (*rng.pick(&["user:ann", "user:bob", "group:g", "group:h"])).to_owned();
    let role = rng.pick(&facts.roles).id.clone();
    let scope = (*rng.pick(&SCOPES)).to_owned();
    facts.assignments.push(Assignment { to, role, scope, when: condition(rng, axes, 30), expired: rng.chance(10) });
}

fn add_override(rng: &mut Rng, facts: &mut Facts) {
    let subject = rng.pick(&facts.members).subject;
    let permission = (*rng.pick(&["doc:view", "doc:edit", "folder:view"])).to_owned();
    facts.overrides.push(Override { subject, permission, scope: rng.pick(&SCOPES).to_string(), allow: rng.chance(50) });
}

fn add_resource(rng: &mut Rng, facts: &mut Facts) {
    let path = (*rng.pick(&["project:p1", "project:p2", "project:p1/doc:p1", "project:p2/doc:yy", "folder:p1/doc:p2"]))
        .to_owned();
    let attributes = match path.contains("doc") {
        _ if rng.chance(30) => "{}".to_owned(),
        true if facts.size_from_request => format!("{{ kind = {:?} }}", rng.pick(&["a", "b"])),
        true => format!("{{ kind = {:?}, size = {} }}", rng.pick(&["a", "b"]), rng.pick(&[4, 5])),
        false => format!("{{ level = {} }}", rng.pick(&[1, 2, 3])),
    };
    facts.resources.push((path, attributes));
}

/// One change of a model or a tenant.
fn change(rng: &mut Rng, facts: &mut Facts, axes: &[usize]) {
    match rng.below(18) {
        0 => {
            let at = rng.below(facts.roles.len());
            facts.roles[at].allow = permissions(rng, 5);
        }
        1 => {
            let at = rng.below(facts.roles.len());
            facts.roles[at].deny = permissions(rng, 1);
        }
        2 => {
            let at = rng.below(facts.roles.len());
            facts.roles[at].when = condition(rng, axes, 70);
        }
        3 => add_rule(rng, facts, axes),
        4 => drop(facts.rules.pop()),
        5 => {
            let condition = condition(rng, axes, 90);
            if let Some(rule) = facts.rules.first_mut() {
                rule.2 = condition;
            }
        }
        6 => {
            let at = rng.below(facts.members.len());
            facts.members[at].groups = rng.some(&["g", "h"], 2);
        }
        7 => {
            let at = rng.below(facts.members.len());
            facts.members[at].status = *rng.pick(&["active", "deactivated"]);
        }
        8 => {
            let at = rng.below(facts.members.len());
            facts.members[at].licensed = licensed(rng);
        }
        9 | 10 => add_assignment(rng, facts, axes),
        11 => drop(facts.assignments.pop()),
        12 => {
            let condition = condition(rng, axes, 80);
            if let Some(given) = facts.assignments.first_mut() {
                given.when = condition;
            }
        }
        13 => add_override(rng, facts),
        14 => drop(facts.overrides.pop()),
        15 => facts.approvals = vec![(rng.pick(&PERMISSIONS).to_string(), condition(rng, axes, 60))],
        16 => add_resource(rng, facts),
        _ => match rng.below(4) {
            0 => facts.types[2].1 = vec!["project", "folder", "/"],
            1 => facts.types[2].2 = vec!["edit", "share", "view"],
            2 => facts.size_from_request = !facts.size_from_request,
            _ => facts.types.rotate_left(1),
        },
    }
}
