//! One region of one permission: what comes out before and after, and whether that is the same.

use super::shape::{Key, Shape, Side, Unknowns};
use super::spot::Spot;
use super::tree::Tree;
use super::{Change, Outcome};
use countersign_core::condition::Value;
use countersign_core::sorted::Set;
use countersign_core::{Attributes, Effect, Owner, Path, Question, Registry, Slot, Subject};
use countersign_wire::document::Value as Plain;
use countersign_wire::given::{Given, typed};

/// Combinations of values that are tried for one resource. Beyond that, a part of them is.
const POINTS: usize = 20_000;

/// What changes in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) before: Outcome,
    pub(super) after: Outcome,
    pub(super) proved: bool,
}

impl Found {
    pub(super) fn of(change: &Change) -> Self {
        Self { before: change.before, after: change.after, proved: change.proved }
    }
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    before: Set<Effect>,
    after: Set<Effect>,
    differs: bool,
}

impl Seen {
    fn add(&mut self, [before, after]: [Effect; 2]) {
        self.before.insert(before);
        self.after.insert(after);
        self.differs |= before != after;
    }
}

/// Compares the worlds at the representatives of a region; nothing if it is the same in both.
pub(super) fn compare(sides: &[Side<'_>; 2], named: &Tree, spots: &[Spot], action: &str) -> Option<Found> {
    let shapes: Vec<[Shape; 2]> =
        spots.iter().map(|spot| sides.each_ref().map(|side| side.shape(spot, action))).collect();
    if shapes.iter().all(|[before, after]| before.is_same(after)) {
        return None;
    }
    let mut seen = Seen::default();
    let mut unsure = false;
    for (spot, [before, after]) in spots.iter().zip(&shapes) {
        let whole = try_all(sides, named, spot, action, [before, after], &mut seen);
        unsure |= !whole && !before.is_same(after);
    }
    let outcome = |effects: &Set<Effect>| match (effects.first(), effects.len()) {
        (Some(effect), 1) => Outcome::from(*effect),
        _ => Outcome::Depends,
    };
    if seen.differs {
        return Some(Found { before: outcome(&seen.before), after: outcome(&seen.after), proved: true });
    }
    unsure.then_some(Found { before: Outcome::Depends, after: Outcome::Depends, proved: false })
}

/// One value of each unknown; nothing for one that is missing.
type Point<'a> = Vec<(&'a Key, &'a Option<Plain>)>;

/// Asks about a resource with all combinations of values; says whether these were all that matter.
fn try_all(
    sides: &[Side<'_>; 2],
    named: &Tree,
    spot: &Spot,
    action: &str,
    [before, after]: [&Shape; 2],
    seen: &mut Seen,
) -> bool {
    let mut unknowns: Unknowns = before.unknowns.clone();
    for (key, kinds) in &after.unknowns {
        unknowns.or_default(key.clone()).extend(kinds.iter().cloned());
    }
    let mut pool = before.pool.clone();
    pool.join(&after.pool);
    let mut axes: Vec<(&Key, Vec<Option<Plain>>)> = Vec::new();
    for (key, kinds) in &unknowns {
        let mut values = vec![None];
        // A value of no kind at all: there, and an error.
        if !matches!(key, Key::Stored(..) | Key::Id(_)) {
            values.push(Some(Plain::Table(Vec::new())));
        }
        for value in kinds.iter().flat_map(|(kind, one_of)| pool.values(*kind, one_of)) {
            if !values.contains(&Some(value.clone())) {
                values.push(Some(value));
            }
        }
        axes.push((key, values));
    }
    let points = axes.iter().try_fold(1_usize, |points, (_, values)| points.checked_mul(values.len()));
    let whole = points.filter(|points| *points <= POINTS);
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for number in 0..whole.unwrap_or(POINTS) {
        let mut rest = number;
        let point: Point<'_> = axes
            .iter()
            .filter_map(|(key, values)| {
                let at = if whole.is_some() { rest % values.len() } else { next(&mut random) % values.len() };
                rest /= values.len();
                Some((*key, values.get(at)?))
            })
            .collect();
        if let Some(effects) = ask(sides, named, spot, action, &point) {
            seen.add(effects);
        }
    }
    whole.is_some() && !pool.computes()
}

/// The decisions at one point; nothing where the resource would be another's representative, or none at all.
fn ask(sides: &[Side<'_>; 2], named: &Tree, spot: &Spot, action: &str, point: &Point<'_>) -> Option<[Effect; 2]> {
    let mut spot = spot.clone();
    let mut given = Given::default();
    for (key, value) in point {
        let Some(value) = value else { continue };
        let (bag, name) = match key {
            Key::Subject(name) => (&mut given.subject, name),
            Key::Action(name) => (&mut given.action, name),
            Key::Resource(name) => (&mut given.resource, name),
            Key::Context(name) => (&mut given.context, name),
            Key::Id(depth) => {
                let Plain::String(id) = value else { return None };
                spot = spot.renamed(*depth, id);
                continue;
            }
            Key::Stored(..) => continue,
        };
        bag.push((name.clone(), value.clone()));
    }
    if point.iter().any(|(key, _)| matches!(key, Key::Id(_))) {
        let known = |depth: usize| spot.is_fresh(depth) && named.contains(&spot.ancestor(depth));
        let path = Path::parse(spot.path()).ok()?;
        if path.depth() != spot.depth() || (1..=spot.depth()).any(known) {
            return None;
        }
    }
    Some(sides.each_ref().map(|side| {
        let supplied = given.attributes(side.policy, spot.path());
        let resources = registry(side, &spot, point);
        let subject = Subject { resources: &resources, ..*side.subject };
        let question = Question { action, path: spot.path(), supplied: &supplied, now: side.now };
        side.policy.check(&subject, &question).effect
    }))
}

/// What is stored of the resources on the path: what is known, or the values of the point.
fn registry(side: &Side<'_>, spot: &Spot, point: &Point<'_>) -> Registry {
    let mut all = Vec::new();
    if !side.policy.stores_resources() {
        return Registry::default();
    }
    for depth in 1..=spot.depth() {
        let path = spot.ancestor(depth);
        let mut values = side.subject.resources.get(&path).cloned().unwrap_or_default();
        for (key, value) in point {
            if let (Key::Stored(at, name), Some(value)) = (key, value)
                && *at == depth
            {
                set(side, &mut values, spot.type_at(depth), name, value);
            }
        }
        all.push((path.into_boxed_str(), values));
    }
    Registry::new(all)
}

fn set(side: &Side<'_>, values: &mut Attributes, kind: &str, name: &str, value: &Plain) {
    let slot: Option<Slot> = side.policy.type_named(kind).and_then(|on| side.policy.slot(Owner::Type(on), name));
    let spec = slot.and_then(|slot| Some((slot, side.policy.attribute(slot)?)));
    if let Some((slot, spec)) = spec.filter(|(_, spec)| !spec.from_request) {
        // A tenant file with a value that is none of the attribute's would be refused: there is none, then.
        let value = typed(spec, value);
        if value != Value::Error {
            values.set(slot, value);
        }
    }
}

/// The next of numbers that look random and are the same in every run (Steele, Lea and Flood's SplitMix).
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0)
}
