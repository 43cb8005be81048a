//! Plans in SQL, carried out by SQLite: the rows that come out are those on which `check` says *allow*.

use crate::generate::{IDS, Made, NOW, SAYABLE, SUBJECTS, TYPES, given, type_of, world};
use crate::rng::{Rng, seeds};
use countersign_core::condition::{Decimal, Kind, Reference, Value};
use countersign_core::{Attributes, Owner, Path, Plan, Policy, Question, Registry, Slot, Subject};
use countersign_wire::given::Given;
use countersign_wire::sql::{Column, Dialect, Mapping, Parameter, Place, Sql, SqlError, render};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;

const ROWS: usize = 220;
const WORDS: [&str; 10] = ["night", "nigh", "day", "%", "a_b%", "Night", "é", "", "build", "日本 night"];

/// Shapes of paths that a table with a column for each level may have.
const SHAPES: [&[&str]; 6] = [
    &["project"],
    &["project", "state"],
    &["project", "state", "sign"],
    &["project", "sign"],
    &["project", "folder", "doc"],
    &["folder", "folder", "doc"],
];

/// A table of resources of one type.
struct Table {
    paths: Vec<String>,
    stored: Registry,
    /// What the caller would supply of each resource
    supplied: Vec<Attributes>,
    mapping: Mapping,
}

fn id(rng: &mut Rng) -> String {
    if rng.chance(60) { (*rng.pick(&IDS)).to_owned() } else { format!("{}{}", rng.pick(&IDS), rng.pick(&IDS)) }
}

/// A path of the type; of the shape, if there is one.
fn path(rng: &mut Rng, made: &Made, on: &str, shape: Option<&[&str]>) -> String {
    if let Some(shape) = shape {
        return shape.iter().map(|on| format!("{on}:{}", id(rng))).collect::<Vec<_>>().join("/");
    }
    let registered: Vec<&String> = made.registered.iter().filter(|path| type_of(path) == on).collect();
    if !registered.is_empty() && rng.chance(20) {
        return (*rng.pick(&registered)).clone();
    }
    // From the type up to the root.
    let mut path = format!("{on}:{}", id(rng));
    let mut top = on;
    for depth in 0..14 {
        let (_, parents, _) = TYPES.iter().find(|(name, ..)| *name == top).expect("a type");
        let above = if depth > 3 { parents[0] } else { *rng.pick(parents) };
        if above == "/" {
            break;
        }
        path = format!("{above}:{}/{path}", id(rng));
        top = above;
    }
    path
}

fn value(rng: &mut Rng, kind: Kind, one_of: &[Box<str>]) -> Option<Value<'static>> {
    Some(match kind {
        Kind::Bool => Value::Bool(rng.chance(50)),
        Kind::Int => Value::Int(rng.below(6) as i64),
        Kind::Decimal => {
            let text = *rng.pick(&["2.5", "2.50", "10", "10.01", "9.99", "-3", "49.9", "100", "0", "1250.25"]);
            Value::Decimal(Decimal::parse(text).expect("a decimal"))
        }
        Kind::String if one_of.is_empty() => {
            Value::text([&WORDS[..], &SUBJECTS[..]].concat()[rng.below(WORDS.len() + SUBJECTS.len())])
        }
        Kind::String => Value::text(&one_of[rng.below(one_of.len())]),
        Kind::Timestamp => Value::Timestamp(NOW + *rng.pick(&[-1, 0, 1, 3_599_999, 3_600_000, 3_600_001])),
        _ => return None,
    })
}

/// Attributes of a type: slot, name, kind.
fn slots(policy: &Policy) -> Vec<(Slot, String, Kind)> {
    let all = policy.attributes().iter().zip(0..).filter(|(spec, _)| matches!(spec.owner, Owner::Type(_)));
    let sayable = all.filter(|(spec, _)| spec.kind.item().is_none() && spec.kind != Kind::Ip);
    sayable.map(|(spec, at)| (Slot(at), policy.spelling(&Reference::Slot(Slot(at))), spec.kind)).collect()
}

fn table(rng: &mut Rng, made: &Made, on: &str, shape: Option<&[&str]>) -> Table {
    let policy = made.world.policy();
    let mut paths: Vec<String> = Vec::new();
    for _ in 0..ROWS * 20 {
        let path = path(rng, made, on, shape);
        if paths.len() < ROWS && !paths.contains(&path) {
            paths.push(path);
        }
    }
    let mut stored: BTreeMap<String, Attributes> = BTreeMap::new();
    let mut supplied = Vec::new();
    for path in &paths {
        let parsed = Path::parse(path).expect("a path");
        let mut own = Attributes::default();
        for depth in 1..=parsed.depth() {
            let at = parsed.ancestor(depth);
            let of = policy.type_named(type_of(at)).expect("a type");
            let mut values = Attributes::default();
            for (spec, slot) in policy.attributes().iter().zip(0..) {
                let value = value(rng, spec.kind, &spec.one_of).filter(|_| rng.chance(80));
                match value {
                    Some(value) if spec.owner == Owner::Type(of) && !spec.from_request => values.set(Slot(slot), value),
                    Some(value) if spec.owner == Owner::Type(of) && depth == parsed.depth() => {
                        own.set(Slot(slot), value)
                    }
                    _ => {}
                }
            }
            stored.entry(at.to_owned()).or_insert(values);
        }
        supplied.push(own);
    }
    let stored = Registry::new(stored.into_iter().map(|(path, values)| (path.into(), values)).collect());
    let scale = |kind: Kind| (kind == Kind::Decimal).then_some(2);
    let columns = slots(policy).into_iter();
    let mut attributes: Vec<(String, Column)> =
        columns.map(|(_, name, kind)| (name.clone(), Column { name: column(&name), scale: scale(kind) })).collect();
    let place = match shape {
        None => {
            attributes.push(("resource.id".to_owned(), Column::new("r.own id")));
            let ids = TYPES.iter().map(|(name, ..)| format!("{name}.id"));
            attributes.extend(ids.map(|id| (id.clone(), Column::new(&column(&id)))));
            Place::Path(Column::new("r.the `path\""))
        }
        Some(shape) => {
            let level = |(at, on): (usize, &&str)| ((*on).to_owned(), Column::new(&format!("level {at}")));
            Place::Levels(shape.iter().enumerate().map(level).collect())
        }
    };
    Table { paths, stored, supplied, mapping: Mapping { place, attributes } }
}

/// A name that only works in quotes.
fn column(name: &str) -> String {
    format!("{} \"it's`", name.replace('.', " "))
}

fn backquoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn cell(value: Option<&Value<'_>>) -> Cell {
    match value {
        Some(Value::Bool(value)) => Cell::Integer((*value).into()),
        Some(Value::Int(value) | Value::Timestamp(value)) => Cell::Integer(*value),
        Some(Value::String(text)) => Cell::Text(text.to_string()),
        Some(Value::Decimal(value)) => {
            let units = (value.scale()..2).fold(value.units(), |units, _| units * 10);
            Cell::Integer(i64::try_from(units).expect("a small number"))
        }
        _ => Cell::Null,
    }
}

/// The table in a database of its own.
fn database(table: &Table, policy: &Policy) -> Connection {
    let connection = Connection::open_in_memory().expect("a database");
    let slots = slots(policy);
    let mut names = vec!["row INTEGER".to_owned(), format!("{} TEXT COLLATE NOCASE", backquoted("the `path\""))];
    names.push("`own id` TEXT COLLATE NOCASE".to_owned());
    names.extend((0..3).map(|level| format!("`level {level}` TEXT")));
    names.extend(TYPES.iter().map(|(name, ..)| format!("{} TEXT", backquoted(&column(&format!("{name}.id"))))));
    names.extend(slots.iter().map(|(_, name, kind)| {
        let kind = if *kind == Kind::String { "TEXT COLLATE NOCASE" } else { "INTEGER" };
        format!("{} {kind}", backquoted(&column(name)))
    }));
    connection.execute_batch(&format!("CREATE TABLE resources ({}); BEGIN", names.join(", "))).expect("a table");
    let marks = vec!["?"; names.len()].join(", ");
    let mut insert = connection.prepare(&format!("INSERT INTO resources VALUES ({marks})")).expect("a statement");
    for (row, path) in table.paths.iter().enumerate() {
        let segments: Vec<(&str, &str)> = path.split('/').filter_map(|segment| segment.split_once(':')).collect();
        let text = |text: Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()));
        let mut cells = vec![Cell::Integer(row as i64), text(Some(path)), text(segments.last().map(|(_, id)| *id))];
        cells.extend((0..3).map(|level| text(segments.get(level).map(|(_, id)| *id))));
        let nearest = |on: &str| segments.iter().rposition(|(name, _)| *name == on);
        cells.extend(TYPES.iter().map(|(on, ..)| text(nearest(on).map(|at| segments[at].1))));
        let parsed = Path::parse(path).expect("a path");
        for (slot, name, _) in &slots {
            let (on, _) = name.split_once('.').expect("a reference");
            let spec = policy.attribute(*slot).expect("an attribute");
            let depth = nearest(on).map(|at| at + 1);
            cells.push(match depth {
                Some(depth) if !spec.from_request => cell(table.stored.value(parsed.ancestor(depth), *slot)),
                Some(depth) if depth == segments.len() => cell(table.supplied[row].get(*slot)),
                _ => Cell::Null,
            });
        }
        insert.execute(params_from_iter(cells)).expect("a row");
    }
    drop(insert);
    connection.execute_batch("COMMIT").expect("a commit");
    connection
}

fn rows(connection: &Connection, sql: &Sql) -> Vec<usize> {
    let text = format!("SELECT row FROM resources AS r WHERE {} ORDER BY row", sql.text);
    let cells = sql.parameters.iter().map(|parameter| match parameter {
        Parameter::Bool(value) => Cell::Integer((*value).into()),
        Parameter::Int(value) => Cell::Integer(*value),
        Parameter::Text(text) => Cell::Text(text.clone()),
        Parameter::Numeric(_) => panic!("SQLite has no numerics"),
    });
    let mut statement = connection.prepare(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let found = statement.query_map(params_from_iter(cells), |row| row.get::<_, i64>(0)).expect("rows");
    found.map(|row| usize::try_from(row.expect("a row")).expect("its number")).collect()
}

/// Plans of so many worlds over tables: calls back with what came out of SQL, or the refusal.
fn every_table(
    first: u64,
    worlds: u64,
    atoms: usize,
    mut try_one: impl FnMut(&str, &Plan, Result<Vec<usize>, SqlError>, &[usize]),
) {
    for seed in seeds(first, worlds) {
        let mut rng = Rng::new(seed);
        let made = world(&mut rng, 20, atoms, true);
        let policy = made.world.policy();
        let shape = rng.chance(40).then(|| *rng.pick(&SHAPES));
        let on = shape.map_or_else(|| rng.pick(&TYPES).0, |shape| shape[shape.len() - 1]);
        let table = table(&mut rng, &made, on, shape);
        let database = database(&table, policy);
        let (_, _, actions) = TYPES.iter().find(|(name, ..)| *name == on).expect("a type");
        for (subject, action) in
            SUBJECTS.iter().flat_map(|subject| actions.iter().map(move |action| (*subject, *action)))
        {
            let given = Given { resource: Vec::new(), ..given(&mut rng, false) };
            let supplied = given.attributes(policy, "");
            made.world.ask(subject, |subject| {
                let subject = &Subject { resources: &table.stored, ..*subject };
                let plan = policy.plan(subject, action, on, &supplied, NOW);
                let expected: Vec<usize> = (0..table.paths.len())
                    .filter(|row| {
                        let mut supplied = supplied.clone();
                        for (slot, value) in table.supplied[*row].all() {
                            supplied.set(slot, value.clone());
                        }
                        let question = Question { action, path: &table.paths[*row], supplied: &supplied, now: NOW };
                        policy.check(subject, &question).is_allow()
                    })
                    .collect();
                let text = format!("seed {seed}: {} {action} {on} {given:?}\n{}", subject.id, made.tenant);
                let sql = render(&plan, policy, &table.mapping, Dialect::Sqlite);
                let found = sql.map(|sql| rows(&database, &sql));
                try_one(&text, &plan, found, &expected);
            });
        }
    }
}

#[test]
fn sqlite_finds_the_rows_that_check_allows() {
    let (mut plans, mut asked, mut allowed, mut partial) = (0, 0, 0, 0);
    every_table(9_000_000, 320, SAYABLE, |text, plan, found, expected| {
        let found = found.unwrap_or_else(|error| panic!("{error}\n{text}\n{plan:#?}"));
        assert_eq!(found, expected, "{text}\n{plan:#?}");
        plans += 1;
        asked += ROWS;
        allowed += found.len();
        partial += usize::from(matches!(plan, Plan::When(_)) && !found.is_empty());
    });
    assert!(partial > 150, "only {partial} of {plans}");
}

#[test]
fn what_sql_does_otherwise_is_refused() {
    let (mut refused, mut said) = (BTreeMap::new(), 0);
    every_table(9_500_000, 120, 53, |text, plan, found, expected| match found {
        Ok(found) => {
            assert_eq!(found, expected, "{text}\n{plan:#?}");
            said += 1;
        }
        Err(SqlError::Inexact { what, .. }) => *refused.entry(what).or_insert(0) += 1,
        Err(error) => {
            // Lists and addresses have no columns here.
            assert!(
                matches!(&error, SqlError::Unmapped(what) if what == "sign.tags" || what == "sign.from_ip"),
                "{error}"
            );
            *refused.entry(error.to_string()).or_insert(0) += 1;
        }
    });
    assert!(refused.len() >= 4, "{refused:?}");
}
