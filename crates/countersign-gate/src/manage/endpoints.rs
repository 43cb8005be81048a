//! Every endpoint of the management API: method, path below the tenant, body, and what it asks.
//!
//! This table is the router, the list that the isolation tests walk, and what the OpenAPI document is made of.

use super::ask::Asked;
use super::parts::Parts;
use crate::answer::Answer;
use countersign_wire::api::command::OverridesBody;
use countersign_wire::api::{Command, Find, Query};
use countersign_wire::record::StatusForm;

/// An endpoint below `/v1/tenants/{tenant}`.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// The method
    pub method: &'static str,
    /// The path; `{…}` stands for one segment
    pub path: &'static str,
    /// The name of the form that its body has, if it has one
    pub body: Option<&'static str>,
    /// The name of the form that it answers with
    pub answer: &'static str,
    /// What it does, in a sentence
    pub summary: &'static str,
    /// Its parameters in the query, beside those that all commands have
    pub query: &'static [&'static str],
    /// Whether it can make something, and then answers with 201
    pub creates: bool,
    pub(super) ask: fn(&mut Parts) -> Result<Asked, Answer>,
}

impl Endpoint {
    /// The ids in the path, if this is it.
    pub(super) fn fits(&self, segments: &[&str]) -> Option<Vec<String>> {
        let mut pattern = self.path.split('/').filter(|piece| !piece.is_empty());
        let mut ids = Vec::new();
        for segment in segments {
            match pattern.next()? {
                piece if piece.starts_with('{') => ids.push((*segment).to_owned()),
                piece if piece == *segment => {}
                _ => return None,
            }
        }
        pattern.next().is_none().then_some(ids)
    }

    /// Whether it makes things that can each be read below its path.
    #[must_use]
    pub fn has_items(&self) -> bool {
        let item = |path: &str| path.strip_prefix(self.path).is_some_and(|rest| matches!(rest, "/{id}" | "/{subject}"));
        self.creates && self.method == "POST" && ENDPOINTS.iter().any(|one| one.method == "GET" && item(one.path))
    }

    /// Whether it changes something.
    #[must_use]
    pub fn is_command(&self) -> bool {
        self.method != "GET"
    }
}

const PAGE: &[&str] = &["cursor", "limit"];
const FIND: &[&str] = &["text", "name", "user_name", "account", "status", "group", "cursor", "limit"];
const LOG: &[&str] = &["actor", "command", "outcome", "what", "since", "until", "after", "limit"];

type Ask = fn(&mut Parts) -> Result<Asked, Answer>;

const fn get(
    path: &'static str,
    answer: &'static str,
    summary: &'static str,
    query: &'static [&'static str],
    ask: Ask,
) -> Endpoint {
    Endpoint { method: "GET", path, body: None, answer, summary, query, creates: false, ask }
}

const fn command(
    method: &'static str,
    path: &'static str,
    body: Option<&'static str>,
    summary: &'static str,
    ask: Ask,
) -> Endpoint {
    Endpoint { method, path, body, answer: "Done", summary, query: &[], creates: false, ask }
}

const fn creates(endpoint: Endpoint) -> Endpoint {
    Endpoint { creates: true, ..endpoint }
}

/// A command that shows more than the revision and an id.
const fn shows(answer: &'static str, endpoint: Endpoint) -> Endpoint {
    Endpoint { answer, ..endpoint }
}

const fn with_path(endpoint: Endpoint) -> Endpoint {
    Endpoint { query: &["path"], ..endpoint }
}

/// The form of an answer of JSON lines.
pub const LINES: &str = "AuditLines";

/// All endpoints.
pub static ENDPOINTS: &[Endpoint] = &[
    creates(command("PUT", "/", Some("Import"), "Sets the tenant up, or replaces all of it; for operators", |p| {
        Ok(Command::Import(p.body()?).into())
    })),
    shows(
        "DoneImporting",
        command(
            "POST",
            "/import",
            Some("ImportPart"),
            "Adds members by the thousand, or brings them up to date; for operators",
            |p| Ok(Command::ImportPart(p.body()?).into()),
        ),
    ),
    get("/export", "TenantFile", "The tenant as a tenant file", &[], |_| Ok(Query::Export.into())),
    get(
        "/export/parts",
        "TenantPart",
        "A part of the tenant as a tenant file: join the lists of all parts",
        PAGE,
        |p| Ok(Query::ExportPart(p.page()?).into()),
    ),
    // Members
    get("/members", "MemberList", "Members, by what is looked for", FIND, |p| {
        let find = Find {
            text: p.take("text"),
            name: p.take("name"),
            user_name: p.take("user_name"),
            account: p.take("account"),
            status: p.take("status"),
            group: p.take("group"),
            page: p.page()?,
        };
        Ok(Query::Members(find).into())
    }),
    creates(command("POST", "/members", Some("NewMember"), "Adds a member, invited now, later, or not at all", |p| {
        Ok(Command::CreateMember(p.body()?).into())
    })),
    get("/members/{subject}", "MemberView", "One member", &[], |p| Ok(Query::Member { subject: p.id(0) }.into())),
    command("PATCH", "/members/{subject}", Some("MemberEdit"), "Changes what is written down of a member", |p| {
        Ok(Command::EditMember { subject: p.id(0), edit: p.body()? }.into())
    }),
    command("DELETE", "/members/{subject}", None, "Removes a member; its id is never used again", |p| {
        Ok(Command::DeleteMember { subject: p.id(0) }.into())
    }),
    command("POST", "/members/{subject}/activate", None, "Activates a member", |p| status(p, StatusForm::Active)),
    command("POST", "/members/{subject}/deactivate", None, "Deactivates a member at once", |p| {
        status(p, StatusForm::Deactivated)
    }),
    command("POST", "/members/{subject}/lock", None, "Locks a member out", |p| status(p, StatusForm::Locked)),
    command("POST", "/members/{subject}/unlock", None, "Lets a locked member in again", |p| {
        status(p, StatusForm::Active)
    }),
    command("POST", "/members/{subject}/invite", None, "Invites a member, or invites it again", |p| {
        Ok(Command::SendInvitation { subject: p.id(0) }.into())
    }),
    get("/members/{subject}/rights", "RightsView", "A member's rights, as an editor shows them", &["scope"], |p| {
        Ok(Query::Rights { subject: p.id(0), scope: p.take("scope") }.into())
    }),
    command(
        "PUT",
        "/members/{subject}/overrides",
        Some("OverrideBody"),
        "Sets a right to allow, deny or inherit",
        |p| Ok(Command::SetOverride { subject: p.id(0), body: p.body()? }.into()),
    ),
    command(
        "PUT",
        "/members/{subject}/overrides/all",
        Some("OverridesBody"),
        "Sets every right to allow, deny or inherit",
        |p| {
            let OverridesBody { effect, scope } = p.body()?;
            Ok(Command::SetAllOverrides { subject: p.id(0), effect, scope }.into())
        },
    ),
    // Invitations
    get("/invitations", "InvitationList", "Invitations that were not accepted yet", PAGE, |p| {
        Ok(Query::Invitations(p.page()?).into())
    }),
    command("DELETE", "/invitations/{id}", None, "Takes an invitation back", |p| {
        Ok(Command::RevokeInvitation { id: p.id(0) }.into())
    }),
    command("POST", "/invitations/accept", Some("SecretBody"), "Accepts an invitation", |p| {
        let body: countersign_wire::api::command::SecretBody = p.body()?;
        Ok(Command::AcceptInvitation { secret: body.secret }.into())
    }),
    // Groups
    get("/groups", "GroupList", "Groups", PAGE, |p| Ok(Query::Groups(p.page()?).into())),
    creates(command("POST", "/groups", Some("GroupBody"), "Adds a group", |p| {
        Ok(Command::CreateGroup(p.body()?).into())
    })),
    get("/groups/{id}", "GroupView", "One group", &[], |p| Ok(Query::Group { id: p.id(0) }.into())),
    command("PUT", "/groups/{id}", Some("GroupBody"), "Changes a group's name", |p| {
        Ok(Command::EditGroup { id: p.id(0), body: p.body()? }.into())
    }),
    command("DELETE", "/groups/{id}", None, "Removes a group, and what it was given", |p| {
        Ok(Command::DeleteGroup { id: p.id(0) }.into())
    }),
    get("/groups/{id}/members", "MemberList", "Who is in a group", PAGE, |p| {
        Ok(Query::GroupMembers { id: p.id(0), page: p.page()? }.into())
    }),
    command("PUT", "/groups/{id}/members/{subject}", None, "Puts a member into a group", |p| {
        Ok(Command::AddToGroup { id: p.id(0), subject: p.id(1) }.into())
    }),
    command("DELETE", "/groups/{id}/members/{subject}", None, "Takes a member out of a group", |p| {
        Ok(Command::RemoveFromGroup { id: p.id(0), subject: p.id(1) }.into())
    }),
    // Roles
    get("/roles", "RoleList", "Roles, the model's included", PAGE, |p| Ok(Query::Roles(p.page()?).into())),
    creates(command("POST", "/roles", Some("RoleBody"), "Adds a custom role", |p| {
        Ok(Command::CreateRole(p.body()?).into())
    })),
    get("/roles/{id}", "RoleView", "One role", &[], |p| Ok(Query::Role { id: p.id(0) }.into())),
    command("PUT", "/roles/{id}", Some("RoleBody"), "Replaces a custom role", |p| {
        Ok(Command::EditRole { id: p.id(0), body: p.body()? }.into())
    }),
    command("DELETE", "/roles/{id}", None, "Removes a custom role", |p| Ok(Command::DeleteRole { id: p.id(0) }.into())),
    // Assignments
    get("/assignments", "AssignmentList", "Assignments", &["to", "role", "cursor", "limit"], |p| {
        Ok(Query::Assignments { to: p.take("to"), role: p.take("role"), page: p.page()? }.into())
    }),
    creates(command("POST", "/assignments", Some("Assign"), "Gives a role", |p| Ok(Command::Assign(p.body()?).into()))),
    shows(
        "DoneMany",
        creates(command("POST", "/assignments/bulk", Some("BulkBody"), "Gives roles, all or none", |p| {
            let body: countersign_wire::api::command::BulkBody = p.body()?;
            Ok(Command::AssignMany { assignments: body.assignments }.into())
        })),
    ),
    get("/assignments/{id}", "AssignmentView", "One assignment", &[], |p| Ok(Query::Assignment { id: p.id(0) }.into())),
    command("DELETE", "/assignments/{id}", None, "Takes an assignment back", |p| {
        Ok(Command::Unassign { id: p.id(0) }.into())
    }),
    // Tokens
    get("/tokens", "TokenList", "API tokens, without their secrets", PAGE, |p| Ok(Query::Tokens(p.page()?).into())),
    shows(
        "DoneToken",
        creates(command("POST", "/tokens", Some("TokenBody"), "Makes an API token; its secret is shown once", |p| {
            Ok(Command::CreateToken(p.body()?).into())
        })),
    ),
    shows(
        "DoneToken",
        command("POST", "/tokens/{id}/rotate", None, "Replaces a token's secret at once", |p| {
            Ok(Command::RotateToken { id: p.id(0) }.into())
        }),
    ),
    command("DELETE", "/tokens/{id}", None, "Revokes a token at once", |p| {
        Ok(Command::RevokeToken { id: p.id(0) }.into())
    }),
    // Support
    get("/support", "SupportView", "Whether support access is open", &[], |_| Ok(Query::Support.into())),
    creates(command("POST", "/support", Some("SupportBody"), "Lets the support user in for a time", |p| {
        Ok(Command::AuthoriseSupport(p.body()?).into())
    })),
    command("DELETE", "/support", None, "Ends support access at once", |_| Ok(Command::DisableSupport.into())),
    // Settings
    get("/settings", "SettingsView", "The tenant's settings, seats and licences", &[], |_| Ok(Query::Settings.into())),
    command("PATCH", "/settings", Some("SettingsEdit"), "Changes the tenant's settings", |p| {
        Ok(Command::EditSettings(p.body()?).into())
    }),
    // Approval policies and requests
    get("/approval-policies", "ApprovalPolicyList", "Approval policies", PAGE, |p| {
        Ok(Query::ApprovalPolicies(p.page()?).into())
    }),
    creates(command("POST", "/approval-policies", Some("ApprovalPolicyBody"), "Adds an approval policy", |p| {
        Ok(Command::CreateApprovalPolicy(p.body()?).into())
    })),
    get("/approval-policies/{id}", "ApprovalPolicyView", "One approval policy", &[], |p| {
        Ok(Query::ApprovalPolicy { id: p.id(0) }.into())
    }),
    command("PUT", "/approval-policies/{id}", Some("ApprovalPolicyBody"), "Replaces an approval policy", |p| {
        Ok(Command::EditApprovalPolicy { id: p.id(0), body: p.body()? }.into())
    }),
    command("DELETE", "/approval-policies/{id}", None, "Removes an approval policy", |p| {
        Ok(Command::DeleteApprovalPolicy { id: p.id(0) }.into())
    }),
    get("/requests", "RequestList", "Requests that you made or may approve", &["status", "cursor", "limit"], |p| {
        Ok(Query::Requests { status: p.take("status"), page: p.page()? }.into())
    }),
    creates(command("POST", "/requests", Some("RequestBody"), "Asks for an approval", |p| {
        Ok(Command::RequestApproval(p.body()?).into())
    })),
    get("/requests/{id}", "RequestView", "One request", &[], |p| Ok(Query::Request { id: p.id(0) }.into())),
    command("POST", "/requests/{id}/approve", None, "Approves a request", |p| {
        Ok(Command::Approve { id: p.id(0) }.into())
    }),
    command("POST", "/requests/{id}/reject", Some("ReasonBody"), "Rejects a request, with a reason", |p| {
        let body: countersign_wire::api::command::ReasonBody = p.body()?;
        Ok(Command::Reject { id: p.id(0), reason: body.reason }.into())
    }),
    command("POST", "/requests/{id}/withdraw", None, "Takes your own request back", |p| {
        Ok(Command::WithdrawRequest { id: p.id(0) }.into())
    }),
    creates(command("POST", "/requests/{id}/resubmit", None, "Asks again", |p| {
        Ok(Command::ResubmitRequest { id: p.id(0) }.into())
    })),
    command("POST", "/requests/{id}/use", None, "Notes that an approved request was used", |p| {
        Ok(Command::UseRequest { id: p.id(0) }.into())
    }),
    // Resources
    get("/resources", "ResourceList", "Registered resources", &["below", "cursor", "limit"], |p| {
        Ok(Query::Resources { below: p.take("below"), page: p.page()? }.into())
    }),
    creates(command("POST", "/resources", Some("ResourceBody"), "Registers a resource", |p| {
        Ok(Command::RegisterResource(p.body()?).into())
    })),
    get("/resource", "ResourceView", "One registered resource", &["path"], |p| {
        Ok(Query::Resource { path: p.required("path")? }.into())
    }),
    with_path(command("PUT", "/resource", Some("AttributesBody"), "Replaces a resource's stored attributes", |p| {
        let body: countersign_wire::api::command::AttributesBody = p.body()?;
        Ok(Command::EditResource { path: p.required("path")?, attributes: body.attributes }.into())
    })),
    with_path(command("DELETE", "/resource", None, "Removes a resource with what was granted there", |p| {
        Ok(Command::DeleteResource { path: p.required("path")? }.into())
    })),
    command("POST", "/resources/move", Some("MoveBody"), "Moves a resource and all below it", |p| {
        Ok(Command::MoveResource(p.body()?).into())
    }),
    // Webhooks and notifications
    get("/webhooks", "WebhookList", "Webhooks", PAGE, |p| Ok(Query::Webhooks(p.page()?).into())),
    shows(
        "DoneWebhook",
        creates(command("POST", "/webhooks", Some("WebhookBody"), "Adds a webhook; its secret is shown once", |p| {
            Ok(Command::CreateWebhook(p.body()?).into())
        })),
    ),
    shows(
        "DoneWebhook",
        command("PATCH", "/webhooks/{id}", Some("WebhookEdit"), "Changes a webhook", |p| {
            Ok(Command::EditWebhook { id: p.id(0), edit: p.body()? }.into())
        }),
    ),
    command("DELETE", "/webhooks/{id}", None, "Removes a webhook", |p| {
        Ok(Command::DeleteWebhook { id: p.id(0) }.into())
    }),
    get("/webhooks/{id}/dead-letters", "DeadLetterList", "Deliveries that failed for good", PAGE, |p| {
        Ok(Query::DeadLetters { id: p.id(0), page: p.page()? }.into())
    }),
    command("POST", "/webhooks/{id}/dead-letters/{delivery}/redeliver", None, "Delivers a dead letter again", |p| {
        Ok(Command::Redeliver { id: p.id(0), delivery: p.id(1) }.into())
    }),
    get("/me/notifications", "NotificationList", "Your notifications, newest first", PAGE, |p| {
        Ok(Query::Notifications(p.page()?).into())
    }),
    command("POST", "/me/notifications/read", Some("IdsBody"), "Marks notifications as read", |p| {
        let body: countersign_wire::api::command::IdsBody = p.body()?;
        Ok(Command::MarkRead { ids: body.ids }.into())
    }),
    shows(
        "DoneNotifying",
        command("POST", "/notifications", Some("NotifyBody"), "Tells members that something happened", |p| {
            let countersign_wire::api::command::NotifyBody { event, to, data } = p.body()?;
            Ok(Command::Notify { event, to, data }.into())
        }),
    ),
    // Links
    get("/me/links", "LinkList", "Your other accounts", PAGE, |p| Ok(Query::Links(p.page()?).into())),
    creates(command(
        "POST",
        "/links",
        Some("LinkBody"),
        "Links a floating member with a member of another tenant",
        |p| Ok(Command::Link(p.body()?).into()),
    )),
    command("POST", "/links/{id}/accept", None, "Accepts a link that another tenant asked for", |p| {
        Ok(Command::AcceptLink { id: p.id(0) }.into())
    }),
    command("DELETE", "/links/{id}", None, "Ends a link", |p| Ok(Command::Unlink { id: p.id(0) }.into())),
    // The log
    get("/audit", "AuditPage", "The audit log, oldest first", LOG, |p| {
        Ok(Query::Audit {
            actor: p.take("actor"),
            command: p.take("command"),
            outcome: p.take("outcome"),
            what: p.take("what"),
            since: p.take("since"),
            until: p.take("until"),
            after: p.number("after", 0)?,
            limit: p.number("limit", 200)?,
        }
        .into())
    }),
    get(
        "/audit/lines",
        LINES,
        "The audit log as JSON lines, oldest first, for `countersign audit verify`",
        &["after"],
        |p| Ok(Query::AuditLines { after: p.number("after", 0)? }.into()),
    ),
    get("/audit/checkpoint", "Checkpoint", "What the audit log comes to now, signed: keep it elsewhere", &[], |_| {
        Ok(Query::Checkpoint.into())
    }),
];

fn status(p: &Parts, status: StatusForm) -> Result<Asked, Answer> {
    Ok(Command::SetStatus { subject: p.id(0), status }.into())
}
