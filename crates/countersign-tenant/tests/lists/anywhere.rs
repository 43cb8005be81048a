//! `anywhere` is what asking about every candidate says, and the snapshot says the same.

use crate::generate::{ALL, NOW, SUBJECTS, TYPES, given, type_of, world};
use crate::rng::{Rng, seeds};
use countersign_core::condition::Value;
use countersign_core::{Attributes, Path, Policy, Question, Registry, Slot, Subject, project};
use countersign_wire::document::Value as Plain;
use countersign_wire::given::Bag;
use countersign_wire::plan::wanted;
use countersign_wire::projection::{self, Stamp};

/// What to ask of the candidates.
struct Ask<'a> {
    policy: &'a Policy,
    subject: &'a Subject<'a>,
    action: &'a str,
    on: &'a str,
    wanted: &'a [(Slot, Value<'static>)],
    supplied: &'a Attributes,
    now: i64,
}

impl Ask<'_> {
    fn allows(&self, path: &str, stored: &Registry, supplied: &Attributes) -> bool {
        let question = Question { action: self.action, path, supplied, now: self.now };
        self.policy.check(&Subject { resources: stored, ..*self.subject }, &question).is_allow()
    }

    /// The definition, candidate by candidate.
    fn naive(&self) -> bool {
        let subject = self.subject;
        let mut scopes: Vec<String> = Vec::new();
        for grants in std::iter::once(&subject.own).chain(subject.groups) {
            scopes.extend(grants.assignments().map(|held| held.scope.to_owned()));
            scopes.extend(grants.overrides().map(|(_, _, _, scope, _)| scope.to_owned()));
        }
        let stored: Vec<&str> =
            subject.resources.all().map(|(path, _)| path).filter(|p| type_of(p) == self.on).collect();
        for path in
            scopes.iter().map(String::as_str).filter(|path| type_of(path) == self.on).chain(stored.iter().copied())
        {
            let has = self.wanted.iter().all(|(slot, value)| {
                let spec = self.policy.attribute(*slot).expect("a slot");
                !spec.from_request && subject.resources.value(path, *slot) == Some(value)
            });
            if has && self.allows(path, subject.resources, self.supplied) {
                return true;
            }
        }
        scopes.push("/".to_owned());
        scopes.extend(stored.iter().map(|path| (*path).to_owned()));
        scopes.iter().any(|base| {
            let mut ways = Vec::new();
            ways_to(self.on, &mut vec![self.on], if base == "/" { "/" } else { type_of(base) }, &mut ways);
            ways.iter().any(|way| {
                let below: Vec<String> = way.iter().rev().map(|name| format!("{name}:?")).collect();
                let below = below.join("/");
                self.fresh(&if base == "/" { below } else { format!("{base}/{below}") })
            })
        })
    }

    fn fresh(&self, path: &str) -> bool {
        if Path::parse(path).is_err() {
            return false;
        }
        let (mut own, mut supplied) = (Attributes::default(), self.supplied.clone());
        for (slot, value) in self.wanted {
            let from_request = self.policy.attribute(*slot).expect("a slot").from_request;
            (if from_request { &mut supplied } else { &mut own }).set(*slot, value.clone());
        }
        let mut all: Vec<(Box<str>, Attributes)> =
            self.subject.resources.all().map(|(path, attributes)| (path.into(), attributes.clone())).collect();
        all.push((path.into(), own));
        self.allows(path, &Registry::new(all), &supplied)
    }
}

/// The ways from `way`, innermost first, up to what may stand below `base`.
fn ways_to<'a>(top: &str, way: &mut Vec<&'a str>, base: &str, found: &mut Vec<Vec<&'a str>>) {
    let (_, parents, _) = TYPES.iter().find(|(name, ..)| *name == top).expect("a type");
    if parents.contains(&base) {
        found.push(way.clone());
    }
    for (parent, ..) in TYPES {
        if parents.contains(&parent) && !way.contains(&parent) {
            way.push(parent);
            ways_to(parent, way, base, found);
            way.pop();
        }
    }
}

/// What is wanted of a resource, often nothing.
fn with(rng: &mut Rng, on: &str) -> Bag {
    let text = |text: &str| Plain::String(text.to_owned());
    let one = match (on, rng.below(5)) {
        ("project", 0 | 1) => ("kind", text(["build", "design", "nothing"][rng.below(3)])),
        ("project", 2) => ("size", Plain::Number("4".to_owned())),
        ("sign", 0) => ("sign_type", text(["night", "day"][rng.below(2)])),
        ("sign", 1) => ("cost", text("2.50")),
        ("folder", 0 | 1) => ("secret", Plain::Bool(rng.chance(50))),
        ("doc", 0) => ("owner", text("user:ann")),
        ("doc", 1) => ("draft", Plain::Bool(true)),
        ("doc", 2) => ("nothing", Plain::Bool(true)),
        _ => return Vec::new(),
    };
    vec![(one.0.to_owned(), one.1)]
}

#[test]
fn anywhere_is_what_asking_about_every_candidate_says() {
    let mut seen = [0, 0];
    for seed in seeds(8_000_000, 700) {
        let mut rng = Rng::new(seed);
        let made = world(&mut rng, 12, ALL, true);
        for _ in 0..12 {
            let (id, now) = (*rng.pick(&SUBJECTS), NOW + *rng.pick(&[-1, 0, 1]));
            let (on, _, actions) = *rng.pick(&TYPES);
            let (action, given, with) = (*rng.pick(actions), given(&mut rng, true), with(&mut rng, on));
            let found = made.world.anywhere(id, action, on, &with, &given, now);
            let policy = made.world.policy();
            let expected = made.world.ask(id, |subject| {
                let Some(wanted) = wanted(policy, on, &with) else { return false };
                let known = project(policy, subject, now).expect("a projection");
                let subject = &known.subject(id, subject.status);
                let supplied = &given.attributes(&known.policy, "");
                Ask { policy: &known.policy, subject, action, on, wanted: &wanted, supplied, now }.naive()
            });
            let stamp = Stamp { tenant: "t".to_owned(), subject: id.to_owned(), revision: 1, expires: i64::MAX };
            let bytes = made.world.snapshot(&stamp, now).expect("a snapshot");
            let shown = projection::decode(&bytes).expect("what was encoded").anywhere(action, on, &with, &given, now);
            let text =
                || format!("{}\n{}\nseed {seed}: {id} {action} {on} with {with:?} {given:?}", made.model, made.tenant);
            assert_eq!(found, expected, "by definition\n{}", text());
            assert_eq!(found, shown, "by the snapshot\n{}", text());
            seen[usize::from(found)] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 1000), "{seen:?}");
}
