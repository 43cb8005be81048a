//! Instructions as words: every one there and back, and the numbers that never change.

use crate::condition::{Fold, Op, Part, Place, Step};
use alloc::vec::Vec;

/// Every instruction, its operands at their ends.
pub(super) fn all() -> Vec<Op> {
    let mut ops: Vec<Op> = (0..=255_u32).filter_map(Op::from_word).collect();
    for large in [1, 255, 256, u16::MAX] {
        ops.extend([Op::Constant(large), Op::Load(large), Op::Has(large), Op::List(large), Op::Matches(large)]);
        ops.extend([Op::AndSkip(large), Op::OrSkip(large), Op::Branch(large), Op::Jump(large)]);
        ops.extend(
            [Fold::Exists, Fold::All, Fold::ExistsOne, Fold::Filter, Fold::Map].map(|fold| Op::Each(fold, large)),
        );
    }
    ops.extend([Op::Item(1), Op::Item(255)]);
    let parts = [
        Part::FullYear,
        Part::Month,
        Part::Date,
        Part::DayOfMonth,
        Part::DayOfWeek,
        Part::DayOfYear,
        Part::Hours,
        Part::Minutes,
        Part::Seconds,
        Part::Milliseconds,
    ];
    for offset in [0, -1, 330, i16::MIN, i16::MAX] {
        ops.extend(parts.map(|part| Op::Part(part, offset)));
    }
    ops
}

#[test]
fn there_and_back() {
    let all = all();
    for op in &all {
        assert_eq!(Op::from_word(op.word()), Some(*op), "{op:?}");
    }
    let mut codes: Vec<u32> = all.iter().map(|op| op.word() & 255).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes, (1..=36).collect::<Vec<u32>>());
}

#[test]
fn what_no_instruction_has() {
    for word in [0, 37, 255, 6 | 1 << 8, 6 | 1 << 16, 1 | 1 << 8, 4 | 1 << 16, 10 | 10 << 8, 35 | 5 << 8, u32::MAX] {
        assert_eq!(Op::from_word(word), None, "{word:#x}");
    }
}

#[test]
fn numbers_stay() {
    for (op, word) in [
        (Op::Constant(7), 0x0007_0001),
        (Op::Load(256), 0x0100_0002),
        (Op::Item(3), 0x0304),
        (Op::Part(Part::Hours, -60), 0xffc4_060a),
        (Op::Less, 18),
        (Op::Each(Fold::Map, 9), 0x0009_0423),
        (Op::Next, 36),
    ] {
        assert_eq!(op.word(), word, "{op:?}");
    }
}

#[test]
fn steps_of_patterns() {
    let places =
        [Place::Start, Place::End, Place::LineStart, Place::LineEnd, Place::WordBoundary, Place::NoWordBoundary];
    let mut steps = Vec::from(places.map(Step::At));
    steps.extend([
        Step::Range(0, 0x10_ffff),
        Step::Class(u16::MAX),
        Step::Split(1, u16::MAX),
        Step::Jump(9),
        Step::Match,
    ]);
    for step in steps {
        assert_eq!(Step::from_words(step.to_words()), Some(step), "{step:?}");
    }
    for words in [[0, 0], [7, 0], [6, 1], [6 | 1 << 4, 0], [5 | 6 << 4, 0], [2 | 0x1_0000 << 4, 0], [3, 0x1_0000]] {
        assert_eq!(Step::from_words(words), None, "{words:?}");
    }
}
