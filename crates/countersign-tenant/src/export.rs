//! The tenant as a tenant file in JSON: imported again, it gives the same decisions.
//!
//! Left out is what a tenant file does not hold: requests and approvals, tokens, invitations, and ids.

use crate::query::{Asker, Shown, size};
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden};
use crate::{assignments, doc, held, overrides, settings};
use countersign_core::condition::Ip;
use countersign_wire::api::Page;
use countersign_wire::record::{AssignmentForm, ItemForm, SubjectRecord, ValueForm};
use countersign_wire::seal::{SUBJECTS, group_key, subject_key};
use countersign_wire::stored::Named;
use countersign_wire::time;
use serde_json::{Map, Value, json};

/// How many members one answer holds: more would not fit into the memory that an object should take.
const MOST: usize = 5_000;
/// How many documents are read at a time.
const AT_ONCE: usize = 1_000;

/// The whole tenant, for those who may read all of it.
pub(crate) fn file<S: State>(asker: &Asker<'_, S>) -> Result<Shown, Stop> {
    may(asker)?;
    let mut lists = Lists::default();
    let keys = asker.state.keys(SUBJECTS, "", MOST + 1)?;
    if keys.len() > MOST {
        let detail = format!(
            "An account of more than {MOST} members is exported in parts: read `/export/parts` from cursor to cursor and \
             join the lists, or use `countersign pull`."
        );
        return Err(conflict("too_large", detail));
    }
    for subject in keys.iter().filter_map(|key| key.strip_prefix(SUBJECTS)) {
        lists.member(asker.state, subject)?;
    }
    lists.account(asker.state)?;
    Ok((lists.file(), None))
}

/// A part of the tenant, for those who may read all of it: everything but members in the first, members in all of them.
pub(crate) fn part<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    may(asker)?;
    let mut lists = Lists::default();
    let after = page.cursor.as_deref().map(subject_key).unwrap_or_default();
    let keys = asker.state.keys(SUBJECTS, &after, size(page) + 1)?;
    let subjects: Vec<&str> = keys.iter().filter_map(|key| key.strip_prefix(SUBJECTS)).take(size(page)).collect();
    for subject in &subjects {
        lists.member(asker.state, subject)?;
    }
    if page.cursor.is_none() {
        lists.account(asker.state)?;
    }
    let mut file = lists.file();
    if let (true, Some(last), Some(fields)) = (keys.len() > subjects.len(), subjects.last(), file.as_object_mut()) {
        fields.insert("next".to_owned(), (*last).into());
    }
    Ok((file, None))
}

fn may<S: State>(asker: &Asker<'_, S>) -> Result<(), Stop> {
    let rights = &asker.rights;
    let whole = [("view", "settings:all"), ("view", "member:all"), ("export", "audit:all")];
    if !whole.iter().all(|(action, resource)| rights.may(action, "/", resource)) {
        return Err(forbidden(
            "You may not export this account: it takes `settings:view`, `member:view` and `audit:export`. Ask an \
             administrator of this account.",
        ));
    }
    Ok(())
}

/// The lists of a tenant file.
#[derive(Default)]
struct Lists {
    members: Vec<Value>,
    groups: Vec<Value>,
    roles: Vec<Value>,
    assignments: Vec<Value>,
    overrides: Vec<Value>,
    approval_policies: Vec<Value>,
    resources: Vec<Value>,
    settings: Option<Value>,
}

impl Lists {
    fn file(self) -> Value {
        let mut file = json!({
            "members": self.members,
            "groups": self.groups,
            "roles": self.roles,
            "assignments": self.assignments,
            "overrides": self.overrides,
            "approval_policies": self.approval_policies,
            "resources": self.resources,
        });
        if let (Some(settings), Some(fields)) = (self.settings, file.as_object_mut()) {
            fields.insert("settings".to_owned(), settings);
        }
        file
    }

    fn member(&mut self, state: &impl State, subject: &str) -> Result<(), Stop> {
        let record = held::subject(state, subject)?.ok_or_else(|| Fault(format!("{subject} is no more")))?;
        self.members.push(member(state, subject, &record)?);
        for form in &record.assignments {
            self.assignments.push(assignment(state, subject, form)?);
        }
        if let Value::Array(all) = overrides::shown(&record.overrides) {
            for (mut one, form) in all.into_iter().zip(&record.overrides) {
                if let Some(fields) = one.as_object_mut() {
                    fields.insert("subject".to_owned(), subject.into());
                    window(fields, form.from, form.until)?;
                }
                self.overrides.push(one);
            }
        }
        Ok(())
    }

    /// Everything but members.
    fn account(&mut self, state: &impl State) -> Result<(), Stop> {
        for (id, Named { name }) in all::<Named>(state, doc::GROUP)? {
            for form in assignments::of(state, &group_key(&id))? {
                self.assignments.push(assignment(state, &format!("group:{id}"), &form)?);
            }
            self.groups.push(without_null(json!({ "id": id, "name": name })));
        }
        let bodies = |prefix| -> Result<Vec<Value>, Fault> {
            Ok(all::<Value>(state, prefix)?.into_iter().map(|(_, body)| body).collect())
        };
        self.roles = bodies(doc::ROLE)?;
        self.approval_policies = bodies(doc::APPROVAL_POLICY)?;
        let resources = all::<Value>(state, doc::RESOURCE)?.into_iter();
        self.settings = settings::written(state)?;
        self.resources = resources.map(|(path, values)| json!({ "path": path, "attributes": values })).collect();
        Ok(())
    }
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

fn member(state: &impl State, subject: &str, record: &SubjectRecord) -> Result<Value, Fault> {
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

fn moment(at: i64) -> Result<String, Fault> {
    let text = time::format(at).filter(|text| time::parse(text) == Some(at));
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
