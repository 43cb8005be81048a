//! What people read: colours where they are wanted, and tables.
//!
//! `anstream` takes the colours out where the output is no terminal, `NO_COLOR` is set or `CLICOLOR` is 0, and leaves
//! them in with `CLICOLOR_FORCE`; `--color` overrules all of these.

use anstyle::{AnsiColor, Style};

/// Headings and what matters.
pub(crate) const STRONG: Style = Style::new().bold();
/// Allows, gains and whatever is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Denials, losses and whatever is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// What somebody has to look at.
pub(crate) const WAIT: Style = AnsiColor::Yellow.on_default();
/// What stands beside.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR or CLICOLOR=0 says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Colour {
    /// Makes it so for everything that is printed from here on.
    pub(crate) fn apply(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// The colour of an outcome: `allow`, `deny`, or what is neither.
pub(crate) fn outcome(word: &str) -> Style {
    match word {
        "allow" => GOOD,
        "deny" => BAD,
        _ => WAIT,
    }
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

/// A plain cell.
pub(crate) fn cell(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), style: Style::new() }
}

/// A cell in a style.
pub(crate) fn coloured(style: Style, text: impl Into<String>) -> Cell {
    Cell { text: text.into(), style }
}

/// Lines with columns as wide as what stands in them; the last column is not filled up.
pub(crate) fn table(rows: &[Vec<Cell>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines = String::new();
    for row in rows {
        let last = row.len().saturating_sub(1);
        for (at, (Cell { text, style }, width)) in row.iter().zip(&widths).enumerate() {
            let gap = if at == last { 0 } else { width - text.chars().count() + 2 };
            lines.push_str(&format!("{style}{text}{style:#}{:gap$}", ""));
        }
        let trimmed = lines.trim_end_matches(' ').len();
        lines.truncate(trimmed);
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{BAD, cell, coloured, table};

    #[test]
    fn columns_are_as_wide_as_what_they_hold() {
        let rows = [vec![cell("a"), coloured(BAD, "bcd"), cell("e")], vec![cell("long"), cell(""), cell("f")]];
        let plain = anstream::adapter::strip_str(&table(&rows)).to_string();
        assert_eq!(plain, "a     bcd  e\nlong       f\n");
    }
}
