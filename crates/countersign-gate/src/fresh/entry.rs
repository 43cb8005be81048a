//! One record in memory, with what it compiles to under a policy.

use crate::ports::Fault;
use countersign_core::{Approved, Attributes, Grants, Policy, Registry, Status};
use countersign_wire::record::{
    GroupRecord, PolicyRecord, RecordError, ResourcesRecord, SubjectRecord, TokenRecord, decode,
};
use countersign_wire::seal::{POLICY, RESOURCES, TOKENS, group_key};
use std::cell::RefCell;
use std::rc::Rc;

/// A record.
#[derive(Debug)]
pub(super) struct Entry {
    form: Form,
    /// What it comes to under the policy that it was last compiled for
    compiled: RefCell<Option<(Rc<Policy>, Rc<Compiled>)>>,
}

#[derive(Debug)]
enum Form {
    Nothing,
    Policy(Rc<Policy>),
    Subject(SubjectRecord),
    Group(GroupRecord),
    Resources(ResourcesRecord),
    Token(TokenRecord),
}

/// What a record comes to under a policy.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    pub(super) grants: Grants,
    /// A member's stored attributes
    pub(super) attributes: Attributes,
    /// A member's approved requests
    pub(super) approved: Vec<Approved>,
    /// The stored attributes of resources
    pub(super) resources: Registry,
}

impl Entry {
    /// Reads a record.
    ///
    /// # Errors
    /// When it is not of the form that its key says.
    pub(super) fn read(key: &str, record: Option<&[u8]>) -> Result<Self, Fault> {
        let corrupt = |_: RecordError| Fault::Corrupt;
        let form = match record {
            None => Form::Nothing,
            Some(bytes) if key == POLICY => {
                let record: PolicyRecord = decode(bytes).map_err(corrupt)?;
                Form::Policy(Rc::new(record.policy().map_err(corrupt)?))
            }
            Some(bytes) if key == RESOURCES => Form::Resources(decode(bytes).map_err(corrupt)?),
            Some(bytes) if key.starts_with(TOKENS) => Form::Token(decode(bytes).map_err(corrupt)?),
            Some(bytes) if key.starts_with("group/") => Form::Group(decode(bytes).map_err(corrupt)?),
            Some(bytes) => Form::Subject(decode(bytes).map_err(corrupt)?),
        };
        Ok(Self { form, compiled: RefCell::default() })
    }

    /// A record that does not exist.
    pub(super) fn nothing() -> Self {
        Self { form: Form::Nothing, compiled: RefCell::default() }
    }

    /// The keys of other records that decide questions together with this one.
    pub(super) fn refers_to(&self) -> impl Iterator<Item = String> {
        let stored = self.policy().is_some_and(|policy| policy.stores_resources());
        let groups = self.groups().iter().map(|group| group_key(group));
        groups.chain(stored.then(|| RESOURCES.to_owned()))
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

    /// The token, if this is one's record.
    pub(super) fn token(&self) -> Option<&TokenRecord> {
        match &self.form {
            Form::Token(record) => Some(record),
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

    /// What it comes to under `policy`; compiled again when the policy is another one than the last.
    ///
    /// # Errors
    /// When a grant does not fit the policy: record and policy are then not of one revision.
    pub(super) fn compiled(&self, policy: &Rc<Policy>) -> Result<Rc<Compiled>, Fault> {
        if let Some((compiled_for, compiled)) = &*self.compiled.borrow()
            && Rc::ptr_eq(compiled_for, policy)
        {
            return Ok(Rc::clone(compiled));
        }
        let corrupt = |_: RecordError| Fault::Corrupt;
        let nothing = Compiled::default();
        let compiled = match &self.form {
            Form::Subject(record) => Compiled {
                grants: record.grants(policy).map_err(corrupt)?,
                attributes: record.attributes(policy),
                approved: record.approved(policy),
                ..nothing
            },
            Form::Group(record) => Compiled { grants: record.grants(policy).map_err(corrupt)?, ..nothing },
            Form::Resources(record) => Compiled { resources: record.registry(policy), ..nothing },
            Form::Nothing | Form::Policy(_) | Form::Token(_) => nothing,
        };
        let compiled = Rc::new(compiled);
        *self.compiled.borrow_mut() = Some((Rc::clone(policy), Rc::clone(&compiled)));
        Ok(compiled)
    }
}
