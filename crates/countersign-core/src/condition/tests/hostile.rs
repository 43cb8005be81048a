//! Random code: whatever it is, it ends within the budget and panics nowhere.

use super::Random;
use super::run::Known;
use super::word::all;
use crate::condition::{
    Condition, Decimal, Fold, Ip, IpRange, Items, Op, Pattern, Place, Reference, Step, Truth, Value,
};
use alloc::vec;
use alloc::vec::Vec;

fn constants() -> Vec<Value<'static>> {
    let list = |items: Vec<Value<'static>>| Value::List(Items::Owned(items));
    vec![
        Value::Error,
        Value::Bool(true),
        Value::Bool(false),
        Value::Int(1),
        Value::Int(i64::MIN),
        Value::Decimal(Decimal::parse("-9999999999999999999999999999").unwrap()),
        Value::Decimal(Decimal::parse("0.0000000000000000000000000001").unwrap()),
        Value::text("é and more"),
        Value::text(&"x".repeat(3000)),
        Value::Timestamp(i64::MAX),
        Value::Duration(i64::MIN),
        Value::Ip(Ip::parse("::1").unwrap()),
        Value::Range(IpRange::parse("::/0").unwrap()),
        list(vec![]),
        list(vec![Value::Bool(true); 3]),
        list((0..256).map(Value::Int).collect()),
        list(vec![Value::text("a"), Value::text("b")]),
        list(vec![Value::Int(1), Value::Error, Value::text("a")]),
        list(vec![list(vec![list(vec![Value::Int(1)])]), list(vec![])]),
    ]
}

/// Any instruction, more often one whose operands may make sense.
fn op(random: &mut Random, all: &[Op]) -> Op {
    let small = u16::try_from(random.below(20)).unwrap();
    match random.below(24) {
        0..=5 => Op::Constant(small),
        6 => Op::Load(small % 4),
        7 => Op::Has(small % 4),
        8 | 9 => Op::Item(u8::try_from(small % 3).unwrap()),
        10 => Op::List(small % 4),
        11 => Op::AndSkip(small % 5),
        12 => Op::OrSkip(small % 5),
        13 => Op::Branch(small % 5),
        14 => Op::Jump(small % 5),
        15 | 16 => {
            let fold = *random.one(&[Fold::Exists, Fold::All, Fold::ExistsOne, Fold::Filter, Fold::Map]);
            Op::Each(fold, small % 8)
        }
        17 | 18 => Op::Next,
        19 => Op::Matches(small % 3),
        20 | 21 => *random.one(&[Op::Equal, Op::And, Op::Or, Op::Add, Op::In, Op::Less]),
        _ => *random.one(all),
    }
}

#[test]
fn random_code_ends() {
    let mut random = Random(17);
    let all = all();
    let pattern = |steps: &[Step]| Pattern { steps: steps.into() };
    let mut condition = Condition {
        code: [].into(),
        constants: constants().into(),
        references: [Reference::Now, Reference::ActionName, Reference::SubjectId].into(),
        patterns: [
            pattern(&[Step::Split(1, 3), Step::Range(0, 0x10_ffff), Step::Jump(0), Step::At(Place::End), Step::Match]),
            pattern(&[Step::Split(0, 1), Step::Class(40), Step::Jump(u16::MAX)]),
        ]
        .into(),
    };
    let mut decided = [0; 3];
    for _ in 0..300_000 {
        let length = random.below(28);
        condition.code = (0..length).map(|_| op(&mut random, &all)).collect();
        let truth = condition.holds(&Known);
        decided[truth as usize] += 1;
    }
    // Some of it comes to something, most of it does not.
    assert!(decided[Truth::True as usize] > 100 && decided[Truth::False as usize] > 100, "{decided:?}");
    assert!(decided[Truth::Error as usize] > 200_000, "{decided:?}");
}

/// Writes an expression twice: with the hints where to skip, and without them.
fn expression(random: &mut Random, depth: usize, loops: u8, codes: &mut [Vec<Op>; 2]) {
    let emit = |codes: &mut [Vec<Op>; 2], op| codes.iter_mut().for_each(|code| code.push(op));
    if depth == 0 || random.below(8) == 0 {
        let item = loops > 0 && random.below(3) == 0;
        let level = u8::try_from(random.below(usize::from(loops.max(1)))).unwrap();
        let constant = Op::Constant(u16::try_from(random.below(5)).unwrap());
        emit(codes, if item { Op::Item(level) } else { constant });
        return;
    }
    match random.below(5) {
        0 | 1 => {
            expression(random, depth - 1, loops, codes);
            let and = random.below(2) == 0;
            let at = codes[0].len();
            codes[0].push(Op::Select);
            expression(random, depth - 1, loops, codes);
            emit(codes, if and { Op::And } else { Op::Or });
            let skip = u16::try_from(codes[0].len() - at - 1).unwrap();
            codes[0][at] = if and { Op::AndSkip(skip) } else { Op::OrSkip(skip) };
        }
        2 if loops < 2 => {
            // Lists short enough for the budget.
            emit(codes, Op::Constant(*random.one(&[13, 14, 16, 17, 18])));
            let at = [codes[0].len(), codes[1].len()];
            emit(codes, Op::Select);
            expression(random, depth - 1, loops + 1, codes);
            emit(codes, Op::Next);
            let fold = *random.one(&[Fold::Exists, Fold::All, Fold::ExistsOne]);
            for (code, at) in codes.iter_mut().zip(at) {
                code[at] = Op::Each(fold, u16::try_from(code.len() - at - 1).unwrap());
            }
        }
        3 => {
            expression(random, depth - 1, loops, codes);
            emit(codes, Op::Not);
        }
        _ => {
            expression(random, depth - 1, loops, codes);
            expression(random, depth - 1, loops, codes);
            emit(codes, *random.one(&[Op::Equal, Op::Unequal, Op::Less, Op::Add, Op::In]));
        }
    }
}

#[test]
fn hints_change_nothing() {
    let mut random = Random(23);
    let mut condition = Condition { constants: constants().into(), ..Condition::default() };
    let mut decided = 0;
    for _ in 0..60_000 {
        let mut codes = [Vec::new(), Vec::new()];
        expression(&mut random, 4, 0, &mut codes);
        let [hinted, plain] = codes.map(|code| {
            condition.code = code.into();
            condition.holds(&Known)
        });
        assert_eq!(hinted, plain, "{:?}", condition.code);
        decided += usize::from(plain != Truth::Error);
    }
    assert!(decided > 10_000, "{decided}");
}
