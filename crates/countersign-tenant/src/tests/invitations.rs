//! Invitations: sent, sent again, taken back, expired, accepted once by whom they are for.

use super::people_world::*;
use countersign_wire::api::{Command, Invite, MemberEdit, Query};
use countersign_wire::record::StatusForm::{Active, Deactivated};
use serde_json::json;

const ANN: &str = "user:ann@example.com";
const HOUR: i64 = 60 * 60 * 1_000;

/// A world in which Hal has invited Ann as a viewer, with the invitation's id and secret.
fn invited() -> (World, String, String) {
    let mut world = World::new();
    world.check("user:hal", &invite("ann@example.com", Invite::Now, &["viewer"]), "done");
    let id = id(&world, ANN);
    let secret = world.secret(&id);
    (world, id, secret)
}

fn id(world: &World, subject: &str) -> String {
    let member = world.member(subject);
    member["invitation"]["id"].as_str().expect("it is invited").to_owned()
}

#[test]
fn an_invited_member_can_do_nothing_until_it_accepts() {
    let (mut world, _, secret) = invited();
    assert!(!world.may(ANN, "view", "project:p"));
    assert_eq!(world.member(ANN)["status"], "invited");
    world.check(ANN, &create("b@example.com"), "forbidden");
    world.check("user:olga", &status(ANN, Active), "invited");
    world.check(ANN, &accept(&secret), "done");
    assert!(world.may(ANN, "view", "project:p"));
    assert_eq!(world.member(ANN)["status"], "active");
    world.check(ANN, &accept(&secret), "unknown_invitation");
    assert_eq!(world.ask("user:hal", Query::Invitations(Default::default())).expect("he may"), json!({ "items": [] }));
    assert_eq!(crate::next_due(&world.state), Ok(None));
}

#[test]
fn only_the_invited_accepts_and_only_with_the_secret() {
    let (mut world, id, secret) = invited();
    let state = world.state.clone();
    for who in ["user:hal", "user:olga", "user:vera", "user:ines", "operator:dev"] {
        world.check(who, &accept(&secret), "unknown_invitation");
    }
    world.check("user:stranger", &accept(&secret), "no_member");
    let mut tampered = vec![String::new(), id.clone(), format!("{id}."), format!("i1.{}", "0".repeat(64))];
    for (at, sign) in secret.char_indices() {
        for other in "0123456789abcdefghijklmnopqrstuvwxyz./:-".chars().filter(|other| *other != sign) {
            let mut text: Vec<char> = secret.chars().collect();
            text[at] = other;
            tampered.push(text.into_iter().collect());
        }
        tampered.push(secret.chars().take(at).collect());
    }
    tampered.extend([secret.to_uppercase(), format!("{secret}0"), format!(" {secret}"), format!("{secret}\0")]);
    assert!(tampered.len() > 2_000);
    for text in tampered {
        assert_eq!(world.give(ANN, &accept(&text)), "unknown_invitation", "{text}");
    }
    assert_eq!(world.state, state);
    world.check(ANN, &accept(&secret), "done");
}

#[test]
fn an_invitation_is_not_good_in_another_tenant() {
    let (_, _, secret) = invited();
    let mut other = World::new();
    other.check("user:hal", &invite("ann@example.com", Invite::Later, &["viewer"]), "done");
    other.check(ANN, &accept(&secret), "unknown_invitation");
    other.check("user:olga", &send(ANN), "done");
    other.check(ANN, &accept(&secret), "unknown_invitation");
}

#[test]
fn sent_again_it_has_a_new_secret() {
    let (mut world, id, old) = invited();
    world.check("user:vera", &send(ANN), "forbidden");
    world.now += HOUR;
    world.check("user:hal", &send(ANN), "done");
    let new = world.secret(&id);
    assert_ne!(old, new);
    world.check(ANN, &accept(&old), "unknown_invitation");
    world.check(ANN, &accept(&new), "done");
    world.check("user:hal", &send(ANN), "already_member");
    world.check("user:hal", &send("user:nobody"), "unknown_member");
    world.check("user:hal", &invite("ann@example.com", Invite::Now, &["viewer"]), "already_member");
}

#[test]
fn an_invitation_ends() {
    let (mut world, id, secret) = invited();
    world.wait(7 * 24 * HOUR - 1);
    let mut early = world.clone();
    early.check(ANN, &accept(&secret), "done");
    let mut late = world.clone();
    late.now += 1;
    late.check(ANN, &accept(&secret), "invitation_expired");
    world.wait(1);
    world.check(ANN, &accept(&secret), "unknown_invitation");
    assert_eq!(crate::next_due(&world.state), Ok(None));
    world.check("user:hal", &send(ANN), "done");
    let again = world.secret(&id);
    // The first end is past; it does not touch the second invitation.
    world.wait(HOUR);
    world.check(ANN, &accept(&again), "done");
}

#[test]
fn it_is_taken_back_and_can_be_sent_again() {
    let (mut world, id, secret) = invited();
    let revoke = |id: &str| Command::RevokeInvitation { id: id.to_owned() };
    world.check("user:vera", &revoke(&id), "forbidden");
    world.check("user:hal", &revoke("i99"), "unknown_invitation");
    world.check("user:hal", &revoke(&id), "done");
    world.check(ANN, &accept(&secret), "unknown_invitation");
    assert_eq!(world.member(ANN)["status"], "invited");
    world.check("user:hal", &send(ANN), "done");
    let new = super::invitations::id(&world, ANN);
    assert_ne!(id, new);
    let secret = world.secret(&new);
    world.check(ANN, &accept(&secret), "done");
}

#[test]
fn later_means_that_nothing_is_sent_until_it_is_asked_for() {
    let mut world = World::new();
    world.check("user:hal", &invite("ann@example.com", Invite::Later, &["viewer"]), "done");
    let id = id(&world, ANN);
    let secret = world.secret(&id);
    world.check(ANN, &accept(&secret), "unknown_invitation");
    let list = world.ask("user:hal", Query::Invitations(Default::default())).expect("he may");
    assert_eq!(list["items"][0]["sent_at"], json!(null));
    assert_eq!(list["items"][0]["email"], "ann@example.com");
    assert_eq!(crate::next_due(&world.state), Ok(None));
    world.check("user:hal", &send(ANN), "done");
    let secret = world.secret(&id);
    world.check(ANN, &accept(&secret), "done");
}

#[test]
fn who_was_imported_as_invited_is_invited_by_sending() {
    let mut world = World::new();
    world.check("user:hal", &send("user:ines"), "done");
    let id = id(&world, "user:ines");
    let secret = world.secret(&id);
    world.check("user:ines", &accept(&secret), "done");
    // Without an address nothing can be sent, and a service is not invited.
    let nameless = |subject: &str, invite: Invite| {
        let subject = Some(subject.to_owned());
        Command::CreateMember(countersign_wire::api::NewMember { subject, invite, ..Default::default() })
    };
    world.check("user:hal", &nameless("user:42", Invite::Now), "no_address");
    world.check("user:hal", &nameless("service:42", Invite::Later), "invalid_subject");
    world.check("user:hal", &nameless("user:42", Invite::Later), "done");
    world.check("user:hal", &send("user:42"), "no_address");
}

#[test]
fn another_address_needs_another_invitation() {
    let (mut world, id, secret) = invited();
    let moved = MemberEdit { email: Some(Some("ann@elsewhere.example".to_owned())), ..MemberEdit::default() };
    world.check("user:hal", &edit(ANN, moved), "done");
    world.check(ANN, &accept(&secret), "unknown_invitation");
    assert_eq!(crate::next_due(&world.state), Ok(None));
    world.check("user:hal", &send(ANN), "done");
    let secret = world.secret(&id);
    world.check(ANN, &accept(&secret), "done");
}

#[test]
fn nobody_invites_to_more_than_they_may_give() {
    let mut world = World::new();
    world.check("user:hal", &invite("ann@example.com", Invite::Now, &["owner"]), "forbidden");
    world.check("user:olga", &invite("ann@example.com", Invite::Later, &["owner"]), "done");
    world.check("user:hal", &send(ANN), "forbidden");
    world.check("user:olga", &send(ANN), "done");
}

#[test]
fn the_inviters_right_is_looked_at_again() {
    // Hal is sent away, or loses his role, or gains nothing when Olga gives Ann more than he may.
    let lost = |change: Command, expected: &str| {
        let (mut world, _, secret) = invited();
        world.check("user:olga", &change, "done");
        world.check(ANN, &accept(&secret), expected);
        world
    };
    let give =
        |to: &str, role: &str| Command::Assign(countersign_wire::api::Assign { to: to.to_owned(), ..given(role) });
    lost(status("user:hal", Deactivated), "inviter_lost_right");
    lost(delete("user:hal"), "inviter_lost_right");
    lost(Command::Unassign { id: held("user:hal") }, "inviter_lost_right");
    lost(give(ANN, "viewer"), "done");
    let mut world = lost(give(ANN, "owner"), "invitation_changed");
    world.check("user:olga", &send(ANN), "done");
    let id = id(&world, ANN);
    let secret = world.secret(&id);
    world.check(ANN, &accept(&secret), "done");
    assert!(world.may(ANN, "edit", "project:p"));
}

/// The id of the one assignment of a member.
fn held(subject: &str) -> String {
    let state = World::new().state;
    let held = crate::assignments::of(&state, &format!("subject/{subject}")).expect("memory");
    held.into_iter().next().expect("it has one").id
}

#[test]
fn the_secret_is_told_to_webhooks_alone_and_never_kept() {
    let (world, id, secret) = invited();
    let kept = crate::State::docs(&world.state, "", "", 10_000).expect("memory");
    let hex = secret.split_once('.').expect("it has two parts").1;
    assert!(kept.iter().all(|(key, bytes)| !key.contains(hex) && !String::from_utf8_lossy(bytes).contains(hex)));
    let actor = super::actor("user:hal");
    let mut draft = crate::command::begin(&world.state, &actor, 0, [9; 32]).expect("he is a member");
    crate::command::apply(&mut draft, &actor, &send(ANN)).expect("he may");
    let told = draft.told.first().expect("somebody is told").clone();
    assert_eq!((told.event.as_str(), told.to), ("invitation.sent", vec![ANN.to_owned()]));
    assert_eq!(told.data["invitation"], id);
    let secret = told.secret.expect("webhooks are told");
    assert_eq!(secret["email"], "ann@example.com");
    let hex = secret["secret"].as_str().and_then(|text| text.split_once('.')).expect("it has two parts").1.to_owned();
    assert!(!told.data.to_string().contains(&hex));
    let commit = draft.commit().expect("memory");
    assert!(!format!("{:?}", commit.noted).contains(&hex));
    let call = countersign_wire::api::CommandCall::new(ANN, false, accept(&format!("{id}.{hex}")));
    let settled = crate::settle(&world.state, &call, 0, [9; 32]).expect("memory");
    assert!(!format!("{:?}", settled.entry).contains(&hex), "the log has no secrets");
}
