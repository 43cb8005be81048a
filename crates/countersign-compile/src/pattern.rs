//! Patterns of `matches`: text in the syntax of RE2 becomes a program that the core runs.
//!
//! The parser knows more than RE2, and means something else by a few texts that both know. What RE2 does not have is
//! refused here, `\d`, `\s`, `\w` and `\b` are of ASCII, and every other difference is a refusal, never another meaning.

mod syntax;

use countersign_core::condition::{Pattern, Place, Step};
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Compiles a pattern.
///
/// # Errors
/// What is wrong with it, or that it is too large.
pub(crate) fn compile(text: &str) -> Result<Pattern, String> {
    let mut program = Program { steps: Vec::new() };
    program.compile(&syntax::parse(text)?)?;
    program.push(Step::Match)?;
    Ok(Pattern { steps: program.steps.into() })
}

/// The instructions so far; what is compiled next goes on where they end.
struct Program {
    steps: Vec<Step>,
}

impl Program {
    /// The index of the next instruction.
    fn next(&self) -> u16 {
        // `push` keeps the number of instructions far below.
        u16::try_from(self.steps.len()).unwrap_or(u16::MAX)
    }

    fn push(&mut self, step: Step) -> Result<u16, String> {
        let at = self.next();
        if self.steps.len() >= Pattern::STEPS {
            return Err(format!("the pattern is too large: it needs more than {} steps", Pattern::STEPS));
        }
        self.steps.push(step);
        Ok(at)
    }

    fn replace(&mut self, at: u16, step: Step) {
        if let Some(place) = self.steps.get_mut(usize::from(at)) {
            *place = step;
        }
    }

    /// Compiles an expression. How deep expressions nest is limited by the parser.
    fn compile(&mut self, hir: &Hir) -> Result<(), String> {
        match hir.kind() {
            HirKind::Empty => Ok(()),
            HirKind::Literal(literal) => self.literal(&literal.0),
            HirKind::Class(class) => self.class(class),
            HirKind::Look(look) => self.push(Step::At(place(*look)?)).map(drop),
            HirKind::Repetition(repetition) => self.repetition(repetition),
            HirKind::Capture(capture) => self.compile(&capture.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.compile(part)),
            HirKind::Alternation(sides) => self.alternation(sides),
        }
    }

    fn literal(&mut self, bytes: &[u8]) -> Result<(), String> {
        let text = str::from_utf8(bytes).map_err(|_| "the pattern is not text".to_owned())?;
        text.chars().try_for_each(|char| self.push(Step::Range(u32::from(char), u32::from(char))).map(drop))
    }

    fn class(&mut self, class: &Class) -> Result<(), String> {
        let ranges = match class {
            Class::Unicode(class) => class.ranges(),
            // This is how the parser writes the class that has no characters.
            Class::Bytes(class) if class.ranges().is_empty() => &[],
            Class::Bytes(_) => return Err("a class of bytes is not supported".to_owned()),
        };
        if ranges.len() != 1 {
            let count = u16::try_from(ranges.len()).map_err(|_| "a class is too large".to_owned())?;
            self.push(Step::Class(count))?;
        }
        ranges
            .iter()
            .try_for_each(|range| self.push(Step::Range(u32::from(range.start()), u32::from(range.end()))).map(drop))
    }

    fn repetition(&mut self, repetition: &Repetition) -> Result<(), String> {
        for _ in 1..repetition.min {
            self.compile(&repetition.sub)?;
        }
        let begin = self.next();
        match (repetition.min, repetition.max) {
            (0, None) => {
                self.push(Step::Match)?;
                self.compile(&repetition.sub)?;
                self.push(Step::Jump(begin))?;
                self.replace(begin, Step::Split(begin + 1, self.next()));
            }
            (_, None) => {
                self.compile(&repetition.sub)?;
                self.push(Step::Split(begin, self.next() + 1))?;
            }
            (min, Some(max)) => {
                if min > 0 {
                    self.compile(&repetition.sub)?;
                }
                let mut ways_out = Vec::new();
                for _ in min..max {
                    ways_out.push(self.push(Step::Match)?);
                    self.compile(&repetition.sub)?;
                }
                for at in ways_out {
                    self.replace(at, Step::Split(at + 1, self.next()));
                }
            }
        }
        Ok(())
    }

    fn alternation(&mut self, sides: &[Hir]) -> Result<(), String> {
        let mut ends = Vec::new();
        for (index, side) in sides.iter().enumerate() {
            if index + 1 == sides.len() {
                self.compile(side)?;
                continue;
            }
            let split = self.push(Step::Match)?;
            self.compile(side)?;
            ends.push(self.push(Step::Match)?);
            self.replace(split, Step::Split(split + 1, self.next()));
        }
        for end in ends {
            self.replace(end, Step::Jump(self.next()));
        }
        Ok(())
    }
}

fn place(look: Look) -> Result<Place, String> {
    Ok(match look {
        Look::Start => Place::Start,
        Look::End => Place::End,
        Look::StartLF => Place::LineStart,
        Look::EndLF => Place::LineEnd,
        // In RE2 a word is of ASCII.
        Look::WordUnicode | Look::WordAscii => Place::WordBoundary,
        Look::WordUnicodeNegate | Look::WordAsciiNegate => Place::NoWordBoundary,
        _ => {
            return Err("only `^`, `$`, `\\A`, `\\z`, `\\b` and `\\B` are supported of what matches a place".to_owned());
        }
    })
}

#[cfg(test)]
mod tests;
