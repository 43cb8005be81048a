//! All or nothing: `transactionSync`, which workers-rs does not bind.
//!
//! Without it an error or a panic after a write leaves the write in place. Inside it, whatever ends the closure other than
//! `Ok` undoes everything the closure wrote. The closure is synchronous and nothing else runs in the object meanwhile.

use std::fmt;

use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::ScopedClosure;
use worker::wasm_bindgen::{JsCast, JsValue};

use crate::fault::{Fault, Port};
use crate::sql::{Database, Writes};

/// Why nothing was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undone<E> {
    /// The closure said so.
    Refused(E),
    /// The closure panicked. What it had borrowed from memory may be half changed: throw it away and read it again.
    Panicked(String),
    /// The platform could not begin or commit.
    Fault(Fault),
}

/// Runs `work` in one transaction and commits if, and only if, it answers `Ok`.
///
/// # Errors
/// Says why nothing was written. After an error in committing the platform restarts the object.
pub(crate) fn transact<T, E>(
    database: &Database,
    work: impl FnOnce(&Writes<'_>) -> Result<T, E>,
) -> Result<T, Undone<E>> {
    let mut work = Some(work);
    let mut outcome = None;
    let mut body = || -> Result<JsValue, JsValue> {
        let Some(work) = work.take() else {
            return Err(JsValue::from_str("a transaction runs once"));
        };
        let result = work(&database.writes());
        // Only a thrown value makes the platform roll back; which value is of no account.
        let verdict = if result.is_ok() { Ok(JsValue::UNDEFINED) } else { Err(JsValue::from_str("refused")) };
        outcome = Some(result);
        verdict
    };
    let ended = {
        // Unwind safe: after a panic `outcome` is still `None`, and the closure's own borrows are the caller's to discard.
        let body = ScopedClosure::<dyn FnMut() -> Result<JsValue, JsValue>>::borrow_mut_assert_unwind_safe(&mut body);
        call(database, body.as_js_value())
    };
    let began = work.is_none();
    match (ended, outcome) {
        (Ok(()), Some(Ok(value))) => Ok(value),
        (Err(_), Some(Err(refusal))) => Err(Undone::Refused(refusal)),
        (Err(thrown), None) if began => Err(Undone::Panicked(Fault::from_thrown(Port::Storage, thrown).detail)),
        (Err(thrown), _) => Err(Undone::Fault(Fault::from_thrown(Port::Storage, thrown))),
        (Ok(()), _) => Err(Undone::Fault(Fault::failed(Port::Storage, "transactionSync did not do as it was told"))),
    }
}

fn call(database: &Database, body: &JsValue) -> Result<(), JsValue> {
    let storage: &JsValue = database.storage().as_raw().as_ref();
    let function: Function = Reflect::get(storage, &JsValue::from_str("transactionSync"))?.dyn_into()?;
    function.call1(storage, body).map(drop)
}

impl<E> From<Fault> for Undone<E> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Where the closure's own refusals are faults too, all ways not to be done are one.
impl From<Undone<Fault>> for Fault {
    fn from(undone: Undone<Fault>) -> Self {
        match undone {
            Undone::Refused(fault) | Undone::Fault(fault) => fault,
            Undone::Panicked(detail) => Self::failed(Port::Storage, detail),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Undone<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(formatter),
            Self::Panicked(detail) => formatter.write_str(detail),
            Self::Fault(fault) => write!(formatter, "{}: {}", fault.code(), fault.detail),
        }
    }
}
