//! The members while a tenant file is read, in its order.

use super::Profile;
use crate::{Principal, attributes, principal};
use countersign_core::limits::GROUPS;
use countersign_core::{Owner, Policy};
use countersign_wire::reader::{Placed, Problems};
use countersign_wire::record::SubjectRecord;
use countersign_wire::tenant::MemberDecl;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The members by subject.
#[derive(Default)]
pub(super) struct Members {
    numbers: HashMap<String, usize>,
    all: Vec<MemberDraft>,
    /// What stands in the place of a subject and is none
    unclear: Vec<String>,
    /// Who was found last: files name one member several times in a row
    last: (String, usize),
}

/// A member; the assignments of its record are still apart.
pub(super) struct MemberDraft {
    pub(super) record: SubjectRecord,
    pub(super) profile: Profile,
}

impl Members {
    /// The members without their assignments.
    pub(super) fn of(policy: &Policy, decls: Vec<MemberDecl>, problems: &mut Problems<'_>) -> Self {
        let mut numbers = HashMap::with_capacity(decls.len());
        let mut all = Vec::with_capacity(decls.len());
        let mut unclear = super::unclear("members", problems);
        for decl in decls {
            let MemberDecl { subject, name, email, status, attributes, groups } = decl;
            if !matches!(principal(&subject.value), Some(Principal::Subject(_))) {
                if !problems.is_doubtful(&subject.at.path) {
                    let message = format!("`{}` is no subject", subject.value);
                    problems.add_with_help(&subject.at, message, "write `user:…`, `service:…` or `support:…`");
                }
                unclear.push(subject.value.clone());
            }
            let record = SubjectRecord {
                status: status.into(),
                attributes: attributes::stored(policy, Owner::Subject, &attributes, problems),
                groups: few(groups, problems).into_iter().map(|group| group.value).collect(),
                assignments: Vec::new(),
                overrides: Vec::new(),
                approved: Vec::new(),
            };
            match numbers.entry(subject.value) {
                Entry::Vacant(place) => {
                    place.insert(all.len());
                    all.push(MemberDraft { record, profile: Profile { name, email } });
                }
                Entry::Occupied(_) if problems.is_doubtful(&subject.at.path) => {}
                Entry::Occupied(place) => {
                    let message = format!("the member `{}` is written down twice", place.key());
                    problems.add_with_help(&subject.at, message, "write what both say into one");
                }
            }
        }
        // No subject is empty.
        Self { numbers, all, unclear, last: (String::new(), usize::MAX) }
    }

    /// The member's number, in the order of the file.
    pub(super) fn number(&mut self, subject: &str) -> Option<usize> {
        if self.last.0 != subject {
            let number = *self.numbers.get(subject)?;
            self.last.0.clear();
            self.last.0.push_str(subject);
            self.last.1 = number;
        }
        Some(self.last.1)
    }

    pub(super) fn get_mut(&mut self, subject: &str) -> Option<&mut MemberDraft> {
        let number = self.number(subject)?;
        self.all.get_mut(number)
    }

    pub(super) fn contains(&self, subject: &str) -> bool {
        self.numbers.contains_key(subject)
    }

    /// What stands in the place of a subject and is none.
    pub(super) fn unclear(&self) -> &[String] {
        &self.unclear
    }

    /// All subjects, ascending.
    pub(super) fn subjects(&self) -> Vec<String> {
        let mut subjects: Vec<_> = self.numbers.keys().cloned().collect();
        subjects.sort();
        subjects
    }

    /// All members, in the order of the file.
    pub(super) fn into_all(self) -> impl Iterator<Item = (String, MemberDraft)> {
        let mut subjects = vec![String::new(); self.all.len()];
        for (subject, number) in self.numbers {
            if let Some(place) = subjects.get_mut(number) {
                *place = subject;
            }
        }
        subjects.into_iter().zip(self.all)
    }
}

/// The groups of a member, no more than a check can tell apart.
fn few(mut groups: Vec<Placed<String>>, problems: &mut Problems<'_>) -> Vec<Placed<String>> {
    if let Some(group) = groups.get(GROUPS) {
        let help = "put the member into fewer groups that hold more";
        problems.add_with_help(&group.at, format!("a member is in at most {GROUPS} groups"), help);
    }
    groups.truncate(GROUPS);
    groups
}
