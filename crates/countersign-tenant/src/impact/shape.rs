//! What may decide one permission in one world, in words that mean the same in both.

use super::grid::Pool;
use super::spot::Spot;
use crate::World;
use countersign_core::condition::{Condition, Kind, Reference, Value};
use countersign_core::sorted::{Map, Set};
use countersign_core::{AttributeSpec, Attributes, Grants, Millis, Owner, Path, Policy, Slot, Status, Subject, Window};

/// One subject in one of the worlds.
pub(super) struct Side<'a> {
    pub(super) policy: &'a Policy,
    pub(super) subject: &'a Subject<'a>,
    /// The resources registered in either world: what is stored of them is known
    pub(super) registered: &'a Set<&'a str>,
    pub(super) now: Millis,
}

/// Something that has a value which is not known, and how the conditions of both worlds take it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Supplied of the subject
    Subject(String),
    /// Supplied of the action
    Action(String),
    /// Supplied of the resource
    Resource(String),
    /// Of the context
    Context(String),
    /// Stored of the resource or the ancestor with so many segments
    Stored(usize, String),
    /// The id of the resource or the ancestor with so many segments
    Id(usize),
}

/// The kinds of an unknown value, with the only strings that it may be.
pub(super) type Unknowns = Map<Key, Vec<(Kind, Vec<Box<str>>)>>;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tag {
    Override(bool),
    Role(bool),
    Permit,
    Forbid,
    Approval,
}

/// A grant, a rule or an approval policy that speaks of the permission.
struct Part<'a> {
    tag: Tag,
    scope: &'a str,
    whens: Vec<&'a Condition>,
}

/// What decides about one resource.
#[derive(Default)]
pub(super) struct Shape {
    parts: Set<(Tag, Set<String>)>,
    pub(super) unknowns: Unknowns,
    /// Values that conditions compare with
    pub(super) pool: Pool,
}

impl Shape {
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

enum Source<'a> {
    Known(Option<Value<'a>>),
    Unknown(Key, Kind, Vec<Box<str>>),
}

impl<'a> Side<'a> {
    pub(super) fn refuses_all(&self) -> bool {
        self.subject.status != Some(Status::Active)
    }

    fn holders(&self) -> impl Iterator<Item = &'a Grants> {
        std::iter::once(self.subject.own).chain(self.subject.groups.iter().copied())
    }

    /// The scopes of the subject's and its groups' grants.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &'a str> {
        self.holders().flat_map(scopes)
    }

    /// Whether the resource can exist here.
    pub(super) fn knows(&self, spot: &Spot) -> bool {
        Path::parse(spot.path()).is_ok_and(|path| self.policy.locate(&path).is_ok())
    }

    /// The subject's stored attributes.
    pub(super) fn attributes(&self) -> Set<String> {
        named(self.policy, self.subject.attributes)
    }

    /// All that may decide the permission anywhere.
    pub(super) fn signature(&self, kind: &str, action: &str) -> Option<Set<String>> {
        let exists = self.policy.permission(&format!("{kind}:{action}"));
        exists.map(|_| {
            let parts = self.parts(kind, action).into_iter().map(|part| {
                let whens: Set<String> = part.whens.iter().map(|when| self.declared(when, kind)).collect();
                format!("{:?} {} {whens:?}", part.tag, part.scope)
            });
            parts.collect()
        })
    }

    /// Whether a condition that may decide the permission reads what is stored of resources.
    pub(super) fn reads_stored(&self, kind: &str, action: &str) -> bool {
        let stored = |slot: &Slot| {
            let spec = self.policy.attribute(*slot);
            spec.is_some_and(|spec| matches!(spec.owner, Owner::Type(_)) && !spec.from_request)
        };
        let parts = self.parts(kind, action);
        let mut read = parts.iter().flat_map(|part| &part.whens).flat_map(|when| &when.references);
        read.any(|reference| match reference {
            Reference::Slot(slot) => stored(slot),
            Reference::Resource(slots) => slots.iter().any(stored),
            _ => false,
        })
    }

    /// What decides about one resource.
    pub(super) fn shape(&self, spot: &Spot, action: &str) -> Shape {
        let mut shape = Shape::default();
        if self.refuses_all() || !self.knows(spot) {
            return shape;
        }
        let reaches = |scope: &str| {
            let rest = spot.path().strip_prefix(scope);
            scope == "/" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut parts = self.parts(spot.kind(), action);
        parts.retain(|part| reaches(part.scope));
        let depth = |part: &Part<'_>| if part.scope == "/" { 0 } else { part.scope.len() };
        let set = parts.iter().filter(|part| matches!(part.tag, Tag::Override(_)));
        let nearest = set.map(|part| (depth(part), part.tag == Tag::Override(false))).max();
        if let Some((_, denies)) = nearest {
            shape.parts.insert((Tag::Override(!denies), Set::new()));
            parts.retain(|part| matches!(part.tag, Tag::Forbid | Tag::Approval));
        }
        for part in parts {
            let whens = part.whens.iter().map(|when| {
                let sources: Vec<String> =
                    when.references.iter().map(|read| self.read(read, spot, action, &mut shape)).collect();
                shape.pool.take(when);
                format!("{} {sources:?}", code(when))
            });
            let whens = whens.collect();
            shape.parts.insert((part.tag, whens));
        }
        shape
    }

    /// Where a reference finds its value, in words; notes what is not known.
    fn read(&self, reference: &Reference, spot: &Spot, action: &str, shape: &mut Shape) -> String {
        match self.source(reference, spot, action) {
            Source::Known(value) => {
                let words = format!("{value:?}");
                if let Some(value) = value {
                    shape.pool.add(&value);
                }
                words
            }
            Source::Unknown(key, kind, one_of) => {
                let words = format!("{key:?} {kind:?} {one_of:?}");
                let kinds = shape.unknowns.or_default(key);
                if !kinds.contains(&(kind, one_of.clone())) {
                    kinds.push((kind, one_of));
                }
                words
            }
        }
    }

    fn source<'s>(&'s self, reference: &Reference, spot: &'s Spot, action: &'s str) -> Source<'s> {
        let text = |text: &'s str| Value::String(text.into());
        let id = |depth: usize| {
            if spot.is_fresh(depth) {
                Source::Unknown(Key::Id(depth), Kind::String, Vec::new())
            } else {
                Source::Known(Some(text(spot.id(depth))))
            }
        };
        match reference {
            Reference::Now => Source::Known(Some(Value::Timestamp(self.now))),
            Reference::SubjectId => Source::Known(Some(text(self.subject.id))),
            Reference::ActionName => Source::Known(Some(text(action))),
            Reference::ResourceType => Source::Known(Some(text(spot.kind()))),
            Reference::ResourceId => id(spot.depth()),
            Reference::SegmentId(on) => {
                let name = self.policy.resource_type(*on).map_or("", |kind| kind.name());
                spot.nearest(name).map_or(Source::Known(None), id)
            }
            Reference::Slot(slot) => self.slot(*slot, spot),
            Reference::Resource(slots) => {
                let own = slots.iter().find(|slot| self.owner(**slot) == Some(spot.kind()));
                own.map_or(Source::Known(None), |slot| self.slot(*slot, spot))
            }
        }
    }

    /// The name of the type that declares the attribute.
    fn owner(&self, slot: Slot) -> Option<&'a str> {
        match self.policy.attribute(slot)?.owner {
            Owner::Type(on) => self.policy.resource_type(on).map(|kind| kind.name()),
            _ => None,
        }
    }

    fn slot(&self, slot: Slot, spot: &Spot) -> Source<'_> {
        let Some(spec) = self.policy.attribute(slot) else { return Source::Known(None) };
        let name = spec.name.to_string();
        let unknown = |key: Key| Source::Unknown(key, spec.kind, spec.one_of.clone());
        match spec.owner {
            Owner::Subject if spec.from_request => unknown(Key::Subject(name)),
            Owner::Subject => Source::Known(self.subject.attributes.get(slot).map(Value::borrowed)),
            Owner::Action => unknown(Key::Action(name)),
            Owner::Context => unknown(Key::Context(name)),
            Owner::Type(_) => {
                let depth = self.owner(slot).and_then(|kind| spot.nearest(kind));
                let Some(depth) = depth else { return Source::Known(None) };
                let path = spot.ancestor(depth);
                if spec.from_request {
                    let asked = depth == spot.depth();
                    return if asked { unknown(Key::Resource(name)) } else { Source::Known(None) };
                }
                if !spot.is_fresh(depth) && self.registered.contains(path.as_str()) {
                    return Source::Known(self.subject.resources.value(&path, slot).map(Value::borrowed));
                }
                unknown(Key::Stored(depth, name))
            }
        }
    }

    /// All that speaks of the permission and is live.
    fn parts(&self, kind: &str, action: &str) -> Vec<Part<'a>> {
        let policy = self.policy;
        let Some(asked) = policy.permission(&format!("{kind}:{action}")) else { return Vec::new() };
        let (on, bit) = (asked.on, asked.action.mask());
        let live = |window: Window| window.is_live(self.now);
        let mut parts = Vec::new();
        for held in self.holders().flat_map(Grants::assignments).filter(|held| live(held.window)) {
            let Some(spec) = policy.role(held.role).map(|role| role.spec()) else { continue };
            let plain = [(&[][..], &spec.masks)];
            let guarded = spec.parts.iter().map(|part| (&*part.when, &part.masks));
            for (when, masks) in plain.into_iter().chain(guarded) {
                let of_type = masks.iter().filter(|(of, _, _)| *of == on);
                let (allow, deny) = of_type.fold((0, 0), |all, (_, allow, deny)| (all.0 | allow, all.1 | deny));
                let own = when.iter().filter_map(|id| policy.condition(*id));
                let whens: Vec<&Condition> = own.chain(held.when).collect();
                for (mask, allows) in [(allow, true), (deny, false)] {
                    if mask & bit != 0 {
                        parts.push(Part { tag: Tag::Role(allows), scope: held.scope, whens: whens.clone() });
                    }
                }
            }
        }
        for (of, allow, deny, scope, window) in self.subject.own.overrides() {
            for (mask, allows) in [(allow, true), (deny, false)] {
                if of == on && mask & bit != 0 && live(window) {
                    parts.push(Part { tag: Tag::Override(allows), scope, whens: Vec::new() });
                }
            }
        }
        let rules = policy.rules().iter().map(|rule| {
            let tag = if rule.permit { Tag::Permit } else { Tag::Forbid };
            (tag, &rule.targets, rule.when)
        });
        let approvals = policy.approvals().iter().map(|policy| (Tag::Approval, &policy.targets, policy.when));
        for (tag, targets, when) in rules.chain(approvals) {
            if targets.iter().any(|(of, mask)| *of == on && mask & bit != 0) {
                let whens = when.and_then(|when| policy.condition(when)).into_iter().collect();
                parts.push(Part { tag, scope: "/", whens });
            }
        }
        parts
    }

    /// A condition, with what it reads as it is declared.
    fn declared(&self, when: &Condition, kind: &str) -> String {
        let words = |spec: &AttributeSpec| format!("{:?} {:?} {}", spec.kind, spec.one_of, spec.from_request);
        let read = when.references.iter().map(|reference| {
            let slot = match reference {
                Reference::Slot(slot) => Some(slot),
                Reference::Resource(slots) => slots.iter().find(|slot| self.owner(**slot) == Some(kind)),
                _ => None,
            };
            let spec = slot.and_then(|slot| self.policy.attribute(*slot)).map(words);
            format!("{} {spec:?}", self.policy.spelling(reference))
        });
        let read: Vec<String> = read.collect();
        format!("{} {read:?}", code(when))
    }
}

fn scopes(grants: &Grants) -> impl Iterator<Item = &str> {
    grants.assignments().map(|held| held.scope).chain(grants.overrides().map(|(_, _, _, scope, _)| scope))
}

fn code(when: &Condition) -> String {
    format!("{:?} {:?} {:?}", when.code, when.constants, when.patterns)
}

fn named(policy: &Policy, attributes: &Attributes) -> Set<String> {
    let word = |(slot, value): (Slot, &Value<'static>)| {
        let spec = policy.attribute(slot);
        format!("{:?} {value:?}", spec.map(|spec| &spec.name))
    };
    attributes.all().map(word).collect()
}

/// Asks with every member in turn.
fn each_member<T>(world: &World, mut of: impl FnMut(&Subject<'_>) -> Vec<T>) -> Vec<T> {
    world.members().flat_map(|id| world.ask(id, &mut of)).collect()
}

/// What is stored of resources, in words.
pub(super) fn stored(world: &World) -> Map<String, Set<String>> {
    let Some(any) = world.members().next() else { return Map::new() };
    world.ask(any, |subject| {
        let all = subject.resources.all();
        all.map(|(path, values)| (path.to_owned(), named(world.policy(), values))).collect()
    })
}

/// The scopes of all grants.
pub(super) fn all_scopes(world: &World) -> Set<String> {
    let of = |subject: &Subject<'_>| {
        let holders = std::iter::once(subject.own).chain(subject.groups.iter().copied());
        holders.flat_map(scopes).map(str::to_owned).collect()
    };
    each_member(world, of).into_iter().collect()
}

/// Something of every condition: of the policy and of all assignments.
fn of_conditions<T>(world: &World, of: impl Fn(&Condition) -> Vec<T>) -> Vec<T> {
    let mut all: Vec<T> = world.policy().conditions().iter().flat_map(&of).collect();
    all.extend(each_member(world, |subject| {
        let holders = std::iter::once(subject.own).chain(subject.groups.iter().copied());
        holders.flat_map(Grants::assignments).filter_map(|held| held.when).flat_map(&of).collect()
    }));
    all
}

/// The strings in all conditions.
pub(super) fn all_texts(world: &World) -> Set<String> {
    let of = |condition: &Condition| {
        let mut pool = Pool::default();
        pool.take(condition);
        pool.texts().map(str::to_owned).collect()
    };
    of_conditions(world, of).into_iter().collect()
}

/// The types of which a condition may read the nearest one on a path.
pub(super) fn read_types(world: &World) -> Set<String> {
    let policy = world.policy();
    let of = |condition: &Condition| {
        let types = condition.references.iter().filter_map(|reference| match reference {
            Reference::SegmentId(on) => Some(*on),
            Reference::Slot(slot) => match policy.attribute(*slot)?.owner {
                Owner::Type(on) => Some(on),
                _ => None,
            },
            _ => None,
        });
        types.filter_map(|on| policy.resource_type(on)).map(|kind| kind.name().to_owned()).collect()
    };
    of_conditions(world, of).into_iter().collect()
}
