//! What is shown of members, groups and invitations.

mod groups;
mod invitations;
mod members;
mod outcome;
mod rights;

pub(crate) use groups::{all as groups, members as group_members, one as group};
pub(crate) use invitations::all as invitations;
pub(crate) use members::{find, one as member};
pub(crate) use rights::of as rights;

use crate::assignments;
use crate::doc;
use crate::query::{Asker, paged};
use crate::state::{Fault, State};
use crate::stop::{Stop, forbidden};
use countersign_core::condition::Condition;
use countersign_core::{Attributes, Grants, Millis, Policy, Registry, Role, Subject};
use countersign_wire::api::Page;
use countersign_wire::api::view::AssignmentView;
use countersign_wire::record::{AssignmentForm, SubjectRecord};
use countersign_wire::{stored, time};
use serde_json::Value;

/// How many things are looked at for one page: where few of them may be seen, a page is short and says where the next
/// begins.
const LOOKED_AT: usize = 2_000;
/// How many are read at a time, at most.
const AT_ONCE: usize = 200;

/// A page of what may be seen: `read` answers with what lies behind a cursor, `show` with what is shown of one.
fn page<T>(
    page: &Page,
    mut read: impl FnMut(&str, usize) -> Result<Vec<(String, T)>, Stop>,
    mut show: impl FnMut(&str, &T) -> Result<Option<Value>, Stop>,
) -> Result<Value, Stop> {
    let wanted = crate::query::size(page) + 1;
    let mut items = Vec::new();
    let mut after = page.cursor.clone().unwrap_or_default();
    // Most often all that is read may be seen.
    let at_once = wanted.clamp(AT_ONCE / 10, AT_ONCE);
    for _ in 0..LOOKED_AT / at_once {
        let found = read(&after, at_once)?;
        for (cursor, thing) in &found {
            if let Some(shown) = show(cursor, thing)? {
                items.push((cursor.clone(), shown));
                if items.len() == wanted {
                    return Ok(paged(items, page));
                }
            }
        }
        match found.last() {
            Some((last, _)) if found.len() == at_once => after.clone_from(last),
            _ => return Ok(paged(items, page)),
        }
    }
    let mut list = paged(items, page);
    if let Some(fields) = list.as_object_mut() {
        fields.insert("next".to_owned(), after.into());
    }
    Ok(list)
}

/// The refusal of a list in which nothing may be seen; a list that only happens to be empty is none.
fn refused_if_blind<S>(asker: &Asker<'_, S>, list: Value, kind: &str, what: &str) -> Result<Value, Stop> {
    let empty = list.get("items").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if empty && !asker.rights.may("view", "/", &format!("{kind}:any")) {
        return Err(forbidden(format!("You may not see {what}. Ask an administrator of this account.")));
    }
    Ok(list)
}

/// A view as JSON.
fn value<T: stored::Stored>(view: &T) -> Result<Value, Stop> {
    let bytes = stored::write(view).map_err(Fault)?;
    Ok(stored::read(&bytes).map_err(Fault)?)
}

fn moment(at: Option<Millis>) -> Option<String> {
    at.and_then(time::format)
}

/// What assignments need to be shown, read once for a whole page.
struct Shower<'a, S> {
    asker: &'a Asker<'a, S>,
    policy: &'a Policy,
    resources: Registry,
}

impl<'a, S: State> Shower<'a, S> {
    fn new(asker: &'a Asker<'a, S>) -> Result<Self, Stop> {
        let policy = asker.policy();
        // Titles alone read what is stored of resources here.
        let titled = |role: &Role| role.spec().titles.iter().any(|title| title.when.is_some());
        let resources = if policy.roles().iter().any(titled) {
            crate::held::resources(asker.state)?.registry(policy)
        } else {
            Registry::default()
        };
        Ok(Self { asker, policy, resources })
    }

    /// The assignments of a holder that may be seen; all of them, if they are the asker's own.
    fn assignments(
        &self,
        to: &str,
        forms: &[AssignmentForm],
        record: Option<&SubjectRecord>,
    ) -> Result<Vec<AssignmentView>, Stop> {
        let attributes = record.map(|record| record.attributes(self.policy)).unwrap_or_default();
        let may = |form: &&AssignmentForm| {
            to == self.asker.subject || self.asker.rights.may("view", &form.scope, &format!("assignment:{}", form.id))
        };
        forms.iter().filter(may).map(|form| self.assignment(to, form, &attributes)).collect()
    }

    fn assignment(&self, to: &str, form: &AssignmentForm, attributes: &Attributes) -> Result<AssignmentView, Stop> {
        Ok(AssignmentView {
            id: form.id.clone(),
            to: to.to_owned(),
            role: form.role.clone(),
            title: self.title(to, form, attributes),
            scope: form.scope.clone(),
            from: moment(form.from),
            until: moment(form.until),
            when: doc::read(self.asker.state, &format!("{}{}", doc::WHEN, form.id))?,
        })
    }

    fn title(&self, to: &str, form: &AssignmentForm, attributes: &Attributes) -> Option<String> {
        let nothing = Grants::default();
        let subject = Subject { attributes, resources: &self.resources, ..Subject::new(to, None, &nothing, &[]) };
        let role = self.policy.role_named(&form.role)?;
        self.policy.title(&subject, role, &form.scope, self.asker.now).map(str::to_owned)
    }
}

/// Whether a condition reads nothing but what is stored of the subject, and the clock: it is the same everywhere.
fn is_same_everywhere(policy: &Policy, when: &Condition) -> bool {
    use countersign_core::Owner;
    use countersign_core::condition::Reference;
    let stored = |slot: &countersign_core::Slot| {
        policy.attribute(*slot).is_some_and(|spec| spec.owner == Owner::Subject && !spec.from_request)
    };
    when.references.iter().all(|read| match read {
        Reference::Now | Reference::SubjectId => true,
        Reference::Slot(slot) => stored(slot),
        _ => false,
    })
}

/// Whether an assignment is live.
fn is_live(form: &AssignmentForm, now: Millis) -> bool {
    form.from.is_none_or(|from| from <= now) && form.until.is_none_or(|until| now < until)
}

/// The assignments of a group.
fn of_group(state: &impl State, id: &str) -> Result<Vec<AssignmentForm>, Fault> {
    assignments::of(state, &countersign_wire::seal::group_key(id))
}
