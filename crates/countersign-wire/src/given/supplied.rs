//! Supplied values as bytes: how JavaScript hands them over, by slot.
//!
//! A value is its slot, then a tag, then what the tag says. Numbers are varints. Tags: 0 what no kind takes, 1 false,
//! 2 true, 3 a number as text, 4 a string, 5 a list of tagged values that are no lists, 6 a whole number and 7 a number of
//! hundredths, both of four bytes, little endian.

use super::typed::{Plain, Raw, typed};
use crate::packed::{Packed, Unpack};
use countersign_core::condition::{Decimal, Value};
use countersign_core::{Attributes, Owner, Policy, Slot, TypeId};

/// All declared attributes: slot, owner, whether callers may supply it, and name.
pub fn names(policy: &Policy) -> impl Iterator<Item = (u16, Owner, bool, &str)> {
    let declared = (0..).zip(policy.attributes());
    declared.map(|(slot, spec)| (slot, spec.owner, spec.from_request || !spec.owner.is_stored(), &*spec.name))
}

/// Reads values one by one; nothing more once the bytes are none of this form.
pub fn each<'a>(bytes: &'a [u8]) -> impl Iterator<Item = (u16, Raw<'a>)> {
    let mut from = Packed::new(bytes);
    core::iter::from_fn(move || Some((u16::unpack(&mut from), raw(&mut from))).filter(|_| from.is_sound()))
}

/// The values, typed by what the policy declares: [`super::Given::attributes`] says how.
#[must_use]
pub fn attributes(policy: &Policy, bytes: &[u8]) -> Attributes {
    let mut all = Attributes::default();
    read(policy, bytes, &mut all);
    all
}

/// The same in the place of what stood in `into`.
pub fn read(policy: &Policy, bytes: &[u8], into: &mut Attributes) {
    into.clear();
    for (slot, value) in each(bytes) {
        let slot = Slot(slot);
        if let Some(spec) = policy.attribute(slot) {
            into.set(slot, typed(spec, &value));
        }
    }
}

/// The values that attributes of a type shall have; nothing where no resource can: a name or a value is none of theirs.
#[must_use]
pub fn wanted(policy: &Policy, on: TypeId, bytes: &[u8]) -> Option<Vec<(Slot, Value<'static>)>> {
    let one = |(slot, value): (u16, Raw<'_>)| {
        let spec = policy.attribute(Slot(slot)).filter(|spec| spec.owner == Owner::Type(on))?;
        Some((Slot(slot), typed(spec, &value))).filter(|(_, value)| *value != Value::Error)
    };
    each(bytes).map(one).collect()
}

fn raw<'a>(from: &mut Packed<'a>) -> Raw<'a> {
    match from.byte() {
        5 => Raw::Many(from.list(|from| {
            let tag = from.byte();
            plain(tag, from)
        })),
        tag => Raw::One(plain(tag, from)),
    }
}

fn plain<'a>(tag: u8, from: &mut Packed<'a>) -> Plain<'a> {
    match tag {
        0 => Plain::Other,
        1 => Plain::Bool(false),
        2 => Plain::Bool(true),
        3 => Plain::Number(from.text()),
        4 => Plain::Text(from.text()),
        6 => Plain::Exact(Decimal::from(whole(from))),
        7 => {
            let hundredths = whole(from);
            let (units, scale) = if hundredths % 10 == 0 { (hundredths / 10, 1) } else { (hundredths, 2) };
            let (units, scale) = if scale == 1 && units % 10 == 0 { (units / 10, 0) } else { (units, scale) };
            Decimal::new(units.into(), scale).map_or(Plain::Other, Plain::Exact)
        }
        _ => {
            from.fail();
            Plain::Other
        }
    }
}

fn whole(from: &mut Packed<'_>) -> i64 {
    let bytes = from.bytes(size_of::<i32>()).try_into();
    i32::from_le_bytes(bytes.unwrap_or_default()).into()
}
