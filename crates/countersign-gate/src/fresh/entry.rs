//! One record in memory, with what it compiles to under a policy.

use super::read::Opened;
use crate::ports::Fault;
use countersign_core::{Grants, Policy, Status};
use countersign_wire::record::{GroupRecord, PolicyRecord, RecordError, SubjectRecord, decode};
use countersign_wire::seal::POLICY;
use std::cell::RefCell;
use std::rc::Rc;

/// A record.
#[derive(Debug)]
pub(super) struct Entry {
    form: Form,
    /// The grants, under the policy that they were last compiled for
    compiled: RefCell<Option<(Rc<Policy>, Rc<Grants>)>>,
}

#[derive(Debug)]
enum Form {
    Nothing,
    Policy(Rc<Policy>),
    Subject(SubjectRecord),
    Group(GroupRecord),
}

impl Entry {
    /// Reads a record.
    ///
    /// # Errors
    /// When it is not of the form that its key says.
    pub(super) fn read(key: &str, opened: Opened) -> Result<Self, Fault> {
        let corrupt = |_: RecordError| Fault::Corrupt;
        let form = match opened.record {
            None => Form::Nothing,
            Some(bytes) if key == POLICY => {
                let record: PolicyRecord = decode(&bytes).map_err(corrupt)?;
                Form::Policy(Rc::new(record.policy().map_err(corrupt)?))
            }
            Some(bytes) if key.starts_with("group/") => Form::Group(decode(&bytes).map_err(corrupt)?),
            Some(bytes) => Form::Subject(decode(&bytes).map_err(corrupt)?),
        };
        Ok(Self { form, compiled: RefCell::default() })
    }

    /// The policy, if this is one.
    pub(super) fn policy(&self) -> Option<Rc<Policy>> {
        match &self.form {
            Form::Policy(policy) => Some(Rc::clone(policy)),
            _ => None,
        }
    }

    /// The status, if this is a member's record.
    pub(super) fn status(&self) -> Option<Status> {
        match &self.form {
            Form::Subject(record) => Some(record.status.into()),
            _ => None,
        }
    }

    /// The groups of a member.
    pub(super) fn groups(&self) -> &[String] {
        match &self.form {
            Form::Subject(record) => &record.groups,
            _ => &[],
        }
    }

    /// The grants under `policy`; compiled again when the policy is another one than the last.
    ///
    /// # Errors
    /// When a grant does not fit the policy: record and policy are then not of one revision.
    pub(super) fn grants(&self, policy: &Rc<Policy>) -> Result<Rc<Grants>, Fault> {
        if let Some((compiled_for, grants)) = &*self.compiled.borrow()
            && Rc::ptr_eq(compiled_for, policy)
        {
            return Ok(Rc::clone(grants));
        }
        let grants = match &self.form {
            Form::Subject(record) => record.grants(policy),
            Form::Group(record) => record.grants(policy),
            Form::Nothing | Form::Policy(_) => Ok(Grants::default()),
        };
        let grants = Rc::new(grants.map_err(|_| Fault::Corrupt)?);
        *self.compiled.borrow_mut() = Some((Rc::clone(policy), Rc::clone(&grants)));
        Ok(grants)
    }
}
