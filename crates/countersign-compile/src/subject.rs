//! Who can be named: subjects and groups.

use countersign_core::limits::ID_BYTES;

/// What an assignment may be given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// A subject of the tenant: the whole text, `user:ann`
    Subject(&'a str),
    /// A group: its id, without `group:`
    Group(&'a str),
}

/// The kinds of subject that can be members; operators stand above tenants.
const KINDS: [&str; 3] = ["user", "service", "support"];

/// Reads `user:…`, `service:…`, `support:…` or `group:…`.
///
/// Ids are compared byte for byte; they have 1 to 256 bytes, no `/` and no control character, so that
/// `member:user:ann` is a resource.
#[must_use]
pub fn principal(text: &str) -> Option<Principal<'_>> {
    let (kind, id) = text.split_once(':')?;
    let sound =
        !id.is_empty() && text.len() <= ID_BYTES && !id.bytes().any(|byte| byte == b'/' || byte.is_ascii_control());
    match kind {
        _ if !sound => None,
        "group" => Some(Principal::Group(id)),
        kind if KINDS.contains(&kind) => Some(Principal::Subject(text)),
        _ => None,
    }
}
