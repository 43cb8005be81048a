//! Reads the browser's snapshot straight into the core's types: the forms on the way would be a third of the download.
//!
//! The order of all fields is that of the forms that `encode` writes, and of the records' forms.

use super::{CHECKSUM_BYTES, MAGIC, Projection, ProjectionError, Stamp, VERSION, checksum};
use crate::packed::{Packed, Unpack, fields};
use crate::record::{ApprovedForm, ConditionForm, KindForm, StatusForm, ValueForm, approved, attributes};
use countersign_core::condition::Condition;
use countersign_core::{
    Action, ApprovalSpec, Assignment, AttributeSpec, ConditionId, Grants, GrantsBuilder, Override, Owner, Path,
    Permission, Policy, PolicySpec, Projected, Registry, RoleId, RolePart, RoleSpec, RuleSpec, Scope, Status, Title,
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
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        let stamp = Stamp::unpack(from)?;
        let status = Option::<StatusForm>::unpack(from)?.map(Status::from);
        let policy = policy(from)?;
        let grants = grants(from, &policy)?;
        let values = Vec::<(String, ValueForm)>::unpack(from)?;
        let resources = from.list(|from| {
            let (path, values) = <(Box<str>, Vec<(String, ValueForm)>)>::unpack(from)?;
            let on = policy.locate(&Path::parse(&path).ok()?).ok()?;
            Some((path, attributes(&policy, Owner::Type(on), &values)))
        })?;
        let requests = Vec::<ApprovedForm>::unpack(from)?;
        let known = Projected {
            grants,
            attributes: attributes(&policy, Owner::Subject, &values),
            resources: Registry::new(resources),
            approved: approved(&policy, &requests),
            policy,
        };
        Some(Self { stamp, status, known })
    }
}

pub(crate) fn policy(from: &mut Packed<'_>) -> Option<Policy> {
    // Conditions name what they read: the words are read twice, because they are needed before the policy is whole.
    let again = &mut from.again();
    let words =
        PolicySpec { types: Unpack::unpack(again)?, attributes: Unpack::unpack(again)?, ..PolicySpec::default() };
    let words = Policy::new(words).ok()?;
    let spec = PolicySpec {
        types: Unpack::unpack(from)?,
        attributes: Unpack::unpack(from)?,
        conditions: from.list(|from| condition(from, &words))?,
        roles: Unpack::unpack(from)?,
        rules: Unpack::unpack(from)?,
        approvals: Unpack::unpack(from)?,
    };
    Policy::new(spec).ok()
}

pub(crate) fn condition(from: &mut Packed<'_>, words: &Policy) -> Option<Condition> {
    ConditionForm::unpack(from)?.condition(words)
}

fn grants(from: &mut Packed<'_>, policy: &Policy) -> Option<Grants> {
    let mut builder = GrantsBuilder::default();
    from.list(|from| {
        let (role, scope, window) = (Unpack::unpack(from)?, scope(from)?, window(from)?);
        let when = if bool::unpack(from)? { Some(condition(from, policy)?) } else { None };
        builder.assign(Assignment { role, scope, window, when });
        Some(())
    })?;
    overrides(from, &mut builder, scope)?;
    builder.build(policy).ok()
}

/// Reads overrides; `scope` reads where one acts.
pub(crate) fn overrides(
    from: &mut Packed<'_>,
    builder: &mut GrantsBuilder,
    scope: impl Fn(&mut Packed<'_>) -> Option<Scope>,
) -> Option<()> {
    from.list(|from| {
        let (on, allow, deny) = <(TypeId, u64, u64)>::unpack(from)?;
        let (scope, window) = (scope(from)?, window(from)?);
        for action in (0..u64::BITS as usize).filter_map(Action::new) {
            for (mask, allow) in [(allow, true), (deny, false)] {
                if mask & action.mask() != 0 {
                    let permission = Permission { on, action };
                    builder.set(Override { permission, scope: scope.clone(), allow, window });
                }
            }
        }
        Some(())
    })?;
    Some(())
}

fn scope(from: &mut Packed<'_>) -> Option<Scope> {
    Scope::parse(from.text()?).ok()
}

pub(crate) fn window(from: &mut Packed<'_>) -> Option<Window> {
    let ends = Option::<(i64, i64)>::unpack(from)?;
    Some(ends.map_or(Window::ALWAYS, |(from, until)| Window { from, until }))
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

impl Unpack for Owner {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some(match from.variant()? {
            0 => Self::Subject,
            1 => Self::Action,
            2 => Self::Context,
            3 => Self::Type(Unpack::unpack(from)?),
            _ => return None,
        })
    }
}

impl Unpack for countersign_core::condition::Kind {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        KindForm::unpack(from).map(Self::from)
    }
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl Unpack for $id {
            fn unpack(from: &mut Packed<'_>) -> Option<Self> {
                u16::unpack(from).map(Self)
            }
        })*
    };
}

ids! { TypeId RoleId ConditionId }
