//! Patterns of `matches`: a program that reads each character once, whatever the pattern.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// One instruction of a pattern. It names others by their index; a program that no compiler made is safe to run, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reads a character from the first to the second, both included, and goes on after it
    Range(u32, u32),
    /// Reads a character of one of the ranges in the `n` instructions that follow, and goes on after these; they are
    /// sorted and do not overlap
    Class(u16),
    /// Goes on at both
    Split(u16, u16),
    /// Goes on elsewhere
    Jump(u16),
    /// Goes on if this is such a place
    At(Place),
    /// The text matches
    Match,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where the text begins
    Start = 0,
    /// Where it ends
    End = 1,
    /// Where it begins, or after a line feed
    LineStart = 2,
    /// Where it ends, or before a line feed
    LineEnd = 3,
    /// Between an ASCII letter, digit or `_` and something else
    WordBoundary = 4,
    /// Everywhere else
    NoWordBoundary = 5,
}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The instructions; the first is the beginning
    pub steps: Box<[Step]>,
}

impl Step {
    /// The instruction as two words, for storage. The numbers are never changed or used again.
    #[must_use]
    pub fn to_words(self) -> [u32; 2] {
        let (code, first, second) = match self {
            Self::Range(first, last) => (1, first, last),
            Self::Class(count) => (2, u32::from(count), 0),
            Self::Split(one, other) => (3, u32::from(one), u32::from(other)),
            Self::Jump(to) => (4, u32::from(to), 0),
            Self::At(place) => (5, place as u32, 0),
            Self::Match => (6, 0, 0),
        };
        [first << 4 | code, second]
    }

    /// The instruction of two words; nothing for words that no instruction has.
    #[must_use]
    pub fn from_words(words: [u32; 2]) -> Option<Self> {
        let [word, second] = words;
        let first = word >> 4;
        let short = u16::try_from(first).ok();
        let step = match word & 15 {
            1 => Self::Range(first, second),
            2 => Self::Class(short?),
            3 => Self::Split(short?, u16::try_from(second).ok()?),
            4 => Self::Jump(short?),
            5 => Self::At(match first {
                0 => Place::Start,
                1 => Place::End,
                2 => Place::LineStart,
                3 => Place::LineEnd,
                4 => Place::WordBoundary,
                5 => Place::NoWordBoundary,
                _ => return None,
            }),
            6 => Self::Match,
            _ => return None,
        };
        (step.to_words() == words).then_some(step)
    }
}

impl Pattern {
    /// The most instructions of a pattern.
    pub const STEPS: usize = 1000;

    /// Whether a part of `text` matches; nothing if that takes more than `budget` visits of an instruction, which are
    /// taken off it, or if there are too many instructions.
    pub(super) fn matches(&self, text: &str, budget: &mut u32) -> Option<bool> {
        if self.steps.len() > Self::STEPS {
            return None;
        }
        let mut search = Search {
            steps: &self.steps,
            seen: vec![0; self.steps.len()],
            time: 0,
            ready: Vec::new(),
            stack: Vec::new(),
        };
        let anchored = self.steps.first() == Some(&Step::At(Place::Start));
        let mut waiting: Vec<u16> = Vec::new();
        let mut before = None;
        let mut rest = text.chars();
        loop {
            let after = rest.next();
            if !anchored || before.is_none() {
                waiting.push(0);
            }
            search.time += 1;
            while let Some(at) = waiting.pop() {
                if search.reach(at, before, after, budget)? {
                    return Some(true);
                }
            }
            let Some(char) = after else { return Some(false) };
            while let Some(at) = search.ready.pop() {
                if let Some(to) = next(&self.steps, at, u32::from(char)) {
                    waiting.push(to);
                }
            }
            if anchored && waiting.is_empty() {
                return Some(false);
            }
            before = after;
        }
    }
}

/// What is known at one place of the text.
struct Search<'p> {
    steps: &'p [Step],
    /// When each instruction was last reached
    seen: Vec<u32>,
    time: u32,
    /// The reached instructions that read a character
    ready: Vec<u16>,
    /// Instructions still to be reached; empty between two calls, unless the search is over
    stack: Vec<u16>,
}

impl Search<'_> {
    /// Reaches an instruction and all that follow it before the next character; tells whether one of them is the end.
    fn reach(&mut self, at: u16, before: Option<char>, after: Option<char>, budget: &mut u32) -> Option<bool> {
        // Every instruction is entered once, so the stack holds at most two for each.
        self.stack.push(at);
        while let Some(at) = self.stack.pop() {
            *budget = budget.checked_sub(1)?;
            let (Some(step), Some(seen)) = (self.steps.get(usize::from(at)), self.seen.get_mut(usize::from(at))) else {
                continue;
            };
            if *seen == self.time {
                continue;
            }
            *seen = self.time;
            match *step {
                Step::Range(..) | Step::Class(_) => self.ready.push(at),
                Step::Split(one, other) => {
                    self.stack.push(other);
                    self.stack.push(one);
                }
                Step::Jump(to) => self.stack.push(to),
                Step::At(place) if is_at(place, before, after) => self.stack.push(at.saturating_add(1)),
                Step::At(_) => {}
                Step::Match => return Some(true),
            }
        }
        Some(false)
    }
}

/// Where the reading instruction `at` goes on after `char`, if it reads it.
fn next(steps: &[Step], at: u16, char: u32) -> Option<u16> {
    let begin = usize::from(at);
    match *steps.get(begin)? {
        Step::Range(first, last) => (first <= char && char <= last).then(|| at.saturating_add(1)),
        Step::Class(count) => {
            let ranges = steps.get(begin + 1..=begin + usize::from(count))?;
            let below = ranges.partition_point(|range| matches!(range, Step::Range(_, last) if *last < char));
            match ranges.get(below)? {
                Step::Range(first, _) if *first <= char => at.checked_add(count)?.checked_add(1),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_at(place: Place, before: Option<char>, after: Option<char>) -> bool {
    let boundary = is_word(before) != is_word(after);
    match place {
        Place::Start => before.is_none(),
        Place::End => after.is_none(),
        Place::LineStart => before.is_none_or(|char| char == '\n'),
        Place::LineEnd => after.is_none_or(|char| char == '\n'),
        Place::WordBoundary => boundary,
        Place::NoWordBoundary => !boundary,
    }
}

fn is_word(char: Option<char>) -> bool {
    char.is_some_and(|char| char.is_ascii_alphanumeric() || char == '_')
}
