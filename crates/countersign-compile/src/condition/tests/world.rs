//! The model that the tests speak of, and facts to ask about.

use crate::condition::{Place, Wrong, compile};
use countersign_core::attribute::{AttributeSpec, Owner, Slot};
use countersign_core::condition::{Condition, Decimal, Facts, Ip, IpRange, Items, Kind, Reference, Truth, Value};
use countersign_core::{Policy, PolicySpec, TypeId, TypeSpec};

/// The types in order, so that their ids are known.
pub(super) const PROJECT: TypeId = TypeId(0);
pub(super) const STATE: TypeId = TypeId(1);
pub(super) const SIGN: TypeId = TypeId(2);
pub(super) const ORDER: TypeId = TypeId(3);

pub(super) fn policy() -> Policy {
    let of = |name: &str, parents: &[TypeId], actions: &[&str]| TypeSpec {
        name: name.into(),
        at_root: parents.is_empty(),
        parents: parents.to_vec(),
        actions: actions.iter().map(|action| Box::from(*action)).collect(),
    };
    let types = vec![
        of("project", &[], &["view", "edit"]),
        of("state", &[PROJECT], &["view", "approve"]),
        of("sign", &[STATE], &["view", "edit"]),
        of("order", &[], &["view", "place"]),
    ];
    let attribute = |owner: Owner, name: &str, kind: Kind, one_of: &[&str]| AttributeSpec {
        owner,
        name: name.into(),
        kind,
        one_of: one_of.iter().map(|one| Box::from(*one)).collect(),
        from_request: false,
    };
    let attributes = vec![
        attribute(Owner::Subject, "licensed", Kind::Bool, &[]),
        attribute(Owner::Subject, "age", Kind::Int, &[]),
        attribute(Owner::Subject, "limit", Kind::Decimal, &[]),
        attribute(Owner::Subject, "team", Kind::String, &[]),
        attribute(Owner::Subject, "hired", Kind::Timestamp, &[]),
        attribute(Owner::Subject, "teams", Kind::Strings, &[]),
        attribute(Owner::Subject, "levels", Kind::Ints, &[]),
        attribute(Owner::Subject, "shift", Kind::Duration, &[]),
        attribute(Owner::Subject, "missing", Kind::String, &[]),
        attribute(Owner::Action, "soft", Kind::Bool, &[]),
        attribute(Owner::Context, "cost", Kind::Decimal, &[]),
        attribute(Owner::Context, "count", Kind::Int, &[]),
        attribute(Owner::Context, "ip", Kind::Ip, &[]),
        attribute(Owner::Context, "net", Kind::Range, &[]),
        attribute(Owner::Context, "unset", Kind::Int, &[]),
        attribute(Owner::Context, "absent", Kind::Bool, &[]),
        attribute(Owner::Type(PROJECT), "kind", Kind::String, &["design", "build", "manage"]),
        attribute(Owner::Type(PROJECT), "size", Kind::Int, &[]),
        attribute(Owner::Type(SIGN), "sign_type", Kind::String, &[]),
        attribute(Owner::Type(SIGN), "size", Kind::Decimal, &[]),
        attribute(Owner::Type(SIGN), "owner", Kind::String, &[]),
        attribute(Owner::Type(ORDER), "owner", Kind::String, &[]),
    ];
    Policy::new(PolicySpec { types, attributes, ..PolicySpec::default() }).expect("the policy of the tests is sound")
}

pub(super) fn decimal(text: &str) -> Value<'static> {
    Value::Decimal(Decimal::parse(text).expect("the test writes a decimal"))
}

fn texts(all: &[&str]) -> Value<'static> {
    Value::List(Items::Owned(all.iter().map(|text| Value::text(text)).collect()))
}

/// The facts of the tests; what is not here is missing.
pub(super) fn world(policy: &Policy) -> World {
    // 2026-03-01T12:34:56.789Z, a Sunday
    let now = Value::Timestamp(1_772_368_496_789);
    let values = [
        ("subject.id", Value::text("user:ann")),
        ("subject.licensed", Value::Bool(true)),
        ("subject.age", Value::Int(41)),
        ("subject.limit", decimal("49.90")),
        ("subject.team", Value::text("night")),
        ("subject.hired", Value::Timestamp(0)),
        ("subject.teams", texts(&["night", "signs"])),
        ("subject.levels", Value::List(Items::Owned(vec![Value::Int(1), Value::Int(2), Value::Int(3)]))),
        ("subject.shift", Value::Duration(28_800_000)),
        ("action.name", Value::text("edit")),
        ("action.soft", Value::Bool(false)),
        ("resource.id", Value::text("42")),
        ("resource.type", Value::text("sign")),
        ("project.id", Value::text("renovation")),
        ("context.cost", decimal("50.0")),
        ("context.count", Value::Int(7)),
        ("context.ip", Value::Ip(Ip::parse("10.1.2.3").expect("an address"))),
        ("context.net", Value::Range(IpRange::parse("10.0.0.0/8").expect("a range"))),
        ("project.kind", Value::text("design")),
        ("project.size", Value::Int(3)),
        ("sign.sign_type", Value::text("room")),
        ("sign.size", decimal("2.5")),
        ("sign.owner", Value::text("user:ann")),
        ("now", now),
    ];
    let resolve = |name: &str| policy.reference(name).expect("the test names what there is");
    World { on: SIGN, values: values.map(|(name, value)| (resolve(name), value)).into(), policy: policy.clone() }
}

/// A policy whose only attributes are `context.x`, and facts that have the values.
pub(super) fn with_context(values: &[(&str, Value<'static>)]) -> (Policy, World) {
    let kinds = [Kind::Bool, Kind::Int, Kind::Decimal, Kind::String, Kind::Ints, Kind::Strings, Kind::Timestamp];
    let attributes = values.iter().map(|(name, value)| AttributeSpec {
        owner: Owner::Context,
        name: (*name).into(),
        kind: kinds.into_iter().find(|kind| value.is(*kind)).expect("the test gives a value of a kind"),
        one_of: Vec::new(),
        from_request: true,
    });
    let spec = PolicySpec { attributes: attributes.collect(), ..PolicySpec::default() };
    let policy = Policy::new(spec).expect("the policy of the test is sound");
    let world = World::of(&policy, values);
    (policy, world)
}

pub(super) struct World {
    /// The type of the resource
    on: TypeId,
    values: Vec<(Reference, Value<'static>)>,
    policy: Policy,
}

impl World {
    /// Facts in which `context` has these values.
    pub(super) fn of(policy: &Policy, values: &[(&str, Value<'static>)]) -> Self {
        let known = values.iter().map(|(name, value)| {
            let reference = policy.reference(&format!("context.{name}")).expect("the attribute is declared");
            (reference, value.clone())
        });
        Self { on: SIGN, values: known.collect(), policy: policy.clone() }
    }

    fn find(&self, reference: &Reference) -> Option<&Value<'static>> {
        let slot = |slots: &[Slot]| {
            let own = |slot: &&Slot| self.policy.attribute(**slot).map(|spec| spec.owner) == Some(Owner::Type(self.on));
            slots.iter().find(own).map(|slot| Reference::Slot(*slot))
        };
        let wanted = match reference {
            Reference::Resource(slots) => slot(slots)?,
            other => other.clone(),
        };
        self.values.iter().find(|(known, _)| *known == wanted).map(|(_, value)| value)
    }
}

impl Facts for World {
    fn value(&self, reference: &Reference) -> Value<'_> {
        self.find(reference).map_or(Value::Error, Value::borrowed)
    }

    fn has(&self, reference: &Reference) -> bool {
        self.find(reference).is_some()
    }
}

pub(super) fn compiled(text: &str, types: &[TypeId]) -> Result<(Condition, Option<bool>), Vec<Wrong>> {
    compile(&policy(), &Place { types: types.to_vec(), doubts: None }, text)
}

/// What a sound condition comes to in the world.
#[track_caller]
pub(super) fn truth(text: &str) -> Truth {
    let policy = policy();
    match compile(&policy, &Place::default(), text) {
        Ok((condition, constant)) => {
            let truth = condition.holds(&world(&policy));
            let agrees = match constant {
                Some(true) => truth == Truth::True,
                Some(false) => truth == Truth::False,
                None => true,
            };
            assert!(agrees, "`{text}` is said to be always {constant:?} and is {truth:?}");
            truth
        }
        Err(wrong) => panic!("`{text}` is refused: {wrong:#?}"),
    }
}
