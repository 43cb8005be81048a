//! Instructions as words, for storage. The numbers belong to the formats: they are never changed or used again.

use super::{Fold, Op, Part};

impl Op {
    /// The instruction as a word: its number in the lowest byte, a small operand in the next, a large one above.
    #[must_use]
    pub fn word(self) -> u32 {
        let (code, small, large) = match self {
            Self::Constant(index) => (1, 0, index),
            Self::Load(index) => (2, 0, index),
            Self::Has(index) => (3, 0, index),
            Self::Item(level) => (4, level, 0),
            Self::List(count) => (5, 0, count),
            Self::Not => (6, 0, 0),
            Self::Negate => (7, 0, 0),
            Self::ToDecimal => (8, 0, 0),
            Self::Size => (9, 0, 0),
            Self::Part(part, offset) => (10, part as u8, offset.cast_unsigned()),
            Self::Add => (11, 0, 0),
            Self::Subtract => (12, 0, 0),
            Self::Multiply => (13, 0, 0),
            Self::Divide => (14, 0, 0),
            Self::Remainder => (15, 0, 0),
            Self::Equal => (16, 0, 0),
            Self::Unequal => (17, 0, 0),
            Self::Less => (18, 0, 0),
            Self::LessOrEqual => (19, 0, 0),
            Self::Greater => (20, 0, 0),
            Self::GreaterOrEqual => (21, 0, 0),
            Self::In => (22, 0, 0),
            Self::InRange => (23, 0, 0),
            Self::StartsWith => (24, 0, 0),
            Self::EndsWith => (25, 0, 0),
            Self::Contains => (26, 0, 0),
            Self::Matches(index) => (27, 0, index),
            Self::AndSkip(count) => (28, 0, count),
            Self::And => (29, 0, 0),
            Self::OrSkip(count) => (30, 0, count),
            Self::Or => (31, 0, 0),
            Self::Branch(count) => (32, 0, count),
            Self::Jump(count) => (33, 0, count),
            Self::Select => (34, 0, 0),
            Self::Each(fold, count) => (35, fold as u8, count),
            Self::Next => (36, 0, 0),
        };
        code | u32::from(small) << 8 | u32::from(large) << 16
    }

    /// The instruction of a word; nothing for a word that no instruction has.
    #[must_use]
    pub fn from_word(word: u32) -> Option<Self> {
        let [code, small, low, high] = word.to_le_bytes();
        let large = u16::from_le_bytes([low, high]);
        let op = match code {
            1 => Self::Constant(large),
            2 => Self::Load(large),
            3 => Self::Has(large),
            4 => Self::Item(small),
            5 => Self::List(large),
            6 => Self::Not,
            7 => Self::Negate,
            8 => Self::ToDecimal,
            9 => Self::Size,
            10 => Self::Part(part(small)?, large.cast_signed()),
            11 => Self::Add,
            12 => Self::Subtract,
            13 => Self::Multiply,
            14 => Self::Divide,
            15 => Self::Remainder,
            16 => Self::Equal,
            17 => Self::Unequal,
            18 => Self::Less,
            19 => Self::LessOrEqual,
            20 => Self::Greater,
            21 => Self::GreaterOrEqual,
            22 => Self::In,
            23 => Self::InRange,
            24 => Self::StartsWith,
            25 => Self::EndsWith,
            26 => Self::Contains,
            27 => Self::Matches(large),
            28 => Self::AndSkip(large),
            29 => Self::And,
            30 => Self::OrSkip(large),
            31 => Self::Or,
            32 => Self::Branch(large),
            33 => Self::Jump(large),
            34 => Self::Select,
            35 => Self::Each(fold(small)?, large),
            36 => Self::Next,
            _ => return None,
        };
        // An operand that the instruction does not have makes it another word.
        let small_only = matches!(code, 4 | 10 | 35) || small == 0;
        let large_only = matches!(code, 1 | 2 | 3 | 5 | 10 | 27 | 28 | 30 | 32 | 33 | 35) || large == 0;
        (small_only && large_only).then_some(op)
    }
}

fn part(number: u8) -> Option<Part> {
    Some(match number {
        0 => Part::FullYear,
        1 => Part::Month,
        2 => Part::Date,
        3 => Part::DayOfMonth,
        4 => Part::DayOfWeek,
        5 => Part::DayOfYear,
        6 => Part::Hours,
        7 => Part::Minutes,
        8 => Part::Seconds,
        9 => Part::Milliseconds,
        _ => return None,
    })
}

fn fold(number: u8) -> Option<Fold> {
    Some(match number {
        0 => Fold::Exists,
        1 => Fold::All,
        2 => Fold::ExistsOne,
        3 => Fold::Filter,
        4 => Fold::Map,
        _ => return None,
    })
}
