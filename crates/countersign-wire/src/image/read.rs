//! Reads an image straight into the core's types, and checks them as if a person had written them.

use super::{CHECKSUM_BYTES, ImageError, Loaded, MAGIC, Member, VERSION};
use crate::packed::{Packed, Unpack};
use crate::projection::{attributes, checksum, grants, policy, resources, scope};
use countersign_core::{Owner, Registry, Scope, Status};

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
    fn unpack(from: &mut Packed<'_>) -> Self {
        let policy = policy(from, false);
        let registered = Unpack::unpack(from);
        let resources = Registry::new(resources(from, &policy));
        let scopes = from.list(scope);
        let scope = |from: &mut Packed<'_>| {
            let known = scopes.get(usize::unpack(from)).cloned();
            from.sound(known, Scope::root())
        };
        let groups = from.list(|from| (String::unpack(from), grants(from, &policy, scope)));
        let members = from.list(|from| {
            let subject = String::unpack(from);
            let status = Status::unpack(from);
            let groups = from.list(|from| {
                let group = Some(usize::unpack(from)).filter(|group| *group < groups.len());
                from.sound(group, 0)
            });
            let attributes = attributes(from, &policy, Owner::Subject);
            let grants = grants(from, &policy, scope);
            (subject, Member { status, attributes, groups: groups.into(), grants })
        });
        // Of two members or groups with one name, either could be meant.
        let sorted = members.is_sorted_by(|a, b| a.0 < b.0) && groups.is_sorted_by(|a, b| a.0 < b.0);
        if !sorted {
            from.fail();
        }
        Self { policy, members, groups, resources, registered }
    }
}
