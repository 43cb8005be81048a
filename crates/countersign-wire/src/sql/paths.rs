//! Paths in SQL: whether a row is a resource, or stands below one.

use super::columns::Rows;
use super::{Dialect, Parameter, SqlError, Writer};
use countersign_core::Path;

impl Writer<'_> {
    /// The text, compared byte for byte.
    pub(super) fn exact(&self, text: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("({text} COLLATE BINARY)"),
            Dialect::Postgres => format!("({text} COLLATE \"C\")"),
        }
    }

    /// The row is this resource.
    pub(super) fn is(&mut self, path: &str) -> Result<String, SqlError> {
        if let Rows::Path(column) = &self.columns.rows {
            let column = self.exact(column);
            return Ok(format!("({column} = {})", self.bind(Parameter::Text(path.to_owned()))));
        }
        self.levels(path, true)
    }

    /// The row is this resource or stands below it.
    pub(super) fn under(&mut self, scope: &str) -> Result<String, SqlError> {
        if let Rows::Path(column) = &self.columns.rows {
            let column = self.exact(column);
            let is = self.bind(Parameter::Text(scope.to_owned()));
            // What begins with `scope/` stands between that and `scope0`: `0` is the byte behind `/`.
            let (first, end) = (format!("{scope}/"), format!("{scope}0"));
            let (first, end) = (self.bind(Parameter::Text(first)), self.bind(Parameter::Text(end)));
            return Ok(format!("({column} = {is} OR ({column} >= {first} AND {column} < {end}))"));
        }
        self.levels(scope, false)
    }

    fn levels(&mut self, scope: &str, whole: bool) -> Result<String, SqlError> {
        let Rows::Levels(levels) = &self.columns.rows else { return Err(SqlError::Plan) };
        let path = Path::parse(scope).map_err(|_| SqlError::Plan)?;
        let fits = path.depth() <= levels.len() && (!whole || path.depth() == levels.len());
        let mut parts = Vec::new();
        for ((on, id), (level, column)) in path.segments().zip(levels) {
            if on != level {
                return Ok(self.constant(false));
            }
            parts.push((column.clone(), id.to_owned()));
        }
        if !fits {
            return Ok(self.constant(false));
        }
        let parts: Vec<String> = parts.into_iter().map(|(column, id)| self.has_id(&column, id)).collect();
        Ok(format!("({})", parts.join(" AND ")))
    }

    /// The column, which holds an id, holds this one.
    fn has_id(&mut self, column: &str, id: String) -> String {
        let own = self.exact(&self.id_text(column));
        let number = id.parse::<i64>().ok().filter(|number| number.to_string() == id);
        let like_number = id.trim_start().starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
        let id = self.bind(Parameter::Text(id));
        if self.dialect == Dialect::Postgres {
            return format!("{own} = {id}");
        }
        let column = self.exact(column);
        // Beside a column of integers SQLite takes `007` for 7, and beside one without a type it does not take `7` for 7.
        match number {
            Some(number) => {
                format!("{column} IN ({id}, {}) AND {own} = {id}", self.bind(Parameter::Int(number)))
            }
            None if like_number => format!("{column} = {id} AND {own} = {id}"),
            None => format!("{column} = {id}"),
        }
    }
}
