//! One record in memory, with what it compiles to under a policy.

use crate::ports::Fault;
use countersign_core::{Approved, Attributes, Grants, Policy, Registry, Status};
use countersign_wire::record::{
    GroupRecord, PolicyRecord, RecordError, ResourcesRecord, SubjectRecord, TokenRecord, decode,
};
use countersign_wire::seal::{POLICY, RESOURCES, TOKENS, group_key};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// What any entry takes of memory, its key and its place in the cache included, in bytes.
const BARE: usize = 384;
/// What each byte of a record takes at most once it is read and compiled, the attributes of resources excepted;
/// `tests/memory` finds a record that takes more.
const EACH_BYTE: usize = 12;
/// The same of the attributes of resources.
const EACH_OF_RESOURCES: usize = 24;

/// A record.
#[derive(Debug)]
pub(super) struct Entry {
    form: Form,
    /// What it comes to under the policy that it was last compiled for, which it does not keep alive
    compiled: RefCell<Option<(Weak<Policy>, Rc<Compiled>)>>,
    weight: usize,
    /// How often it was used since the cache last looked, as far as the number goes
    uses: Cell<u8>,
}

/// What is compiled is kept as bytes beside what it comes to: read, it would take several times as much.
#[derive(Debug)]
enum Form {
    Nothing,
    Policy(Rc<Policy>),
    Subject { status: Status, groups: Vec<String>, record: Box<[u8]> },
    Group(Box<[u8]>),
    Resources(Box<[u8]>),
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
            Some(bytes) if key == RESOURCES => {
                let _: ResourcesRecord = decode(bytes).map_err(corrupt)?;
                Form::Resources(bytes.into())
            }
            Some(bytes) if key.starts_with(TOKENS) => Form::Token(decode(bytes).map_err(corrupt)?),
            Some(bytes) if key.starts_with("group/") => {
                let _: GroupRecord = decode(bytes).map_err(corrupt)?;
                Form::Group(bytes.into())
            }
            Some(bytes) => {
                let SubjectRecord { status, groups, .. } = decode(bytes).map_err(corrupt)?;
                Form::Subject { status: status.into(), groups, record: bytes.into() }
            }
        };
        Ok(Self::of(form, record.map_or(0, <[u8]>::len)))
    }

    /// A record that does not exist.
    pub(super) fn nothing() -> Self {
        Self::of(Form::Nothing, 0)
    }

    fn of(form: Form, bytes: usize) -> Self {
        let each = if matches!(form, Form::Resources(_)) { EACH_OF_RESOURCES } else { EACH_BYTE };
        let weight = BARE.saturating_add(bytes.saturating_mul(each));
        Self { form, compiled: RefCell::default(), weight, uses: Cell::default() }
    }

    /// What it takes of memory at most, with all that it comes to, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Notes that it was used.
    pub(super) fn used(&self) {
        self.uses.set(self.uses.get().saturating_add(1));
    }

    /// Whether it was used again, after it was read, since this was last asked.
    pub(super) fn was_used(&self) -> bool {
        self.uses.replace(0) > 1
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
            Form::Subject { status, .. } => Some(*status),
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
            Form::Subject { groups, .. } => groups,
            _ => &[],
        }
    }

    /// What it comes to under `policy`; compiled again when the policy is another one than the last.
    ///
    /// # Errors
    /// When a grant does not fit the policy: record and policy are then not of one revision.
    pub(super) fn compiled(&self, policy: &Rc<Policy>) -> Result<Rc<Compiled>, Fault> {
        if let Some((compiled_for, compiled)) = &*self.compiled.borrow()
            // Nothing else comes to stand there while somebody remembers the place.
            && Weak::as_ptr(compiled_for) == Rc::as_ptr(policy)
        {
            return Ok(Rc::clone(compiled));
        }
        let corrupt = |_: RecordError| Fault::Corrupt;
        let nothing = Compiled::default();
        let compiled = match &self.form {
            Form::Subject { record, .. } => {
                let record: SubjectRecord = decode(record).map_err(corrupt)?;
                Compiled {
                    grants: record.grants(policy).map_err(corrupt)?,
                    attributes: record.attributes(policy),
                    approved: record.approved(policy),
                    ..nothing
                }
            }
            Form::Group(record) => {
                let record: GroupRecord = decode(record).map_err(corrupt)?;
                Compiled { grants: record.grants(policy).map_err(corrupt)?, ..nothing }
            }
            Form::Resources(record) => {
                let record: ResourcesRecord = decode(record).map_err(corrupt)?;
                Compiled { resources: record.registry(policy), ..nothing }
            }
            Form::Nothing | Form::Policy(_) | Form::Token(_) => nothing,
        };
        let compiled = Rc::new(compiled);
        *self.compiled.borrow_mut() = Some((Rc::downgrade(policy), Rc::clone(&compiled)));
        Ok(compiled)
    }
}
