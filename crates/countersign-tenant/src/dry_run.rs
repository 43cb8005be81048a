//! `dry_run=true`: who would gain or lose what, worked out from the state as it is and as it would be.

use crate::authority::Rights;
use crate::doc;
use crate::draft::Draft;
use crate::event::{Commit, Event};
use crate::state::{Fault, State};
use crate::{Actor, World, held, impact as compare};
use countersign_core::sorted::Set;
use countersign_core::{Millis, Policy};
use countersign_wire::api::Effect;
use countersign_wire::api::call::Impact;
use std::rc::Rc;

/// How many members are looked at.
const MOST: usize = 1_000;

/// The impact of a commit.
///
/// It tells of those members alone whose rights the actor may look at; where there are others it says that it does not
/// tell all.
pub(crate) fn impact(state: &impl State, actor: &Actor, commit: &Commit, now: Millis) -> Result<Impact, Fault> {
    let revision = state.meta()?.revision;
    let Some(policy) = held::policy(state)?.map(Rc::new) else {
        return Ok(Impact { revision, ..Impact::default() });
    };
    let mut after = Draft::new(state, Rc::clone(&policy), "", now, [0; 32])?;
    after.replay(commit);
    let then = held::policy(&after)?.map_or(policy.clone(), Rc::new);
    let (mut subjects, mut truncated) = touched(state, &after, commit)?;
    let rights = Rights::of(state, Rc::clone(&policy), &actor.subject, actor.operator, now)?;
    let all = subjects.len();
    subjects.retain(|subject| {
        let may = |kind: &str| rights.may("view", "/", &format!("{kind}:{subject}"));
        *subject == actor.subject || (may("member") && may("override"))
    });
    truncated |= subjects.len() < all;
    let (before, after) = (world(state, &policy, &subjects)?, world(&after, &then, &subjects)?);
    let changes = compare::impact(&before, &after, now).into_iter().map(|change| Effect {
        subject: change.subject,
        permission: change.permission,
        scope: change.scope,
        reach: change.reach.as_str().to_owned(),
        except: change.except,
        before: change.before.as_str().to_owned(),
        after: change.after.as_str().to_owned(),
    });
    Ok(Impact { revision, changes: changes.collect(), truncated })
}

/// Whose rights may be different afterwards, and whether there are more of them.
fn touched<S: State>(before: &S, after: &Draft<'_, S>, commit: &Commit) -> Result<(Set<String>, bool), Fault> {
    let mut subjects = Set::new();
    let mut everybody = false;
    for event in &commit.events {
        let Event::Record { key, .. } = event else { continue };
        if let Some(subject) = key.strip_prefix("subject/") {
            subjects.insert(subject.to_owned());
        } else if let Some(group) = key.strip_prefix("group/") {
            let prefix = format!("{}{group}/", doc::IN_GROUP);
            for (subject, ()) in doc::list(before, &prefix, "", MOST + 1)? {
                subjects.insert(subject);
            }
            for (subject, ()) in doc::list(after, &prefix, "", MOST + 1)? {
                subjects.insert(subject);
            }
        } else {
            everybody = true;
        }
    }
    if everybody {
        let all = before.find(&countersign_wire::api::Find::default(), MOST + 1)?;
        subjects.extend(all.into_iter().map(|(subject, _)| subject));
    }
    let truncated = subjects.len() > MOST;
    Ok((subjects.into_iter().take(MOST).collect(), truncated))
}

/// The part of a tenant that these subjects live in.
fn world(state: &impl State, policy: &Policy, subjects: &Set<String>) -> Result<World, Fault> {
    let mut members = Vec::new();
    let mut groups = countersign_core::sorted::Map::new();
    for subject in subjects {
        let Some(record) = held::subject(state, subject)? else { continue };
        for group in &record.groups {
            if !groups.contains_key(group) {
                groups.insert(group.clone(), held::group(state, group)?.unwrap_or_default());
            }
        }
        members.push((subject.clone(), record));
    }
    let registered: Vec<String> = registered(state)?;
    World::assemble(policy.clone(), members, groups, held::resources(state)?, registered)
        .map_err(|error| Fault(error.to_string()))
}

/// The registered resources that a comparison looks at.
fn registered(state: &impl State) -> Result<Vec<String>, Fault> {
    let paths = state.docs(doc::RESOURCE, "", MOST)?;
    Ok(paths.into_iter().filter_map(|(key, _)| key.strip_prefix(doc::RESOURCE).map(str::to_owned)).collect())
}
