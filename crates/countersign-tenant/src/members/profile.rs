//! What people write down of a member: names, user name, address.

use crate::draft::Draft;
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, invalid};
use crate::{doc, email};
use countersign_wire::stored::Person;
use serde_json::{Value, json};

/// Bytes of the longest name.
const LONGEST_NAME: usize = 256;

/// A name that people read, without space around it.
pub(super) fn name(text: &str) -> Result<String, Stop> {
    let text = text.trim();
    // Marks that turn the direction of writing make one name look like another.
    let turns = |sign: char| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.is_empty() || text.len() > LONGEST_NAME {
        return Err(invalid("invalid_name", format!("A name has between 1 and {LONGEST_NAME} bytes.")));
    }
    if text.chars().any(|sign| sign.is_control() || turns(sign)) {
        return Err(invalid("invalid_name", "A name has no line breaks, and no marks that turn its direction."));
    }
    Ok(text.to_owned())
}

/// A user name in its canonical form.
pub(super) fn user_name(text: &str) -> Result<email::Address, Stop> {
    email::read(text).map_err(|wrong| invalid("invalid_user_name", format!("`{}` is no user name: {wrong}", cut(text))))
}

/// An address in its canonical form, without a comment.
pub(super) fn address(text: &str) -> Result<String, Stop> {
    let read = email::read(text);
    let read = read.map_err(|wrong| invalid("invalid_email", format!("`{}` is no address: {wrong}", cut(text))))?;
    Ok(read.mailbox)
}

/// As much of a text as a sentence can show.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Refuses a user name that somebody else has.
pub(super) fn is_free<S: State>(draft: &Draft<'_, S>, name: &str, subject: &str) -> Result<(), Stop> {
    match doc::read::<String>(draft, &format!("{}{name}", doc::USER_NAME))? {
        Some(owner) if owner != subject => Err(conflict(
            "user_name_taken",
            format!(
                "`{name}` is the user name of another member. Put a comment before the `@` to tell two accounts of one \
                 mailbox apart, as in ann(night)@example.com."
            ),
        )),
        _ => Ok(()),
    }
}

/// The person to whom mail for this address goes already, if there is one.
pub(super) fn behind(state: &impl State, address: &str) -> Result<Option<String>, Fault> {
    let prefix = format!("{}{address}/user:", doc::MAILBOX);
    let there: Vec<(String, ())> = doc::list(state, &prefix, "", 1)?;
    Ok(there.into_iter().next().map(|(id, ())| format!("user:{id}")))
}

/// A person as the log has it.
pub(super) fn noted(person: &Person, attributes: Value) -> Value {
    let fields = [
        ("status", Some(person.status.clone())),
        ("name", person.name.clone()),
        ("first_name", person.first_name.clone()),
        ("last_name", person.last_name.clone()),
        ("user_name", person.user_name.clone()),
        ("email", person.email.clone()),
    ];
    let mut noted: serde_json::Map<String, Value> =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    for (name, flag) in [
        ("credential_change_required", person.credential_change_required),
        ("multiple_accounts", person.multiple_accounts),
    ] {
        if flag {
            noted.insert(name.to_owned(), true.into());
        }
    }
    if attributes != json!({}) {
        noted.insert("attributes".to_owned(), attributes);
    }
    noted.into()
}
