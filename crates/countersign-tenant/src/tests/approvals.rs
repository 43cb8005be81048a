//! Requests at the gate: asked for in somebody's name, and used up for exactly what was approved, once. Random histories
//! are held against what the rules say of them, and seeded bugs must be found.

use super::things_world::{Dice, World, people};
use crate::{Memory, settle};
use countersign_wire::api::{Command, CommandAnswer, CommandCall};
use serde_json::{Value, json};

/// Max may order; Ada, Abe and Tim administer; Gus gates.
fn world() -> World {
    let model =
        super::things_world::MODEL.replace("[roles.seer]", "[roles.gate]\nallow = ['access:evaluate']\n[roles.seer]");
    let mut world = World::of(
        &model,
        &people(&[
            ("user:max", "manager", "/", Value::Null),
            ("user:abe", "admin", "/", Value::Null),
            ("user:tim", "admin", "/", Value::Null),
            ("user:eve", "gate", "/", Value::Null),
            ("service:gus", "gate", "/", Value::Null),
        ]),
    );
    let policy = json!({ "id": "big", "permissions": ["order:place"], "when": "context.cost > 50", "quorum": 2 });
    world.check("user:ada", json!({ "create_approval_policy": policy }), "done");
    world
}

fn body(cost: &Value) -> Value {
    json!({ "action": "place", "resource": "order:1", "context": { "cost": cost } })
}

fn ask_for(requester: &str, body: Value) -> Value {
    json!({ "request_approval_for": { "requester": requester, "body": body } })
}

fn use_for(id: &str, requester: &str, body: Value) -> Value {
    json!({ "use_request_for": { "id": id, "requester": requester, "body": body } })
}

fn with(command: &str, id: &str) -> Value {
    json!({ command: { "id": id } })
}

#[test]
fn whoever_gates_asks_in_the_requesters_name_and_the_same_is_asked_once() {
    let mut world = world();
    for (who, requester, expected) in [
        ("user:eve", "user:max", "forbidden"),
        ("user:ada", "user:max", "forbidden"),
        ("service:gus", "user:nobody", "forbidden"),
        ("operator:dev", "user:nobody", "forbidden"),
        ("service:gus", "user:eve", "denied"),
        ("user:nobody", "user:max", "no_member"),
    ] {
        world.check(who, ask_for(requester, body(&json!(60))), expected);
    }
    let id = world.make("user:max", ask_for("user:max", body(&json!(60))));
    for (who, cost) in [("service:gus", json!(60)), ("user:max", json!("60.00")), ("operator:dev", json!(60.0))] {
        let again = world.give(who, &ask_for("user:max", body(&cost))).expect("the open one");
        assert_eq!((again.id.as_ref(), again.created), (Some(&id), false), "{who} {cost}");
        assert_eq!(again.shown.expect("how far it is")["status"], "pending");
    }
    let other = world.make("service:gus", ask_for("user:max", body(&json!(61))));
    assert_ne!(other, id);
    for approver in ["user:abe", "user:tim"] {
        world.check(approver, with("approve", &id), "done");
    }
    // It is approved, and still the answer to the same question.
    let again = world.give("user:max", &ask_for("user:max", body(&json!(60)))).expect("the open one");
    assert_eq!((again.id, again.shown.expect("how far it is")["status"].clone()), (Some(id), json!("approved")));
}

#[test]
fn an_approval_is_used_for_exactly_what_was_approved() {
    let mut world = world();
    let id = world.make("user:max", ask_for("user:max", body(&json!(60))));
    let use_it = |cost: Value| use_for(&id, "user:max", body(&cost));
    world.check("user:max", use_it(json!(60)), "not_approved");
    world.check("user:abe", with("approve", &id), "done");
    world.check("user:max", use_it(json!(60)), "not_approved");
    world.check("user:tim", with("approve", &id), "done");
    for (who, command, expected) in [
        ("user:max", use_it(json!(60.01)), "another_request"),
        ("user:max", use_it(json!("many")), "invalid_attribute"),
        ("user:max", use_for(&id, "user:max", json!({ "action": "place", "resource": "order:1" })), "another_request"),
        (
            "user:max",
            use_for(&id, "user:max", json!({ "action": "view", "resource": "order:1", "context": { "cost": 60 } })),
            "another_request",
        ),
        (
            "user:max",
            use_for(&id, "user:max", json!({ "action": "place", "resource": "order:2", "context": { "cost": 60 } })),
            "another_request",
        ),
        (
            "user:max",
            use_for(
                &id,
                "user:max",
                json!({ "action": "place", "resource": "order:1", "context": { "cost": 60 }, "action_attributes": { "soft": true } }),
            ),
            "another_request",
        ),
        ("user:eve", use_it(json!(60)), "unknown_request"),
        ("user:abe", use_it(json!(60)), "unknown_request"),
        ("user:abe", use_for(&id, "user:abe", body(&json!(60))), "unknown_request"),
        ("service:gus", use_for(&id, "user:abe", body(&json!(60))), "unknown_request"),
        ("user:max", use_for("r999", "user:max", body(&json!(60))), "unknown_request"),
        // However it is written, and whatever is sent along that no question reads.
        (
            "service:gus",
            use_for(
                &id,
                "user:max",
                json!({ "action": "place", "resource": "order:1", "context": { "cost": "60.0", "note": "x" } }),
            ),
            "done",
        ),
        ("user:max", use_it(json!(60)), "already_used"),
        ("service:gus", use_it(json!(60)), "already_used"),
    ] {
        world.check(who, command, expected);
    }
}

/// What a history does wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bug {
    None,
    /// What is done goes ahead, and nobody notes it
    NotMarked,
    /// The approval is used by its id alone
    NotBound,
    /// It was approved once, and nobody looks again
    NotCheckedAgain,
}

/// What is known of a request from outside.
struct Known {
    id: String,
    cost: u32,
    approvals: Vec<&'static str>,
    /// How the policy stood when it was asked
    policy: u32,
    expires: i64,
    used: bool,
}

/// The account as the rules of this test have it, in words of their own.
struct History {
    world: World,
    requests: Vec<Known>,
    admins: Vec<&'static str>,
    policy: u32,
    quorum: usize,
    bug: Bug,
}

const ADMINS: [&str; 3] = ["user:ada", "user:abe", "user:tim"];
const COSTS: [u32; 3] = [40, 60, 70];
const HOURS: i64 = 7 * 24;

impl History {
    fn new(bug: Bug) -> Self {
        Self { world: world(), requests: Vec::new(), admins: ADMINS.to_vec(), policy: 0, quorum: 2, bug }
    }

    /// One step; whether something was done, or a sentence that says why it must not have been.
    fn step(&mut self, dice: &mut Dice) -> Result<bool, String> {
        match dice.below(12) {
            0 | 1 => {
                let cost = COSTS[dice.below(3)];
                let by = dice.pick(&["user:max", "service:gus"]);
                if let Ok(done) = self.world.give(by, &ask_for("user:max", body(&json!(cost)))) {
                    let id = done.id.expect("an id");
                    if done.created {
                        let expires = self.world.now + HOURS * 3_600_000;
                        let policy = self.policy;
                        self.requests.push(Known { id, cost, approvals: Vec::new(), policy, expires, used: false });
                    }
                }
            }
            2..=5 => {
                let (who, at) = (dice.below(4), dice.below(self.requests.len().max(1)));
                let Some(request) = self.requests.get_mut(at) else { return Ok(false) };
                let who = ["user:ada", "user:abe", "user:tim", "user:max"][who];
                if self.world.give(who, &with("approve", &request.id)).is_ok() {
                    request.approvals.push(who);
                    let standing = request.approvals.iter().filter(|who| self.admins.contains(*who)).count();
                    if standing >= self.quorum {
                        request.expires = self.world.now + HOURS * 3_600_000;
                    }
                }
            }
            6 => {
                let who = ADMINS[1 + dice.below(2)];
                let there = self.admins.contains(&who);
                let status = if there { "deactivated" } else { "active" };
                let command = json!({ "set_status": { "subject": who, "status": status } });
                if self.world.give("user:ada", &command).is_ok() {
                    self.admins.retain(|known| *known != who);
                    self.admins.extend((!there).then_some(who));
                }
            }
            7 => {
                self.quorum = 1 + dice.below(2);
                let mut body = json!({ "id": "big", "permissions": ["order:place"], "when": "context.cost > 50" });
                body["quorum"] = json!(self.quorum);
                // Another policy is one that says something else; the same again changes nothing.
                self.policy = self.policy * 10 + self.quorum as u32;
                let command = json!({ "edit_approval_policy": { "id": "big", "body": body } });
                self.world.give("user:ada", &command).expect("administrators edit it");
            }
            8 => self.world.wait([1, 100, HOURS][dice.below(3)]),
            _ => return self.use_one(dice),
        }
        Ok(false)
    }

    fn use_one(&mut self, dice: &mut Dice) -> Result<bool, String> {
        let (at, cost) = (dice.below(self.requests.len().max(1)), COSTS[dice.below(3)]);
        let Some(request) = self.requests.get_mut(at) else { return Ok(false) };
        let by = dice.pick(&["user:max", "service:gus"]);
        let command = match self.bug {
            Bug::NotBound => with("use_request", &request.id),
            _ => use_for(&request.id, "user:max", body(&json!(cost))),
        };
        let command: Command = serde_json::from_value(command).expect("a command");
        let call = CommandCall::new(by, false, command);
        let settled = settle(&self.world.state, &call, self.world.now, [7; 32]).expect("memory can be read");
        let mut done = matches!(settled.answer, CommandAnswer::Done(_));
        if self.bug == Bug::NotCheckedAgain {
            done = request.cost == cost && request.approvals.len() >= self.quorum && !request.used;
        }
        if let Some(commit) = settled.commit.filter(|_| self.bug != Bug::NotMarked) {
            self.world.state.apply(&commit);
        }
        if !done {
            return Ok(false);
        }
        let mut standing: Vec<_> = request.approvals.iter().filter(|who| self.admins.contains(*who)).collect();
        standing.sort_unstable();
        standing.dedup();
        let wrong = [
            (standing.len() < self.quorum, "too few approvers stand"),
            (standing.contains(&&"user:max"), "the requester approved"),
            (request.cost != cost, "something else was approved"),
            (request.used, "it was used before"),
            (self.world.now >= request.expires, "it had expired"),
            (last_quorum(request.policy) != last_quorum(self.policy), "the policy says something else"),
        ];
        request.used = true;
        match wrong.into_iter().find(|(is_so, _)| *is_so) {
            Some((_, sentence)) => Err(format!("{} used with {cost}: {sentence}", request.id)),
            None => Ok(true),
        }
    }
}

/// What the policy asked for after these edits: 2 before all of them.
fn last_quorum(edits: u32) -> u32 {
    if edits.is_multiple_of(10) { 2 } else { edits % 10 }
}

/// Runs histories until one goes wrong; how many ended well, and how often something was done.
fn histories(bug: Bug, count: u64, steps: usize) -> (u64, usize, Option<String>) {
    let mut done = 0;
    for seed in 0..count {
        let (mut history, mut dice) = (History::new(bug), Dice::new(seed + 1));
        for _ in 0..steps {
            match history.step(&mut dice) {
                Ok(was) => done += usize::from(was),
                Err(sentence) => return (seed, done, Some(format!("history {seed}: {sentence}"))),
            }
            // What is as many digits long is as long ago.
            history.policy %= 100_000;
        }
    }
    (count, done, None)
}

#[test]
fn nothing_is_done_without_enough_approvers_who_stand_when_it_is_done() {
    let (_, done, wrong) = histories(Bug::None, 300, 40);
    assert_eq!(wrong, None);
    assert!(done > 50, "only {done} were done");
}

#[test]
fn seeded_bugs_are_found() {
    for bug in [Bug::NotMarked, Bug::NotBound, Bug::NotCheckedAgain] {
        let (after, _, wrong) = histories(bug, 300, 40);
        assert!(wrong.is_some(), "{bug:?} was not found in {after} histories");
    }
}

/// Of two at one moment the second finds it used: whatever order they come in, one goes ahead.
#[test]
fn of_two_uses_one_goes_ahead() {
    let mut world = world();
    let id = world.make("user:max", ask_for("user:max", body(&json!(60))));
    for approver in ["user:abe", "user:tim"] {
        world.check(approver, with("approve", &id), "done");
    }
    let state: Memory = world.state.clone();
    for (first, second) in [("user:max", "service:gus"), ("service:gus", "user:max")] {
        world.state = state.clone();
        world.check(first, use_for(&id, "user:max", body(&json!(60))), "done");
        world.check(second, use_for(&id, "user:max", body(&json!(60))), "already_used");
    }
}
