//! What the names in a condition stand for, and what to say of those that stand for nothing.

use super::check::Checker;
use super::code::{Is, Part, Piece};
use super::tree::Span;
use crate::names::ANY_TYPE;
use countersign_core::attribute::{AttributeSpec, Owner, Slot};
use countersign_core::condition::{Kind, Reference};
use countersign_core::{Policy, ResourceType, TypeId};
use countersign_wire::diagnostic::{nearest, suggest};
use countersign_wire::reader::join;

/// The words that begin a reference, besides the types' names.
pub(super) const ROOTS: [&str; 5] = ["subject", "resource", "action", "context", "now"];

/// Bytes of the longest name for which the nearest is looked for: the time that takes grows with its square.
const NEAR_BYTES: usize = 64;

/// The sentence that suggests the nearest name; nothing for what is no name of anything.
pub(super) fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if name.len() > NEAR_BYTES { String::new() } else { suggest(name, known) }
}

impl Checker<'_> {
    /// A name that stands alone.
    pub(super) fn name(&mut self, name: &str, span: Span) -> Part {
        if let Some((level, item)) = self.item(name) {
            return Part { is: item, ..Part::new(span, Kind::Bool, vec![Piece::Op(level)]) };
        }
        if name == "now" {
            return Part::new(span, Kind::Timestamp, vec![Piece::Load(Reference::Now)]);
        }
        if ROOTS.contains(&name) || self.policy.type_named(name).is_some() {
            let known = names(self.policy, name);
            let example = known.first().map_or("id", String::as_str);
            let message = format!("`{name}` is no value by itself");
            return self.refuse(span, message, format!("name one of its attributes: `{name}.{example}`"));
        }
        let owners = self.policy.attributes().iter().filter(|spec| *spec.name == *name);
        let homes: Vec<_> = owners.map(|spec| format!("`{}.{name}`", owner(self.policy, spec))).collect();
        let help = match homes.as_slice() {
            [] => {
                let items = self.items.iter().map(|(item, _)| item.as_str());
                let types = self.policy.types().iter().map(|kind| kind.name());
                let known = ROOTS.into_iter().chain(items).chain(types);
                match Some(name).filter(|name| name.len() <= NEAR_BYTES).and_then(|name| nearest(name, known)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "conditions speak of `subject`, `resource` (or its type), `action`, `context` and `now`; \
                         strings stand in quotes"
                        .to_owned(),
                }
            }
            homes => format!("write {}", homes.join(" or ")),
        };
        self.refuse(span, format!("there is no `{name}`"), help)
    }

    /// `root.field`.
    pub(super) fn field(&mut self, root: &str, root_at: Span, field: &str, at: &Span) -> Part {
        let span = root_at.start..at.end;
        let Some(reference) = self.reference(root, root_at, field, at) else { return Part::unknown(span) };
        let Some(kind) = self.policy.kind(&reference) else {
            let message = format!("`{root}.{field}` is not of the same kind in every type that has it");
            return self.refuse(span, message, kinds(self.policy, &reference, field));
        };
        let one_of = self.one_of(&reference);
        Part { one_of, ..Part::new(span, kind, vec![Piece::Load(reference)]) }
    }

    /// What `root.field` refers to; what is wrong with it is reported.
    pub(super) fn reference(&mut self, root: &str, root_at: Span, field: &str, at: &Span) -> Option<Reference> {
        if self.item(root).is_some() {
            let message = format!("`{root}` is an item of a list and has no attributes");
            self.refuse(root_at.start..at.end, message, "items are plain values: compare the item itself");
            return None;
        }
        if !ROOTS.contains(&root) && self.policy.type_named(root).is_none() {
            if self.is_doubtful(ANY_TYPE) {
                self.unclear = true;
            } else {
                self.name(root, root_at);
            }
            return None;
        }
        let reference = match self.policy.reference(&format!("{root}.{field}")) {
            Some(Reference::Resource(slots)) => self.placed(&slots),
            found => found,
        };
        if reference.is_none() && self.may_have(root, field) {
            self.unclear = true;
        } else if reference.is_none() {
            self.no_attribute(root, field, at.clone());
        } else if let Some(on) = self.segment(root).filter(|on| !self.reachable(*on)) {
            let guarded: Vec<_> = self.placed_types().map(|kind| format!("`{}`", kind.name())).collect();
            let own = self.policy.resource_type(on).map_or("", |kind| kind.name());
            let message = format!("no resource that this guards stands in a `{own}`");
            self.refuse(root_at, message, format!("it guards {}", guarded.join(", ")));
            return None;
        }
        reference
    }

    /// Whether what the model declares at this place is in doubt.
    fn is_doubtful(&self, place: &str) -> bool {
        self.doubts.is_some_and(|doubts| doubts.hold(place))
    }

    /// Whether an attribute that is not known may be there all the same, because what declares it is in doubt.
    fn may_have(&self, root: &str, field: &str) -> bool {
        let of = |owner: &str| self.is_doubtful(&join(&join(owner, "attributes"), field));
        match root {
            "subject" | "action" => of(root),
            "context" => self.is_doubtful(&join(root, field)),
            "resource" => self.placed_types().any(|kind| of(&join("types", kind.name()))),
            kind => of(&join("types", kind)),
        }
    }

    /// The type that a reference's first word names: there is a built-in type `resource`, but `resource` is the resource.
    fn segment(&self, root: &str) -> Option<TypeId> {
        if ROOTS.contains(&root) { None } else { self.policy.type_named(root) }
    }

    /// Whether a resource that the condition guards can have a segment of this type.
    fn reachable(&self, on: TypeId) -> bool {
        let mut above: Vec<TypeId> = self.types.to_vec();
        let mut at = 0;
        while let Some(kind) = above.get(at).and_then(|id| self.policy.resource_type(*id)) {
            // The built-in types stand below every other, and what stands where nobody knows may stand there.
            if kind.is_builtin() || self.is_doubtful(&join(&join("types", kind.name()), "parent")) {
                return true;
            }
            for parent in &kind.spec().parents {
                if !above.contains(parent) {
                    above.push(*parent);
                }
            }
            at += 1;
        }
        above.is_empty() || above.contains(&on)
    }

    /// Those of the slots that a resource which the condition guards can have.
    fn placed(&self, slots: &[Slot]) -> Option<Reference> {
        let counts = |slot: &Slot| match self.policy.attribute(*slot).map(|spec| spec.owner) {
            Some(Owner::Type(on)) => self.types.is_empty() || self.types.contains(&on),
            _ => false,
        };
        let slots: Box<[Slot]> = slots.iter().copied().filter(counts).collect();
        (!slots.is_empty()).then_some(Reference::Resource(slots))
    }

    fn no_attribute(&mut self, root: &str, field: &str, at: Span) {
        if root == "now" {
            self.refuse(at, "`now` is a moment and has no attributes", "write `now.getHours()`, for example");
            return;
        }
        let elsewhere = if root == "resource" { homes(self.policy, field) } else { Vec::new() };
        if !elsewhere.is_empty() {
            let message = format!("no resource that this guards has an attribute `{field}`");
            let written: Vec<_> = elsewhere.iter().map(|home| format!("`{home}.{field}`")).collect();
            self.refuse(at, message, format!("write {}", written.join(" or ")));
            return;
        }
        let mut known = names(self.policy, root);
        if root == "resource" {
            known.retain(|name| match self.policy.reference(&format!("resource.{name}")) {
                Some(Reference::Resource(slots)) => self.placed(&slots).is_some(),
                found => found.is_some(),
            });
        }
        let whose = if ROOTS.contains(&root) { root.to_owned() } else { format!("the type `{root}`") };
        let message = format!("there is no attribute `{field}` of {whose}");
        self.refuse(at, message, near(field, known.iter().map(String::as_str)));
    }

    /// The only strings that the reference can be.
    fn one_of(&self, reference: &Reference) -> Vec<String> {
        let slots = match reference {
            Reference::Slot(slot) => core::slice::from_ref(slot),
            Reference::Resource(slots) => slots,
            Reference::ResourceType if self.is_doubtful(ANY_TYPE) => return Vec::new(),
            Reference::ResourceType => return self.placed_types().map(|kind| kind.name().to_owned()).collect(),
            Reference::ActionName => {
                let unclear = |kind: &ResourceType| self.is_doubtful(&join(&join("types", kind.name()), "actions"));
                if self.placed_types().any(unclear) {
                    return Vec::new();
                }
                let actions = self.placed_types().flat_map(|kind| kind.actions());
                return actions.map(|action| action.to_string()).collect();
            }
            _ => return Vec::new(),
        };
        let specs: Vec<_> = slots.iter().filter_map(|slot| self.policy.attribute(*slot)).collect();
        if specs.iter().any(|spec| spec.one_of.is_empty() || spec.kind != Kind::String) {
            return Vec::new();
        }
        specs.iter().flat_map(|spec| &spec.one_of).map(|one| one.to_string()).collect()
    }

    fn placed_types(&self) -> impl Iterator<Item = &ResourceType> {
        let counts = |id: usize| u16::try_from(id).is_ok_and(|id| self.types.contains(&TypeId(id)));
        let all = self.policy.types().iter().enumerate();
        all.filter(move |(id, _)| self.types.is_empty() || counts(*id)).map(|(_, kind)| kind)
    }

    /// The loop variable of this name: its instruction, and what it is.
    fn item(&self, name: &str) -> Option<(countersign_core::condition::Op, Is)> {
        let level = self.items.iter().rposition(|(item, _)| item == name)?;
        let (_, is) = self.items.get(level)?;
        Some((countersign_core::condition::Op::Item(u8::try_from(level).ok()?), *is))
    }
}

/// The names that may stand behind `root.`.
fn names(policy: &Policy, root: &str) -> Vec<String> {
    let own: &[&str] = match root {
        "subject" => &["id"],
        "action" => &["name"],
        "resource" => &["id", "type"],
        "context" => &[],
        _ => &["id"],
    };
    let declared = policy.attributes().iter().filter(|spec| match spec.owner {
        Owner::Type(_) if root == "resource" => true,
        _ => owner(policy, spec) == root,
    });
    let mut all: Vec<_> = declared.map(|spec| spec.name.to_string()).collect();
    all.extend(own.iter().map(|name| (*name).to_owned()));
    all.sort();
    all.dedup();
    all
}

/// What an attribute is written behind.
fn owner<'a>(policy: &'a Policy, spec: &AttributeSpec) -> &'a str {
    match spec.owner {
        Owner::Subject => "subject",
        Owner::Action => "action",
        Owner::Context => "context",
        Owner::Type(on) => policy.resource_type(on).map_or("resource", |kind| kind.name()),
    }
}

/// The types that declare an attribute of this name.
fn homes<'a>(policy: &'a Policy, name: &str) -> Vec<&'a str> {
    let named = |spec: &&AttributeSpec| *spec.name == *name && matches!(spec.owner, Owner::Type(_));
    policy.attributes().iter().filter(named).map(|spec| owner(policy, spec)).collect()
}

fn kinds(policy: &Policy, reference: &Reference, field: &str) -> String {
    let Reference::Resource(slots) = reference else { return String::new() };
    let specs = slots.iter().filter_map(|slot| policy.attribute(*slot));
    let each: Vec<_> =
        specs.map(|spec| format!("`{}.{field}` is {}", owner(policy, spec), Is::Kind(spec.kind).name())).collect();
    format!("{}: write which one is meant", each.join(", "))
}
