//! Reads an image straight into the core's types, and checks them as if a person had written them.

use super::{CHECKSUM_BYTES, ImageError, Loaded, MAGIC, Member, VERSION};
use crate::packed::{Packed, Unpack};
use crate::projection::{checksum, condition, overrides, policy, window};
use crate::record::{StatusForm, ValueForm, attributes};
use countersign_core::{Assignment, Grants, GrantsBuilder, Owner, Path, Policy, Registry, Scope};

/// Reads an image.
///
/// # Errors
/// When it is damaged or of another version.
pub fn decode(bytes: &[u8]) -> Result<Loaded, ImageError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(ImageError::Corrupt)?;
    let (version, rest) = rest.split_first().ok_or(ImageError::Corrupt)?;
    if *version != VERSION {
        return Err(ImageError::Version(*version));
    }
    let (sum, body) = rest.split_at_checked(CHECKSUM_BYTES).ok_or(ImageError::Corrupt)?;
    if sum != checksum(body).to_le_bytes() {
        return Err(ImageError::Corrupt);
    }
    crate::packed::unpack(body).ok_or(ImageError::Corrupt)
}

impl Unpack for Loaded {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        let policy = policy(from)?;
        let registered = Unpack::unpack(from)?;
        let resources = from.list(|from| {
            let path = Box::<str>::unpack(from)?;
            let on = policy.locate(&Path::parse(&path).ok()?).ok()?;
            Some((path, values(from, &policy, Owner::Type(on))?))
        })?;
        let scopes = from.list(|from| Scope::parse(from.text()?).ok())?;
        let groups = from.list(|from| Some((String::unpack(from)?, grants(from, &policy, &scopes)?)))?;
        let count = groups.len();
        let members = from.list(|from| {
            let subject = String::unpack(from)?;
            let status = StatusForm::unpack(from)?.into();
            let groups = from.list(|from| usize::try_from(u64::unpack(from)?).ok().filter(|group| *group < count))?;
            let attributes = values(from, &policy, Owner::Subject)?;
            let grants = grants(from, &policy, &scopes)?;
            Some((subject, Member { status, attributes, groups: groups.into(), grants }))
        })?;
        // Of two members or groups with one name, either could be meant.
        let sorted = members.is_sorted_by(|a, b| a.0 < b.0) && groups.is_sorted_by(|a, b| a.0 < b.0);
        sorted.then_some(Self { policy, members, groups, resources: Registry::new(resources), registered })
    }
}

fn values(from: &mut Packed<'_>, policy: &Policy, owner: Owner) -> Option<countersign_core::Attributes> {
    Vec::<(String, ValueForm)>::unpack(from).map(|values| attributes(policy, owner, &values))
}

fn grants(from: &mut Packed<'_>, policy: &Policy, scopes: &[Scope]) -> Option<Grants> {
    let scope = |from: &mut Packed<'_>| scopes.get(usize::try_from(u32::unpack(from)?).ok()?).cloned();
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
