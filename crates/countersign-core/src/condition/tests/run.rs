//! What conditions come to, by tables of small programs.

use crate::condition::{
    Condition, Decimal, Facts, Fold, Ip, IpRange, Items, Op, Part, Pattern, Reference, Step, Truth, Value,
};
use crate::limits::{CONDITION_STEPS, LIST_ITEMS, STRING_BYTES};
use Op::{
    Add, And, AndSkip, Branch, Constant, Divide, Each, Equal, Item, Jump, Less, List, Load, Next, Or, OrSkip, Select,
};
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

/// `now` is a moment, `action.name` a text; nothing else is known.
pub(super) struct Known;

impl Facts for Known {
    fn value(&self, reference: &Reference) -> Value<'_> {
        match reference {
            Reference::Now => Value::Timestamp(1000),
            Reference::ActionName => Value::String("edit".into()),
            _ => Value::Error,
        }
    }

    fn has(&self, reference: &Reference) -> bool {
        matches!(reference, Reference::Now | Reference::ActionName)
    }
}

/// What the tables below write as small numbers: 0 is an error, 1 false, 2 true.
const E: Op = Load(2);
const F: Op = Constant(0);
const T: Op = Constant(1);

fn int(value: i64) -> Value<'static> {
    Value::Int(value)
}

fn text(value: &str) -> Value<'static> {
    Value::text(value)
}

fn decimal(value: &str) -> Value<'static> {
    Value::Decimal(Decimal::parse(value).unwrap())
}

fn ip(value: &str) -> Value<'static> {
    Value::Ip(Ip::parse(value).unwrap())
}

fn range(value: &str) -> Value<'static> {
    Value::Range(IpRange::parse(value).unwrap())
}

fn list(items: &[Value<'static>]) -> Value<'static> {
    Value::List(Items::Owned(items.to_vec()))
}

fn ints(items: &[i64]) -> Value<'static> {
    Value::List(Items::Owned(items.iter().copied().map(int).collect()))
}

/// The constants are false, true, and those given, from 2 on.
fn outcome(constants: &[Value<'static>], code: &[Op]) -> Truth {
    let mut all = vec![Value::Bool(false), Value::Bool(true)];
    all.extend_from_slice(constants);
    let condition = Condition {
        code: code.into(),
        constants: all.into(),
        references: [Reference::Now, Reference::ActionName, Reference::SubjectId].into(),
        patterns: [Pattern { steps: [Step::Range(101, 101), Step::Match].into() }].into(),
    };
    condition.holds(&Known)
}

#[track_caller]
fn code(code: &[Op], expected: Truth) {
    assert_eq!(outcome(&[], code), expected, "{code:?}");
}

/// What `left op right` comes to, as a value: the error, or what equals `expected`.
#[track_caller]
fn binary(left: Value<'static>, op: Op, right: Value<'static>, expected: Value<'static>) {
    let constants = [left, right, expected.clone()];
    if expected == Value::Error {
        // An error is neither equal to anything nor unequal.
        for last in [Equal, Op::Unequal] {
            let truth = outcome(&constants, &[Constant(2), Constant(3), op, Constant(2), last]);
            assert_eq!(truth, Truth::Error, "{op:?} {constants:?}");
        }
        assert_eq!(outcome(&constants, &[Constant(2), Constant(3), op]), Truth::Error, "{op:?} {constants:?}");
        return;
    }
    let run = |last| outcome(&constants, &[Constant(2), Constant(3), op, Constant(4), last]);
    assert_eq!(run(Equal), Truth::True, "{op:?} {constants:?}");
    assert_eq!(run(Op::Unequal), Truth::False, "{op:?} {constants:?}");
}

#[track_caller]
fn holds(left: Value<'static>, op: Op, right: Value<'static>) {
    binary(left, op, right, Value::Bool(true));
}

#[track_caller]
fn fails(left: Value<'static>, op: Op, right: Value<'static>) {
    binary(left, op, right, Value::Bool(false));
}

#[track_caller]
fn error(left: Value<'static>, op: Op, right: Value<'static>) {
    binary(left, op, right, Value::Error);
}

#[test]
fn one_side_may_decide() {
    use Truth::{Error, False, True};
    for (left, right, and, or) in [
        (F, F, False, False),
        (F, T, False, True),
        (T, F, False, True),
        (T, T, True, True),
        (F, E, False, Error),
        (E, F, False, Error),
        (T, E, Error, True),
        (E, T, Error, True),
        (E, E, Error, Error),
    ] {
        code(&[left, right, And], and);
        code(&[left, right, Or], or);
        // The same with the hints to skip.
        code(&[left, AndSkip(2), right, And], and);
        code(&[left, OrSkip(2), right, Or], or);
    }
    // What is no truth value is an error.
    code(&[Load(0), F, And], False);
    code(&[T, Load(0), And], Error);
    code(&[Load(0), T, Or], True);
    code(&[Load(0), F, Or], Error);
    code(&[Load(0)], Error);
    code(&[E, Op::Not], Error);
    code(&[T, Op::Not], False);
    code(&[F, Op::Not], True);
}

#[test]
fn a_condition_chooses_a_side() {
    let choose = |condition, one, other| [condition, Branch(2), one, Jump(1), other, Select];
    code(&choose(T, T, F), Truth::True);
    code(&choose(F, T, F), Truth::False);
    code(&choose(T, T, E), Truth::True);
    code(&choose(F, E, T), Truth::True);
    code(&choose(T, E, T), Truth::Error);
    code(&choose(E, T, T), Truth::Error);
    code(&choose(Load(0), T, T), Truth::Error);
    code(&[E, Branch(2), T, Jump(1), T, Select, T, Or], Truth::True);
    // Where an error cannot find the end, the code makes no sense.
    code(&[E, Branch(2), T, T, T, Select, T, Or], Truth::Error);
    code(&[E, Branch(0), T, Or], Truth::Error);
}

#[test]
fn references() {
    code(&[Op::Has(0)], Truth::True);
    code(&[Op::Has(2)], Truth::False);
    code(&[Load(1), Load(1), Equal], Truth::True);
    code(&[Load(1), Op::Matches(0)], Truth::True);
    code(&[Load(0), Op::Matches(0)], Truth::Error);
    code(&[Load(2), Op::Matches(0), T, Or], Truth::True);
}

#[test]
fn comparisons() {
    let ordered: [(Value<'_>, Value<'_>); 8] = [
        (Value::Bool(false), Value::Bool(true)),
        (int(-1), int(2)),
        (decimal("-0.5"), decimal("1e20")),
        (text("ab"), text("abc")),
        (text("Z"), text("a")),
        (text("\u{ffff}"), text("\u{10000}")),
        (Value::Timestamp(-1), Value::Timestamp(0)),
        (Value::Duration(1), Value::Duration(2)),
    ];
    for (less, more) in ordered {
        let (less, more) = (|| less.clone(), || more.clone());
        holds(less(), Less, more());
        fails(more(), Less, less());
        fails(less(), Less, less());
        holds(less(), Op::LessOrEqual, less());
        fails(more(), Op::LessOrEqual, less());
        holds(more(), Op::Greater, less());
        fails(less(), Op::Greater, less());
        holds(less(), Op::GreaterOrEqual, less());
        fails(less(), Op::GreaterOrEqual, more());
        holds(less(), Equal, less());
        holds(less(), Op::Unequal, more());
    }
    holds(decimal("1.50"), Equal, decimal("1.5"));
    holds(ip("10.0.0.1"), Equal, ip("::ffff:10.0.0.1"));
    fails(ip("10.0.0.1"), Equal, ip("::a00:1"));
    holds(range("10.0.0.0/8"), Op::Unequal, range("10.0.0.0/9"));
    holds(ints(&[1, 2]), Equal, ints(&[1, 2]));
    fails(ints(&[1, 2]), Equal, ints(&[2, 1]));
    fails(ints(&[1, 2]), Equal, ints(&[1]));
    holds(ints(&[]), Equal, ints(&[]));
    error(ints(&[1]), Equal, list(&[text("1")]));
    error(ints(&[1, 2]), Equal, list(&[int(2), Value::Error]));
    error(list(&[ints(&[1])]), Equal, list(&[ints(&[1])]));
    for op in [Equal, Op::Unequal, Less, Op::LessOrEqual, Op::Greater, Op::GreaterOrEqual] {
        error(int(1), op, decimal("1"));
        error(int(1), op, text("1"));
        error(Value::Timestamp(1), op, Value::Duration(1));
        error(Value::Timestamp(1), op, int(1));
        error(Value::Error, op, Value::Error);
        error(Value::Bool(true), op, int(1));
        error(int(1), op, ints(&[1]));
    }
    error(ip("::1"), Less, ip("::2"));
    error(ints(&[1]), Less, ints(&[2]));
}

#[test]
fn arithmetic() {
    binary(int(2), Add, int(3), int(5));
    binary(int(2), Op::Subtract, int(3), int(-1));
    binary(int(2), Op::Multiply, int(3), int(6));
    binary(int(-7), Divide, int(2), int(-3));
    binary(int(-7), Op::Remainder, int(2), int(-1));
    binary(int(7), Op::Remainder, int(-2), int(1));
    error(int(1), Divide, int(0));
    error(int(1), Op::Remainder, int(0));
    error(int(i64::MIN), Divide, int(-1));
    error(int(i64::MIN), Op::Remainder, int(-1));
    error(int(i64::MAX), Add, int(1));
    error(int(i64::MIN), Op::Subtract, int(1));
    error(int(i64::MAX), Op::Multiply, int(2));
    binary(decimal("0.1"), Add, decimal("0.2"), decimal("0.3"));
    binary(decimal("1"), Op::Subtract, decimal("0.1"), decimal("0.9"));
    binary(decimal("1.1"), Op::Multiply, decimal("1.1"), decimal("1.21"));
    error(decimal("1"), Divide, decimal("1"));
    error(decimal("1e27"), Op::Multiply, decimal("10"));
    error(decimal("1"), Add, int(1));
    binary(Value::Timestamp(5), Add, Value::Duration(2), Value::Timestamp(7));
    binary(Value::Duration(2), Add, Value::Timestamp(5), Value::Timestamp(7));
    binary(Value::Duration(2), Add, Value::Duration(5), Value::Duration(7));
    binary(Value::Timestamp(5), Op::Subtract, Value::Duration(2), Value::Timestamp(3));
    binary(Value::Timestamp(5), Op::Subtract, Value::Timestamp(7), Value::Duration(-2));
    binary(Value::Duration(5), Op::Subtract, Value::Duration(7), Value::Duration(-2));
    error(Value::Duration(5), Op::Subtract, Value::Timestamp(7));
    error(Value::Timestamp(5), Add, Value::Timestamp(7));
    error(Value::Timestamp(i64::MAX), Add, Value::Duration(1));
    error(Value::Timestamp(i64::MIN), Op::Subtract, Value::Timestamp(1));
    error(Value::Duration(1), Op::Multiply, int(2));
    error(Value::Bool(true), Add, Value::Bool(true));
    error(Value::Error, Add, int(1));
    error(text("1"), Add, int(1));
    binary(text("a"), Add, text("é"), text("aé"));
    binary(ints(&[1]), Add, ints(&[2, 3]), ints(&[1, 2, 3]));
    binary(ints(&[]), Add, ints(&[]), ints(&[]));
    error(ints(&[1]), Add, list(&[text("a")]));
    error(list(&[ints(&[1])]), Add, ints(&[]));
    error(ints(&[1; 200]), Add, ints(&[1; 57]));
    error(text(&"a".repeat(4 * STRING_BYTES)), Add, text("a"));
}

/// What one operand comes to.
#[track_caller]
fn unary(operand: Value<'static>, op: Op, expected: Value<'static>) {
    let truth = outcome(&[operand.clone(), expected.clone()], &[Constant(2), op, Constant(3), Equal]);
    let wanted = if expected == Value::Error { Truth::Error } else { Truth::True };
    assert_eq!(truth, wanted, "{op:?} {operand:?}");
}

#[test]
fn operators_of_one_value() {
    unary(int(5), Op::Negate, int(-5));
    unary(int(i64::MIN), Op::Negate, Value::Error);
    unary(decimal("1.5"), Op::Negate, decimal("-1.5"));
    unary(Value::Duration(5), Op::Negate, Value::Duration(-5));
    unary(Value::Timestamp(5), Op::Negate, Value::Error);
    unary(int(5), Op::ToDecimal, decimal("5"));
    unary(decimal("5"), Op::ToDecimal, Value::Error);
    unary(text("aé漢\u{1f600}"), Op::Size, int(4));
    unary(text(""), Op::Size, int(0));
    unary(ints(&[1, 2]), Op::Size, int(2));
    unary(int(1), Op::Size, Value::Error);
    unary(Value::Timestamp(0), Op::Part(Part::Hours, 90), int(1));
    unary(Value::Duration(0), Op::Part(Part::Hours, 0), Value::Error);
    unary(int(1), Op::Not, Value::Error);
    unary(Value::Error, Op::Size, Value::Error);
}

#[test]
fn texts_lists_and_ranges() {
    for (whole, part, starts, ends, contains) in [
        ("abcab", "ab", true, true, true),
        ("abcab", "bc", false, false, true),
        ("abc", "", true, true, true),
        ("", "", true, true, true),
        ("", "a", false, false, false),
        ("ab", "abc", false, false, false),
        ("aabaaabaaac", "aabaaac", false, true, true),
        ("aaaaaab", "aaab", false, true, true),
        ("abababac", "ababac", false, true, true),
        ("abababab", "ababac", false, false, false),
        ("naïve é", "ïv", false, false, true),
    ] {
        let run = |op| outcome(&[text(whole), text(part)], &[Constant(2), Constant(3), op]) == Truth::True;
        assert_eq!([Op::StartsWith, Op::EndsWith, Op::Contains].map(run), [starts, ends, contains], "{whole} {part}");
    }
    error(text("1"), Op::Contains, int(1));
    error(ints(&[1]), Op::Contains, int(1));
    holds(int(2), Op::In, ints(&[1, 2]));
    fails(int(3), Op::In, ints(&[1, 2]));
    fails(int(3), Op::In, ints(&[]));
    holds(text("a"), Op::In, list(&[text("b"), text("a")]));
    error(text("1"), Op::In, ints(&[1]));
    error(int(1), Op::In, list(&[int(1), Value::Error]));
    error(Value::Error, Op::In, ints(&[]));
    error(int(1), Op::In, int(1));
    error(ints(&[1]), Op::In, list(&[ints(&[1])]));
    holds(range("10.0.0.0/8"), Op::InRange, ip("::ffff:10.1.2.3"));
    fails(range("10.0.0.0/8"), Op::InRange, ip("11.0.0.0"));
    error(ip("10.0.0.0"), Op::InRange, range("10.0.0.0/8"));
    error(range("10.0.0.0/8"), Op::InRange, Value::Error);
}

#[test]
fn searching_agrees_with_the_standard_library() {
    let mut random = super::Random(9);
    for _ in 0..100_000 {
        let mut draw = |most| (0..random.below(most)).map(|_| *random.one(b"ab")).collect::<Vec<u8>>();
        let (whole, part) = (draw(14), draw(6));
        let expected = part.is_empty() || whole.windows(part.len()).any(|window| window == part);
        assert_eq!(crate::condition::text::contains(&whole, &part), expected, "{whole:?} {part:?}");
    }
}

/// What a loop over the items makes of `item == 1`, where an item of another kind is an error.
#[track_caller]
fn each(fold: Fold, items: &[Value<'static>], expected: Value<'static>) {
    let code = [Constant(2), Each(fold, 4), Item(0), Constant(3), Equal, Next, Constant(4), Equal];
    let truth = outcome(&[list(items), int(1), expected.clone()], &code);
    let wanted = if expected == Value::Error { Truth::Error } else { Truth::True };
    assert_eq!(truth, wanted, "{fold:?} {items:?}");
}

#[test]
fn loops() {
    let (one, two, wrong) = (|| int(1), || int(2), || text("1"));
    let (yes, no, error) = (|| Value::Bool(true), || Value::Bool(false), || Value::Error);
    let table = [
        (vec![], [no(), yes(), no(), ints(&[]), ints(&[])]),
        (vec![one()], [yes(), yes(), yes(), ints(&[1]), list(&[yes()])]),
        (vec![two()], [no(), no(), no(), ints(&[]), list(&[no()])]),
        (vec![one(), two()], [yes(), no(), yes(), ints(&[1]), list(&[yes(), no()])]),
        (vec![one(), one()], [yes(), yes(), no(), ints(&[1, 1]), list(&[yes(), yes()])]),
        (vec![wrong()], [error(), error(), error(), error(), error()]),
        (vec![wrong(), one()], [yes(), error(), error(), error(), error()]),
        (vec![one(), wrong()], [yes(), error(), error(), error(), error()]),
        (vec![wrong(), two()], [error(), no(), error(), error(), error()]),
        (vec![two(), wrong()], [error(), no(), error(), error(), error()]),
        (vec![one(), one(), wrong()], [yes(), error(), error(), error(), error()]),
    ];
    for (items, expected) in table {
        let folds = [Fold::Exists, Fold::All, Fold::ExistsOne, Fold::Filter, Fold::Map];
        for (fold, expected) in folds.into_iter().zip(expected) {
            each(fold, &items, expected);
        }
    }
    // What is no list is an error, which `||` may still do without.
    code(&[T, Each(Fold::All, 2), T, Next], Truth::Error);
    code(&[T, Each(Fold::All, 2), T, Next, T, Or], Truth::True);
    // A body that comes to no truth value.
    let body = |fold| outcome(&[ints(&[1])], &[Constant(2), Each(fold, 2), Item(0), Next]);
    for fold in [Fold::Exists, Fold::All, Fold::ExistsOne, Fold::Filter] {
        assert_eq!(body(fold), Truth::Error, "{fold:?}");
    }
}

#[test]
fn loops_in_loops() {
    let constants = [ints(&[1, 2, 3]), ints(&[2, 3, 4])];
    // [1, 2, 3].all(x, [2, 3, 4].exists(y, x < y))
    let inner = [Constant(3), Each(Fold::Exists, 4), Item(0), Item(1), Less, Next];
    let mut all = vec![Constant(2), Each(Fold::All, 7)];
    all.extend(inner);
    all.push(Next);
    assert_eq!(outcome(&constants, &all), Truth::True);
    // [1, 2, 3].map(x, x + x).filter(x, 3 < x) == [4, 6]
    let constants = [ints(&[1, 2, 3]), int(3), ints(&[4, 6])];
    let map = [Constant(2), Each(Fold::Map, 4), Item(0), Item(0), Add, Next];
    let filter = [Each(Fold::Filter, 4), Constant(3), Item(0), Less, Next, Constant(4), Equal];
    assert_eq!(outcome(&constants, &[&map[..], &filter[..]].concat()), Truth::True);
    // Texts that the condition made live on in what it makes of them.
    let constants = [list(&[text("a"), text("b")]), list(&[text("aa"), text("bb")])];
    let again = [Each(Fold::Map, 2), Item(0), Next, Constant(3), Equal];
    assert_eq!(outcome(&constants, &[&map[..], &again[..]].concat()), Truth::True);
    for (depth, expected) in [(8, Truth::True), (9, Truth::Error)] {
        let mut code = Vec::new();
        for level in 0..depth {
            code.extend([Constant(2), Each(Fold::Exists, 2 * (depth - level - 1) + depth - level + 1)]);
        }
        code.push(T);
        code.extend((0..depth).map(|_| Next));
        assert_eq!(outcome(&[ints(&[1])], &code), expected, "{depth}");
    }
}

#[test]
fn lists() {
    let made = |items: &[Op], count| [items, &[List(count)]].concat();
    code(&[&made(&[T, F], 2)[..], &[Op::Size, Op::Negate, Op::Size]].concat(), Truth::Error);
    code(&[&[T][..], &made(&[F, T], 2)[..], &[Op::In]].concat(), Truth::True);
    code(&[&[T][..], &made(&[F, F, F, F, F, T], 6)[..], &[Op::In]].concat(), Truth::True);
    code(&[&[T][..], &made(&[F, E], 2)[..], &[Op::In]].concat(), Truth::Error);
    code(&[&[T][..], &made(&[F, Load(1)], 2)[..], &[Op::In]].concat(), Truth::Error);
    code(&[&[T][..], &made(&[], 0)[..], &[Op::In]].concat(), Truth::False);
    // A list of lists is none.
    code(&[List(0), List(1), Op::Size, T, Or], Truth::True);
    code(&[List(0), List(1), List(0), Equal], Truth::Error);
    for (count, expected) in [(LIST_ITEMS, Truth::True), (LIST_ITEMS + 1, Truth::Error)] {
        let items = vec![T; count];
        let list = made(&items, u16::try_from(count).unwrap());
        code(&[&[T][..], &list[..], &[Op::In]].concat(), expected);
    }
    // `map` may not make a list of lists either.
    let maps = [Constant(2), Each(Fold::Map, 2), Constant(2), Next, Op::Size, Constant(3), Equal];
    assert_eq!(outcome(&[ints(&[1]), int(1)], &maps), Truth::Error);
}

#[test]
fn code_that_makes_no_sense() {
    for nonsense in [
        &[][..],
        &[T, T],
        &[And],
        &[T, And],
        &[T, Op::Not, Op::Not, Equal],
        &[Constant(2)],
        &[Load(3)],
        &[Op::Has(3)],
        &[Item(0)],
        &[Load(1), Op::Matches(1)],
        &[List(1)],
        &[T, Jump(1)],
        &[T, Jump(u16::MAX)],
        &[F, AndSkip(1)],
        &[Next],
        &[T, Next],
        &[Select],
        &[T, T, List(2), Each(Fold::All, 2), T],
        &[T, T, List(2), Each(Fold::All, 3), T, Next],
        &[T, T, List(2), Each(Fold::All, 1), T, Next],
        &[T, T, List(2), Each(Fold::All, 0), T, Next],
        &[T, T, List(2), Each(Fold::All, u16::MAX), T, Next],
        &[T, T, List(2), Each(Fold::All, 3), T, T, Next],
        &[T, T, T, List(2), Each(Fold::All, 3), And, T, Next],
        &[T, T, List(2), Each(Fold::All, 3), Jump(1), Next, T],
        &[List(0), Each(Fold::All, u16::MAX)],
    ] {
        code(nonsense, Truth::Error);
    }
    // Such code is an error even where a value that is one would not matter.
    code(&[Constant(9), T, Or], Truth::Error);
    code(&[Load(9), T, Or], Truth::Error);
    code(&[T, OrSkip(9), T, Or], Truth::Error);
}

#[test]
fn the_budget_ends_a_run() {
    let steps = |count: usize| [vec![T], vec![Op::Not; count]].concat();
    let most = usize::try_from(CONDITION_STEPS).unwrap() - 1;
    code(&steps(most), if most.is_multiple_of(2) { Truth::True } else { Truth::False });
    code(&steps(most + 1), Truth::Error);
    // 256 items twice are too many; nothing decides that away.
    let items: Vec<i64> = (0..256).collect();
    let inner = [Constant(2), Each(Fold::All, 2), T, Next];
    let looped = [&[T, Constant(2), Each(Fold::All, 5)], &inner[..], &[Next, Or]].concat();
    assert_eq!(outcome(&[ints(&items)], &looped), Truth::Error);
    // Long texts cost more than short ones.
    for (length, expected) in [(10, Truth::True), (4096, Truth::Error)] {
        let long = text(&"a".repeat(length));
        let code = [Constant(3), Each(Fold::All, 4), Constant(2), Constant(2), Equal, Next];
        assert_eq!(outcome(&[long, ints(&items)], &code), expected, "{length}");
    }
    let long = text(&format!("{}b", "a".repeat(4000)));
    assert_eq!(outcome(&[long, text("e")], &[Constant(2), Op::Matches(0)]), Truth::False);
}
