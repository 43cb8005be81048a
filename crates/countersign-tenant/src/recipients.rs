//! Who is meant by `user:…`, `group:…`, `role:…` and `administrators`.

use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, invalid, unknown_group, unknown_member};
use crate::{admins, assignments, doc, held};
use countersign_core::Window;
use countersign_core::sorted::Set;
use countersign_wire::record::StatusForm;

/// All administrators: who holds, at the root, a role that lets its holder give roles.
pub(crate) const ADMINISTRATORS: &str = "administrators";

/// The most members that are told of one thing; beyond them nobody is, and whoever tells learns that there are more.
pub(crate) const MOST: usize = 1_000;
/// How many documents are read at a time.
const AT_ONCE: usize = 200;

/// Those who are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recipients {
    /// Who
    pub(crate) subjects: Set<String>,
    /// Whether there are more of them
    pub(crate) more: bool,
}

/// Those who are meant, deactivated members left out. Support is told only what names it.
pub(crate) fn of<S: State>(draft: &Draft<'_, S>, to: &[String]) -> Result<Recipients, Stop> {
    let mut all = Recipients::default();
    for one in to {
        if one == ADMINISTRATORS {
            let policy = &draft.policy;
            for role in admins::roles(draft, policy)?.into_iter().filter_map(|role| policy.role(role)) {
                holders(draft, role.id(), true, &mut all)?;
            }
        } else if let Some(role) = one.strip_prefix("role:") {
            holders(draft, role, false, &mut all)?;
        } else if let Some(group) = one.strip_prefix("group:") {
            members(draft, group, &mut all)?;
        } else {
            add(draft, one, &mut all)?;
        }
    }
    Ok(all)
}

/// Refuses what means nobody that could ever be.
pub(crate) fn exist<S: State>(draft: &Draft<'_, S>, to: &str) -> Result<(), Stop> {
    if to == ADMINISTRATORS {
        return Ok(());
    }
    match to.split_once(':') {
        Some(("role", role)) if draft.policy.role_named(role).is_none() => {
            Err(invalid("unknown_role", format!("There is no role `{role}`.")))
        }
        Some(("group", group)) if held::group(draft, group)?.is_none() => Err(unknown_group(group)),
        Some(("role" | "group", _)) => Ok(()),
        _ if held::subject(draft, to)?.is_none() => Err(unknown_member(to)),
        _ => Ok(()),
    }
}

/// Adds whoever holds a role now, anywhere or at the root alone.
fn holders<S: State>(draft: &Draft<'_, S>, role: &str, root: bool, all: &mut Recipients) -> Result<(), Stop> {
    each(draft, &format!("{}{role}/", doc::ROLE_HELD), all, |id, key: String, all| {
        let given = assignments::find(draft, &key, id)?;
        let acts = given.is_some_and(|given| {
            Window::new(given.from, given.until).is_live(draft.now) && (!root || given.scope == "/")
        });
        match key.split_once('/') {
            Some(("subject", subject)) if acts && !subject.starts_with("support:") => add(draft, subject, all),
            Some(("group", group)) if acts => members(draft, group, all),
            _ => Ok(()),
        }
    })
}

fn members<S: State>(draft: &Draft<'_, S>, group: &str, all: &mut Recipients) -> Result<(), Stop> {
    each(draft, &format!("{}{group}/", doc::IN_GROUP), all, |subject, (), all| add(draft, subject, all))
}

/// Goes through the documents under `prefix` until there are more recipients than can be told.
fn each<S: State, T: countersign_wire::stored::Stored>(
    draft: &Draft<'_, S>,
    prefix: &str,
    all: &mut Recipients,
    mut take: impl FnMut(&str, T, &mut Recipients) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut after = String::new();
    while !all.more {
        let there: Vec<(String, T)> = doc::list(draft, prefix, &after, AT_ONCE)?;
        let last = there.len() < AT_ONCE;
        for (id, document) in there {
            take(&id, document, all)?;
            after = id;
        }
        if last {
            break;
        }
    }
    Ok(())
}

fn add<S: State>(draft: &Draft<'_, S>, subject: &str, all: &mut Recipients) -> Result<(), Stop> {
    let known = held::subject(draft, subject)?.filter(|record| record.status != StatusForm::Deactivated);
    if known.is_none() || all.subjects.contains(subject) {
        return Ok(());
    }
    if all.subjects.len() >= MOST {
        all.more = true;
    } else {
        all.subjects.insert(subject.to_owned());
    }
    Ok(())
}
