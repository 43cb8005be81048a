//! Columns by what they hold, quoted.

use super::{Column, Dialect, Mapping, Place, SqlError};
use countersign_core::condition::Reference;
use countersign_core::{Owner, Path, Policy, TypeId};

/// The longest name that PostgreSQL does not cut off.
const NAME_BYTES: usize = 63;

/// A column in its SQL.
#[derive(Clone, Debug)]
pub(super) struct Quoted {
    pub(super) text: String,
    pub(super) scale: Option<u8>,
}

pub(super) enum Rows {
    Path(String),
    /// Types and id columns, outermost first
    Levels(Vec<(String, String)>),
}

pub(super) struct Columns<'a> {
    policy: &'a Policy,
    pub(super) rows: Rows,
    attributes: Vec<(&'a str, Quoted)>,
}

/// Where a reference's value is.
pub(super) enum Found {
    Column(Quoted),
    /// The rows have none
    Missing,
}

impl<'a> Columns<'a> {
    pub(super) fn new(mapping: &'a Mapping, policy: &'a Policy, dialect: Dialect) -> Result<Self, SqlError> {
        let rows = match &mapping.place {
            Place::Path(column) => Rows::Path(quote(&column.name, dialect)?),
            Place::Levels(levels) => {
                let shape: Vec<String> = levels.iter().map(|(on, _)| format!("{on}:-")).collect();
                let shape = shape.join("/");
                let stands = Path::parse(&shape).and_then(|path| policy.locate(&path));
                stands.map_err(|error| SqlError::Shape(error.to_string()))?;
                let quoted = levels.iter().map(|(on, column)| Ok((on.clone(), quote(&column.name, dialect)?)));
                Rows::Levels(quoted.collect::<Result<_, SqlError>>()?)
            }
        };
        let quoted = |column: &Column| Ok(Quoted { text: quote(&column.name, dialect)?, scale: column.scale });
        let attributes = mapping.attributes.iter().map(|(name, column)| Ok((name.as_str(), quoted(column)?)));
        let attributes = attributes.collect::<Result<_, SqlError>>()?;
        Ok(Self { policy, rows, attributes })
    }

    /// The type of the rows, if the mapping says it.
    fn on(&self) -> Option<&str> {
        match &self.rows {
            Rows::Levels(levels) => levels.last().map(|(on, _)| on.as_str()),
            Rows::Path(_) => None,
        }
    }

    pub(super) fn find(&self, reference: &Reference) -> Result<Found, SqlError> {
        let of = match reference {
            Reference::Slot(slot) => match self.policy.attribute(*slot).map(|spec| spec.owner) {
                Some(Owner::Type(of)) => Some(of),
                _ => return Err(SqlError::Plan),
            },
            Reference::SegmentId(of) => Some(*of),
            Reference::ResourceId => None,
            _ => return Err(SqlError::Plan),
        };
        if let Some(found) = self.id(reference, of) {
            return Ok(found);
        }
        let spelling = self.policy.spelling(reference);
        let named = |wanted: &str| self.attributes.iter().find(|(name, _)| *name == wanted).map(|(_, column)| column);
        // A level that the rows do not have has no attributes.
        if let (Rows::Levels(levels), Some(of)) = (&self.rows, of)
            && !levels.iter().any(|(on, _)| Some(on.as_str()) == self.name(of))
        {
            return Ok(Found::Missing);
        }
        // `resource.x` is how a mapping may name what is the rows' own.
        let own = spelling.split_once('.').filter(|(on, _)| self.on() == Some(*on));
        let own = own.and_then(|(_, name)| named(&format!("resource.{name}")));
        let column = named(&spelling).or(own).ok_or(SqlError::Unmapped(spelling))?;
        Ok(Found::Column(column.clone()))
    }

    /// The column of an id, where the rows have one for each level.
    fn id(&self, reference: &Reference, of: Option<TypeId>) -> Option<Found> {
        let (Rows::Levels(levels), Reference::ResourceId | Reference::SegmentId(_)) = (&self.rows, reference) else {
            return None;
        };
        let wanted = of.map(|of| self.name(of));
        let level = levels.iter().rev().find(|(on, _)| wanted.is_none_or(|wanted| wanted == Some(on.as_str())));
        Some(level.map_or(Found::Missing, |(_, text)| Found::Column(Quoted { text: text.clone(), scale: None })))
    }

    fn name(&self, of: TypeId) -> Option<&str> {
        self.policy.resource_type(of).map(|kind| kind.name())
    }
}

/// A name in the quotes of its SQL, part by part.
///
/// SQLite takes a name in double quotes that it does not know for a string; one in backquotes it refuses.
fn quote(name: &str, dialect: Dialect) -> Result<String, SqlError> {
    let mark = if dialect == Dialect::Sqlite { "`" } else { "\"" };
    let parts: Vec<&str> = name.split('.').collect();
    let sound = |part: &&str| (1..=NAME_BYTES).contains(&part.len()) && !part.chars().any(char::is_control);
    if parts.len() > 3 || !parts.iter().all(sound) {
        return Err(SqlError::Name(name.to_owned()));
    }
    let quoted: Vec<String> =
        parts.iter().map(|part| format!("{mark}{}{mark}", part.replace(mark, &mark.repeat(2)))).collect();
    Ok(quoted.join("."))
}
