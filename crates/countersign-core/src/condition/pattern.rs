//! Patterns of `matches`: a program that reads each character once, whatever the pattern.

use alloc::boxed::Box;

/// One instruction of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The instructions
    pub steps: Box<[Step]>,
}
