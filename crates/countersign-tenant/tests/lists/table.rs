//! Tables of resources in SQLite whose columns hold what they should, and a good deal else.
//!
//! SQLite changes what is put into a column by the type that the column was declared with, so the engine is told what is
//! read back, and not what was written.

use crate::generate::{IDS, Made, NOW, SUBJECTS, TYPES, type_of};
use crate::rng::Rng;
use countersign_core::condition::{Decimal, Kind, Reference, Value};
use countersign_core::{AttributeSpec, Attributes, Owner, Path, Policy, Registry, Slot};
use countersign_wire::document::Value as Plain;
use countersign_wire::given::typed;
use countersign_wire::sql::{Column, Mapping, Place};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;

pub(crate) const ROWS: usize = 220;
const WORDS: [&str; 14] =
    ["night", "nigh", "day", "%", "a_b%", "Night", "é", "", "build", "日本 night", "7", "xy\0night", "night\0xy", "\0"];
/// No attribute and no id, but what a column may hold.
const TEXTS: [&str; 9] = ["7", "007", "true", "2.5", "x\0y", "a/b", "\u{85}", "x\u{1}", "Build"];
/// 9999-12-31T23:59:59.999Z, and 0000-01-01T00:00:00Z.
const LAST_MOMENT: i64 = 253_402_300_799_999;
const FIRST_MOMENT: i64 = -62_167_219_200_000;

/// A table of resources of one type.
pub(crate) struct Table {
    pub(crate) database: Connection,
    pub(crate) mapping: Mapping,
    /// By row its path; none where its ids are none
    pub(crate) paths: Vec<Option<String>>,
    pub(crate) stored: Registry,
    /// What the caller would supply of each row
    pub(crate) supplied: Vec<Attributes>,
    /// Whether the row holds text with a NUL, whose size SQLite cannot tell
    pub(crate) nul: Vec<bool>,
    /// Whether the row holds what is no value of its attribute
    pub(crate) unsound: Vec<bool>,
}

fn id(rng: &mut Rng) -> String {
    if rng.chance(60) { (*rng.pick(&IDS)).to_owned() } else { format!("{}{}", rng.pick(&IDS), rng.pick(&IDS)) }
}

/// A path of the type.
fn path(rng: &mut Rng, made: &Made, on: &str) -> String {
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

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// Anything at all.
fn hostile(rng: &mut Rng) -> Cell {
    match rng.below(9) {
        0 => Cell::Integer(*rng.pick(&[0, 1, 2, 7, -1, i64::MAX, i64::MIN])),
        1 => Cell::Real(*rng.pick(&[0.0, 1.0, 7.0, 2.5, 1e300, f64::INFINITY])),
        2 => Cell::Blob(rng.pick(&["night", "7", "", "build"]).as_bytes().to_vec()),
        3 => Cell::Text("y".repeat(*rng.pick(&[256, 257, 4096, 4097]))),
        4 => Cell::Text("é".repeat(*rng.pick(&[128, 129, 2048, 2049]))),
        _ => text(rng.text(&TEXTS)),
    }
}

/// A value of the attribute.
fn cell(rng: &mut Rng, spec: &AttributeSpec) -> Cell {
    match spec.kind {
        Kind::Bool => Cell::Integer(rng.chance(50).into()),
        Kind::Int => Cell::Integer(rng.below(6) as i64),
        Kind::Decimal => Cell::Integer(*rng.pick(&[250, 1000, 1001, 999, -300, 4990, 10_000, 0, 125_025])),
        Kind::String if spec.one_of.is_empty() => {
            text([&WORDS[..], &SUBJECTS[..]].concat()[rng.below(WORDS.len() + SUBJECTS.len())])
        }
        Kind::String => text(&spec.one_of[rng.below(spec.one_of.len())]),
        _ => Cell::Integer(
            NOW + *rng.pick(&[
                -1,
                0,
                1,
                3_599_999,
                3_600_000,
                3_600_001,
                LAST_MOMENT - NOW,
                LAST_MOMENT + 1 - NOW,
                FIRST_MOMENT - NOW,
                FIRST_MOMENT - 1 - NOW,
            ]),
        ),
    }
}

/// What the cell is to the engine: the values that a column of the attribute is for, and an error for all others.
fn held(spec: &AttributeSpec, cell: &Cell) -> Option<Value<'static>> {
    Some(match (spec.kind, cell) {
        (_, Cell::Null) => return None,
        (Kind::Bool, Cell::Integer(value @ (0 | 1))) => Value::Bool(*value == 1),
        (Kind::Int, Cell::Integer(value)) => Value::Int(*value),
        (Kind::Decimal, Cell::Integer(value)) => Value::Decimal(Decimal::new((*value).into(), 2).expect("a decimal")),
        (Kind::Timestamp, Cell::Integer(at)) if (FIRST_MOMENT..=LAST_MOMENT).contains(at) => Value::Timestamp(*at),
        (Kind::String, Cell::Text(text)) => typed(spec, &Plain::String(text.clone())),
        _ => Value::Error,
    })
}

/// Attributes of types that tables have columns for: slot and name.
fn slots(policy: &Policy) -> Vec<(Slot, String, &AttributeSpec)> {
    let all = policy.attributes().iter().zip(0..).filter(|(spec, _)| matches!(spec.owner, Owner::Type(_)));
    let sayable = all.filter(|(spec, _)| spec.kind.item().is_none() && spec.kind != Kind::Ip);
    sayable.map(|(spec, at)| (Slot(at), policy.spelling(&Reference::Slot(Slot(at))), spec)).collect()
}

/// A name that only works in quotes.
fn column(name: &str) -> String {
    format!("{} \"it's`", name.replace('.', " "))
}

fn backquoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A declared type: mostly the one that suits.
fn declared(rng: &mut Rng, suits: &'static str) -> &'static str {
    if rng.chance(70) { suits } else { rng.text(&["", "INTEGER", "TEXT", "REAL", "BLOB", "NUMERIC"]) }
}

/// The id that a cell holds.
fn id_of(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Text(text) if !text.contains('/') => Some(text.clone()),
        _ => None,
    }
}

impl Table {
    /// A table of the type; of the shape, if there is one.
    pub(crate) fn new(rng: &mut Rng, made: &Made, on: &str, shape: Option<&[&str]>) -> Self {
        let policy = made.world.policy();
        let slots = slots(policy);
        let scale = |kind: Kind| (kind == Kind::Decimal).then_some(2);
        let mut attributes: Vec<(String, Column)> = slots
            .iter()
            .map(|(_, name, spec)| (name.clone(), Column { name: column(name), scale: scale(spec.kind) }))
            .collect();
        // The columns that say which resource a row is.
        let mut columns = vec![("the `path\"".to_owned(), "TEXT COLLATE NOCASE")];
        let place = match shape {
            None => {
                let ids = TYPES.iter().map(|(name, ..)| format!("{name}.id"));
                attributes.push(("resource.id".to_owned(), Column::new("r.own id")));
                attributes.extend(ids.clone().map(|id| (id.clone(), Column::new(&column(&id)))));
                columns.extend([("own id".to_owned(), *rng.pick(&["TEXT COLLATE NOCASE", ""]))]);
                columns.extend(ids.map(|id| (column(&id), *rng.pick(&["TEXT", ""]))));
                Place::Path(Column::new("r.the `path\""))
            }
            Some(shape) => {
                let names = (0..shape.len()).map(|at| format!("level {at}"));
                columns.extend(names.clone().map(|name| (name, declared(rng, "TEXT COLLATE NOCASE"))));
                Place::Levels(
                    shape.iter().zip(names).map(|(on, name)| ((*on).to_owned(), Column::new(&name))).collect(),
                )
            }
        };
        let ids = columns.len();
        columns.extend(slots.iter().map(|(_, name, spec)| {
            let suits = if spec.kind == Kind::String { "TEXT COLLATE NOCASE" } else { "INTEGER" };
            (column(name), declared(rng, suits))
        }));
        let database = Connection::open_in_memory().expect("a database");
        let names: Vec<String> = columns.iter().map(|(name, kind)| format!("{} {kind}", backquoted(name))).collect();
        let create = format!("CREATE TABLE resources (row INTEGER PRIMARY KEY, {}); BEGIN", names.join(", "));
        database.execute_batch(&create).expect("a table");
        let quoted: Vec<String> = columns.iter().map(|(name, _)| backquoted(name)).collect();
        let (places, values) = quoted.split_at(ids);

        let written = match shape {
            None => paths(rng, made, on),
            Some(shape) => (0..ROWS).map(|_| levels(rng, shape)).collect(),
        };
        put(&database, places, &written);
        let paths: Vec<Option<String>> = read(&database, places)
            .iter()
            .map(|cells| match (shape, cells) {
                (None, cells) => id_path(&cells[0]),
                (Some(shape), cells) => {
                    let segments: Option<Vec<String>> = shape
                        .iter()
                        .zip(&cells[1..])
                        .map(|(on, cell)| Some(format!("{on}:{}", id_of(cell)?)))
                        .collect();
                    segments.map(|segments| segments.join("/")).filter(|path| Path::parse(path).is_ok())
                }
            })
            .collect();

        let mut of: BTreeMap<(String, Slot), Cell> = BTreeMap::new();
        let draw = |rng: &mut Rng, spec: &AttributeSpec| match rng.below(100) {
            0..12 => hostile(rng),
            12..30 => Cell::Null,
            _ => cell(rng, spec),
        };
        let mut written = Vec::new();
        for path in &paths {
            let segments: Vec<&str> = path.iter().flat_map(|path| path.split('/')).map(type_of).collect();
            written.push(
                slots
                    .iter()
                    .map(|(slot, name, spec)| {
                        let (on, _) = name.split_once('.').expect("a reference");
                        let depth = segments.iter().rposition(|name| *name == on).map(|at| at + 1);
                        match (path, depth) {
                            (Some(_), Some(depth)) if spec.from_request && depth < segments.len() => Cell::Null,
                            (Some(path), Some(depth)) if !spec.from_request => {
                                let parsed = Path::parse(path).expect("a path");
                                let key = (parsed.ancestor(depth).to_owned(), *slot);
                                of.entry(key).or_insert_with(|| draw(rng, spec)).clone()
                            }
                            (Some(_), None) => Cell::Null,
                            _ => draw(rng, spec),
                        }
                    })
                    .collect(),
            );
        }
        put(&database, values, &written);
        database.execute_batch("COMMIT").expect("a commit");

        let mut stored: BTreeMap<String, Attributes> = BTreeMap::new();
        let (mut supplied, mut nul, mut unsound) = (Vec::new(), Vec::new(), Vec::new());
        for (path, cells) in paths.iter().zip(read(&database, values)) {
            let mut own = Attributes::default();
            let (mut any_nul, mut any_unsound) = (false, false);
            for ((slot, name, spec), cell) in slots.iter().zip(&cells) {
                let Some(value) = held(spec, cell) else { continue };
                any_nul |= matches!(cell, Cell::Text(text) if text.contains('\0'));
                any_unsound |= value == Value::Error;
                let (on, _) = name.split_once('.').expect("a reference");
                let parsed = path.as_ref().and_then(|path| Path::parse(path).ok());
                let Some(parsed) = parsed else { continue };
                let depth =
                    parsed.segments().zip(1..).filter(|((name, _), _)| *name == on).last().map(|(_, depth)| depth);
                if spec.from_request {
                    own.set(*slot, value);
                } else if let Some(depth) = depth {
                    stored.entry(parsed.ancestor(depth).to_owned()).or_default().set(*slot, value);
                }
            }
            supplied.push(own);
            nul.push(any_nul);
            unsound.push(any_unsound);
        }
        let stored = Registry::new(stored.into_iter().map(|(path, values)| (path.into(), values)).collect());
        Self { database, mapping: Mapping { place, attributes }, paths, stored, supplied, nul, unsound }
    }
}

fn id_path(cell: &Cell) -> Option<String> {
    if let Cell::Text(path) = cell { Some(path.clone()) } else { None }
}

/// Rows with a path, its own id and the nearest id of each type; some of the ids that are numbers as such.
fn paths(rng: &mut Rng, made: &Made, on: &str) -> Vec<Vec<Cell>> {
    let mut paths: Vec<String> = Vec::new();
    for _ in 0..ROWS * 20 {
        let path = path(rng, made, on);
        if paths.len() < ROWS && !paths.contains(&path) {
            paths.push(path);
        }
    }
    let mut numbered = |id: &str| match id.parse::<i64>() {
        Ok(number) if number.to_string() == id && rng.chance(50) => Cell::Integer(number),
        _ => text(id),
    };
    let row = |path: &String| {
        let segments: Vec<(&str, &str)> = path.split('/').filter_map(|segment| segment.split_once(':')).collect();
        let mut cells = vec![text(path), numbered(segments.last().expect("a segment").1)];
        cells.extend(TYPES.iter().map(|(on, ..)| {
            let nearest = segments.iter().rfind(|(name, _)| name == on);
            nearest.map_or(Cell::Null, |(_, id)| numbered(id))
        }));
        cells
    };
    let mut rows: Vec<Vec<Cell>> = paths.iter().map(row).collect();
    rows.push(vec![Cell::Null; 2 + TYPES.len()]);
    rows.push([vec![Cell::Blob(paths[0].as_bytes().to_vec())], vec![Cell::Null; 1 + TYPES.len()]].concat());
    rows
}

/// A row with an id for each level.
fn levels(rng: &mut Rng, shape: &[&str]) -> Vec<Cell> {
    let mut cells = vec![Cell::Null];
    cells.extend(shape.iter().map(|_| match rng.below(100) {
        0..6 => hostile(rng),
        6..8 => Cell::Null,
        8..20 => Cell::Integer(*rng.pick(&[1, 7])),
        _ => text(&id(rng)),
    }));
    cells
}

fn put(database: &Connection, columns: &[String], rows: &[Vec<Cell>]) {
    let marks: Vec<String> = (0..columns.len()).map(|at| format!("?{}", at + 2)).collect();
    let sets: Vec<String> = columns.iter().zip(&marks).map(|(column, mark)| format!("{column} = {mark}")).collect();
    let (names, marks, sets) = (columns.join(", "), marks.join(", "), sets.join(", "));
    let text = format!("INSERT INTO resources (row, {names}) VALUES (?1, {marks}) ON CONFLICT DO UPDATE SET {sets}");
    let mut insert = database.prepare(&text).expect("a statement");
    for (row, cells) in rows.iter().enumerate() {
        let cells = [&[Cell::Integer(row as i64)][..], cells].concat();
        insert.execute(params_from_iter(cells)).expect("a row");
    }
}

fn read(database: &Connection, columns: &[String]) -> Vec<Vec<Cell>> {
    let text = format!("SELECT {} FROM resources ORDER BY row", columns.join(", "));
    let mut select = database.prepare(&text).expect("a statement");
    let cells = select.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect()).expect("rows");
    cells.map(|row| row.expect("a row")).collect()
}
