//! A tenant with all kinds of helpers in it, for the tests of members, groups and invitations.

use crate::command::internal;
use crate::{Actor, Memory, Outcome, execute, secret, tick};
use countersign_wire::api::{Assign, Command, GroupBody, Invite, MemberEdit, NewMember, Query, QueryAnswer, QueryCall};
use countersign_wire::record::StatusForm;
use countersign_wire::stored::{Invitation, Settings};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const MODEL: &str = r#"
name = "people"
[types.project]
actions = ["view", "edit"]
[types.sign]
parent = "project"
actions = ["view", "edit"]
[subject.attributes]
licensed = "bool"
dept = "string"
floor = "int"
budget = "decimal"
[roles.owner]
at = ["/"]
title = "Owner"
allow = ["*"]
assigns = ["owner", "lead", "viewer", "editor", "muted", "helper"]
[roles.lead]
at = ["project"]
allow = ["project:*", "sign:*"]
[roles.viewer]
allow = ["project:view", "sign:view"]
[roles.editor]
when = "subject.licensed"
allow = ["sign:edit"]
[roles.muted]
deny = ["sign:edit"]
[roles.helper]
allow = ["member:*", "invitation:*", "group:*", "assignment:create"]
assigns = ["viewer"]
[[rules]]
effect = "permit"
permissions = ["sign:view"]
when = "subject.dept == 'audit'"
"#;

/// Olga owns, Hal helps and may give `viewer`, Vera is in a group of viewers, Leo leads a project, Ed edits if he is
/// licensed, Mel is muted.
pub(super) const PEOPLE: &str = r#"
members = [
    { subject = "user:olga", name = "Olga", email = "Olga@Example.com" },
    { subject = "user:otto" },
    { subject = "user:hal" },
    { subject = "user:vera", groups = ["viewers"] },
    { subject = "user:leo" },
    { subject = "user:ed", attributes = { licensed = false } },
    { subject = "user:mel" },
    { subject = "user:ines", status = "invited", email = "ines@example.com" },
    { subject = "service:idp" },
]
groups = [{ id = "viewers" }, { id = "owners" }, { id = "muted" }, { id = "empty" }]
assignments = [
    { to = "user:olga", role = "owner" },
    { to = "user:otto", role = "owner" },
    { to = "user:hal", role = "helper" },
    { to = "user:leo", role = "lead", scope = "project:p" },
    { to = "user:ed", role = "editor" },
    { to = "user:mel", role = "muted" },
    { to = "group:viewers", role = "viewer" },
    { to = "group:owners", role = "owner" },
    { to = "group:muted", role = "muted" },
    { to = "service:idp", role = "helper" },
]
"#;

/// A tenant that commands are given to, at a time.
#[derive(Clone)]
pub(super) struct World {
    pub(super) state: Memory,
    pub(super) now: i64,
    chance: u8,
    /// The id of what was made last
    pub(super) made: String,
    /// The secrets that were sent last, by invitation
    pub(super) sent: BTreeMap<String, String>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::of(MODEL, PEOPLE)
    }

    pub(super) fn of(model: &str, people: &str) -> Self {
        Self { state: super::set_up(model, people), now: 1_000, chance: 0, made: String::new(), sent: BTreeMap::new() }
    }

    /// `done`, `nothing to do`, or the code of the refusal.
    pub(super) fn give(&mut self, who: &str, command: &Command) -> String {
        self.chance = self.chance.wrapping_add(1);
        let actor = Actor { subject: who.to_owned(), operator: who.starts_with("operator:") };
        match execute(&self.state, &actor, command, self.now, [self.chance; 32]).expect("memory can be read") {
            Outcome::Refused { refusal, .. } => {
                assert!(refusal.detail.ends_with('.') || refusal.detail.contains('\n'), "no sentence: {refusal:?}");
                refusal.code
            }
            Outcome::Done(commit) if commit.events.is_empty() => "nothing to do".to_owned(),
            Outcome::Done(commit) => {
                self.state.apply(&commit);
                self.made = commit.id.unwrap_or_default();
                self.note_secrets();
                "done".to_owned()
            }
        }
    }

    #[track_caller]
    pub(super) fn check(&mut self, who: &str, command: &Command, expected: &str) {
        let before = self.state.clone();
        assert_eq!(self.give(who, command), expected, "{who}: {command:?}");
        if expected != "done" {
            assert_eq!(self.state, before, "a refusal changes nothing");
        }
    }

    fn note_secrets(&mut self) {
        let all = crate::doc::list::<Invitation>(&self.state, "invitation/", "", 100).expect("memory");
        for (id, invitation) in all {
            let secret = self.secret(&id);
            if invitation.digest == Some(crate::digest(secret.as_bytes())) {
                self.sent.insert(id, secret);
            }
        }
    }

    /// The secret of the invitation that the last command sent.
    pub(super) fn secret(&self, invitation: &str) -> String {
        format!("{invitation}.{}", secret::derive(&[self.chance; 32], &format!("invitation {invitation}")))
    }

    pub(super) fn settings(&mut self, settings: &Settings) {
        let mut draft = internal(&self.state, self.now, [0; 32]).expect("memory").expect("it is set up");
        draft.put_doc("settings".to_owned(), settings).expect("it can be written");
        let commit = draft.commit().expect("memory");
        self.state.apply(&commit);
    }

    /// Lets time pass, and what is due happen.
    pub(super) fn wait(&mut self, millis: i64) {
        self.now += millis;
        while let Some(commit) = tick(&self.state, self.now, [0; 32]).expect("memory") {
            self.state.apply(&commit);
        }
    }

    /// What is shown, or the code of the refusal.
    pub(super) fn ask(&self, who: &str, query: Query) -> Result<Value, String> {
        let call = QueryCall { actor: who.to_owned(), operator: who.starts_with("operator:"), query };
        match crate::query(&self.state, &call, self.now).expect("memory") {
            QueryAnswer::Found { body, .. } => Ok(body),
            QueryAnswer::Refused(refusal) => Err(refusal.code),
        }
    }

    /// Whether the engine lets somebody do something now.
    pub(super) fn may(&self, who: &str, action: &str, path: &str) -> bool {
        let policy = crate::held::policy(&self.state).expect("memory").expect("it is set up");
        let held = crate::held::Held::of(&self.state, &policy, who).expect("memory");
        let question = countersign_core::Question::new(action, path, self.now);
        held.ask(|subject| policy.check(subject, &question)).is_allow()
    }

    pub(super) fn member(&self, subject: &str) -> Value {
        self.ask("operator:dev", Query::Member { subject: subject.to_owned() }).expect("it is a member")
    }
}

pub(super) fn new(email: &str) -> NewMember {
    NewMember { email: Some(email.to_owned()), ..NewMember::default() }
}

pub(super) fn create(email: &str) -> Command {
    Command::CreateMember(new(email))
}

pub(super) fn invite(email: &str, invite: Invite, roles: &[&str]) -> Command {
    Command::CreateMember(NewMember {
        invite,
        assignments: roles.iter().map(|role| given(role)).collect(),
        ..new(email)
    })
}

pub(super) fn given(role: &str) -> Assign {
    Assign { role: role.to_owned(), scope: "/".to_owned(), ..Assign::default() }
}

pub(super) fn edit(subject: &str, edit: MemberEdit) -> Command {
    Command::EditMember { subject: subject.to_owned(), edit }
}

pub(super) fn attribute(subject: &str, name: &str, value: Value) -> Command {
    let attributes = [(name.to_owned(), value)].into_iter().collect();
    edit(subject, MemberEdit { attributes, ..MemberEdit::default() })
}

pub(super) fn delete(subject: &str) -> Command {
    Command::DeleteMember { subject: subject.to_owned() }
}

pub(super) fn status(subject: &str, status: StatusForm) -> Command {
    Command::SetStatus { subject: subject.to_owned(), status }
}

pub(super) fn send(subject: &str) -> Command {
    Command::SendInvitation { subject: subject.to_owned() }
}

pub(super) fn accept(secret: &str) -> Command {
    Command::AcceptInvitation { secret: secret.to_owned() }
}

pub(super) fn group(id: &str) -> Command {
    Command::CreateGroup(GroupBody { id: id.to_owned(), name: None })
}

pub(super) fn join(id: &str, subject: &str) -> Command {
    Command::AddToGroup { id: id.to_owned(), subject: subject.to_owned() }
}

pub(super) fn leave(id: &str, subject: &str) -> Command {
    Command::RemoveFromGroup { id: id.to_owned(), subject: subject.to_owned() }
}
