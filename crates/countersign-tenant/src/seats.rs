//! Seats and licences: how many there are, and how many are taken.
//!
//! A `user:` member takes a seat unless it is deactivated; a boolean stored attribute that is set takes a licence of its
//! name, whoever has it, unless it is deactivated. What is taken is counted along with every change of a record, so that
//! no command can forget it, and a change costs as much as it changes.

use crate::draft::Draft;
use crate::held;
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict};
use crate::{doc, settings};
use countersign_wire::record::{ItemForm, StatusForm, SubjectRecord, ValueForm};
use countersign_wire::seal::SUBJECTS;
use countersign_wire::stored::{Settings, Taken};

/// How many members are counted at a time.
const AT_ONCE: usize = 500;

/// What is taken.
pub(crate) fn taken(state: &impl State) -> Result<Taken, Fault> {
    match doc::read(state, doc::TAKEN)? {
        Some(taken) => Ok(taken),
        None => count(state),
    }
}

/// Counts what all members take: for a tenant that was set up before it was counted along.
pub(crate) fn count(state: &impl State) -> Result<Taken, Fault> {
    let mut taken = Taken::default();
    let mut after = String::new();
    loop {
        let keys = state.keys(SUBJECTS, &after, AT_ONCE)?;
        for subject in keys.iter().filter_map(|key| key.strip_prefix(SUBJECTS)) {
            if let Some(record) = held::subject(state, subject)? {
                taken.add(subject, &record);
            }
        }
        match keys.last() {
            Some(last) if keys.len() == AT_ONCE => after.clone_from(last),
            _ => return Ok(taken),
        }
    }
}

/// What a member takes up, added or taken away.
pub(crate) trait Count {
    fn add(&mut self, subject: &str, record: &SubjectRecord);
    fn remove(&mut self, subject: &str, record: &SubjectRecord);
}

impl Count for Taken {
    fn add(&mut self, subject: &str, record: &SubjectRecord) {
        if takes_seat(subject, record) {
            self.seats = self.seats.saturating_add(1);
        }
        for licence in licences(record) {
            let taken = self.licences.or_default(licence.to_owned());
            *taken = taken.saturating_add(1);
        }
    }

    fn remove(&mut self, subject: &str, record: &SubjectRecord) {
        if takes_seat(subject, record) {
            self.seats = self.seats.saturating_sub(1);
        }
        for licence in licences(record) {
            let left = self.licences.get(licence).copied().unwrap_or_default().saturating_sub(1);
            if left == 0 {
                self.licences.remove(licence);
            } else {
                self.licences.insert(licence.to_owned(), left);
            }
        }
    }
}

fn takes_seat(subject: &str, record: &SubjectRecord) -> bool {
    subject.starts_with("user:") && record.status != StatusForm::Deactivated
}

fn licences(record: &SubjectRecord) -> impl Iterator<Item = &str> {
    let counts = record.status != StatusForm::Deactivated;
    let set = move |value: &ValueForm| counts && *value == ValueForm::One(ItemForm::Bool(true));
    record.attributes.iter().filter(move |(_, value)| set(value)).map(|(name, _)| name.as_str())
}

/// Refuses a command that takes more than there is. One that takes no more than was taken before is never refused, so
/// that a lowered limit locks nobody out.
pub(crate) fn fit<S: State>(draft: &Draft<'_, S>) -> Result<(), Stop> {
    let (before, after) = (taken(draft.before())?, draft.taken()?);
    if before == after {
        return Ok(());
    }
    let settings = settings::of(draft)?;
    if settings.seats > 0 && after.seats > before.seats && after.seats > settings.seats {
        let detail = format!("All {} seats of this account are taken. {}", settings.seats, contact(&settings));
        return Err(conflict("no_seat", detail));
    }
    for (licence, most) in settings.licences.iter() {
        let count = |taken: &Taken| taken.licences.get(licence).copied().unwrap_or_default();
        if count(&after) > count(&before) && count(&after) > *most {
            let detail = format!("All {most} licences `{licence}` of this account are taken. {}", contact(&settings));
            return Err(conflict("no_licence", detail));
        }
    }
    Ok(())
}

fn contact(settings: &Settings) -> &str {
    let usual = "Deactivate a member who needs it no more, or ask the provider of this service for more.";
    settings.seats_contact.as_deref().unwrap_or(usual)
}
