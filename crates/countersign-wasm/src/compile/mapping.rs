//! How JavaScript says where a table holds paths and attributes, and how it is given what to bind.

use countersign_wire::sql::{Column, Dialect, Mapping, Parameter, Place};
use serde_json::{Map, Value, json};

/// Reads `{ dialect, path | levels, columns }`, in which a column is its name or `{ name, scale }`.
pub(super) fn mapping(text: &str) -> Result<(Mapping, Dialect), String> {
    let Ok(Value::Object(mut from)) = serde_json::from_str(text) else {
        return Err("the mapping is no object".to_owned());
    };
    let dialect = match from.remove("dialect").as_ref().and_then(Value::as_str) {
        Some("sqlite") => Dialect::Sqlite,
        Some("postgres") => Dialect::Postgres,
        _ => return Err("`dialect` must be \"sqlite\" or \"postgres\"".to_owned()),
    };
    let place = match (from.remove("path"), from.remove("levels")) {
        (Some(path), None) => Place::Path(column(path)?),
        (None, Some(Value::Array(levels))) => Place::Levels(levels.into_iter().map(level).collect::<Result<_, _>>()?),
        _ => return Err("a mapping has either `path`, a column, or `levels`, pairs of a type and a column".to_owned()),
    };
    let attributes = match from.remove("columns") {
        None => Vec::new(),
        Some(Value::Object(columns)) => {
            columns.into_iter().map(|(name, value)| Ok((name, column(value)?))).collect::<Result<_, String>>()?
        }
        Some(_) => return Err("`columns` must be an object from attributes to columns".to_owned()),
    };
    nothing_left(&from)?;
    Ok((Mapping { place, attributes }, dialect))
}

fn level(from: Value) -> Result<(String, Column), String> {
    match from {
        Value::Array(pair) => match <[Value; 2]>::try_from(pair) {
            Ok([Value::String(on), of]) => Ok((on, column(of)?)),
            _ => Err("a level is a pair of a type and a column".to_owned()),
        },
        _ => Err("a level is a pair of a type and a column".to_owned()),
    }
}

fn column(from: Value) -> Result<Column, String> {
    match from {
        Value::String(name) => Ok(Column::new(&name)),
        Value::Object(mut from) => {
            let Some(Value::String(name)) = from.remove("name") else { return Err("a column has a `name`".to_owned()) };
            let scale = match from.remove("scale") {
                None => None,
                Some(scale) => Some(
                    scale
                        .as_u64()
                        .and_then(|scale| u8::try_from(scale).ok())
                        .ok_or("`scale` must be a number of digits")?,
                ),
            };
            nothing_left(&from)?;
            Ok(Column { name, scale })
        }
        _ => Err("a column is its name, or an object with `name` and `scale`".to_owned()),
    }
}

fn nothing_left(from: &Map<String, Value>) -> Result<(), String> {
    from.keys().next().map_or(Ok(()), |key| Err(format!("the mapping has no `{key}`")))
}

/// Kind and text of each: JSON's numbers are read as floats.
pub(super) fn parameters(all: &[Parameter], dialect: Dialect) -> Vec<Value> {
    let one = |parameter: &Parameter| match (parameter, dialect) {
        (Parameter::Bool(value), Dialect::Sqlite) => json!(["int", i32::from(*value).to_string()]),
        (Parameter::Bool(value), Dialect::Postgres) => json!(["bool", value.to_string()]),
        (Parameter::Int(value), _) => json!(["int", value.to_string()]),
        (Parameter::Text(text) | Parameter::Numeric(text), _) => json!(["text", text]),
    };
    all.iter().map(one).collect()
}
