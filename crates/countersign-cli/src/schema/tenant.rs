//! The schema of tenants.

use super::parts::{
    condition, document, list, moment, one_permission, permissions, role, string, strings, table, values,
};
use serde_json::{Value, json};

pub(super) fn schema() -> Value {
    let member = table(
        "A member",
        &["subject"],
        json!({
            "subject": string("Who it is, such as user:ann or service:ci"),
            "name": string("The person's name"),
            "email": string("The address"),
            "status": { "description": "active if left out", "enum": ["invited", "active", "deactivated", "locked"] },
            "attributes": values("What is stored of the member"),
            "groups": strings("The groups that it is in"),
        }),
    );
    let group = table("A group", &["id"], json!({ "id": string("Its id"), "name": string("What people call it") }));
    let mut of_role = role();
    of_role.insert("id".to_owned(), string("Its id"));
    let custom = table("A role of this tenant's own", &["id"], Value::Object(of_role));
    let scope = || string("Where, such as project:p1; the root `/` if left out");
    let assignment = table(
        "A role, given to somebody",
        &["to", "role"],
        json!({
            "to": string("user:ann, or group:reviewers"),
            "role": string("The role's id"),
            "scope": scope(),
            "when": condition("It acts only while this holds"),
            "from": moment("When it begins"),
            "until": moment("When it ends"),
        }),
    );
    let one = table(
        "A permission of one member, allowed or denied",
        &["subject", "permission", "effect"],
        json!({
            "subject": string("Whose"),
            "permission": one_permission("type:action, type:* or *"),
            "scope": scope(),
            "effect": { "description": "To inherit, leave the override out", "enum": ["allow", "deny"] },
            "from": moment("When it begins"),
            "until": moment("When it ends"),
        }),
    );
    let policy = table(
        "What makes of an allow an approval that is needed",
        &["id", "permissions"],
        json!({
            "id": string("Its id"),
            "name": string("What people call it"),
            "permissions": permissions("What it is about", 1),
            "when": condition("It is met while this holds; always if left out"),
            "approvers": strings("role:admin, user:ann, group:leads; the administrators if left out"),
            "quorum": { "description": "How many must approve", "type": "integer", "minimum": 1, "maximum": 65535 },
        }),
    );
    let resource = table(
        "A resource with what is stored of it",
        &["path"],
        json!({ "path": string("Its path, such as project:p1/sign:42"), "attributes": values("Its attributes") }),
    );
    document(
        "tenant",
        "Who holds what in one customer's account",
        &[],
        json!({
            "members": list("The members", member),
            "groups": list("The groups", group),
            "roles": list("The roles of this tenant's own", custom),
            "assignments": list("Roles that are given", assignment),
            "overrides": list("Overrides", one),
            "approval_policies": list("Approval policies", policy),
            "resources": list("The registered resources", resource),
            "settings": settings(),
        }),
    )
}

fn settings() -> Value {
    let whole =
        |about: &str| json!({ "description": about, "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32 });
    table(
        "The account's settings",
        &[],
        json!({
            "account_name": string("What people call the account"),
            "seats_contact": string("Whom to ask for more seats"),
            "seats": whole("Members that there may be"),
            "invitation_hours": whole("Hours for which an invitation is good"),
            "approval_hours": whole("Hours for which an approval is good"),
            "multiple_accounts": { "description": "Whether members may be linked to other accounts", "type": "boolean" },
            "licences": {
                "description": "Licences that there are, by the attribute that says who has one",
                "type": "object",
                "additionalProperties": whole("How many"),
            },
            "sealed_roles": {
                "description": "Roles that nobody in the account gives, with the sentence that refusals show",
                "type": "object",
                "additionalProperties": { "type": "string" },
            },
        }),
    )
}
