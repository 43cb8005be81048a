//! The reason of a decision as words, the same on every surface.

use countersign_core::{Cause, Decision, Path, Policy, Question, Subject};
use std::collections::BTreeMap;

/// What decided: `stage`, and within it `role` (with its `title`) and `scope`, or a `rule` with its `why`, an approval
/// `policy`, or a `detail`.
#[must_use]
pub fn words(
    policy: &Policy,
    subject: &Subject<'_>,
    decision: Decision,
    question: &Question<'_>,
) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    each(policy, subject, decision, question, &mut |key, value| {
        words.insert(key.to_owned(), value.to_owned());
    });
    words
}

/// [`words`] one by one, for whoever can do without the map.
pub fn each(
    policy: &Policy,
    subject: &Subject<'_>,
    decision: Decision,
    question: &Question<'_>,
    put: &mut dyn FnMut(&str, &str),
) {
    put("stage", decision.stage.as_str());
    let scope = |depth: u8| Path::parse(question.path).map_or("/", |path| path.ancestor(usize::from(depth)));
    match decision.cause {
        Cause::UnknownSubject => put("detail", "no member"),
        Cause::Expired => put("detail", "expired"),
        Cause::NotActive(status) => put("detail", status.as_str()),
        Cause::Override { depth } => put("scope", scope(depth)),
        Cause::Role { role, depth, .. } => {
            put("scope", scope(depth));
            put("role", policy.role(role).map_or("", |role| role.id()));
            if let Some(title) = policy.title(subject, role, scope(depth), question.now) {
                put("title", title);
            }
        }
        Cause::Rule { rule, errored } => {
            if errored {
                put("detail", "its condition cannot be told, and so it holds");
            }
            put("rule", &number(rule));
            if let Some(rule) = policy.rules().get(usize::from(rule)).filter(|rule| !rule.why.is_empty()) {
                put("why", &rule.why);
            }
        }
        Cause::Approval { policy: index, errored } => {
            if errored {
                put("detail", "its condition cannot be told, and so it is met");
            }
            put("policy", policy.approvals().get(usize::from(index)).map_or("", |policy| &policy.id));
        }
        Cause::Unclear { role, depth } => {
            put("scope", scope(depth));
            put("role", policy.role(role).map_or("", |role| role.id()));
            put("detail", "the condition of a grant cannot be told, and so it allows nothing");
        }
        Cause::NoGrant => put("detail", "no grant reaches it"),
        Cause::Path(error) => put("detail", error.as_str()),
        Cause::UnknownAction => put("detail", "the type declares no such action"),
        _ => {}
    }
}

/// The rule's number in the model, from 1, without what formats all kinds of numbers.
fn number(rule: u16) -> String {
    let mut left = u32::from(rule) + 1;
    let mut digits = [b'0'; 5];
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        if left > 0 {
            *digit += (left % 10) as u8;
            first = at;
        }
        left /= 10;
    }
    digits.iter().skip(first).map(|digit| char::from(*digit)).collect()
}
