//! Assignments as people and programs read them.

use crate::query::{Asker, Shown, paged, scanned, size};
use crate::state::{Fault, State};
use crate::stop::{Stop, not_found};
use crate::{assignments, doc, held, index, target};
use countersign_compile::{Principal, principal};
use countersign_core::{Grants, Status, Subject};
use countersign_wire::api::{Page, view::AssignmentView};
use countersign_wire::record::AssignmentForm;
use countersign_wire::seal::{group_key, subject_key};
use countersign_wire::stored::Holder;
use countersign_wire::time;
use serde_json::{Value, json};

/// Assignments that the asker may see, by id: all, one holder's, or those that give one role.
pub(crate) fn page<S: State>(
    asker: &Asker<'_, S>,
    to: Option<&str>,
    role: Option<&str>,
    page: &Page,
) -> Result<Shown, Stop> {
    let body = match (to, role) {
        (Some(to), _) => {
            let key = match principal(to) {
                Some(Principal::Subject(subject)) => subject_key(subject),
                Some(Principal::Group(group)) => group_key(group),
                None => return Ok((json!({ "items": [] }), None)),
            };
            let mut forms = assignments::of(asker.state, &key)?;
            forms.sort_by(|a, b| a.id.cmp(&b.id));
            let wanted = |form: &&AssignmentForm| {
                role.is_none_or(|role| form.role == role)
                    && page.cursor.as_ref().is_none_or(|cursor| form.id > *cursor)
                    && may_see(asker, form)
            };
            let items = forms.iter().filter(wanted).take(size(page) + 1);
            let items = items.map(|form| Ok((form.id.clone(), shown(asker, &key, form)?)));
            paged(items.collect::<Result<_, Stop>>()?, page)
        }
        (None, Some(role)) if !role.contains('/') => {
            scanned(asker.state, &format!("{}{role}/", doc::ROLE_HELD), page, |id, key: String| seen(asker, &key, id))?
        }
        (None, Some(_)) => json!({ "items": [] }),
        (None, None) => scanned(asker.state, doc::HOLDER, page, |id, holder: Holder| seen(asker, &holder.key, id))?,
    };
    Ok((body, None))
}

/// One assignment.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, id: &str) -> Result<Shown, Stop> {
    let hidden = || not_found("unknown_assignment", format!("There is no assignment `{id}` that you may see."));
    let holder = index::holder(asker.state, id)?.ok_or_else(hidden)?;
    let body = seen(asker, &holder.key, id)?.ok_or_else(hidden)?;
    Ok((body, target::changed(asker.state, &target::document(doc::HOLDER, id))?))
}

fn seen<S: State>(asker: &Asker<'_, S>, key: &str, id: &str) -> Result<Option<Value>, Stop> {
    let form = assignments::find(asker.state, key, id)?.filter(|form| may_see(asker, form));
    form.map(|form| shown(asker, key, &form)).transpose()
}

fn may_see<S: State>(asker: &Asker<'_, S>, form: &AssignmentForm) -> bool {
    asker.rights.may("view", &form.scope, &format!("assignment:{}", form.id))
}

fn shown<S: State>(asker: &Asker<'_, S>, key: &str, form: &AssignmentForm) -> Result<Value, Stop> {
    serde_json::to_value(view(asker, key, form)?).map_err(|error| Fault(error.to_string()).into())
}

/// An assignment in the record under `key`.
pub(crate) fn view<S: State>(asker: &Asker<'_, S>, key: &str, form: &AssignmentForm) -> Result<AssignmentView, Fault> {
    let to = key.strip_prefix("subject/").map_or_else(|| key.replacen("group/", "group:", 1), str::to_owned);
    let moment = |at: Option<i64>| at.and_then(time::format);
    Ok(AssignmentView {
        id: form.id.clone(),
        role: form.role.clone(),
        title: title(asker, &to, form)?,
        to,
        scope: form.scope.clone(),
        from: moment(form.from),
        until: moment(form.until),
        when: doc::read(asker.state, &format!("{}{}", doc::WHEN, form.id))?,
    })
}

/// What people read instead of the role's id where it was given.
fn title<S: State>(asker: &Asker<'_, S>, to: &str, form: &AssignmentForm) -> Result<Option<String>, Fault> {
    let policy = asker.rights.policy();
    let Some(role) = policy.role_named(&form.role) else { return Ok(None) };
    let titles = &policy.role(role).map(|role| role.spec().titles.clone()).unwrap_or_default();
    if titles.iter().all(|title| title.when.is_none()) {
        return Ok(titles.first().map(|title| title.text.to_string()));
    }
    let attributes = held::subject(asker.state, to)?.map(|record| record.attributes(policy)).unwrap_or_default();
    let resources = held::resources(asker.state)?.registry(policy);
    let nothing = Grants::default();
    let subject = Subject {
        attributes: &attributes,
        resources: &resources,
        ..Subject::new(to, Some(Status::Active), &nothing, &[])
    };
    Ok(policy.title(&subject, role, &form.scope, asker.now).map(str::to_owned))
}
