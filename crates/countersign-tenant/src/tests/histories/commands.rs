//! Random commands: mostly sensible, about things that exist, and of every kind.

use super::world::World;
use crate::{Memory, State};
use countersign_wire::api::{
    ApprovalPolicyBody, Assign, Command, GroupBody, Inheriting, Invite, MemberEdit, MoveBody, NewMember, OverrideBody,
    RequestBody, ResourceBody, RoleBody, SettingsEdit, SupportBody, TokenBody, WebhookBody,
};
use countersign_wire::record::StatusForm;
use fastrand::Rng;
use serde_json::{Value, json};

pub(super) const PERMISSIONS: [&str; 10] = [
    "sign:edit",
    "sign:*",
    "project:edit",
    "order:place",
    "sign:view",
    "assignment:create",
    "role:edit",
    "member:lock",
    "override:set",
    "sign:approve",
];
const ROLES: [&str; 13] = [
    "owner", "lead", "editor", "viewer", "clerk", "people", "roles", "setter", "muted", "licensed", "night", "made",
    "mover",
];
const SCOPES: [&str; 6] = ["/", "/", "project:p", "project:q", "project:p/sign:1", "project:q/sign:1"];
const PATHS: [&str; 6] =
    ["project:p", "project:q", "project:p/sign:1", "project:q/sign:moved", "order:1", "project:new"];

fn one<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

fn text(rng: &mut Rng, of: &[&str]) -> String {
    one(rng, of).to_owned()
}

fn window(rng: &mut Rng) -> (Option<String>, Option<String>) {
    match rng.u8(..8) {
        0 => (None, Some("2026-03-01T15:00:00Z".to_owned())),
        1 => (Some("2026-03-01T20:00:00Z".to_owned()), None),
        2 => (None, Some("2026-03-03T00:00:00Z".to_owned())),
        _ => (None, None),
    }
}

fn member(rng: &mut Rng, state: &Memory) -> String {
    rng.choice(super::members(state)).unwrap_or_default()
}

fn documented(rng: &mut Rng, state: &Memory, prefix: &str) -> String {
    let all = state.docs(prefix, "", 100).expect("memory");
    let ids: Vec<String> = all.iter().filter_map(|(key, _)| key.strip_prefix(prefix)).map(str::to_owned).collect();
    rng.choice(ids).unwrap_or_else(|| "none".to_owned())
}

fn assign(rng: &mut Rng, state: &Memory) -> Assign {
    let to =
        if rng.u8(..5) == 0 { format!("group:{}", text(rng, &["team", "empty", "made"])) } else { member(rng, state) };
    let (from, until) = window(rng);
    let when = (rng.u8(..10) == 0).then(|| "subject.licensed".to_owned());
    Assign { to, role: text(rng, &ROLES), scope: text(rng, &SCOPES), from, until, when }
}

fn role(rng: &mut Rng) -> Value {
    let mut role = json!({ "id": one(rng, &["made", "night", "other"]) });
    let permissions = |rng: &mut Rng| (0..rng.usize(1..3)).map(|_| one(rng, &PERMISSIONS)).collect::<Vec<_>>();
    role["allow"] = json!(permissions(rng));
    match rng.u8(..6) {
        0 => role["deny"] = json!(permissions(rng)),
        1 => role["assigns"] = json!([one(rng, &ROLES)]),
        2 => role["includes"] = json!([one(rng, &ROLES)]),
        3 => role["when"] = json!("subject.licensed"),
        _ => {}
    }
    role
}

fn values(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// A random command.
pub(super) fn random(rng: &mut Rng, _world: &World, state: &Memory) -> Command {
    match rng.u8(..56) {
        0..=8 => Command::Assign(assign(rng, state)),
        9 => Command::AssignMany { assignments: (0..rng.usize(1..4)).map(|_| assign(rng, state)).collect() },
        10..=14 => Command::Unassign { id: documented(rng, state, crate::doc::HOLDER) },
        15..=19 => {
            let (from, until) = window(rng);
            let effect = one(rng, &[Inheriting::Allow, Inheriting::Deny, Inheriting::Inherit]);
            let body =
                OverrideBody { permission: text(rng, &PERMISSIONS), scope: text(rng, &SCOPES), effect, from, until };
            Command::SetOverride { subject: member(rng, state), body }
        }
        20 => {
            let effect = one(rng, &[Inheriting::Allow, Inheriting::Deny, Inheriting::Inherit]);
            Command::SetAllOverrides { subject: member(rng, state), effect, scope: None }
        }
        21..=24 => {
            let status = one(rng, &[StatusForm::Active, StatusForm::Deactivated, StatusForm::Locked]);
            Command::SetStatus { subject: member(rng, state), status }
        }
        25..=26 => Command::CreateMember(NewMember {
            subject: Some(format!("user:new{}", rng.u8(..6))),
            user_name: (rng.bool()).then(|| format!("new{}@example.com", rng.u8(..6))),
            groups: if rng.u8(..3) == 0 { vec!["team".to_owned()] } else { Vec::new() },
            assignments: if rng.bool() { vec![Assign { to: String::new(), ..assign(rng, state) }] } else { Vec::new() },
            invite: one(rng, &[Invite::No, Invite::Now, Invite::Later]),
            attributes: if rng.u8(..4) == 0 { values(json!({ "licensed": true })) } else { values(json!({})) },
            ..NewMember::default()
        }),
        27 => Command::DeleteMember { subject: member(rng, state) },
        28..=29 => {
            let attributes = values(json!({ "licensed": rng.bool() }));
            Command::EditMember {
                subject: member(rng, state),
                edit: MemberEdit { attributes, ..MemberEdit::default() },
            }
        }
        30 => Command::SendInvitation { subject: member(rng, state) },
        31 => Command::RevokeInvitation { id: documented(rng, state, crate::doc::INVITATION) },
        32 => Command::CreateGroup(GroupBody { id: text(rng, &["made", "team"]), name: None }),
        33 => Command::DeleteGroup { id: text(rng, &["made", "team", "empty"]) },
        34..=36 => Command::AddToGroup { id: text(rng, &["made", "team", "empty"]), subject: member(rng, state) },
        37 => Command::RemoveFromGroup { id: text(rng, &["made", "team", "empty"]), subject: member(rng, state) },
        38..=39 => Command::CreateRole(RoleBody(values(role(rng)))),
        40..=41 => {
            let body = role(rng);
            let id = body["id"].as_str().unwrap_or_default().to_owned();
            Command::EditRole { id, body: RoleBody(values(body)) }
        }
        42 => Command::DeleteRole { id: text(rng, &["made", "night", "other"]) },
        43 => Command::CreateToken(TokenBody { subject: "service:ci".to_owned(), name: "t".to_owned(), expires: None }),
        44 => Command::AuthoriseSupport(SupportBody {
            subject: "support:vendor".to_owned(),
            role: text(rng, &ROLES),
            reason: "help".to_owned(),
            until: None,
        }),
        45 => Command::DisableSupport,
        46 => Command::EditSettings(SettingsEdit { seats: Some(rng.u32(..12)), ..SettingsEdit::default() }),
        47 => Command::CreateApprovalPolicy(ApprovalPolicyBody {
            id: text(rng, &["big", "all"]),
            name: None,
            permissions: vec![text(rng, &["order:place", "sign:edit"])],
            when: None,
            approvers: vec![format!("role:{}", one(rng, &ROLES))],
            quorum: 1,
        }),
        48 => Command::DeleteApprovalPolicy { id: text(rng, &["big", "all"]) },
        49 => Command::RequestApproval(RequestBody {
            action: "place".to_owned(),
            resource: "order:1".to_owned(),
            attributes: values(json!({})),
            context: values(json!({ "cost": 10 })),
            subject_attributes: values(json!({})),
            action_attributes: values(json!({})),
            note: None,
        }),
        50 => Command::Approve { id: documented(rng, state, crate::doc::REQUEST) },
        51 => Command::UseRequest { id: documented(rng, state, crate::doc::REQUEST) },
        52 => Command::MoveResource(MoveBody { from: text(rng, &PATHS), to: text(rng, &PATHS) }),
        53 => Command::RegisterResource(ResourceBody { path: text(rng, &PATHS), attributes: values(json!({})) }),
        54 => Command::DeleteResource { path: text(rng, &PATHS) },
        _ => Command::CreateWebhook(WebhookBody { url: "https://example.com/hook".to_owned(), events: Vec::new() }),
    }
}
