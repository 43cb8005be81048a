//! What texts of the API look like that are more than texts: ids, scopes, moments. For the OpenAPI document alone.
//!
//! A pattern takes everything that the tenant takes. What it takes and the tenant refuses is refused by what it says,
//! with 422: a role that does not exist is still written as a role's id.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// Declares a form of text by its JSON schema; the first line of its documentation is the description.
macro_rules! forms {
    ($($(#[doc = $doc:literal])+ $name:ident $schema:tt)*) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = json_schema!($schema);
                schema.insert("description".to_owned(), [$($doc),+].concat().trim().into());
                schema
            }
        }
    )*};
}

forms! {
    /// A moment, RFC 3339 with an offset
    Moment { "type": "string", "format": "date-time", "examples": ["2026-03-01T12:00:00Z"] }
    /// A name of 1 to 200 characters
    Name { "type": "string", "minLength": 1, "maxLength": 200 }
    /// A name of 1 to 256 bytes
    LongName { "type": "string", "minLength": 1, "maxLength": 256 }
    /// A sentence of 1 to 1,000 characters
    Sentence { "type": "string", "minLength": 1, "maxLength": 1000 }
    /// A mail address or user name: plain Latin letters, with an optional comment before the `@`
    Address {
        "type": "string", "maxLength": 251, "pattern": "^[!-~]+@[!-~]+$",
        "examples": ["ann@example.com", "ann(night)@example.com"]
    }
    /// A user
    UserId { "type": "string", "maxLength": 256, "pattern": "^user:[^/\\x00-\\x1f\\x7f]+$", "examples": ["user:ann"] }
    /// A user or a service, in plain ASCII
    NewSubject {
        "type": "string", "maxLength": 256, "pattern": "^(user|service):[!-.0-~]+$",
        "examples": ["user:ann", "service:ci-main"]
    }
    /// A service
    ServiceId {
        "type": "string", "maxLength": 256, "pattern": "^service:[^/\\x00-\\x1f\\x7f]+$", "examples": ["service:ci-main"]
    }
    /// A support user
    SupportId {
        "type": "string", "maxLength": 256, "pattern": "^support:[^/\\x00-\\x1f\\x7f]+$", "examples": ["support:vendor"]
    }
    /// Who can be given something: a subject or a group
    Holder {
        "type": "string", "maxLength": 256, "pattern": "^((user|service|support|group):[^/\\x00-\\x1f\\x7f]+)?$",
        "examples": ["user:ann", "group:reviewers"]
    }
    /// Who may approve: `role:…`, `user:…` or `group:…`
    Approver {
        "type": "string", "maxLength": 262, "pattern": "^(role|user|service|support|group):[^/\\x00-\\x1f\\x7f]+$",
        "examples": ["role:admin"]
    }
    /// Who is told: `role:…`, `user:…`, `group:…`, or `administrators`
    Recipient {
        "type": "string", "maxLength": 262,
        "pattern": "^(administrators|(role|user|service|support|group):[^/\\x00-\\x1f\\x7f]+)$",
        "examples": ["role:admin", "administrators"]
    }
    /// A role's or approval policy's id
    RoleId { "type": "string", "maxLength": 256, "pattern": "^[A-Za-z0-9_.-]+$", "examples": ["editor"] }
    /// A group's id, without `group:`
    GroupId { "type": "string", "maxLength": 250, "pattern": "^[!-.0-~]+$", "examples": ["reviewers"] }
    /// A tenant's name
    TenantName { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$", "examples": ["acme"] }
    /// Where something acts: `/` for everywhere, or a resource's path
    Scope {
        "type": "string", "pattern": "^(/|[^/:\\x00-\\x1f\\x7f-\\x9f]+:[^/\\x00-\\x1f\\x7f-\\x9f]+(/[^/:\\x00-\\x1f\\x7f-\\x9f]+:[^/\\x00-\\x1f\\x7f-\\x9f]+){0,15})$",
        "examples": ["/", "project:renovation/state:review"]
    }
    /// A resource's path, outermost first
    ResourcePath {
        "type": "string", "pattern": "^[^/:\\x00-\\x1f\\x7f-\\x9f]+:[^/\\x00-\\x1f\\x7f-\\x9f]+(/[^/:\\x00-\\x1f\\x7f-\\x9f]+:[^/\\x00-\\x1f\\x7f-\\x9f]+){0,15}$",
        "examples": ["project:renovation/state:review/sign:42"]
    }
    /// `type:action`, `type:*`, or `*` for everything
    Permission {
        "type": "string", "pattern": "^(\\*|[A-Za-z][A-Za-z0-9_]*:(\\*|[A-Za-z][A-Za-z0-9_]*))$",
        "examples": ["sign:edit", "sign:*"]
    }
    /// A condition in CEL
    Condition { "type": "string", "minLength": 1, "examples": ["context.cost > 50"] }
    /// What happened: words of small letters, digits and `_`, with dots between them
    Event {
        "type": "string", "maxLength": 100, "pattern": "^[a-z0-9_]+(\\.[a-z0-9_]+)*$",
        "examples": ["payment.recorded"]
    }
    /// An event, or all that begin so: `request.*`
    EventPattern {
        "type": "string", "maxLength": 102, "pattern": "^[a-z0-9_]+(\\.[a-z0-9_]+)*(\\.\\*)?$",
        "examples": ["invitation.sent", "request.*"]
    }
    /// Which events are delivered; all if none is named
    EventPatterns {
        "type": "array", "maxItems": 100,
        "items": {
            "type": "string", "maxLength": 102, "pattern": "^[a-z0-9_]+(\\.[a-z0-9_]+)*(\\.\\*)?$"
        }
    }
    /// An https URL with a public name. Operators may name this machine, for development
    WebhookUrl {
        "type": "string", "format": "uri", "maxLength": 2000, "pattern": "^https?://[!-~]+$",
        "examples": ["https://hooks.example.com/countersign"]
    }
    /// A notification's id
    NotificationId { "type": "string", "pattern": "^n[0-9]+$", "examples": ["n17"] }
    /// Hours, up to a year
    Hours { "type": "integer", "minimum": 1, "maximum": 8760 }
    /// What a right is set to
    Setting { "type": "string", "enum": ["allow", "deny", "inherit"] }
    /// What roles say: `depends` where it differs from resource to resource
    Inherited { "type": "string", "enum": ["allow", "deny", "approval", "depends"] }
    /// What comes out: `depends` where it differs from resource to resource
    Outcome { "type": "string", "enum": ["allow", "deny", "approval", "depends"] }
    /// Which resources at the scope: all, itself alone, or those below
    Reach { "type": "string", "enum": ["tree", "itself", "below"] }
    /// How far a request is
    RequestStatus {
        "type": "string",
        "enum": ["pending", "approved", "rejected", "withdrawn", "expired", "stale", "used"]
    }
    /// SHA-256, in hexadecimal
    Hash { "type": "string", "pattern": "^[0-9a-f]*$" }
    /// A role as an entry of `roles` in a tenant file
    Role {
        "type": "object",
        "properties": {
            "id": { "type": "string", "description": "Its id", "maxLength": 256, "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$" },
            "title": {
                "description": "What people read there instead of the id, or such words by the condition under which they are read, with `else`",
                "anyOf": [
                    { "type": "string" },
                    { "type": "object", "required": ["else"], "additionalProperties": { "type": "string" } }
                ]
            },
            "when": { "type": "string", "description": "The condition under which it acts, in CEL" },
            "at": {
                "type": "array", "items": { "type": "string" },
                "description": "Where it may be assigned: `/` and types; anywhere if left out"
            },
            "allow": { "type": "array", "items": { "type": "string" }, "description": "What it allows" },
            "deny": { "type": "array", "items": { "type": "string" }, "description": "What it denies" },
            "includes": {
                "type": "array", "items": { "type": "string" },
                "description": "Roles whose permissions it has too"
            },
            "assigns": {
                "type": "array", "items": { "type": "string" },
                "description": "Roles that its holder may give"
            }
        },
        "additionalProperties": false
    }
    /// A member in a tenant file
    FileMember {
        "type": "object",
        "required": ["subject", "status", "attributes", "groups"],
        "properties": {
            "subject": { "type": "string" },
            "name": { "type": "string" },
            "email": { "type": "string" },
            "status": { "type": "string", "enum": ["invited", "active", "deactivated", "locked"] },
            "attributes": { "type": "object" },
            "groups": { "type": "array", "items": { "type": "string" } }
        }
    }
    /// A group in a tenant file
    FileGroup {
        "type": "object", "required": ["id"],
        "properties": { "id": { "type": "string" }, "name": { "type": "string" } }
    }
    /// An assignment in a tenant file
    FileAssignment {
        "type": "object", "required": ["to", "role", "scope"],
        "properties": {
            "to": { "type": "string" }, "role": { "type": "string" }, "scope": { "type": "string" },
            "from": { "type": "string", "format": "date-time" }, "until": { "type": "string", "format": "date-time" },
            "when": { "type": "string" }
        }
    }
    /// An override in a tenant file
    FileOverride {
        "type": "object", "required": ["subject", "permission", "scope", "effect"],
        "properties": {
            "subject": { "type": "string" }, "permission": { "type": "string" }, "scope": { "type": "string" },
            "effect": { "type": "string", "enum": ["allow", "deny"] },
            "from": { "type": "string", "format": "date-time" }, "until": { "type": "string", "format": "date-time" }
        }
    }
    /// An approval policy in a tenant file
    FilePolicy {
        "type": "object", "required": ["id", "permissions"],
        "properties": {
            "id": { "type": "string" }, "name": { "type": "string" },
            "permissions": { "type": "array", "items": { "type": "string" } }, "when": { "type": "string" },
            "approvers": { "type": "array", "items": { "type": "string" } }, "quorum": { "type": "integer" }
        }
    }
    /// The settings in a tenant file
    FileSettings {
        "type": "object",
        "properties": {
            "account_name": { "type": "string" },
            "seats": { "type": "integer", "minimum": 0 },
            "licences": { "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } },
            "seats_contact": { "type": "string" },
            "multiple_accounts": { "type": "boolean" },
            "invitation_hours": { "type": "integer", "minimum": 1 },
            "approval_hours": { "type": "integer", "minimum": 1 },
            "sealed_roles": { "type": "object", "additionalProperties": { "type": "string" } }
        }
    }
    /// A resource in a tenant file
    FileResource {
        "type": "object", "required": ["path", "attributes"],
        "properties": { "path": { "type": "string" }, "attributes": { "type": "object" } }
    }
}

/// A tenant as a tenant file
#[derive(Debug, JsonSchema)]
pub struct TenantFile {
    /// The members
    pub members: Vec<FileMember>,
    /// The groups
    pub groups: Vec<FileGroup>,
    /// The tenant's own roles
    pub roles: Vec<Role>,
    /// What members and groups were given
    pub assignments: Vec<FileAssignment>,
    /// What single members were allowed or denied
    pub overrides: Vec<FileOverride>,
    /// The approval policies
    pub approval_policies: Vec<FilePolicy>,
    /// The registered resources
    pub resources: Vec<FileResource>,
    /// The settings, where any were ever set
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub settings: Option<FileSettings>,
}

/// A part of a tenant as a tenant file: the first has all but the members, each has some of these
#[derive(Debug, JsonSchema)]
pub struct TenantPart {
    /// The lists of the part
    #[schemars(flatten)]
    pub file: TenantFile,
    /// The cursor of the next part; the last has none
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a command comes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Done {
    /// The tenant's revision since
    pub revision: u64,
    /// The id of what was made
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// What giving several roles comes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DoneMany {
    /// The tenant's revision since
    pub revision: u64,
    /// The ids of the assignments, in the order in which they were sent
    pub ids: Vec<String>,
}

/// What making a token, or replacing its secret, comes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DoneToken {
    /// The tenant's revision since
    pub revision: u64,
    /// The token's id
    pub id: String,
    /// The secret, shown this once; a command that was sent again with its key is answered without it
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When the token ends; never if null
    pub expires: Option<Moment>,
}

/// What making or changing a webhook comes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DoneWebhook {
    /// The tenant's revision since
    pub revision: u64,
    /// The webhook's id, where it or its secret is new
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The new secret, shown this once; a command that was sent again with its key is answered without it
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// What a part of an import comes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DoneImporting {
    /// The tenant's revision since
    pub revision: u64,
    /// How many members the part has
    pub members: u64,
    /// How many of them were not there before
    pub added: u64,
    /// How many of them were there and are another way now
    pub changed: u64,
}

/// What telling members comes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DoneNotifying {
    /// The tenant's revision since
    pub revision: u64,
    /// How many members are told
    pub told: u64,
    /// Whether there are more of them than can be told
    pub more: bool,
}
