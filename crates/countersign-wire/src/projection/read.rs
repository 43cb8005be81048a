//! Reads the browser's snapshot straight into the core's types: the forms on the way would be a third of the download.
//!
//! The order of all fields is that of the forms that `encode` writes, and of the records' forms.

use super::{CHECKSUM_BYTES, MAGIC, Projection, ProjectionError, Stamp, VERSION, checksum};
use crate::packed::{Packed, Unpack, fields};
use countersign_core::condition::{Condition, Decimal, Ip, IpRange, Items, Kind, Op, Pattern, Reference, Step, Value};
use countersign_core::limits::CONDITION_CODE;
use countersign_core::{
    ApprovalSpec, Approved, Assignment, AttributeSpec, Attributes, ConditionId, Grants, GrantsBuilder, GrantsReading,
    Owner, Path, Policy, PolicySpec, Projected, Registry, RoleId, RolePart, RoleSpec, RuleSpec, Scope, Status, Title,
    TypeId, TypeSpec, Window,
};

/// Reads a projection.
///
/// # Errors
/// When it is damaged or of another version.
pub fn decode(bytes: &[u8]) -> Result<Projection, ProjectionError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(ProjectionError::Corrupt)?;
    let (version, rest) = rest.split_first().ok_or(ProjectionError::Corrupt)?;
    if *version != VERSION {
        return Err(ProjectionError::Version(*version));
    }
    let (sum, body) = rest.split_at_checked(CHECKSUM_BYTES).ok_or(ProjectionError::Corrupt)?;
    if sum != checksum(body).to_le_bytes() {
        return Err(ProjectionError::Corrupt);
    }
    crate::packed::unpack(body).ok_or(ProjectionError::Corrupt)
}

impl Unpack for Projection {
    fn unpack(from: &mut Packed<'_>) -> Self {
        let (stamp, status) = (Unpack::unpack(from), Unpack::unpack(from));
        let policy = policy(from, true);
        let grants = grants_again(from, &policy);
        let known = Projected {
            grants,
            attributes: attributes(from, &policy, Owner::Subject),
            resources: Registry::again(resources(from, &policy)),
            approved: approved(from, &policy),
            policy,
        };
        Self { stamp, status, known }
    }
}

/// Reads a policy; `again` says that it was checked when the bytes were written, and that whoever wrote other ones
/// deceives nobody but himself.
pub(crate) fn policy(from: &mut Packed<'_>, again: bool) -> Policy {
    let (types, attributes) = (Unpack::unpack(from), Unpack::unpack(from));
    // Conditions name what they read: the words are needed before the policy is whole.
    let words = if again {
        Policy::words_again(types, attributes)
    } else {
        let words = Policy::words(types, attributes).ok();
        from.sound(words, Policy::empty())
    };
    let spec = PolicySpec {
        conditions: from.list(|from| condition(from, &words)),
        roles: Unpack::unpack(from),
        rules: Unpack::unpack(from),
        approvals: Unpack::unpack(from),
        ..PolicySpec::default()
    };
    if again {
        return words.with_again(spec);
    }
    let whole = words.with(spec).ok();
    from.sound(whole, Policy::empty())
}

pub(crate) fn condition(from: &mut Packed<'_>, words: &Policy) -> Condition {
    let code = from.list(|from| {
        let word = u32::unpack(from);
        from.sound(Op::from_word(word), Op::Not)
    });
    if code.len() > CONDITION_CODE {
        from.fail();
    }
    let constants = from.list(value);
    let references = from.list(|from| {
        let text = from.text();
        from.sound(words.reference(text), Reference::Now)
    });
    let patterns = from.list(|from| {
        let steps = from.list(|from| {
            let words = Unpack::unpack(from);
            from.sound(Step::from_words(words), Step::Match)
        });
        Pattern { steps: steps.into() }
    });
    Condition {
        code: code.into(),
        constants: constants.into(),
        references: references.into(),
        patterns: patterns.into(),
    }
}

/// The values of an owner's attributes by slot; what the policy does not declare so is left out, and so missing.
pub(crate) fn attributes(from: &mut Packed<'_>, policy: &Policy, owner: Owner) -> Attributes {
    let mut all = Attributes::default();
    from.each(&mut |from| {
        let (name, value) = (from.text(), value(from));
        if let Some(slot) = policy.slot(owner, name) {
            policy.set(&mut all, slot, value);
        }
    });
    all
}

/// What is stored of resources.
pub(crate) fn resources(from: &mut Packed<'_>, policy: &Policy) -> Vec<(Box<str>, Attributes)> {
    from.list(|from| {
        let path = from.text();
        let on = Path::parse(path).and_then(|path| policy.locate(&path)).ok();
        let on = from.sound(on, TypeId(0));
        (path.into(), attributes(from, policy, Owner::Type(on)))
    })
}

/// Approved requests; one whose permission is no more is good for nothing, and one whose context cannot be read neither.
fn approved(from: &mut Packed<'_>, policy: &Policy) -> Vec<Approved> {
    let mut all = Vec::new();
    from.each(&mut |from| {
        let (_, permission, path) = (from.text(), from.text(), Unpack::unpack(from));
        let (mut context, mut known) = (Attributes::default(), true);
        from.each(&mut |from| {
            let (spelling, value) = (from.text(), value(from));
            if let Some(Reference::Slot(slot)) = policy.reference(spelling) {
                policy.set(&mut context, slot, value);
            } else {
                known = false;
            }
        });
        let window = Window::new(Unpack::unpack(from), Unpack::unpack(from));
        if let Some(permission) = policy.permission(permission).filter(|_| known) {
            all.push(Approved { permission, path, context, window });
        }
    });
    all
}

/// A value. Lists hold no lists, so that reading one needs no recursion.
fn value(from: &mut Packed<'_>) -> Value<'static> {
    match from.number() {
        0 => item(from),
        1 => Value::List(Items::Owned(from.list(item))),
        _ => {
            from.fail();
            Value::Error
        }
    }
}

fn item(from: &mut Packed<'_>) -> Value<'static> {
    match from.number() {
        0 => Value::Error,
        1 => Value::Bool(Unpack::unpack(from)),
        2 => Value::Int(Unpack::unpack(from)),
        3 => Decimal::new(Unpack::unpack(from), Unpack::unpack(from)).map_or(Value::Error, Value::Decimal),
        4 => Value::text(from.text()),
        5 => Value::Timestamp(Unpack::unpack(from)),
        6 => Value::Duration(Unpack::unpack(from)),
        7 => ip(from).map_or(Value::Error, Value::Ip),
        8 => {
            let (first, prefix) = (ip(from), Unpack::unpack(from));
            first.and_then(|first| IpRange::new(first, prefix)).map_or(Value::Error, Value::Range)
        }
        _ => {
            from.fail();
            Value::Error
        }
    }
}

fn ip(from: &mut Packed<'_>) -> Option<Ip> {
    Ip::new(Unpack::unpack(from), Unpack::unpack(from))
}

/// Reads grants that were built before.
fn grants_again(from: &mut Packed<'_>, policy: &Policy) -> Grants {
    let mut grants = GrantsReading::new(policy, from.rest(), from.claim(ASSIGNMENT));
    from.each(&mut |from| {
        let (role, scope, left) = (Unpack::unpack(from), from.text(), from.rest().len());
        let (window, when) = (window(from), bool::unpack(from).then(|| condition(from, policy)));
        let done = grants.assign(role, scope, left, window, when).ok();
        from.sound(done, ());
    });
    grants.assigned(from.claim(OVERRIDE));
    from.each(&mut |from| {
        let (on, allow, deny) = <(TypeId, u64, u64)>::unpack(from);
        let done = grants.set(on, allow, deny, from.text(), window(from)).ok();
        from.sound(done, ());
    });
    let grants = grants.done().ok();
    from.sound(grants, Grants::default())
}

/// As few bytes as an assignment takes: a role, a scope of one byte, no window, no condition.
const ASSIGNMENT: usize = 5;

/// As few as an override takes: a type, two masks, a scope of one byte, no window.
const OVERRIDE: usize = 6;

/// Reads grants; `scope` reads where one acts.
pub(crate) fn grants(from: &mut Packed<'_>, policy: &Policy, scope: impl Fn(&mut Packed<'_>) -> Scope) -> Grants {
    let mut builder = GrantsBuilder::default();
    // The length is anybody's claim: no more is reserved than most members have.
    builder.reserve(usize::unpack(&mut from.again()).min(FEW));
    from.each(&mut |from| {
        let (role, scope, window) = (Unpack::unpack(from), scope(from), window(from));
        let when = bool::unpack(from).then(|| condition(from, policy));
        builder.assign(Assignment { role, scope, window, when });
    });
    from.each(&mut |from| {
        let (on, allow, deny) = <(TypeId, u64, u64)>::unpack(from);
        let (scope, window) = (scope(from), window(from));
        builder.set_all(on, allow, deny, scope, window);
    });
    let grants = builder.build(policy).ok();
    from.sound(grants, Grants::default())
}

/// Assignments for which room is made at once.
const FEW: usize = 16;

pub(crate) fn scope(from: &mut Packed<'_>) -> Scope {
    let scope = Scope::parse(from.text()).ok();
    from.sound(scope, Scope::root())
}

fn window(from: &mut Packed<'_>) -> Window {
    let ends = Option::<(i64, i64)>::unpack(from);
    ends.map_or(Window::ALWAYS, |(from, until)| Window { from, until })
}

fields! {
    Stamp { tenant subject revision expires }
    TypeSpec { name at_root parents actions }
    AttributeSpec { owner name kind one_of from_request }
    RoleSpec { id titles when masks parts at_root at assigns }
    Title { when text }
    RolePart { when masks }
    RuleSpec { permit targets when why }
    ApprovalSpec { id targets when approvers quorum }
}

/// The variant of this number among those that hold nothing.
fn plain<T: Copy>(all: &[T], otherwise: T, from: &mut Packed<'_>) -> T {
    let found = all.get(usize::unpack(from)).copied();
    from.sound(found, otherwise)
}

impl Unpack for Status {
    fn unpack(from: &mut Packed<'_>) -> Self {
        plain(&[Self::Invited, Self::Active, Self::Deactivated, Self::Locked], Self::Locked, from)
    }
}

impl Unpack for Kind {
    fn unpack(from: &mut Packed<'_>) -> Self {
        use Kind::*;
        let kinds = [
            Bool, Int, Decimal, String, Timestamp, Duration, Ip, Range, Bools, Ints, Decimals, Strings, Timestamps, Ips,
        ];
        plain(&kinds, Bool, from)
    }
}

impl Unpack for Owner {
    fn unpack(from: &mut Packed<'_>) -> Self {
        match from.number() {
            3 => Self::Type(Unpack::unpack(from)),
            0 => Self::Subject,
            1 => Self::Action,
            2 => Self::Context,
            _ => {
                from.fail();
                Self::Context
            }
        }
    }
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl Unpack for $id {
            fn unpack(from: &mut Packed<'_>) -> Self {
                Self(u16::unpack(from))
            }
        })*
    };
}

ids! { TypeId RoleId ConditionId }
