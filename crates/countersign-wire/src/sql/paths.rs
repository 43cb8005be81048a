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
            parts.push((self.exact(column), id.to_owned()));
        }
        if !fits {
            return Ok(self.constant(false));
        }
        let parts: Vec<String> =
            parts.into_iter().map(|(column, id)| format!("{column} = {}", self.bind(Parameter::Text(id)))).collect();
        Ok(format!("({})", parts.join(" AND ")))
    }
}
