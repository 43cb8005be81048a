//! Addresses and user names: one canonical form, made once, and nothing that could be taken for another.
//!
//! A user name is an address that may carry a comment before its `@`: `ann(night)@example.com`. Letters of either case
//! are the same; nothing else is. What is not plain ASCII is refused, so that no two names that look alike, or that some
//! other system would fold together, can meet here; a domain beyond ASCII is written in its `xn--` form.

/// Bytes of the longest user name: with `user:` before it, it is an id.
const LONGEST: usize = 251;
/// Bytes of the longest local part, comment, and label of a domain (RFC 5321, RFC 1035).
const LONGEST_PART: usize = 64;
const LONGEST_LABEL: usize = 63;
const LONGEST_DOMAIN: usize = 253;

/// A user name or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The whole of it, in its canonical form
    pub(crate) name: String,
    /// Where mail goes: the same without the comment
    pub(crate) mailbox: String,
}

/// Reads a user name or an address.
///
/// # Errors
/// The sentence that says what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Address, String> {
    let text = text.trim_matches([' ', '\t']);
    if text.len() > LONGEST {
        return Err(format!("An address has at most {LONGEST} characters."));
    }
    if let Some(odd) = text.chars().find(|odd| !odd.is_ascii_graphic()) {
        return Err(format!(
            "U+{:04X} cannot stand in an address: use plain Latin letters, and the `xn--` form of a domain.",
            u32::from(odd)
        ));
    }
    let folded = text.to_ascii_lowercase();
    let Some((before, domain)) = folded.split_once('@') else {
        return Err("An address has an `@`, as in ann@example.com.".to_owned());
    };
    if domain.contains('@') {
        return Err("An address has one `@` only.".to_owned());
    }
    let (local, comment) = match before.split_once('(') {
        None => (before, None),
        Some((local, rest)) => match rest.strip_suffix(')') {
            Some(comment) => (local, Some(comment)),
            None => return Err("A comment stands right before the `@`, as in ann(night)@example.com.".to_owned()),
        },
    };
    local_part(local)?;
    if comment.is_some_and(|comment| !is_comment(comment)) {
        return Err(format!(
            "A comment has between 1 and {LONGEST_PART} letters, digits, and `.`, `_`, `+` or `-`, and no other signs."
        ));
    }
    if !is_domain(domain) {
        return Err("What stands behind the `@` must be a domain such as example.com.".to_owned());
    }
    let mailbox = format!("{local}@{domain}");
    Ok(Address { name: folded, mailbox })
}

fn local_part(local: &str) -> Result<(), String> {
    if local.is_empty() || local.len() > LONGEST_PART {
        return Err(format!("What stands before the `@` has between 1 and {LONGEST_PART} characters."));
    }
    let odd = local.chars().find(|sign| !sign.is_ascii_alphanumeric() && !"._+-'&=~".contains(*sign));
    if let Some(odd) = odd {
        return Err(format!("`{odd}` cannot stand before the `@`."));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err("Before the `@`, a dot stands between other signs.".to_owned());
    }
    Ok(())
}

fn is_comment(comment: &str) -> bool {
    let sound = |sign: char| sign.is_ascii_alphanumeric() || "._+-".contains(sign);
    !comment.is_empty() && comment.len() <= LONGEST_PART && comment.chars().all(sound)
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        let reserved = label.get(2..4) == Some("--") && !label.starts_with("xn--");
        !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !reserved
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= LONGEST_DOMAIN
        && domain.contains('.')
        && domain.split('.').all(label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}
