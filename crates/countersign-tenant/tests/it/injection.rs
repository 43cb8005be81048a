//! What is broken never allows: hostile, ill-typed and missing values, malformed paths, unknown names.
//!
//! *Fully errored* is said of a question in which each broken value is replaced by one that no kind of attribute reads, a
//! table; the oracle evaluates that one, so that it never interprets what is hostile. The engine gets the hostile value
//! itself and must come to the very same effect and stage. So nothing is allowed that would not be allowed if every
//! broken value were an error: `true || error` still holds, and everything that needs the value does not.
//!
//! Engines that take what is broken otherwise are found by the same comparison: the oracle stands for each of them, with
//! a mistake that makes an error something else.

use crate::bug::Bug;
use crate::compare::{ask, fail, world};
use crate::enrich::facts;
use crate::facts::{Attribute, Facts, Question, Values, last_type};
use crate::naive;
use crate::pools::bad;
use crate::question::{malformed, question};
use crate::rng::{Rng, parallel, seeds};
use crate::value::{Given, Kind};

const FIRST: u64 = 4_000_000;
const WORLDS: u64 = 250;
const QUESTIONS: usize = 200;

/// What was found: questions, those that were granted before they were broken, those that are still granted.
type Found = (usize, usize, usize);

/// Breaks questions; `break_one` changes the question for the engine and returns the one for the oracle.
fn every_break(break_one: impl Fn(&mut Rng, &Facts, &mut Question) -> Option<Question> + Sync) -> Found {
    let found = parallel(FIRST, WORLDS, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        let (mut asked, mut granted, mut still) = (0, 0, 0);
        while asked < QUESTIONS {
            let whole = question(&mut rng, &facts);
            let mut broken = whole.clone();
            asked += 1;
            let Some(errored) = break_one(&mut rng, &facts, &mut broken) else { continue };
            let (engine, oracle) = (ask(&world, &broken), naive::decide(&facts, &errored, None));
            if engine != oracle {
                fail(&facts, seed, &format!("{broken:?}\nengine: {engine:?}\nall of it errored: {oracle:?}"));
            }
            granted += usize::from(ask(&world, &whole).0 != "deny");
            still += usize::from(engine.0 != "deny");
        }
        (asked, granted, still)
    });
    found.into_iter().fold((0, 0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2))
}

/// Breaks questions until each mistake is found in an engine that makes it.
fn find_all(mistakes: &[Bug], break_one: impl Fn(&mut Rng, &Facts, &mut Question) -> Option<Question>) {
    let mut missing = mistakes.to_vec();
    let mut found = Vec::new();
    let mut asked = 0;
    for seed in seeds(FIRST, WORLDS) {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        for _ in 0..QUESTIONS {
            if missing.is_empty() {
                return;
            }
            asked += 1;
            let mut broken = question(&mut rng, &facts);
            let Some(errored) = break_one(&mut rng, &facts, &mut broken) else { continue };
            let oracle = naive::decide(&facts, &errored, None);
            missing.retain(|bug| {
                let agrees = naive::decide(&facts, &errored, Some(*bug)) == oracle;
                found.extend((!agrees).then_some((asked, *bug)));
                agrees
            });
        }
    }
    assert!(missing.is_empty(), "{missing:?} not found in {asked} questions; the others after {found:?}");
}

#[test]
fn a_broken_value_is_an_error_and_nothing_else() {
    let (asked, granted, still) = every_break(break_values);
    assert_eq!(asked, 50_000);
    assert!(granted > 5000 && still < granted, "{granted} were granted, and {still} still are");
}

#[test]
fn broken_values_find_every_seeded_bug() {
    let mistakes = [
        Bug::MissingReadsAsEmpty,
        Bug::ErrorKeepsAllow,
        Bug::ErrorDropsDenies,
        Bug::PermitErrorAllows,
        Bug::ForbidErrorIgnored,
        Bug::ApprovalErrorWaved,
        Bug::NotErrorIsTrue,
        Bug::AndNotAbsorbing,
        Bug::ErrorOutweighsFalse,
    ];
    find_all(&mistakes, break_values);
}

fn break_values(rng: &mut Rng, facts: &Facts, broken: &mut Question) -> Option<Question> {
    let none = Vec::new();
    let on = facts.type_named(last_type(&broken.resource)).map_or(&none, |kind| &kind.attributes).clone();
    let mut errored = broken.clone();
    let supplied = &mut broken.supplied;
    let bags = [
        (&mut supplied.subject, &mut errored.supplied.subject, &facts.subject),
        (&mut supplied.action, &mut errored.supplied.action, &facts.action),
        (&mut supplied.resource, &mut errored.supplied.resource, &on),
        (&mut supplied.context, &mut errored.supplied.context, &facts.context),
    ];
    for (hostile, table, declared) in bags {
        break_some(rng, hostile, table, declared);
    }
    Some(errored)
}

/// Breaks most of the values: for the engine by a hostile one, for the oracle by one that nobody reads; or by none at all.
fn break_some(rng: &mut Rng, hostile: &mut Values, table: &mut Values, declared: &[Attribute]) {
    for attribute in declared.iter().filter(|attribute| attribute.request) {
        if rng.chance(30) {
            continue;
        }
        for values in [&mut *hostile, &mut *table] {
            values.retain(|(name, _)| *name != attribute.name);
        }
        if rng.chance(75) {
            hostile.push((attribute.name.clone(), hostile_value(rng, attribute)));
            table.push((attribute.name.clone(), Given::Table));
        }
    }
}

/// Values that are ill-typed for certain, from the merely wrong to the monstrous.
fn hostile_value(rng: &mut Rng, attribute: &Attribute) -> Given {
    let number = |text: &str| Given::Number(text.to_owned());
    let endless = || Given::Text("9".repeat(100_000));
    let nested = (0..1000).fold(Given::List(Vec::new()), |inner, _| Given::List(vec![inner]));
    let crowd = |item: Given| Given::List(vec![item; 257]);
    let all = match attribute.kind {
        Kind::Bool => vec![endless(), nested, number("1"), Given::Text("true".to_owned())],
        Kind::Int => {
            vec![endless(), nested, number(""), number("0x10"), number("1e99999999999"), number("-"), number("NaN")]
        }
        Kind::Decimal => vec![endless(), nested, number(""), number("inf"), number("1e99999999999"), number("1.2.3")],
        Kind::Text => vec![endless(), nested, Given::Bool(true), Given::Text("a".repeat(4097))],
        Kind::Time | Kind::Ip => vec![endless(), nested, Given::Text("a\0".to_owned()), Given::Bool(false)],
        Kind::Texts => vec![endless(), nested, crowd(Given::Text("ann".to_owned())), Given::Text(String::new())],
        Kind::Ints => vec![endless(), nested, crowd(Given::Number("1".to_owned())), number("1")],
    };
    if rng.chance(50) { bad(rng, attribute) } else { rng.pick(&all).clone() }
}

#[test]
fn a_broken_path_or_name_is_denied() {
    let (asked, granted, still) = every_break(break_names);
    assert_eq!(asked, 50_000);
    assert!(granted > 5000 && still < granted / 4, "{granted} were granted, and {still} still are");
}

#[test]
fn broken_paths_and_names_find_every_seeded_bug() {
    find_all(&[Bug::AnyId, Bug::ParentsIgnored, Bug::SubjectCaseIgnored, Bug::SiblingPrefix], break_names);
}

fn break_names(rng: &mut Rng, facts: &Facts, broken: &mut Question) -> Option<Question> {
    match rng.below(4) {
        0 => broken.resource = malformed(rng, broken.resource.clone()),
        1 => broken.resource = hostile_path(rng, &broken.resource),
        2 => broken.action = hostile_name(rng, &broken.action),
        _ => broken.subject = hostile_name(rng, &broken.subject),
    }
    let known = facts.members.iter().any(|member| member.subject == broken.subject);
    let errored = broken.clone();
    // What is still well formed is the oracle's to judge; whoever is unknown is denied before anything else.
    (known || naive::decide(facts, &errored, None) == ("deny", "status")).then_some(errored)
}

fn hostile_path(rng: &mut Rng, path: &str) -> String {
    let (kind, id) = path.rsplit_once(':').unwrap_or((path, ""));
    match rng.below(8) {
        0 => format!("{path}/{}", "a:b/".repeat(100_000)),
        1 => format!("{kind}:{}", "x".repeat(100_000)),
        2 => format!("{kind}:"),
        3 => format!("{kind}\u{ff1a}{id}"),
        4 => format!("{}:{id}", "x".repeat(70_000)),
        5 => "/".repeat(rng.below(20)),
        6 => format!("{kind}:{id}\0"),
        _ => path.replace('/', "\\"),
    }
}

fn hostile_name(rng: &mut Rng, name: &str) -> String {
    match rng.below(6) {
        0 => String::new(),
        1 => name.repeat(10_000),
        2 => "*".to_owned(),
        3 => format!("{name}\0"),
        4 => name.to_uppercase(),
        _ => format!("{name},view"),
    }
}
