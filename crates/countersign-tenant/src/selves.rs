//! Who may be behind a subject: whoever made a service's token, or gave it a new secret, can act as it.
//!
//! So nobody does by a service of his what he may not do himself: approve twice, or take off what is denied to him.

use crate::authority::Rights;
use crate::doc;
use crate::draft::Draft;
use crate::state::{Fault, State};
use crate::stop::Stop;
use countersign_core::sorted::Set;
use serde_json::Value;
use std::rc::Rc;

/// How many tokens are looked at for who made them.
const TOKENS: usize = 10_000;

/// A subject and all who may be behind it.
#[derive(Debug)]
pub(crate) struct Selves {
    all: Set<String>,
    /// Beyond the tokens that can be looked at nobody is known not to be behind a service
    anybody: bool,
}

impl Selves {
    pub(crate) fn of(state: &impl State, subject: &str) -> Result<Self, Fault> {
        let mut all = Set::new();
        if !is_service(subject) {
            all.insert(subject.to_owned());
            return Ok(Self { all, anybody: false });
        }
        let tokens: Vec<(String, Value)> = doc::list(state, doc::TOKEN, "", TOKENS)?;
        let field = |token: &Value, name: &str| token.get(name).and_then(Value::as_str).map(str::to_owned);
        // Whoever made a token of whoever made a token can act as both.
        let mut open = vec![subject.to_owned()];
        while let Some(one) = open.pop() {
            let of_one = tokens.iter().filter(|(_, token)| field(token, "subject").as_deref() == Some(&*one));
            let makers = of_one.flat_map(|(_, token)| [field(token, "created_by"), field(token, "rotated_by")]);
            let makers: Vec<String> = makers.flatten().collect();
            if all.insert(one) {
                open.extend(makers);
            }
        }
        Ok(Self { all, anybody: tokens.len() == TOKENS })
    }

    /// The subject and those who are known to be behind it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str)
    }

    /// Whether it is not known who is not behind it.
    pub(crate) fn is_anybody(&self) -> bool {
        self.anybody
    }

    /// Whether `subject` may be behind it.
    pub(crate) fn has(&self, subject: &str) -> bool {
        self.anybody || self.all.contains(subject)
    }
}

/// Whether the same person may be behind both.
pub(crate) fn same(state: &impl State, one: &str, other: &str) -> Result<bool, Fault> {
    if one == other {
        return Ok(true);
    }
    if !is_service(one) && !is_service(other) {
        return Ok(false);
    }
    let (one, other) = (Selves::of(state, one)?, Selves::of(state, other)?);
    Ok(one.anybody || other.anybody || !one.all.is_disjoint(&other.all))
}

/// Whether this is so of the actor, or of anybody who may be behind it. Operators stand above it.
pub(crate) fn any<S: State>(
    draft: &Draft<'_, S>,
    rights: &Rights,
    is_so: impl Fn(&Rights) -> bool,
) -> Result<bool, Stop> {
    if rights.is_operator() {
        return Ok(false);
    }
    let selves = draft.selves()?;
    if selves.anybody || is_so(rights) {
        return Ok(true);
    }
    for subject in selves.all.iter().filter(|subject| **subject != draft.actor) {
        if is_so(&Rights::of(draft, Rc::clone(&draft.policy), subject, false, draft.now)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn is_service(subject: &str) -> bool {
    subject.starts_with("service:")
}
