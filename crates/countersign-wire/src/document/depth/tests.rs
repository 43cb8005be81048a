//! What a parser takes at a depth that is allowed is never refused here, and what is deeper always is.

use super::{NESTING, WORD_BYTES, json, toml};
use crate::diagnostic::Source;
use crate::document::{Node, Value, parse};

/// How many tables and lists stand within one another.
fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Table(entries) => 1 + entries.iter().map(|(_, node)| depth(node)).max().unwrap_or(0),
        _ => 0,
    }
}

fn by_parser(text: &str) -> Option<usize> {
    let source = Source { name: "", text };
    let root =
        if text.starts_with('{') { crate::document::json(&source) } else { crate::document::toml::parse(&source) };
    root.ok().map(|root| depth(&root))
}

/// SplitMix64: the same texts in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((word ^ (word >> 31)) % bound as u64).unwrap_or(0)
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }
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
fn value(random: &mut Random, levels: usize) -> String {
    if levels == 0 {
        return random.pick(&STRINGS).to_owned();
    }
    let inner = value(random, levels - 1);
    match random.below(6) {
        0 => format!("[{inner}, 1.5,]"),
        1 => format!("[ # [[[ '\n {inner}]"),
        2 => format!("{{ a = {inner} }}"),
        3 => format!("{{ b = 1.5, a . 'x.[' = {inner}, c = [[]] }}"),
        4 => format!("[{{ \"y.z\".a.b = {inner}, d = '{{' }}, 2.5]"),
        _ => format!("[[], '[', [{inner}]]"),
    }
}

fn document(random: &mut Random) -> String {
    let mut text = String::new();
    for line in 0..random.below(5) {
        let name = random.pick(&["", ".a", ".b.c", ".'.'", " . \"[\" . d.e.f"]);
        let levels = if random.below(3) == 0 { random.below(2 * NESTING) } else { random.below(4) };
        let deep = ".h".repeat(if random.below(4) == 0 { random.below(2 * NESTING) } else { 0 });
        match random.below(5) {
            0 => text.push_str(&format!("[t{line}{name}{deep}]\n")),
            1 => text.push_str(&format!("  [[l{line}{name}{deep}]] # [\n")),
            2 => text.push_str(&format!("# {{ [ '''\r\nk{line}{name}{deep} = 1\r\n")),
            _ => text.push_str(&format!("k{line}{name} = {}\n", value(random, levels))),
        }
    }
    text
}

#[test]
fn what_toml_s_parser_takes_is_refused_by_its_depth_alone() {
    let (mut random, mut taken, mut refused) = (Random(1), 0, 0);
    for _ in 0..8_000 {
        let text = document(&mut random);
        let Some(depth) = by_parser(&text) else { continue };
        assert_eq!(toml(&text).is_some(), depth > NESTING, "{depth} levels:\n{text}");
        *(if depth > NESTING { &mut refused } else { &mut taken }) += 1;
    }
    assert!(taken > 2_000 && refused > 800, "{taken} were taken, {refused} refused");
}

#[test]
fn what_json_s_parser_takes_is_refused_by_its_depth_alone() {
    let (mut random, mut taken, mut refused) = (Random(2), 0, 0);
    for _ in 0..5_000 {
        let mut text = random.pick(&["1.5", "\"[{\\\"[\"", "\"\\\\\"", "{}", "[]"]).to_owned();
        for _ in 0..random.below(2 * NESTING) {
            text = match random.below(3) {
                0 => format!("[{text}, \"]\"]"),
                1 => format!("{{\"}}\": 0, \"a\": {text}}}"),
                _ => format!("[\"[\\\\\", [ ], {text} ]"),
            };
        }
        let text = format!("{{\"a\": {text}}}");
        let depth = by_parser(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(json(&text).is_some(), depth > NESTING, "{depth} levels:\n{text}");
        *(if depth > NESTING { &mut refused } else { &mut taken }) += 1;
    }
    assert!(taken > 1_000 && refused > 1_000, "{taken} were taken, {refused} refused");
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
    assert!(crate::document::sound::root(&format!("{{\"a\": \"{text}\"}}")).is_some());
    assert!(crate::document::sound::root(&format!("{{\"a\": \"{text}x\"}}")).is_none());
    assert!(crate::document::sound::root(&format!("{{\"a\": \"{text}\\u0020\"}}")).is_none());
}
