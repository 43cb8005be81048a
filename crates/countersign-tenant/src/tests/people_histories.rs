//! Random histories of commands about people: nobody gains what nobody could give them, and counts and indexes stay true.

use super::people_world::*;
use crate::{State, admins, doc, held, seats};
use countersign_wire::api::{Assign, Command, Inheriting, Invite, MemberEdit, NewMember, OverrideBody};
use countersign_wire::record::StatusForm::{Active, Deactivated, Locked};
use countersign_wire::stored::{Invitation, Settings};
use serde_json::json;
use std::collections::BTreeSet;

const SEATS: u32 = 10;
const ROLES: [&str; 6] = ["owner", "lead", "viewer", "editor", "muted", "helper"];
const GROUPS: [&str; 5] = ["viewers", "owners", "muted", "empty", "new"];
const HELPERS: [&str; 6] = ["user:hal", "user:vera", "user:leo", "user:ed", "user:mel", "service:idp"];
const NEW: [&str; 4] = ["user:a@example.com", "user:b@example.com", "user:b(x)@example.com", "user:ines"];

struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn subject(&mut self) -> String {
        let all: Vec<&str> = HELPERS.iter().chain(&NEW).chain(&["user:olga", "user:otto"]).copied().collect();
        self.of(&all).to_owned()
    }

    fn command(&mut self, world: &World) -> Command {
        let (subject, id) = (self.subject(), self.of(&GROUPS).to_owned());
        match self.below(18) {
            0 | 1 => {
                let name = self.of(&["a@example.com", "b@example.com", "b(x)@example.com", "A@example.com"]);
                let roles: &[&str] = &[self.of(&ROLES)];
                let assignments = roles.iter().take(self.below(2)).map(|role| given(role)).collect();
                let groups = if self.below(3) == 0 { vec![id] } else { Vec::new() };
                let invite = self.of(&[Invite::No, Invite::Now, Invite::Later]);
                Command::CreateMember(NewMember {
                    user_name: Some(name.to_owned()),
                    assignments,
                    groups,
                    invite,
                    ..NewMember::default()
                })
            }
            2 => attribute(&subject, "licensed", json!(self.below(2) == 0)),
            3 => attribute(&subject, "dept", json!(self.of(&["audit", "sales"]))),
            4 => {
                let flag = Some(self.below(2) == 0);
                edit(&subject, MemberEdit { credential_change_required: flag, ..MemberEdit::default() })
            }
            5 => {
                let text = |text: &str| Some((!text.is_empty()).then(|| text.to_owned()));
                let user_name = text(self.of(&["", "a@example.com", "c(y)@example.com"]));
                edit(&subject, MemberEdit { user_name, ..MemberEdit::default() })
            }
            6 => status(&subject, self.of(&[Active, Deactivated, Locked])),
            7 => delete(&subject),
            8 | 17 => send(&subject),
            9 | 16 => {
                // Whoever is invited gets hold of the secret that was sent last.
                let known = crate::invitations::of(&world.state, &subject).expect("memory");
                let secret = known.and_then(|(id, _)| world.sent.get(&id).cloned());
                accept(&secret.unwrap_or_default())
            }
            10 => join(&id, &subject),
            11 => leave(&id, &subject),
            12 => group(&id),
            13 if self.below(4) == 0 => Command::DeleteGroup { id },
            14 => {
                let effect = self.of(&[Inheriting::Allow, Inheriting::Deny, Inheriting::Inherit]);
                let (permission, scope) = (self.of(&["sign:edit", "sign:view"]).to_owned(), "/".to_owned());
                Command::SetOverride {
                    subject,
                    body: OverrideBody { permission, scope, effect, from: None, until: None },
                }
            }
            _ => {
                let to = if self.below(4) == 0 { format!("group:{id}") } else { subject };
                Command::Assign(Assign { to, ..given(self.of(&ROLES)) })
            }
        }
    }
}

/// All that must be true of a tenant, whoever did what.
fn is_sound(world: &World) -> Result<(), String> {
    let state = &world.state;
    let all = |prefix: &str| -> BTreeSet<String> {
        state.docs(prefix, "", 10_000).expect("memory").into_iter().map(|(key, _)| key).collect()
    };
    let taken = seats::taken(state).expect("memory");
    if taken != seats::count(state).expect("memory") || taken.seats > SEATS {
        return Err(format!("seats: {taken:?}"));
    }
    let policy = held::policy(state).expect("memory").expect("it is set up");
    if !admins::any(state, &policy, world.now).expect("memory") {
        return Err("no administrator".to_owned());
    }
    let (mut in_group, mut found, mut invited, mut holders) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for key in state.keys("", "", usize::MAX).expect("memory") {
        let held = crate::assignments::of(state, &key);
        if key.starts_with("subject/") || key.starts_with("group/") {
            holders.extend(held.expect("memory").into_iter().map(|form| format!("{}{}", doc::HOLDER, form.id)));
        }
        let Some(subject) = key.strip_prefix("subject/") else { continue };
        let record = held::subject(state, subject).expect("memory").expect("it exists");
        in_group.extend(record.groups.iter().map(|group| crate::index::in_group(group, subject)));
        let (_, person) = state.person(subject).expect("memory").ok_or("no person")?;
        let index = crate::index::of_person(subject, &person).expect("it can be written");
        found.extend(index.into_iter().map(|(key, _)| key));
        if let Some((id, _)) = crate::invitations::of(state, subject).expect("memory") {
            invited.insert(format!("{}{id}", doc::INVITATION));
        }
        if person.credential_change_required && world.may(subject, "view", "project:p") {
            return Err(format!("{subject} has not changed its credential"));
        }
        if state.doc(&format!("{}{subject}", doc::TOMBSTONE)).expect("memory").is_some() {
            return Err(format!("{subject} came back"));
        }
    }
    let names = all(doc::USER_NAME).into_iter().chain(all(doc::MAILBOX)).collect();
    for (what, there, wanted) in [
        ("groups", all(doc::IN_GROUP), in_group),
        ("names", names, found),
        ("invitations", all(doc::INVITATION), invited),
        ("holders", all(doc::HOLDER), holders),
    ] {
        if there != wanted {
            return Err(format!("{what}: {there:?} and not {wanted:?}"));
        }
    }
    Ok(())
}

/// Whoever holds more than anybody but the owners could give.
fn risen(world: &World) -> Option<String> {
    let state = &world.state;
    let members = state.keys("", "", usize::MAX).expect("memory").into_iter();
    let mut members = members.filter_map(|key| key.strip_prefix("subject/").map(str::to_owned));
    members.find(|subject| {
        let owner = ["user:olga", "user:otto"].contains(&subject.as_str());
        let helps = owner || ["user:hal", "service:idp"].contains(&subject.as_str());
        let leads = owner || subject == "user:leo";
        (!owner && world.may(subject, "edit", "project:q/sign:1"))
            || (!leads && world.may(subject, "edit", "project:p/sign:1"))
            || (!helps && world.may(subject, "create", "assignment:new"))
            || (!helps && world.may(subject, "edit", "member:user:x"))
            || (!owner && world.may(subject, "set", "override:user:x"))
    })
}

/// Mostly whom the secret is for.
fn invited(world: &World, secret: &str, chance: &mut Chance) -> String {
    let id = secret.split_once('.').map(|(id, _)| format!("{}{id}", doc::INVITATION)).unwrap_or_default();
    let known: Option<Invitation> = doc::read(&world.state, &id).expect("memory");
    known.filter(|_| chance.below(4) > 0).map_or_else(|| chance.of(&NEW).to_owned(), |known| known.subject)
}

fn histories(number: u64, length: usize, owners_too: bool) -> usize {
    let (mut done, mut accepted) = (0, 0);
    for seed in 1..=number {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut world = World::new();
        world.settings(&Settings { seats: SEATS, ..Settings::default() });
        let mut history = Vec::new();
        for _ in 0..length {
            let command = chance.command(&world);
            let who = match (&command, owners_too && chance.below(2) == 0) {
                (Command::AcceptInvitation { secret }, _) => invited(&world, secret, &mut chance),
                (_, true) => chance.of(&["user:olga", "user:otto"]).to_owned(),
                // Hal may most of them.
                _ if chance.below(2) == 0 => HELPERS[0].to_owned(),
                _ => chance.of(&HELPERS).to_owned(),
            };
            if world.give(&who, &command) != "done" {
                continue;
            }
            done += 1;
            accepted += usize::from(matches!(command, Command::AcceptInvitation { .. }));
            history.push(format!("{who}: {command:?}"));
            let wrong = is_sound(&world).err().or_else(|| risen(&world).filter(|_| !owners_too));
            assert_eq!(wrong, None, "seed {seed}:\n{}", history.join("\n"));
        }
    }
    assert!(accepted > 10, "{accepted} of {done}");
    done
}

#[test]
fn nobody_but_owners_can_raise_anybody() {
    assert!(histories(150, 40, false) > 500);
}

#[test]
fn counts_and_indexes_stay_true() {
    assert!(histories(150, 40, true) > 1_000);
}
