//! Everything that can be done to a tenant.

use super::Values;
use crate::record::StatusForm;
use serde::{Deserialize, Serialize};

mod bodies;
mod people;

pub use bodies::{
    ApprovalPolicyBody, AttributesBody, BulkBody, IdsBody, LinkBody, MoveBody, NotifyBody, OverridesBody, ReasonBody,
    RequestBody, ResourceBody, SecretBody, SettingsEdit, SupportBody, TokenBody, WebhookBody, WebhookEdit,
};
pub use people::{
    Assign, GroupBody, Import, ImportPart, Inheriting, Invite, MemberEdit, NewMember, OverrideBody, RoleBody,
};

/// A command. Its body over HTTP is what it holds; ids stand in the path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Sets the tenant up, or replaces all of it
    Import(Import),
    /// Adds members with all that they are given, or makes them what is written
    ImportPart(ImportPart),

    /// Adds a member
    CreateMember(NewMember),
    /// Changes what is written down of a member
    EditMember {
        /// Who
        subject: String,
        /// What changes
        edit: MemberEdit,
    },
    /// Sets a member's status
    SetStatus {
        /// The member
        subject: String,
        /// The new status
        status: StatusForm,
    },
    /// Removes a member; its id is never used again
    DeleteMember {
        /// Who
        subject: String,
    },
    /// Invites a member that was added before, or invites again
    SendInvitation {
        /// Who
        subject: String,
    },
    /// Takes an invitation back; the member stays invited and can be invited again
    RevokeInvitation {
        /// The invitation's id
        id: String,
    },
    /// Accepts an invitation
    AcceptInvitation {
        /// The invitation's secret
        secret: String,
    },

    /// Adds a group
    CreateGroup(GroupBody),
    /// Changes a group's name
    EditGroup {
        /// Its id
        id: String,
        /// What it is to be
        body: GroupBody,
    },
    /// Removes a group
    DeleteGroup {
        /// Its id
        id: String,
    },
    /// Puts a member into a group
    AddToGroup {
        /// The group's id
        id: String,
        /// Who
        subject: String,
    },
    /// Takes a member out of a group
    RemoveFromGroup {
        /// The group's id
        id: String,
        /// Who
        subject: String,
    },

    /// Adds a custom role
    CreateRole(RoleBody),
    /// Replaces a custom role
    EditRole {
        /// Its id
        id: String,
        /// What it is to be
        body: RoleBody,
    },
    /// Removes a custom role
    DeleteRole {
        /// Its id
        id: String,
    },

    /// Gives a role
    Assign(Assign),
    /// Gives roles, all or none
    AssignMany {
        /// The assignments
        assignments: Vec<Assign>,
    },
    /// Takes an assignment back
    Unassign {
        /// The assignment's id
        id: String,
    },
    /// Sets one right of a member to allow, deny or inherit
    SetOverride {
        /// Whose
        subject: String,
        /// Which right, where, to what
        body: OverrideBody,
    },
    /// Sets every right of a member to allow, deny or inherit
    SetAllOverrides {
        /// Whose
        subject: String,
        /// To what
        effect: Inheriting,
        /// Where; the root if left out
        scope: Option<String>,
    },

    /// Makes an API token for a service
    CreateToken(TokenBody),
    /// Replaces a token's secret; the old one ends at once
    RotateToken {
        /// Its id
        id: String,
    },
    /// Ends a token at once
    RevokeToken {
        /// Its id
        id: String,
    },

    /// Lets the support user in for a time
    AuthoriseSupport(SupportBody),
    /// Ends support access at once
    DisableSupport,

    /// Changes the tenant's settings
    EditSettings(SettingsEdit),

    /// Adds an approval policy
    CreateApprovalPolicy(ApprovalPolicyBody),
    /// Replaces an approval policy
    EditApprovalPolicy {
        /// Its id
        id: String,
        /// What it is to be
        body: ApprovalPolicyBody,
    },
    /// Removes an approval policy
    DeleteApprovalPolicy {
        /// Its id
        id: String,
    },
    /// Asks for an approval
    RequestApproval(RequestBody),
    /// Approves a request
    Approve {
        /// Its id
        id: String,
    },
    /// Rejects a request
    Reject {
        /// Its id
        id: String,
        /// Why; the requester reads it
        reason: String,
    },
    /// Takes one's own request back
    WithdrawRequest {
        /// Its id
        id: String,
    },
    /// Asks again what was rejected, withdrawn or expired
    ResubmitRequest {
        /// Its id
        id: String,
    },
    /// Notes that an approved request was used; it is good once
    UseRequest {
        /// Its id
        id: String,
    },
    /// Asks for an approval of what a member is about to do; whoever stands in its way asks
    RequestApprovalFor {
        /// The member
        requester: String,
        /// What it is about to do
        body: RequestBody,
    },
    /// Uses an approved request up for exactly what it was approved for, which is about to be done
    UseRequestFor {
        /// Its id
        id: String,
        /// The member
        requester: String,
        /// What it is about to do
        body: RequestBody,
    },

    /// Registers a resource
    RegisterResource(ResourceBody),
    /// Replaces a resource's stored attributes
    EditResource {
        /// Its path
        path: String,
        /// The attributes
        attributes: Values,
    },
    /// Moves a resource and all below it
    MoveResource(MoveBody),
    /// Removes a resource and all below it from the registry, with what was granted there
    DeleteResource {
        /// Its path
        path: String,
    },

    /// Adds a webhook
    CreateWebhook(WebhookBody),
    /// Changes a webhook
    EditWebhook {
        /// Its id
        id: String,
        /// What changes
        edit: WebhookEdit,
    },
    /// Removes a webhook
    DeleteWebhook {
        /// Its id
        id: String,
    },
    /// Delivers a dead letter again
    Redeliver {
        /// The webhook's id
        id: String,
        /// The delivery's id
        delivery: String,
    },
    /// Marks one's own notifications as read
    MarkRead {
        /// Their ids
        ids: Vec<String>,
    },
    /// Notes that something happened that members are told of
    Notify {
        /// What: `payment.recorded`
        event: String,
        /// Who is told: `role:…`, `user:…`, `group:…`
        to: Vec<String>,
        /// What it is about
        #[serde(default)]
        data: Values,
    },

    /// Links a floating member to a member of another tenant
    Link(LinkBody),
    /// Accepts a link that another tenant asked for
    AcceptLink {
        /// Its id
        id: String,
    },
    /// Ends a link, or turns down one that was asked for
    Unlink {
        /// Its id
        id: String,
    },
}

impl Command {
    /// The command's name, as the log has it.
    #[must_use]
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(object)) => object.keys().next().cloned().unwrap_or_default(),
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}
