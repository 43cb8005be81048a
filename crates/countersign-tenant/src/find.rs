//! What members are found by. A database narrows the search with the same texts; this is what decides.

use countersign_wire::api::Find;
use countersign_wire::stored::Person;

/// The texts of a person that each part of a search looks at, without case: name, user name, accounts, and address.
#[must_use]
pub fn haystacks(person: &Person) -> [String; 4] {
    let fold = |texts: &[&Option<String>]| -> String {
        // A line break is in no name: two texts cannot be found as one.
        let texts: Vec<_> = texts.iter().filter_map(|text| text.as_deref()).map(folded).collect();
        texts.join("\n")
    };
    let both = match (&person.first_name, &person.last_name) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        _ => None,
    };
    let accounts: Vec<_> = person.accounts.iter().map(|name| folded(name)).collect();
    [
        fold(&[&person.name, &both, &person.first_name, &person.last_name]),
        fold(&[&person.user_name]),
        accounts.join("\n"),
        fold(&[&person.email]),
    ]
}

/// A text as it is compared: without case.
#[must_use]
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Whether the person is one that is looked for; the group and the page are not looked at.
#[must_use]
pub fn is_found(find: &Find, person: &Person) -> bool {
    let [name, user_name, accounts, email] = haystacks(person);
    let within = |part: &Option<String>, texts: &[&String]| {
        part.as_deref().is_none_or(|part| texts.iter().any(|text| text.contains(&folded(part))))
    };
    within(&find.text, &[&name, &user_name, &email])
        && within(&find.name, &[&name])
        && within(&find.user_name, &[&user_name])
        && within(&find.account, &[&accounts])
        && find.status.as_ref().is_none_or(|status| *status == person.status)
}
