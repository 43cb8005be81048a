//! What an operation is called: from its method and path.

use countersign_gate::manage::Endpoint;

/// `listMembers`, `createMember`, `activateMember`, `deleteGroupMember`.
pub(crate) fn operation_id(endpoint: &Endpoint) -> String {
    let is_list = endpoint.answer.ends_with("List") || endpoint.answer.ends_with("Page");
    let mut words: Vec<String> = endpoint
        .path
        .split('/')
        .filter(|piece| !piece.is_empty() && !piece.starts_with('{'))
        .map(|piece| if piece == "me" { "my".to_owned() } else { piece.to_owned() })
        .collect();
    let ends_in_id = endpoint.path.ends_with('}');
    let verb = match endpoint.method {
        "GET" if is_list => "list".to_owned(),
        "GET" => "get".to_owned(),
        "PATCH" => "edit".to_owned(),
        "PUT" => "put".to_owned(),
        "DELETE" => "delete".to_owned(),
        _ if endpoint.creates && !endpoint.path.contains('}') || words.len() < 2 => "create".to_owned(),
        _ => words.pop().unwrap_or_default(),
    };
    let last = words.len().saturating_sub(1);
    let keeps_plural = is_list || (endpoint.method == "PUT" && !ends_in_id);
    let pieces = words
        .iter()
        .enumerate()
        .map(|(at, word)| if at == last && keeps_plural { pascal(word) } else { pascal(&singular(word)) });
    let object: String = pieces.collect();
    format!("{verb}{}", if object.is_empty() { "Tenant" } else { &object })
}

fn singular(word: &str) -> String {
    if matches!(word, "settings" | "rights") {
        return word.to_owned();
    }
    match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => word.to_owned(),
    }
}

fn pascal(word: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    word.split('-').map(capital).collect()
}

/// The group of operations that it is shown in, by the first word of its path.
pub(crate) fn tag(endpoint: &Endpoint) -> &'static str {
    match endpoint.path.split('/').nth(1).unwrap_or_default() {
        "" | "export" => "Tenant",
        "members" => "Members",
        "invitations" => "Invitations",
        "groups" => "Groups",
        "roles" => "Roles",
        "assignments" => "Assignments",
        "tokens" => "API tokens",
        "support" => "Support access",
        "settings" => "Settings",
        "approval-policies" | "requests" => "Approvals",
        "resources" | "resource" => "Resources",
        "webhooks" => "Webhooks",
        "notifications" => "Notifications",
        "me" if endpoint.path.contains("links") => "Links",
        "me" => "Notifications",
        "links" => "Links",
        "audit" => "Audit log",
        _ => "Tenant",
    }
}

/// The groups, in the order in which they are shown, with a sentence each.
pub(crate) const TAGS: [(&str, &str); 18] = [
    ("Tenant", "The account as a whole."),
    ("Members", "Who there is, with status, attributes and rights."),
    ("Invitations", "What was sent to those who are to become members."),
    ("Groups", "Members that are given roles together."),
    ("Roles", "Named sets of permissions: the model's, and the account's own."),
    ("Assignments", "Who has which role where, for how long."),
    ("Approvals", "What takes the word of somebody else, and who was asked for it."),
    ("Resources", "The registry of resources, for lists and stored attributes."),
    ("API tokens", "Credentials of services."),
    ("Support access", "Letting the vendor in, for a time and with a reason."),
    ("Settings", "Name, seats, licences, and what is sealed."),
    ("Webhooks", "Where events are delivered, after Standard Webhooks."),
    ("Notifications", "What members are told."),
    ("Links", "Accounts of one person in several tenants."),
    ("Audit log", "Everything that was done or refused, chained by hashes."),
    ("Your own", "What a page needs of whoever is signed in."),
    ("Signing in", "Who is signed in, and sessions for pages."),
    ("This document", "The description of the API."),
];
