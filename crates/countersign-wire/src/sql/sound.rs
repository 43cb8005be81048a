//! Columns may hold what no attribute can have and no path: SQLite takes any value into any column. To the engine such a
//! value is an error, so here it is NULL; and a row whose ids are none is no row.

use super::columns::Rows;
use super::{Dialect, Writer};
use countersign_core::condition::Kind;
use countersign_core::limits::{ID_BYTES, STRING_BYTES};

/// The moments that can be written down: 0000-01-01T00:00:00Z to the last of 9999.
const MOMENTS: &str = "BETWEEN -62167219200000 AND 253402300799999";

impl Writer<'_> {
    /// What the column holds if it is of the kind, and one of the `listed` if there are any; else NULL.
    pub(super) fn sound(&self, column: &str, kind: Kind, listed: &[String]) -> String {
        let test = match (self.dialect, kind) {
            (Dialect::Sqlite, Kind::Bool) => format!("typeof({column}) = 'integer' AND {column} IN (0, 1)"),
            (Dialect::Sqlite, Kind::Int | Kind::Decimal) => format!("typeof({column}) = 'integer'"),
            (Dialect::Sqlite, Kind::Timestamp) => {
                format!("typeof({column}) = 'integer' AND {column} {MOMENTS}")
            }
            (Dialect::Sqlite, Kind::String) if listed.is_empty() => {
                format!("typeof({column}) = 'text' AND length(CAST({column} AS BLOB)) <= {STRING_BYTES}")
            }
            (Dialect::Sqlite, Kind::String) => {
                format!("typeof({column}) = 'text' AND {} IN ({})", self.exact(column), listed.join(", "))
            }
            // PostgreSQL's columns have types. Comparing would not refuse one of other numbers, `|` and `min_scale` do.
            (Dialect::Postgres, Kind::Int) => return format!("({column} | 0)"),
            (Dialect::Postgres, Kind::Timestamp) => format!("({column} | 0) {MOMENTS}"),
            // At most 28 digits, at most 28 of them after the point, and neither NaN nor infinite.
            (Dialect::Postgres, Kind::Decimal) => {
                let most = format!("('1e' || (28 - min_scale({column})))::numeric");
                format!("min_scale({column}) <= 28 AND {column} < {most} AND {column} > -{most}")
            }
            (Dialect::Postgres, Kind::String) => {
                let text = self.plain_text(column);
                let fits = if listed.is_empty() {
                    format!("octet_length({column}) <= {STRING_BYTES}")
                } else {
                    format!("{text} IN ({})", listed.join(", "))
                };
                return format!("(CASE WHEN {} AND {fits} THEN {text} END)", self.unpadded(column));
            }
            // Nothing is done with what these hold.
            _ => return column.to_owned(),
        };
        format!("(CASE WHEN {test} THEN {column} END)")
    }

    /// The column as PostgreSQL's `text`, compared byte for byte; a type without a collation, it refuses.
    ///
    /// `citext` must become another type: two columns of it are compared by their letters whatever the collation is.
    fn plain_text(&self, column: &str) -> String {
        self.exact(&format!("{}::text", self.exact(column)))
    }

    /// Whether the column is as long as its text. A `char(n)` that is filled up with spaces is two texts: one with them,
    /// which is what a query returns, and one without, which is what is compared. Only text, bytes and bits have a length.
    fn unpadded(&self, column: &str) -> String {
        format!("octet_length({column}) = octet_length({})", self.plain_text(column))
    }

    /// The id in the column, as text; NULL if it is none.
    pub(super) fn sound_id(&self, column: &str) -> String {
        match self.columns.rows {
            // Every row was looked at.
            Rows::Levels(_) => self.id_text(column),
            Rows::Path(_) => format!("(CASE WHEN {} THEN {} END)", self.is_id(column), self.id_text(column)),
        }
    }

    pub(super) fn id_text(&self, column: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("CAST({column} AS TEXT)"),
            Dialect::Postgres => format!("{column}::text"),
        }
    }

    /// Whether the row is one that a path can name: what holds of no row but such.
    pub(super) fn is_row(&self) -> String {
        match (&self.columns.rows, self.dialect) {
            (Rows::Path(path), Dialect::Sqlite) => format!("typeof({path}) = 'text'"),
            (Rows::Path(path), Dialect::Postgres) => format!("(({}) IS TRUE)", self.unpadded(path)),
            (Rows::Levels(levels), _) => {
                let ids: Vec<String> = levels.iter().map(|(_, column)| self.is_id(column)).collect();
                ids.join(" AND ")
            }
        }
    }

    /// Whether the column holds an integer, or text that is an id: 1 to 256 bytes, neither `/` nor a control character.
    fn is_id(&self, column: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                let bytes = format!("length(CAST({column} AS BLOB)) BETWEEN 1 AND {ID_BYTES}");
                // What is behind a NUL, GLOB does not see.
                let none = format!("instr({column}, char(0)) = 0 AND {column} NOT GLOB {UNFIT}");
                format!("(typeof({column}) = 'integer' OR (typeof({column}) = 'text' AND {bytes} AND {none}))")
            }
            Dialect::Postgres => {
                let text = format!("{column}::text");
                let none = format!("{} !~ '[/\\u0001-\\u001f\\u007f-\\u009f]'", self.exact(&text));
                // What is another text where it is returned than where it is compared is none: a filled up `char(n)`, a
                // truth value.
                let same = format!("octet_length(concat({column})) = octet_length({text})");
                format!("((octet_length({text}) BETWEEN 1 AND {ID_BYTES} AND {none} AND {same}) IS TRUE)")
            }
        }
    }
}

/// Texts with `/` or a control character, as GLOB has it: `*[U+0001-U+001F/U+007F-U+009F]*`.
const UNFIT: &str = "('*[' || char(1, 45, 31, 47, 127, 45, 159) || ']*')";
