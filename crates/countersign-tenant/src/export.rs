//! The tenant as a tenant file in JSON: imported again, it gives the same decisions.
//!
//! Left out is what a tenant file does not hold: requests and approvals, tokens, invitations, settings, and ids.

use crate::query::{Asker, Shown};
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden};
use crate::{assignments, doc, held, overrides};
use countersign_core::condition::Ip;
use countersign_wire::record::{AssignmentForm, ItemForm, ValueForm};
use countersign_wire::seal::group_key;
use countersign_wire::stored::Named;
use countersign_wire::time;
use serde_json::{Map, Value, json};

/// How many members an answer can hold.
const MOST: usize = 50_000;
/// How many documents are read at a time.
const AT_ONCE: usize = 1_000;
/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// The whole tenant, for those who may read all of it.
pub(crate) fn file<S: State>(asker: &Asker<'_, S>) -> Result<Shown, Stop> {
    let rights = &asker.rights;
    let whole = [("view", "settings:all"), ("view", "member:all"), ("export", "audit:all")];
    if !whole.iter().all(|(action, resource)| rights.may(action, "/", resource)) {
        return Err(forbidden(
            "You may not export this account: it takes `settings:view`, `member:view` and `audit:export`. Ask an \
             administrator of this account.",
        ));
    }
    let (mut members, mut assigned, mut set) = (Vec::new(), Vec::new(), Vec::new());
    for key in asker.state.keys()? {
        let Some(subject) = key.strip_prefix("subject/") else { continue };
        if members.len() == MOST {
            let detail = format!("An export holds at most {MOST} members. Ask the platform's operators for a copy.");
            return Err(conflict("too_large", detail));
        }
        members.push(member(asker.state, subject)?);
        for form in assignments::of(asker.state, &key)? {
            assigned.push(assignment(asker.state, subject, &form)?);
        }
        if let Some(record) = held::subject(asker.state, subject)?
            && let Value::Array(all) = overrides::shown(&record.overrides)
        {
            for (mut one, form) in all.into_iter().zip(&record.overrides) {
                if let Some(fields) = one.as_object_mut() {
                    fields.insert("subject".to_owned(), subject.into());
                    window(fields, form.from, form.until)?;
                }
                set.push(one);
            }
        }
    }
    let mut groups = Vec::new();
    for (id, Named { name }) in all::<Named>(asker.state, doc::GROUP)? {
        for form in assignments::of(asker.state, &group_key(&id))? {
            assigned.push(assignment(asker.state, &format!("group:{id}"), &form)?);
        }
        groups.push(without_null(json!({ "id": id, "name": name })));
    }
    let bodies = |prefix| -> Result<Vec<Value>, Fault> {
        Ok(all::<Value>(asker.state, prefix)?.into_iter().map(|(_, body)| body).collect())
    };
    let resources = all::<Value>(asker.state, doc::RESOURCE)?;
    let resources = resources.into_iter().map(|(path, attributes)| json!({ "path": path, "attributes": attributes }));
    let file = json!({
        "members": members,
        "groups": groups,
        "roles": bodies(doc::ROLE)?,
        "assignments": assigned,
        "overrides": set,
        "approval_policies": bodies(doc::APPROVAL_POLICY)?,
        "resources": resources.collect::<Vec<_>>(),
    });
    Ok((file, None))
}

fn all<T: countersign_wire::stored::Stored>(state: &impl State, prefix: &str) -> Result<Vec<(String, T)>, Fault> {
    let mut all: Vec<(String, T)> = Vec::new();
    loop {
        let after = all.last().map(|(id, _)| id.clone()).unwrap_or_default();
        let read = doc::list(state, prefix, &after, AT_ONCE)?;
        let last = read.len() < AT_ONCE;
        all.extend(read);
        if last {
            return Ok(all);
        }
    }
}

fn member(state: &impl State, subject: &str) -> Result<Value, Fault> {
    let record = held::subject(state, subject)?.ok_or_else(|| Fault(format!("{subject} is no more")))?;
    let person = state.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    let mut attributes = Map::new();
    for (name, form) in &record.attributes {
        attributes.insert(name.clone(), value(form)?);
    }
    Ok(without_null(json!({
        "subject": subject,
        "name": person.name,
        "email": person.email,
        "status": crate::members::word(record.status),
        "attributes": attributes,
        "groups": record.groups,
    })))
}

fn assignment(state: &impl State, to: &str, form: &AssignmentForm) -> Result<Value, Fault> {
    let when: Option<String> = doc::read(state, &format!("{}{}", doc::WHEN, form.id))?;
    // An assignment without its condition would be another one.
    if form.when.is_some() && when.is_none() {
        return Err(Fault(format!("the condition of the assignment {} was not kept as it was written", form.id)));
    }
    let mut shown = assignments::shown(to, form, when.as_deref());
    if let Some(fields) = shown.as_object_mut() {
        window(fields, form.from, form.until)?;
    }
    Ok(shown)
}

/// Writes both ends of a window, or fails: a grant without its end would be another one.
fn window(fields: &mut Map<String, Value>, from: Option<i64>, until: Option<i64>) -> Result<(), Fault> {
    for (name, at) in [("from", from), ("until", until)] {
        if let Some(at) = at {
            fields.insert(name.to_owned(), moment(at)?.into());
        }
    }
    Ok(())
}

/// A moment; the last days of 9999, which people write for *never*, too.
fn moment(at: i64) -> Result<String, Fault> {
    let near = |days: i64| {
        let text = time::format(at - days * DAY)?;
        let (date, time) = text.split_once('T')?;
        let (month, day) = date.rsplit_once('-')?;
        Some(format!("{month}-{:02}T{time}", day.parse::<i64>().ok()? + days))
    };
    let text = time::format(at).or_else(|| near(2));
    let text = text.filter(|text| time::parse(text) == Some(at));
    text.ok_or_else(|| Fault(format!("the moment {at} cannot be written")))
}

/// A stored value as a file has it; decimals as strings, which keep them exact.
fn value(form: &ValueForm) -> Result<Value, Fault> {
    let one = |item: &ItemForm| {
        Some(match item {
            ItemForm::Bool(value) => Value::Bool(*value),
            ItemForm::Int(value) => json!(value),
            ItemForm::Decimal(units, scale) => decimal(*units, *scale).into(),
            ItemForm::String(text) => text.clone().into(),
            ItemForm::Timestamp(at) => moment(*at).ok()?.into(),
            ItemForm::Ip(six, bits) => address(*six, *bits)?.into(),
            ItemForm::Error | ItemForm::Duration(_) | ItemForm::Range(..) => return None,
        })
    };
    let value = match form {
        ValueForm::One(item) => one(item),
        ValueForm::Many(items) => items.iter().map(one).collect::<Option<Vec<_>>>().map(Value::Array),
    };
    value.ok_or_else(|| Fault("a stored value cannot be written".to_owned()))
}

fn decimal(units: i128, scale: u8) -> String {
    let places = usize::from(scale);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = places + 1);
    let (whole, rest) = digits.split_at_checked(digits.len().saturating_sub(places)).unwrap_or((&digits, ""));
    let sign = if units < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

fn address(six: bool, bits: u128) -> Option<String> {
    let text = if six {
        std::net::Ipv6Addr::from_bits(bits).to_string()
    } else {
        std::net::Ipv4Addr::from_bits(u32::try_from(bits).ok()?).to_string()
    };
    Ip::parse(&text).map(|_| text)
}

fn without_null(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
