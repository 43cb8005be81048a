//! The code, instruction by instruction: without the skips it is the expression in postfix order.

use super::world::compiled;
use countersign_core::condition::{Fold, Op, Value};

#[track_caller]
fn check(text: &str, expected: &[Op]) {
    let (condition, _) = compiled(text, &[]).expect("the condition is sound");
    assert_eq!(&*condition.code, expected, "{text}");
}

#[test]
fn layouts() {
    check("context.cost < 50", &[Op::Load(0), Op::Constant(0), Op::Less]);
    check("subject.age < context.cost", &[Op::Load(0), Op::ToDecimal, Op::Load(1), Op::Less]);
    check("subject.licensed && action.soft", &[Op::Load(0), Op::AndSkip(2), Op::Load(1), Op::And]);
    check(
        "subject.licensed || action.soft || context.absent",
        &[Op::Load(0), Op::OrSkip(2), Op::Load(1), Op::Or, Op::OrSkip(2), Op::Load(2), Op::Or],
    );
    check(
        "subject.licensed ? action.soft : !context.absent",
        &[Op::Load(0), Op::Branch(2), Op::Load(1), Op::Jump(2), Op::Load(2), Op::Not, Op::Select],
    );
    check(
        "subject.levels.exists(x, x > 1)",
        &[Op::Load(0), Op::Each(Fold::Exists, 4), Op::Item(0), Op::Constant(0), Op::Greater, Op::Next],
    );
    check("has(subject.team)", &[Op::Has(0)]);
    check("context.ip in context.net", &[Op::Load(0), Op::Load(1), Op::InRange]);
    check("subject.age in [1, subject.age]", &[Op::Load(0), Op::Constant(0), Op::Load(0), Op::List(2), Op::In]);
}

#[test]
fn tables_hold_everything_once() {
    let text = "subject.team == 'a' || subject.team == 'b' || subject.missing == 'a'";
    let (condition, _) = compiled(text, &[]).expect("the condition is sound");
    assert_eq!(condition.references.len(), 2);
    assert_eq!(&*condition.constants, [Value::text("a"), Value::text("b")]);
    // A list that is written out is one constant; numbers in it are read as what they are compared with.
    let (condition, _) = compiled("context.cost in [1, 2]", &[]).expect("the condition is sound");
    assert_eq!(condition.code.len(), 3);
    assert_eq!(condition.constants.len(), 1);
}

#[test]
fn what_is_always_so_is_known() {
    let cases = [
        ("true", Some(true)),
        ("1 > 2", Some(false)),
        ("subject.licensed || true", None),
        ("subject.licensed && 1 == 2", Some(false)),
        ("[1, 2].exists(x, x == 2)", Some(true)),
        ("subject.licensed", None),
        ("has(subject.team)", None),
        ("!has(subject.team) || has(subject.team)", None),
        ("now > timestamp('2026-01-01T00:00:00Z')", None),
    ];
    for (text, expected) in cases {
        let (_, constant) = compiled(text, &[]).expect("the condition is sound");
        assert_eq!(constant, expected, "{text}");
    }
}
