//! The same conditions, asked of the `cel` crate.
//!
//! Where the crate itself departs from the specification, the generator keeps away, or the case is named here.

use super::random::{Dice, NAMES, expression, facts};
use super::world::World;
use crate::condition::{Place, compile};
use cel::{Context, Program};
use countersign_core::attribute::{AttributeSpec, Owner};
use countersign_core::condition::{Condition, Fold, Kind, Op, Truth, Value};
use countersign_core::{Policy, PolicySpec};
use std::collections::HashMap;

fn policy() -> Policy {
    let attributes = NAMES.iter().map(|(name, kind)| AttributeSpec {
        owner: Owner::Context,
        name: (*name).into(),
        kind: *kind,
        one_of: Vec::new(),
        from_request: true,
    });
    let spec = PolicySpec { attributes: attributes.collect(), ..PolicySpec::default() };
    Policy::new(spec).expect("the policy of the test is sound")
}

fn theirs(root: &Context<'_, '_>, program: &Program, facts: &[(&str, Value<'static>)]) -> Truth {
    let map: HashMap<String, cel::Value> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), foreign(value))).collect();
    let mut context = root.new_inner_scope();
    context.add_variable_from_value("context", map);
    match program.execute(&context) {
        Ok(cel::Value::Bool(true)) => Truth::True,
        Ok(cel::Value::Bool(false)) => Truth::False,
        Ok(other) => panic!("the condition comes to {other:?}"),
        Err(_) => Truth::Error,
    }
}

fn foreign(value: &Value<'static>) -> cel::Value {
    match value {
        Value::Bool(value) => cel::Value::from(*value),
        Value::Int(value) => cel::Value::from(*value),
        Value::String(text) => cel::Value::from(text.as_ref()),
        Value::Timestamp(at) => {
            let moment = chrono::DateTime::from_timestamp_millis(*at).expect("the test's moments are in range");
            cel::Value::Timestamp(moment.fixed_offset())
        }
        Value::List(items) => cel::Value::from(items.all().iter().map(foreign).collect::<Vec<_>>()),
        other => panic!("the facts hold no {other:?}"),
    }
}

/// What a run found.
#[derive(Default)]
struct Found {
    /// How many answers differ
    different: usize,
    /// The first of them, for people
    first: String,
    /// How often conditions came to false, true and error
    seen: [usize; 3],
}

/// Asks both about `count` conditions, each with so many facts; `spoil` stands for a mistake in the compiler.
fn differences(seed: u64, count: usize, each: usize, spoil: impl Fn(&mut Condition)) -> Found {
    let (policy, mut dice, root) = (policy(), Dice(seed), Context::default());
    let mut found = Found::default();
    for _ in 0..count {
        let depth = 1 + dice.roll(4);
        let text = expression(&mut dice, Kind::Bool, depth, &mut Vec::new());
        let mut condition = match compile(&policy, &Place::default(), &text) {
            Ok((condition, _)) => condition,
            // Long texts are refused for their size; everything else in them is well typed.
            Err(wrong) if wrong[0].message.contains("at most") || wrong[0].message.contains("allowed") => continue,
            Err(wrong) => panic!("`{text}` is refused: {wrong:#?}"),
        };
        spoil(&mut condition);
        let program = Program::compile(&text).expect("the condition is CEL");
        for _ in 0..each {
            let facts = facts(&mut dice);
            let (truth, expected) = (condition.holds(&World::of(&policy, &facts)), theirs(&root, &program, &facts));
            found.seen[truth as usize] += 1;
            found.different += usize::from(truth != expected);
            if truth != expected && found.first.is_empty() {
                found.first = format!("`{text}` with {facts:?} is {truth:?}, and {expected:?} to the other");
            }
        }
    }
    found
}

#[test]
fn conditions_mean_what_cel_means() {
    // Another number of conditions, for a longer run, comes from outside.
    const COUNT: usize = 200_000;
    const THREADS: usize = 4;
    let count = std::env::var("COUNTERSIGN_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(COUNT);
    let runs: Vec<Found> = std::thread::scope(|scope| {
        let run = |seed| scope.spawn(move || differences(seed, count / THREADS, 2, |_| {}));
        let runs: Vec<_> = (0x5EED..).take(THREADS).map(run).collect();
        runs.into_iter().map(|run| run.join().expect("a run that ends")).collect()
    });
    for found in &runs {
        assert_eq!(found.different, 0, "{}", found.first);
    }
    for truth in 0..3 {
        let seen: usize = runs.iter().map(|found| found.seen[truth]).sum();
        assert!(seen > count / 20, "too few come to truth {truth}: {seen}");
    }
}

#[test]
fn mistakes_are_found() {
    let replace = |from: Op, to: Op| {
        move |condition: &mut Condition| {
            condition.code.iter_mut().filter(|op| **op == from).for_each(|op| *op = to);
        }
    };
    let mistakes = [
        replace(Op::Less, Op::LessOrEqual),
        replace(Op::And, Op::Or),
        replace(Op::Divide, Op::Multiply),
        replace(Op::StartsWith, Op::EndsWith),
        replace(Op::In, Op::Equal),
    ];
    for (at, mistake) in mistakes.into_iter().enumerate() {
        assert!(differences(7, 500, 16, mistake).different > 0, "mistake {at}");
    }
    let folds = |condition: &mut Condition| {
        for op in &mut condition.code {
            if let Op::Each(fold @ Fold::Exists, _) = op {
                *fold = Fold::ExistsOne;
            }
        }
    };
    assert!(differences(7, 500, 16, folds).different > 0, "a loop of another kind");
    // `error || true` as an error: both sides count.
    let strict = |condition: &mut Condition| {
        let code = condition.code.iter().map(|op| if *op == Op::Or { Op::Equal } else { *op });
        condition.code = code.collect();
    };
    assert!(differences(7, 500, 16, strict).different > 0, "an error that is not absorbed");
}
