//! Lines put in order, and the proof that nothing but their layout has changed.

use super::parts::{self, Line};
use super::write::value;
use crate::files;
use anyhow::{Context, Result, bail};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::document::{self, Node, Value};
use toml_parser::lexer::TokenKind;

/// The text in the one layout.
///
/// # Errors
/// When it is not TOML; or, which does not happen, when it would come to mean something else.
pub(crate) fn format(name: &str, text: &str) -> Result<String> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        bail!("{name}: this is JSON; only TOML is formatted");
    }
    let before = tree(name, text)?;
    let formatted = arrange(&parts::lines(text).with_context(|| format!("{name} cannot be formatted"))?);
    let after = tree(name, &formatted).context("this is a mistake of `countersign fmt`: the file is left as it is")?;
    if !same(&before, &after) || comments(text) != comments(&formatted) {
        bail!(
            "{name}: formatting would change what it says, which is a mistake of `countersign fmt`; it is left as it is"
        );
    }
    Ok(formatted)
}

fn tree(name: &str, text: &str) -> Result<Node> {
    document::parse(&Source { name, text }).map_err(|found| files::problems(&Diagnostics::new(found)))
}

fn arrange(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut blank = false;
    let mut above: Option<&Line> = None;
    for (at, line) in lines.iter().enumerate() {
        if matches!(line, Line::Blank) {
            blank = true;
            continue;
        }
        if let Some(above) = above
            && (blank || opens(lines.get(at..).unwrap_or_default()) && !matches!(above, Line::Comment(_)))
        {
            out.push('\n');
        }
        blank = false;
        above = Some(line);
        let (text, comment) = match line {
            Line::Blank => continue,
            Line::Comment(text) => (text.clone(), &None),
            Line::Header { key, list: false, comment } => (format!("[{key}]"), comment),
            Line::Header { key, list: true, comment } => (format!("[[{key}]]"), comment),
            Line::Pair { key, value: is, comment } => {
                let start = format!("{key} = ");
                let room = comment.as_ref().map_or(0, |comment| comment.chars().count() + 2);
                let written = value(is, start.chars().count(), 0, room);
                (start + &written, comment)
            }
        };
        out.push_str(&text);
        if let Some(comment) = comment {
            out.push_str("  ");
            out.push_str(comment);
        }
        out.push('\n');
    }
    out
}

/// Whether a table begins here, or the comments that belong to one do.
fn opens(lines: &[Line]) -> bool {
    let first = lines.iter().find(|line| !matches!(line, Line::Comment(_)));
    matches!(first, Some(Line::Header { .. }))
}

/// Whether two documents say the same, wherever it stands in them.
fn same(one: &Node, other: &Node) -> bool {
    let mut pairs = vec![(one, other)];
    while let Some((one, other)) = pairs.pop() {
        match (&one.value, &other.value) {
            (Value::Array(ones), Value::Array(others)) if ones.len() == others.len() => {
                pairs.extend(ones.iter().zip(others));
            }
            (Value::Table(ones), Value::Table(others)) if ones.len() == others.len() => {
                for ((key, one), (other_key, other)) in ones.iter().zip(others) {
                    if key.text != other_key.text {
                        return false;
                    }
                    pairs.push((one, other));
                }
            }
            (Value::Array(_) | Value::Table(_), _) => return false,
            (one, other) if one != other => return false,
            _ => {}
        }
    }
    true
}

/// The comments, in order.
fn comments(text: &str) -> Vec<&str> {
    let tokens = toml_parser::Source::new(text).lex();
    let spans = tokens.filter(|token| token.kind() == TokenKind::Comment).map(|token| token.span());
    spans.filter_map(|span| text.get(span.start()..span.end())).map(str::trim_end).collect()
}
