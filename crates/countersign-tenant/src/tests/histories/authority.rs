//! What somebody holds, found by asking the engine about a list of questions, and what a coalition could hand on.

use crate::held::{self, Held};
use crate::{Memory, State};
use countersign_core::{Policy, Question, Role, RoleSpec, Status};
use countersign_wire::api::{Command, Done};
use std::collections::{BTreeMap, BTreeSet};

/// A question, by number.
type Held64 = BTreeSet<(usize, usize)>;

/// When is asked: now, and once windows have opened and closed.
const MOMENTS: [i64; 2] = [super::world::NOW, super::world::NOW + 24 * 60 * 60 * 1_000];

/// Resources that are asked about; built-in ones stand for management.
const PATHS: [&str; 9] = [
    "project:p",
    "project:q",
    "project:new",
    "project:p/sign:1",
    "project:q/sign:1",
    "project:q/sign:moved",
    "order:1",
    "order:2",
    "project:p/sign:2",
];
const MANAGED: [&str; 6] =
    ["member:user:ann", "assignment:new", "role:new", "override:user:ann", "token:new", "settings:x"];

fn paths() -> impl Iterator<Item = String> {
    let below = ["", "project:p/", "project:q/"];
    let managed = below.into_iter().flat_map(|scope| MANAGED.map(|path| format!("{scope}{path}")));
    PATHS.into_iter().map(str::to_owned).chain(managed)
}

/// Every question that the policy knows.
fn questions(policy: &Policy) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for path in paths() {
        let Ok(on) = countersign_core::Path::parse(&path).and_then(|path| policy.locate(&path)) else { continue };
        let actions = policy.resource_type(on).map(|kind| kind.actions().to_vec()).unwrap_or_default();
        all.extend(actions.into_iter().map(|action| (action.into_string(), path.clone())));
    }
    all
}

/// What was held before a history.
pub(super) struct Before {
    questions: Vec<(String, String)>,
    /// What each member held, whatever its status
    held: BTreeMap<String, Held64>,
    /// What the coalition held, or could hand on
    coalition: Held64,
    members: Vec<String>,
}

impl Before {
    pub(super) fn of(state: &Memory, coalition: &[String]) -> Self {
        let policy = policy(state);
        let questions = questions(&policy);
        let people = super::members(state);
        let held: BTreeMap<_, _> =
            people.iter().map(|who| (who.clone(), allowed(state, &policy, &questions, who, true))).collect();
        let mut potential = Held64::new();
        for who in coalition {
            potential.extend(held.get(who).into_iter().flatten().copied());
            potential.extend(lent(state, &policy, &questions, who));
        }
        Self { questions, held, coalition: potential, members: coalition.to_vec() }
    }

    /// Whether a command made somebody able to act as another one who holds more.
    pub(super) fn impersonated(&self, command: &Command, _done: &Done) -> Option<String> {
        let Command::CreateToken(body) = command else { return None };
        let held = self.held.get(&body.subject)?;
        let more = held.difference(&self.coalition).next()?;
        let (action, path) = self.questions.get(more.0)?;
        Some(format!("{:?} can act as {}, who may {action} {path}", self.members, body.subject))
    }
}

/// What somebody gained that nobody could hand on.
pub(super) fn gained(before: &Before, state: &Memory) -> Option<String> {
    let policy = policy(state);
    for who in super::members(state) {
        let none = Held64::new();
        let had = before.held.get(&who).unwrap_or(&none);
        for (number, moment) in allowed(state, &policy, &before.questions, &who, false) {
            if !had.contains(&(number, moment)) && !before.coalition.contains(&(number, moment)) {
                let (action, path) = &before.questions[number];
                return Some(format!("{who} gained {action} on {path} at moment {moment} from {:?}", before.members));
            }
        }
    }
    None
}

fn policy(state: &Memory) -> Policy {
    held::policy(state).expect("memory").expect("it is set up")
}

fn allowed(state: &Memory, policy: &Policy, questions: &[(String, String)], who: &str, anyway: bool) -> Held64 {
    let mut held = Held::of(state, policy, who).expect("memory");
    if anyway && held.status.is_some() {
        held.status = Some(Status::Active);
    }
    let mut all = Held64::new();
    for (moment, now) in MOMENTS.into_iter().enumerate() {
        for (number, (action, path)) in questions.iter().enumerate() {
            let decision = held.ask(|subject| policy.check(subject, &Question::new(action, path, now)));
            // What needs an approval is held, too: whether it needs one is for the policies of approval.
            if decision.effect.as_str() != "deny" {
                all.insert((number, moment));
            }
        }
    }
    all
}

/// What the roles say that the subject may give, and those that these may give in turn.
fn lent(state: &Memory, policy: &Policy, questions: &[(String, String)], who: &str) -> Held64 {
    let held = Held::of(state, policy, who).expect("memory");
    let mut all = Held64::new();
    for (moment, now) in MOMENTS.into_iter().enumerate() {
        for given in held.assignments().filter(|given| given.window.is_live(now)) {
            let mut roles: Vec<&RoleSpec> = policy.role(given.role).map(Role::spec).into_iter().collect();
            let mut seen = BTreeSet::new();
            while let Some(role) = roles.pop() {
                for next in &role.assigns {
                    if let Some(next) = policy.role(*next).map(Role::spec)
                        && seen.insert(next.id.clone())
                    {
                        roles.push(next);
                    }
                }
            }
            for role in seen.iter().filter_map(|id| policy.role_named(id)).filter_map(|role| policy.role(role)) {
                all.extend(said(policy, role.spec(), given.scope, questions).map(|number| (number, moment)));
            }
        }
    }
    all
}

/// The questions that a role at a scope says anything about: what it denies can be taken back.
fn said<'a>(
    policy: &'a Policy,
    role: &'a RoleSpec,
    scope: &'a str,
    questions: &'a [(String, String)],
) -> impl Iterator<Item = usize> {
    questions.iter().enumerate().filter_map(move |(number, (action, path))| {
        let on = policy.locate(&countersign_core::Path::parse(path).ok()?).ok()?;
        let bit = policy.resource_type(on)?.action(action)?.mask();
        let mut rows = crate::authority::all_rows(role);
        let said = rows.any(|(of, allow, deny)| of == on && (allow | deny) & bit != 0);
        (said && crate::authority::reaches(scope, path)).then_some(number)
    })
}

/// Whether the record of somebody can be read.
pub(super) fn readable(state: &Memory, who: &str) -> bool {
    held::subject(state, who).is_ok_and(|record| record.is_some()) && state.meta().is_ok()
}
