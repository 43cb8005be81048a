//! Residual conditions in SQL, read as the postfix form that they are.

use super::columns::{Found, Quoted};
use super::{Dialect, MOST_BYTES, Parameter, SqlError, Writer};
use countersign_core::condition::{Decimal, Kind, Op, Reference, Value};
use countersign_core::limits::STRING_BYTES;
use countersign_core::{Policy, Residual};

/// A part of the expression.
#[derive(Clone, Debug)]
enum Said {
    /// What cannot be told
    Error,
    /// A value that is known
    Known(Value<'static>),
    /// A list of parts
    List(Vec<Said>),
    /// SQL, and of which kind it is; of a scaled decimal in SQLite, its scale
    Text(String, Kind, Option<u8>),
}

/// Reads one residual.
pub(super) struct Expression<'a, 'w> {
    writer: &'a mut Writer<'w>,
    residual: &'a Residual,
    policy: &'a Policy,
    stack: Vec<Said>,
    /// Where the conditions of `c ? a : b` are
    open: usize,
}

impl<'a, 'w> Expression<'a, 'w> {
    /// The residual as SQL of three values.
    pub(super) fn read(
        writer: &'a mut Writer<'w>,
        residual: &'a Residual,
        policy: &'a Policy,
    ) -> Result<String, SqlError> {
        let mut reading = Self { writer, residual, policy, stack: Vec::new(), open: 0 };
        if residual.heavy {
            return Err(reading.inexact("it may take more steps than a condition is given"));
        }
        for op in &residual.condition.code {
            reading.step(*op)?;
        }
        let (Some(whole), true, 0) = (reading.stack.pop(), reading.stack.is_empty(), reading.open) else {
            return Err(SqlError::Plan);
        };
        reading.truth(&whole)
    }

    fn inexact(&self, what: &str) -> SqlError {
        let reads: Vec<String> =
            self.residual.condition.references.iter().map(|reference| self.policy.spelling(reference)).collect();
        SqlError::Inexact { what: what.to_owned(), reads: reads.join(", ") }
    }

    fn pop(&mut self) -> Result<Said, SqlError> {
        self.stack.pop().ok_or(SqlError::Plan)
    }

    fn step(&mut self, op: Op) -> Result<(), SqlError> {
        let condition = &self.residual.condition;
        let said = match op {
            Op::Constant(at) => match condition.constants.get(usize::from(at)).ok_or(SqlError::Plan)? {
                Value::Error => Said::Error,
                Value::List(items) => Said::List(items.all().iter().map(|item| Said::Known(owned(item))).collect()),
                value => Said::Known(value.clone()),
            },
            Op::Load(at) | Op::Has(at) => {
                let reference = condition.references.get(usize::from(at)).ok_or(SqlError::Plan)?;
                match (self.writer.columns.find(reference)?, op) {
                    (Found::Missing, Op::Has(_)) => Said::Known(Value::Bool(false)),
                    (Found::Missing, _) => Said::Error,
                    (Found::Column(column), Op::Has(_)) => {
                        Said::Text(format!("({} IS NOT NULL)", column.text), Kind::Bool, None)
                    }
                    (Found::Column(column), _) => self.load(reference, &column)?,
                }
            }
            Op::List(count) => {
                let first = self.stack.len().checked_sub(count.into()).ok_or(SqlError::Plan)?;
                Said::List(self.stack.split_off(first))
            }
            Op::Not => {
                let inner = self.pop()?;
                Said::Text(format!("(NOT {})", self.truth(&inner)?), Kind::Bool, None)
            }
            Op::ToDecimal => match self.pop()? {
                Said::Text(text, Kind::Int, _) if self.writer.dialect == Dialect::Sqlite => {
                    Said::Text(text, Kind::Decimal, Some(0))
                }
                Said::Text(text, Kind::Int, _) => Said::Text(format!("{text}::numeric"), Kind::Decimal, None),
                _ => Said::Error,
            },
            Op::Size => match self.pop()? {
                // SQLite counts up to a NUL; PostgreSQL's text has none.
                Said::Text(text, Kind::String, _) if self.writer.dialect == Dialect::Sqlite => {
                    let whole = format!("(CASE WHEN instr({text}, char(0)) = 0 THEN length({text}) END)");
                    Said::Text(whole, Kind::Int, None)
                }
                said @ Said::Text(_, Kind::String, _) => {
                    Said::Text(format!("length({})", self.operand(&said)?), Kind::Int, None)
                }
                Said::Error => Said::Error,
                _ => return Err(self.inexact("size of a list")),
            },
            Op::AndSkip(_) | Op::OrSkip(_) | Op::Jump(_) => return Ok(()),
            Op::Branch(_) => {
                self.open += 1;
                return Ok(());
            }
            Op::Select => {
                self.open = self.open.checked_sub(1).ok_or(SqlError::Plan)?;
                let (no, yes, condition) = (self.pop()?, self.pop()?, self.pop()?);
                self.select(&condition, yes, no)?
            }
            Op::And | Op::Or => {
                let (right, left) = (self.pop()?, self.pop()?);
                let word = if op == Op::And { "AND" } else { "OR" };
                Said::Text(format!("({} {word} {})", self.truth(&left)?, self.truth(&right)?), Kind::Bool, None)
            }
            Op::Equal | Op::Unequal | Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                let (right, left) = (self.pop()?, self.pop()?);
                self.compare(op, left, right)?
            }
            Op::In => {
                let (list, element) = (self.pop()?, self.pop()?);
                self.is_in(&element, list)?
            }
            Op::StartsWith | Op::EndsWith | Op::Contains => {
                let (part, text) = (self.pop()?, self.pop()?);
                self.search(op, text, part)?
            }
            Op::Matches(_) => return Err(self.inexact("a pattern")),
            Op::Each(..) | Op::Item(_) | Op::Next => return Err(self.inexact("a loop over a list")),
            Op::InRange => return Err(self.inexact("a range of addresses")),
            Op::Part(..) => return Err(self.inexact("a part of a moment")),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder | Op::Negate => {
                return Err(self.inexact("arithmetic, which overflows differently"));
            }
        };
        // A choice names its condition twice: nested ones would double the text each time.
        if matches!(&said, Said::Text(text, ..) if text.len() > MOST_BYTES) {
            return Err(self.inexact("it would be too long"));
        }
        self.stack.push(said);
        Ok(())
    }

    /// What the column holds; NULL where the engine would have an error.
    fn load(&mut self, reference: &Reference, column: &Quoted) -> Result<Said, SqlError> {
        let Reference::Slot(slot) = reference else {
            return Ok(Said::Text(self.writer.sound_id(&column.text), Kind::String, None));
        };
        let spec = self.policy.attribute(*slot).ok_or(SqlError::Plan)?;
        let scaled = spec.kind == Kind::Decimal && self.writer.dialect == Dialect::Sqlite;
        if scaled && column.scale.is_none_or(|scale| scale > MOST_SCALE) {
            return Err(self.inexact("the mapping does not say at which scale, of 28 at most, a decimal is stored"));
        }
        let listed = spec.one_of.iter().filter(|one| one.len() <= STRING_BYTES);
        let listed = listed.map(|one| self.operand(&Said::Known(Value::text(one)))).collect::<Result<Vec<_>, _>>()?;
        if listed.is_empty() && !spec.one_of.is_empty() {
            return Ok(Said::Error);
        }
        let value = self.writer.sound(&column.text, spec.kind, &listed);
        Ok(Said::Text(value, spec.kind, column.scale.filter(|_| scaled)))
    }

    /// What is true, false or NULL.
    fn truth(&mut self, said: &Said) -> Result<String, SqlError> {
        match said {
            Said::Text(text, Kind::Bool, _) => Ok(text.clone()),
            Said::Known(Value::Bool(value)) => Ok(self.writer.constant(*value)),
            Said::Error => Ok(self.null()),
            _ => Err(SqlError::Plan),
        }
    }

    fn null(&self) -> String {
        let null = if self.writer.dialect == Dialect::Postgres { "NULL::boolean" } else { "NULL" };
        null.to_owned()
    }

    /// A part that is compared with others of its kind, byte for byte if it is text.
    fn operand(&mut self, said: &Said) -> Result<String, SqlError> {
        let parameter = match said {
            Said::Text(text, Kind::String, _) => return Ok(self.writer.exact(text)),
            Said::Text(text, Kind::Bool | Kind::Int | Kind::Decimal | Kind::Timestamp, _) => return Ok(text.clone()),
            Said::Known(Value::Bool(value)) => Parameter::Bool(*value),
            Said::Known(Value::Int(value) | Value::Timestamp(value)) => Parameter::Int(*value),
            Said::Known(Value::Decimal(value)) if self.writer.dialect == Dialect::Postgres => {
                Parameter::Numeric(value.to_text())
            }
            Said::Known(Value::String(text)) if text.contains('\0') => {
                return Err(self.inexact("text with a NUL character"));
            }
            Said::Known(Value::String(text)) => Parameter::Text(text.to_string()),
            _ => return Err(self.inexact("a comparison of lists, addresses or spans of time")),
        };
        Ok(self.writer.bind(parameter))
    }

    fn compare(&mut self, op: Op, left: Said, right: Said) -> Result<Said, SqlError> {
        if matches!(left, Said::Error) || matches!(right, Said::Error) {
            return Ok(Said::Error);
        }
        if self.kind(&left).is_none() || self.kind(&left) != self.kind(&right) {
            return Err(self.inexact("a comparison of lists, or of different kinds"));
        }
        if self.writer.dialect == Dialect::Sqlite && self.kind(&left) == Some(Kind::Decimal) {
            return self.compare_scaled(op, left, right);
        }
        let (left, right) = (self.operand(&left)?, self.operand(&right)?);
        Ok(Said::Text(format!("({left} {} {right})", sign(op)?), Kind::Bool, None))
    }

    /// Decimals in SQLite are integers of one scale.
    fn compare_scaled(&mut self, op: Op, left: Said, right: Said) -> Result<Said, SqlError> {
        let (text, scale, constant, op) = match (left, right) {
            (Said::Text(left, _, one), Said::Text(right, _, other)) => {
                if one != other || one.is_none() {
                    return Err(self.inexact("a comparison of decimals of different scales"));
                }
                return Ok(Said::Text(format!("({left} {} {right})", sign(op)?), Kind::Bool, None));
            }
            (Said::Text(text, _, scale), Said::Known(Value::Decimal(constant))) => (text, scale, constant, op),
            (Said::Known(Value::Decimal(constant)), Said::Text(text, _, scale)) => (text, scale, constant, mirror(op)),
            _ => return Err(SqlError::Plan),
        };
        let (floor, whole) = scaled(constant, scale.ok_or(SqlError::Plan)?);
        // Between two integers: what is less than it is at most the lower one, and nothing is equal to it.
        let op = match op {
            op if whole => op,
            Op::Less => Op::LessOrEqual,
            Op::GreaterOrEqual => Op::Greater,
            op => op,
        };
        let bound = match (op, i64::try_from(floor)) {
            (Op::Equal | Op::Unequal, Ok(_)) if !whole => Err(op == Op::Unequal),
            (_, Ok(bound)) => Ok(bound),
            (Op::Equal | Op::Unequal, Err(_)) => Err(op == Op::Unequal),
            (Op::Less | Op::LessOrEqual, Err(_)) => Err(floor > 0),
            (_, Err(_)) => Err(floor < 0),
        };
        let text = match bound {
            Ok(bound) => format!("({text} {} {})", sign(op)?, self.writer.bind(Parameter::Int(bound))),
            // The same for every number, and NULL for none.
            Err(answer) => format!("(CASE WHEN {text} IS NOT NULL THEN {} END)", u8::from(answer)),
        };
        Ok(Said::Text(text, Kind::Bool, None))
    }

    fn kind(&self, said: &Said) -> Option<Kind> {
        match said {
            Said::Text(_, kind, _) => Some(*kind),
            Said::Known(value) => {
                let kinds = [Kind::Bool, Kind::Int, Kind::Decimal, Kind::String, Kind::Timestamp];
                kinds.into_iter().find(|kind| value.is(*kind))
            }
            Said::Error | Said::List(_) => None,
        }
    }

    /// Whether the element is one of the list's: its items are compared one by one. An item that cannot be told makes
    /// the list one that cannot be told.
    fn is_in(&mut self, element: &Said, list: Said) -> Result<Said, SqlError> {
        let items = match list {
            Said::List(items) => items,
            Said::Error => return Ok(Said::Error),
            _ => return Err(self.inexact("a list that is stored")),
        };
        let present = match element {
            Said::Error => return Ok(Said::Error),
            Said::Known(_) => None,
            Said::Text(text, ..) => Some(text.clone()),
            Said::List(_) => return Err(SqlError::Plan),
        };
        let mut asked: Vec<String> = present.into_iter().collect();
        let mut any = Vec::new();
        for item in items {
            match &item {
                Said::Text(text, ..) => asked.push(text.clone()),
                Said::Known(_) => {}
                Said::Error | Said::List(_) => return Ok(Said::Error),
            }
            let equal = match (element, &item) {
                (Said::Known(left), Said::Known(right)) => Said::Known(Value::Bool(left == right)),
                _ => self.compare(Op::Equal, element.clone(), item)?,
            };
            any.push(self.truth(&equal)?);
        }
        let any = if any.is_empty() { self.writer.constant(false) } else { format!("({})", any.join(" OR ")) };
        let asked: Vec<String> = asked.iter().map(|text| format!("{text} IS NOT NULL")).collect();
        let text = match asked.as_slice() {
            [] => any,
            asked => format!("(CASE WHEN {} THEN {any} END)", asked.join(" AND ")),
        };
        Ok(Said::Text(text, Kind::Bool, None))
    }

    fn search(&mut self, op: Op, text: Said, part: Said) -> Result<Said, SqlError> {
        if matches!(text, Said::Error) || matches!(part, Said::Error) {
            return Ok(Said::Error);
        }
        if self.kind(&text) != Some(Kind::String) || self.kind(&part) != Some(Kind::String) {
            return Err(SqlError::Plan);
        }
        let (text, part) = (self.operand(&text)?, self.operand(&part)?);
        // Bytes are compared: SQLite's functions of texts see nothing behind a NUL.
        let (bytes, some) = (format!("CAST({text} AS BLOB)"), format!("CAST({part} AS BLOB)"));
        // A part of no bytes is NULL there.
        let cut = |from: &str| {
            let same = format!("substr({bytes}, {from}length({some})) = {some}");
            format!("(length({bytes}) >= length({some}) AND (length({some}) = 0 OR {same}))")
        };
        let said = match (op, self.writer.dialect) {
            (Op::StartsWith, Dialect::Sqlite) => cut("1, "),
            (Op::StartsWith, Dialect::Postgres) => self.same(&format!("left({text}, length({part}))"), &part),
            (Op::EndsWith, Dialect::Sqlite) => cut("-"),
            (Op::EndsWith, Dialect::Postgres) => self.same(&format!("right({text}, length({part}))"), &part),
            (_, Dialect::Sqlite) => format!("(instr({text}, {part}) > 0)"),
            (_, Dialect::Postgres) => format!("(strpos({text}, {part}) > 0)"),
        };
        Ok(Said::Text(said, Kind::Bool, None))
    }

    fn same(&self, left: &str, right: &str) -> String {
        format!("({} = {right})", self.writer.exact(left))
    }

    fn select(&mut self, condition: &Said, yes: Said, no: Said) -> Result<Said, SqlError> {
        let kinds = (self.kind(&yes), self.kind(&no));
        let kind = match kinds {
            (Some(one), Some(other)) if one == other => one,
            (Some(one), None) if matches!(no, Said::Error) => one,
            (None, Some(other)) if matches!(yes, Said::Error) => other,
            (None, None) if matches!((&yes, &no), (Said::Error, Said::Error)) => return Ok(Said::Error),
            _ => return Err(self.inexact("a choice between lists, or of different kinds")),
        };
        if kind == Kind::Decimal && self.writer.dialect == Dialect::Sqlite {
            return Err(self.inexact("a choice between decimals"));
        }
        let condition = self.truth(condition)?;
        let mut side = |said: &Said| match said {
            Said::Error => Ok("NULL".to_owned()),
            said => self.operand(said),
        };
        let (yes, no) = (side(&yes)?, side(&no)?);
        Ok(Said::Text(format!("(CASE WHEN {condition} THEN {yes} WHEN NOT {condition} THEN {no} END)"), kind, None))
    }
}

/// The most digits after the point of a decimal.
const MOST_SCALE: u8 = 28;

fn owned(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Bool(value) => Value::Bool(*value),
        Value::Int(value) => Value::Int(*value),
        Value::Decimal(value) => Value::Decimal(*value),
        Value::String(text) => Value::text(text),
        Value::Timestamp(value) => Value::Timestamp(*value),
        Value::Duration(value) => Value::Duration(*value),
        Value::Ip(value) => Value::Ip(*value),
        Value::Range(value) => Value::Range(*value),
        Value::Error | Value::List(_) => Value::Error,
    }
}

fn sign(op: Op) -> Result<&'static str, SqlError> {
    Ok(match op {
        Op::Equal => "=",
        Op::Unequal => "<>",
        Op::Less => "<",
        Op::LessOrEqual => "<=",
        Op::Greater => ">",
        Op::GreaterOrEqual => ">=",
        _ => return Err(SqlError::Plan),
    })
}

/// The operator with its sides changed.
fn mirror(op: Op) -> Op {
    match op {
        Op::Less => Op::Greater,
        Op::LessOrEqual => Op::GreaterOrEqual,
        Op::Greater => Op::Less,
        Op::GreaterOrEqual => Op::LessOrEqual,
        op => op,
    }
}

/// `value × 10^scale` rounded down, and whether it is whole. What is too large stays too large.
fn scaled(value: Decimal, scale: u8) -> (i128, bool) {
    let (mut units, mut whole) = (value.units(), true);
    for _ in value.scale()..scale {
        units = units.saturating_mul(10);
    }
    for _ in scale..value.scale() {
        whole &= units % 10 == 0;
        units = units.div_euclid(10);
    }
    (units, whole)
}
