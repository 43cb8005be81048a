//! What a parser takes at a depth that is allowed is never refused here, and what is deeper always is.

use super::{Levels, NESTING, WORD_BYTES, json, toml};
use crate::diagnostic::Source;
use crate::document::{Node, Value, parse};
use fastrand::Rng;
use toml_parser::lexer::TokenKind;

/// How many tables and lists stand within one another.
fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Table(entries) => 1 + entries.iter().map(|(_, node)| depth(node)).max().unwrap_or(0),
        _ => 0,
    }
}

fn by_parser(text: &str) -> Option<usize> {
    let recover = if text.starts_with('{') { crate::document::json::recover } else { crate::document::toml::recover };
    let (root, faults) = recover(text);
    faults.is_empty().then(|| depth(&root))
}

const STRINGS: [&str; 13] = [
    "'[[[['",
    "\"{{\\\"[[\"",
    "'''\n[a.b]\n[['''",
    "''''[''[''''",
    "\"\"\"\n[[x]]\n\\\"\"\"[\"\"\"\"",
    "''",
    "\"\"",
    "'#'",
    "1.5",
    "-0.25e-3",
    "2026-03-01T12:00:00.25Z",
    "true",
    "0x1f",
];

/// A value of TOML that opens about so many levels.
fn value(random: &mut Rng, levels: usize) -> String {
    if levels == 0 {
        return random.choice(STRINGS).unwrap_or_default().to_owned();
    }
    let inner = value(random, levels - 1);
    match random.usize(..6) {
        0 => format!("[{inner}, 1.5,]"),
        1 => format!("[ # [[[ '\n {inner}]"),
        2 => format!("{{ a = {inner} }}"),
        3 => format!("{{ b = 1.5, a . 'x.[' = {inner}, c = [[]] }}"),
        4 => format!("[{{ \"y.z\".a.b = {inner}, d = '{{' }}, 2.5]"),
        _ => format!("[[], '[', [{inner}]]"),
    }
}

fn document(random: &mut Rng) -> String {
    let mut text = String::new();
    for line in 0..random.usize(..5) {
        let name = random.choice(["", ".a", ".b.c", ".'.'", " . \"[\" . d.e.f"]).unwrap_or_default();
        let levels = if random.usize(..3) == 0 { random.usize(..2 * NESTING) } else { random.usize(..4) };
        let deep = ".h".repeat(if random.usize(..4) == 0 { random.usize(..2 * NESTING) } else { 0 });
        match random.usize(..5) {
            0 => text.push_str(&format!("[t{line}{name}{deep}]\n")),
            1 => text.push_str(&format!("  [[l{line}{name}{deep}]] # [\n")),
            2 => text.push_str(&format!("# {{ [ '''\r\nk{line}{name}{deep} = 1\r\n")),
            _ => text.push_str(&format!("k{line}{name} = {}\n", value(random, levels))),
        }
    }
    text
}

/// Texts of JSON, about half of them too deep.
fn object(random: &mut Rng) -> String {
    let mut text = random.choice(["1.5", "\"[{\\\"[\"", "\"\\\\\"", "{}", "[]"]).unwrap_or_default().to_owned();
    for _ in 0..random.usize(..2 * NESTING) {
        text = match random.usize(..3) {
            0 => format!("[{text}, \"]\"]"),
            1 => format!("{{\"}}\": 0, \"a\": {text}}}"),
            _ => format!("[\"[\\\\\", [ ], {text} ]"),
        };
    }
    format!("{{\"a\": {text}}}")
}

/// Compares a scan with the parser over so many texts: how many the parser takes that are within the depth, and beyond it;
/// or the first text that the scan judges otherwise.
fn compared(
    make: fn(&mut Rng) -> String,
    texts: usize,
    is_refused: impl Fn(&str) -> bool,
) -> Result<(usize, usize), String> {
    let (mut random, mut within, mut beyond) = (Rng::with_seed(1), 0, 0);
    for _ in 0..texts {
        let text = make(&mut random);
        let Some(depth) = by_parser(&text) else { continue };
        if is_refused(&text) != (depth > NESTING) {
            return Err(format!("{depth} levels:\n{text}"));
        }
        *(if depth > NESTING { &mut beyond } else { &mut within }) += 1;
    }
    Ok((within, beyond))
}

#[test]
fn what_a_parser_takes_is_refused_by_its_depth_alone() {
    let (within, beyond) =
        compared(document, 8_000, |text| toml(text, &[]).is_some()).unwrap_or_else(|text| panic!("{text}"));
    assert!(within > 2_000 && beyond > 800, "{within} are within the depth, {beyond} beyond it");
    let (within, beyond) =
        compared(object, 5_000, |text| json(text, &[]).is_some()).unwrap_or_else(|text| panic!("{text}"));
    assert!(within > 1_000 && beyond > 1_000, "{within} are within the depth, {beyond} beyond it");
}

/// Scans with a mistake, each of which the comparison must find.
#[test]
fn planted_mistakes_of_a_scan_are_found() {
    // Brackets count within strings and comments, too.
    let brackets = |text: &str| {
        let mut depth = 1_usize;
        text.bytes().any(|byte| {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > NESTING
        })
    };
    assert!(compared(document, 8_000, brackets).is_err(), "brackets in strings of TOML");
    assert!(
        compared(object, 5_000, |text| brackets(&text.replacen('{', "", 1))).is_err(),
        "brackets in strings of JSON"
    );
    // The scan itself, that does not see one kind of token.
    for unseen in
        [TokenKind::Dot, TokenKind::Comma, TokenKind::Equals, TokenKind::Newline, TokenKind::RightCurlyBracket]
    {
        let scan = |text: &str| {
            let mut levels = Levels::default();
            toml_parser::Source::new(text).lex().filter(|token| token.kind() != unseen).any(|token| {
                levels.take(token.kind());
                levels.depth() > NESTING
            })
        };
        assert!(compared(document, 8_000, scan).is_err(), "{unseen:?} is not seen");
    }
}

#[track_caller]
fn refused(text: &str, line: usize, column: usize, message: &str) {
    let problems = parse(&Source { name: "", text }).expect_err("a refusal");
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!((problem.line, problem.column, problem.message.as_str()), (line, column, message));
}

#[test]
fn a_refusal_says_where() {
    let deep = "this nests deeper than 32 levels";
    refused(&format!("a = 1\n\u{e4} = {}", "[".repeat(100)), 2, 5 + 31, deep);
    refused(&format!("a = 1\n[{}]", vec!["a"; 100].join(".")), 2, 65, deep);
    refused(&format!("{{\n\"\u{e4}\": {}", "[".repeat(100)), 2, 6 + 31, deep);
    let long = format!("a string of a document has at most {WORD_BYTES} bytes");
    refused(&format!("\u{e4} = '{}'", "\u{e4}".repeat(WORD_BYTES)), 1, 5, &long);
    refused(&format!("{{\"\u{e4}\": \"{}\"}}", "x".repeat(WORD_BYTES)), 1, 7, &long);
}

#[test]
fn the_longest_string_is_read() {
    let text = "x".repeat(WORD_BYTES - 2);
    for text in [format!("a = '{text}'"), format!("{{\"a\": \"{text}\"}}")] {
        assert!(parse(&Source { name: "", text: &text }).is_ok());
    }
    assert!(crate::document::sound::root(&format!("{{\"a\": \"{text}\"}}"), &[]).is_some());
    assert!(crate::document::sound::root(&format!("{{\"a\": \"{text}x\"}}"), &[]).is_none());
    assert!(crate::document::sound::root(&format!("{{\"a\": \"{text}\\u0020\"}}"), &[]).is_none());
}
