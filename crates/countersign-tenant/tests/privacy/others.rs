//! Rich worlds: tenants that differ in what one subject may not know give it the same bytes, without a canary in them.

use crate::compare::{fail, load};
use crate::enrich::facts;
use crate::facts::{Approval, Assignment, Facts, Member, Override, Role, Times, Type, Values, last_type};
use crate::generate::{NOW, below};
use crate::pools::good;
use crate::question::moment;
use crate::rng::{Rng, parallel};
use crate::text::{model_text, tenant_text};
use crate::value::{Given, Kind};
use countersign_compile::Model;
use countersign_core::Millis;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use countersign_wire::projection::{self, Stamp};
use std::collections::BTreeSet;

const FIRST: u64 = 8_000_000;
const WORLDS: u64 = 6000;
const CANARY: &str = "canary";

/// The snapshot of a subject.
pub(crate) fn bytes(world: &World, subject: &str, now: Millis) -> Vec<u8> {
    let stamp = Stamp { tenant: "acme".to_owned(), subject: subject.to_owned(), revision: 7, expires: Millis::MAX };
    world.snapshot(&stamp, now).expect("a projection")
}

pub(crate) fn has_canary(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes())
}

/// A mistake of the projection: what it would tell besides.
type Leak = fn(&World, &str) -> String;

const LEAKS: [(&str, Leak); 4] = [
    ("the attributes of all resources", |world, subject| {
        world.ask(subject, |subject| format!("{:?}", subject.resources.all().collect::<Vec<_>>()))
    }),
    ("who approves", |world, _| format!("{:?}", world.policy().approvals())),
    ("roles that it does not hold", |world, _| {
        world.policy().roles().iter().map(countersign_core::Role::id).collect::<BTreeSet<_>>().into_iter().collect()
    }),
    ("who else is a member", |world, _| world.members().collect::<BTreeSet<_>>().into_iter().collect()),
];

/// What came of comparing.
#[derive(Default)]
struct Compared {
    pairs: usize,
    rich: usize,
    resources: usize,
    /// The first pair that is told apart, in words
    told: Option<String>,
}

/// The projections of all subjects of one world beside those of tenants that differ in what is not their business.
fn compare(seed: u64, leak: Option<Leak>) -> Compared {
    let mut rng = Rng::new(seed);
    let facts = facts(&mut rng);
    let mut compared = Compared::default();
    // A condition that no question could meet is refused: another seed.
    let Ok(one) = load(&facts) else { return compared };
    let now = moment(&mut rng, &facts);
    for subject in facts.members.iter().map(|member| &*member.subject).chain(["user:unknown"]) {
        let other = differing(&mut rng, &facts, subject);
        let text = canaries(&mut rng, &tenant_text(&other), subject);
        let other = load_text(&model_text(&facts), &text).unwrap_or_else(|problems| fail(&facts, seed, &problems));
        let [left, right] = [&one, &other].map(|world| bytes(world, subject, now));
        let more = |world: &World| leak.map(|leak| leak(world, subject));
        if left != right || has_canary(&right) || more(&one) != more(&other) {
            let [left, right] = [&left, &right].map(|bytes| projection::decode(bytes).expect("what was encoded"));
            let what = format!("{:#?}\n--- and\n{:#?}", left.known, right.known);
            let told = || format!("{subject} is told at {now}\n{what}\n--- of this tenant:\n{text}");
            if leak.is_none() {
                fail(&facts, seed, &told());
            }
            compared.told.get_or_insert_with(told);
        }
        compared.pairs += 1;
        compared.rich += usize::from(left.len() > 300);
        compared.resources += usize::from(text.contains("canary-id"));
    }
    compared
}

#[test]
fn tenants_that_differ_in_what_is_not_its_business_give_the_same_bytes() {
    let compared = parallel(FIRST, WORLDS, |seed| compare(seed, None));
    let sum = |one: fn(&Compared) -> usize| compared.iter().map(one).sum::<usize>();
    let (pairs, rich, resources) = (sum(|all| all.pairs), sum(|all| all.rich), sum(|all| all.resources));
    assert!(pairs >= 10_000 && rich > 2000 && resources > 2000, "{pairs} pairs, {rich} rich, {resources} of resources");
}

#[test]
fn a_projection_that_told_more_would_be_found() {
    for (what, leak) in LEAKS {
        let told = (FIRST..FIRST + 60).any(|seed| compare(seed, Some(leak)).told.is_some());
        assert!(told, "{what}");
    }
}

fn load_text(model: &str, tenant: &str) -> Result<World, String> {
    let read = Model::parse(Source { name: "model.toml", text: model }).map_err(|problems| problems.to_string());
    let source = Source { name: "tenant.toml", text: tenant };
    read.and_then(|read| World::load(&read, source).map_err(|problems| format!("{problems}\n{tenant}")))
}

/// The same tenant as far as `subject` may know.
fn differing(rng: &mut Rng, facts: &Facts, subject: &str) -> Facts {
    let mut other = facts.clone();
    let mine = Mine::of(facts, subject);
    members(rng, &mut other, subject, &mine);
    roles(rng, &mut other, &mine);
    reroute(rng, &mut other, subject, &mine);
    resources(rng, &mut other, &mine);
    policies(rng, &mut other, &mine);
    rng.shuffle(&mut other.members);
    rng.shuffle(&mut other.assignments);
    rng.shuffle(&mut other.overrides);
    rng.shuffle(&mut other.roles);
    rng.shuffle(&mut other.custom);
    other.members.iter_mut().for_each(|member| rng.shuffle(&mut member.groups));
    // A change that makes the tenant none is none of a tenant.
    if load(&other).is_ok() { other } else { facts.clone() }
}

/// What the subject may know, worked out by looking at the tenant file alone.
struct Mine {
    /// Its id and its groups', as grants name them
    names: BTreeSet<String>,
    /// The roles that it holds, with what they include
    roles: BTreeSet<String>,
    /// Where it is given something that allows
    scopes: BTreeSet<String>,
    /// The permissions that something may allow it, and `type:*` and `*` as they are written
    permissions: BTreeSet<String>,
    /// Those that a rule permits to everybody
    permitted: BTreeSet<String>,
}

impl Mine {
    fn of(facts: &Facts, subject: &str) -> Self {
        let member = facts.members.iter().find(|member| member.subject == subject);
        let groups = member.iter().flat_map(|member| &member.groups).map(|group| format!("group:{group}"));
        let names: BTreeSet<String> = groups.chain([subject.to_owned()]).collect();
        let held: Vec<&Assignment> = facts.assignments.iter().filter(|grant| names.contains(&grant.to)).collect();
        let set: Vec<&Override> = facts.overrides.iter().filter(|set| set.subject == subject).collect();
        let mut roles = BTreeSet::new();
        let mut next: Vec<String> = held.iter().map(|grant| grant.role.clone()).collect();
        while let Some(id) = next.pop() {
            let role = facts.all_roles().find(|role| role.id == id).expect("roles exist");
            next.extend(role.includes.iter().filter(|included| !roles.contains(*included)).cloned());
            roles.insert(id);
        }
        let scopes = held.iter().map(|grant| grant.scope.clone()).chain(set.iter().map(|set| set.scope.clone()));
        let of_roles = facts.all_roles().filter(|role| roles.contains(&role.id)).flat_map(|role| role.allow.clone());
        let permits = facts.rules.iter().filter(|rule| rule.permit).flat_map(|rule| rule.permissions.clone());
        let permitted: BTreeSet<String> = permits.collect();
        let permissions =
            of_roles.chain(set.iter().map(|set| set.permission.clone())).chain(permitted.clone()).collect();
        Self { names, scopes: scopes.collect(), permissions, permitted, roles }
    }

    /// Whether something may allow it.
    fn may(&self, permission: &str) -> bool {
        let wide = permission.split_once(':').map_or(String::new(), |(kind, _)| format!("{kind}:*"));
        self.permissions.contains("*") || self.permissions.contains(permission) || self.permissions.contains(&wide)
    }

    /// Whether a grant reaches the resource or what is below it, or a rule may permit something there.
    fn reaches(&self, facts: &Facts, path: &str) -> bool {
        let above = |above: &str, below: &str| {
            above == "/" || below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let granted = self.scopes.iter().any(|scope| above(scope, path) || above(path, scope));
        let mut types = vec![last_type(path)];
        while let Some(kind) = facts
            .types
            .iter()
            .find(|kind| !types.contains(&&*kind.name) && kind.parents.iter().any(|parent| types.contains(&&**parent)))
        {
            types.push(&kind.name);
        }
        let permitted = |kind: &&str| self.permitted.iter().any(|one| one.split(':').next() == Some(kind));
        granted || self.permitted.contains("*") || types.iter().any(permitted)
    }
}

fn members(rng: &mut Rng, other: &mut Facts, subject: &str, mine: &Mine) {
    let secret = |name: &Given| matches!(name, Given::Text(_));
    other.members.retain(|member| member.subject == subject || rng.chance(70));
    for member in other.members.iter_mut().filter(|member| member.subject != subject) {
        member.status = rng.pick::<&str>(&["active", "locked", "invited", "deactivated"]);
        member.groups = rng.some(&["g", "g1", "g10", "canary-group"].map(str::to_owned), 3);
        for (_, value) in member.attributes.iter_mut().filter(|(name, value)| name == "tag" && secret(value)) {
            *value = Given::Text("canary-text".to_owned());
        }
    }
    let kept: BTreeSet<&String> = other.members.iter().map(|member| &member.subject).collect();
    other.overrides.retain(|set| kept.contains(&set.subject));
    let groups = |to: &str| to.starts_with("group:");
    other.assignments.retain(|grant| mine.names.contains(&grant.to) || groups(&grant.to) || kept.contains(&grant.to));
    other.assignments.retain(|grant| mine.names.contains(&grant.to) || rng.chance(60));
    for subject in ["user:canary", "user:canary2"] {
        let groups = vec!["g".to_owned(), "canary-group".to_owned()];
        other.members.push(Member { subject: subject.to_owned(), status: "active", groups, attributes: Vec::new() });
    }
}

fn roles(rng: &mut Rng, other: &mut Facts, mine: &Mine) {
    let gone: Vec<String> = other.custom.iter().map(|role| role.id.clone()).collect();
    for id in gone {
        let included = other.all_roles().any(|role| role.includes.contains(&id));
        if mine.roles.contains(&id) || included || rng.chance(50) {
            continue;
        }
        other.custom.retain(|role| role.id != id);
        other.assignments.retain(|grant| grant.role != id);
    }
    let role = Role { id: "canary-role".to_owned(), allow: vec!["*".to_owned()], ..Role::default() };
    other.custom.push(role);
    for to in ["user:canary", "user:canary2", "group:canary-group"] {
        let scope = path_below(rng, &other.types, "/").unwrap_or_else(|| "/".to_owned());
        let (to, role, times) = (to.to_owned(), "canary-role".to_owned(), Times::default());
        other.assignments.push(Assignment { to, role, scope, when: None, times });
    }
}

/// Gives the subject by a group what it was given itself, and the other way round, and some of it twice.
fn reroute(rng: &mut Rng, other: &mut Facts, subject: &str, mine: &Mine) {
    let Some(member) = other.members.iter_mut().find(|member| member.subject == subject) else { return };
    let private = "canary-private".to_owned();
    member.groups.push(private.clone());
    let mut more = Vec::new();
    for grant in other.assignments.iter_mut().filter(|grant| mine.names.contains(&grant.to)) {
        let routes = [subject.to_owned(), format!("group:{private}")];
        let to = rng.pick(&routes).clone();
        let copy = Assignment { to: to.clone(), ..grant.clone() };
        if grant.to == subject || rng.chance(30) {
            // What a group gives to others too stays theirs; a copy changes nothing for the subject.
            if grant.to == subject { grant.to = to } else { more.push(copy) }
        }
        if rng.chance(20) {
            more.push(Assignment { to: rng.pick(&routes).clone(), ..grant.clone() });
        }
    }
    more.retain(|grant| !other.assignments.iter().any(|known| known.to == grant.to && known.role == grant.role));
    other.assignments.extend(more);
}

fn resources(rng: &mut Rng, other: &mut Facts, mine: &Mine) {
    let hidden: Vec<bool> = other.resources.iter().map(|(path, _)| !mine.reaches(other, path)).collect();
    let known = other.clone();
    let mut flags = hidden.iter();
    other.resources.retain(|_| !flags.next().expect("one each") || rng.chance(70));
    for (path, values) in &mut other.resources {
        if !mine.reaches(&known, path) {
            *values = secrets(rng, &known, path);
        }
    }
    for _ in 0..4 {
        let parents: Vec<String> =
            other.resources.iter().map(|(path, _)| path.clone()).chain(["/".to_owned()]).collect();
        let parent = rng.pick(&parents).clone();
        if let Some(path) = path_below(rng, &other.types, &parent)
            && !mine.reaches(&known, &path)
            && other.resources.iter().all(|(known, _)| *known != path)
        {
            let values = secrets(rng, &known, &path);
            other.resources.push((path, values));
        }
    }
    rng.shuffle(&mut other.resources);
}

fn path_below(rng: &mut Rng, types: &[Type], parent: &str) -> Option<String> {
    below(rng, types, &["canary-id", "canary-id2"], parent)
}

/// Attributes that say so where they are found.
fn secrets(rng: &mut Rng, facts: &Facts, path: &str) -> Values {
    let declared = facts.type_named(last_type(path)).map_or(&[][..], |kind| &kind.attributes);
    let mut values = Vec::new();
    for attribute in declared.iter().filter(|attribute| !attribute.request) {
        let free = attribute.kind == Kind::Text && attribute.one_of.is_empty();
        let value = if free { Given::Text("canary-text".to_owned()) } else { good(rng, attribute) };
        values.push((attribute.name.clone(), value));
    }
    values
}

/// Approval policies on what the subject can never have, and other approvers.
fn policies(rng: &mut Rng, other: &mut Facts, mine: &Mine) {
    for policy in &mut other.policies {
        policy.approver = "role:canary-role".to_owned();
    }
    let never = |policy: &Approval| {
        let wide = policy.permissions.iter().any(|one| one.contains('*'));
        !wide && policy.permissions.iter().all(|one| !mine.may(one))
    };
    other.policies.retain(|policy| !never(policy) || rng.chance(50));
    let all = other.types.iter().flat_map(|kind| kind.actions.iter().map(|action| format!("{}:{action}", kind.name)));
    let cannot: Vec<String> = all.filter(|permission| !mine.may(permission)).collect();
    if !cannot.is_empty() {
        let approver = "user:canary".to_owned();
        let policy =
            Approval { id: "canary-policy".to_owned(), permissions: rng.some(&cannot, 3), when: None, approver };
        if !policy.permissions.is_empty() {
            other.policies.insert(rng.below(other.policies.len() + 1), policy);
        }
    }
}

/// Names, addresses and quorums, which the facts do not hold.
fn canaries(rng: &mut Rng, text: &str, subject: &str) -> String {
    let mut changed = String::new();
    for line in text.lines() {
        match line {
            // As many as may approve.
            "quorum = 1" if changed.ends_with("[\"role:canary-role\"]\n") => {
                changed.push_str(&format!("quorum = {}", 1 + rng.below(2)));
            }
            line => changed.push_str(line),
        }
        changed.push('\n');
        if line.starts_with("subject = ") && changed.ends_with(&format!("[[members]]\n{line}\n")) {
            let own = if line.contains(subject) { "" } else { "canary" };
            changed.push_str(&format!("name = \"{own}\"\nemail = \"{own}@example.com\"\n"));
        }
    }
    changed
}

#[test]
fn whoever_is_not_active_is_told_nothing_but_that() {
    for seed in 0..200 {
        let facts = facts(&mut Rng::new(FIRST + seed));
        let Ok(world) = load(&facts) else { continue };
        for member in facts.members.iter().filter(|member| member.status != "active") {
            let mut alone = facts.clone();
            alone.members.retain(|known| known.subject == member.subject);
            alone.members.iter_mut().for_each(|known| known.groups.clear());
            let (assignments, overrides, resources) = (Vec::new(), Vec::new(), Vec::new());
            let alone = Facts { assignments, overrides, resources, policies: Vec::new(), ..alone };
            let alone = load(&alone).expect("as good as the first");
            assert_eq!(bytes(&world, &member.subject, NOW), bytes(&alone, &member.subject, NOW), "{facts:?}");
        }
    }
}
