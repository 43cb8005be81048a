//! The compiler of conditions: text becomes checked code.
//!
//! The language is a part of CEL, the Common Expression Language; `docs/conditions-cel.md` lists every difference.
//! The parser is our own: the `cel` crate's is made by ANTLR, which brings its run-time, time zones and another pattern
//! engine into the compiler's wasm, descends without a bound, and says less about where it stands. The crate is what
//! the tests compare with.
//!
//! Everything is bounded before it is walked: the length of the text, then the depth of its nesting, so that neither
//! parser nor checker can exhaust the stack. What the compiler cannot type, it refuses.

mod call;
mod check;
mod code;
mod each;
mod names;
mod operator;
mod parse;
mod text;
mod token;
mod tree;

use check::Checker;
use code::Piece;
use core::ops::Range;
use countersign_core::condition::{Condition, Facts, Kind, Reference, Truth, Value};
use countersign_core::{Policy, TypeId};
use countersign_wire::reader::Doubts;

/// Bytes of one condition's text.
pub(crate) const TEXT_BYTES: usize = 4096;

/// How many problems of one condition are looked for.
const PROBLEMS: usize = 20;

/// Where a condition stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place<'a> {
    /// What `resource` can be: the types of the permissions that it guards; anything, if there are none
    pub(crate) types: Vec<TypeId>,
    /// What of the model's words is in doubt
    pub(crate) doubts: Option<&'a Doubts>,
}

/// Something that is wrong in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Where, in bytes of its text
    pub(crate) span: Range<usize>,
    /// What
    pub(crate) message: String,
    /// What to do about it
    pub(crate) help: Option<String>,
}

impl Wrong {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    /// Adds what to do; nothing, if it is empty.
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into()).filter(|help| !help.is_empty());
        self
    }
}

/// Compiles one condition; says, too, if it is known that it always holds, or never.
///
/// # Errors
/// All that is wrong with it, in order of place; not more than twenty, and nothing where it reads what is in doubt.
pub(crate) fn compile(policy: &Policy, here: &Place<'_>, text: &str) -> Result<(Condition, Option<bool>), Vec<Wrong>> {
    if text.len() > TEXT_BYTES {
        let message = format!("a condition has at most {TEXT_BYTES} bytes; this has {}", text.len());
        return Err(vec![Wrong::new(0..text.len(), message).help("split it into several rules")]);
    }
    let (tree, root) = parse::parse(text).map_err(|mut wrong| {
        wrong.truncate(PROBLEMS);
        wrong
    })?;
    let Place { types, doubts } = here;
    let mut checker =
        Checker { policy, types, doubts: *doubts, tree: &tree, items: Vec::new(), wrong: Vec::new(), unclear: false };
    let part = checker.wanted(root, Kind::Bool, "a condition");
    let mut wrong = checker.wrong;
    if !wrong.is_empty() || checker.unclear {
        wrong.sort_by_key(|wrong| (wrong.span.start, wrong.span.end));
        return Err(wrong);
    }
    let asks = part.code.iter().any(|piece| matches!(piece, Piece::Has(_)));
    let condition = code::assemble(part).map_err(|wrong| vec![wrong])?;
    // All operators are strict but for those that absorb errors: what is false with every value missing never holds, and
    // only `has` could tell the difference. With values it may still be an error, because it then takes more steps; so
    // `true` is said only of what reads nothing, for callers who leave such a condition out.
    let constant = match condition.holds(&Nothing) {
        Truth::True if condition.references.is_empty() => Some(true),
        Truth::False if !asks => Some(false),
        _ => None,
    };
    Ok((condition, constant))
}

#[cfg(test)]
mod tests;

/// A world without values.
struct Nothing;

impl Facts for Nothing {
    fn value(&self, _reference: &Reference) -> Value<'_> {
        Value::Error
    }

    fn has(&self, _reference: &Reference) -> bool {
        false
    }
}
