//! Reading the forms that a browser's snapshot holds: the hand-written twins of their deserialisers.

use super::{ApprovedForm, ConditionForm, ItemForm, KindForm, StatusForm, ValueForm};
use crate::packed::{Packed, Unpack, fields};

fields! {
    ConditionForm { code constants references patterns }
    ApprovedForm { id permission path context from until }
}

/// The variant of this number among those that hold nothing.
fn plain<T: Copy>(all: &[T], from: &mut Packed<'_>) -> Option<T> {
    all.get(usize::try_from(from.variant()?).ok()?).copied()
}

impl Unpack for StatusForm {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        plain(&[Self::Invited, Self::Active, Self::Deactivated, Self::Locked], from)
    }
}

impl Unpack for KindForm {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        use KindForm::*;
        let kinds = [
            Bool, Int, Decimal, String, Timestamp, Duration, Ip, Range, Bools, Ints, Decimals, Strings, Timestamps, Ips,
        ];
        plain(&kinds, from)
    }
}

impl Unpack for ValueForm {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some(match from.variant()? {
            0 => Self::One(Unpack::unpack(from)?),
            1 => Self::Many(Unpack::unpack(from)?),
            _ => return None,
        })
    }
}

impl Unpack for ItemForm {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some(match from.variant()? {
            0 => Self::Error,
            1 => Self::Bool(Unpack::unpack(from)?),
            2 => Self::Int(Unpack::unpack(from)?),
            3 => Self::Decimal(Unpack::unpack(from)?, Unpack::unpack(from)?),
            4 => Self::String(Unpack::unpack(from)?),
            5 => Self::Timestamp(Unpack::unpack(from)?),
            6 => Self::Duration(Unpack::unpack(from)?),
            7 => Self::Ip(Unpack::unpack(from)?, Unpack::unpack(from)?),
            8 => Self::Range(Unpack::unpack(from)?, Unpack::unpack(from)?, Unpack::unpack(from)?),
            _ => return None,
        })
    }
}
