//! Which patterns there are, the sizes that they come to, and what they match, by table and against another engine.

use super::compile;
use countersign_core::condition::{Condition, Facts, Op, Reference, Step, Truth, Value};

struct Nothing;

impl Facts for Nothing {
    fn value(&self, _: &Reference) -> Value<'_> {
        Value::Error
    }

    fn has(&self, _: &Reference) -> bool {
        false
    }
}

/// What `text.matches(pattern)` comes to.
#[track_caller]
fn run(pattern: &str, text: &str) -> Truth {
    let pattern = compile(pattern).expect(pattern);
    for step in &pattern.steps {
        assert_eq!(Step::from_words(step.to_words()), Some(*step), "{step:?}");
    }
    let condition = Condition {
        code: [Op::Constant(0), Op::Matches(0)].into(),
        constants: [Value::text(text)].into(),
        references: [].into(),
        patterns: [pattern].into(),
    };
    condition.holds(&Nothing)
}

#[track_caller]
fn matches(pattern: &str, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert_eq!(run(pattern, text), Truth::True, "{pattern} {text:?}");
    }
    for text in no {
        assert_eq!(run(pattern, text), Truth::False, "{pattern} {text:?}");
    }
}

#[test]
fn what_matches() {
    matches("", &["", "a"], &[]);
    matches("b", &["b", "abc"], &["", "ac", "B"]);
    matches("^ab$", &["ab"], &["aab", "abb", "ab\n", "x\nab"]);
    matches("(?m)^ab$", &["ab", "x\nab\ny"], &["aab", "x\nab\r"]);
    matches("a.c", &["abc", "aéc", "a\u{1f600}c"], &["ac", "a\nc"]);
    matches("(?s)a.c", &["a\nc"], &[]);
    matches("(?i)straße", &["STRAßE", "straẞe"], &["STRASSE"]);
    matches(
        "^(?:dev|prod)-[a-z]{2,4}[0-9]?$",
        &["dev-ab", "prod-abcd9"],
        &["dev-a", "test-ab", "dev-abcde", "dev-ab10"],
    );
    matches(r"^\d+$", &["0123456789"], &["", "a", "١٢"]);
    matches(r"^\w+$", &["aZ_9"], &["é", "a-b", "ſ"]);
    matches(r"^\s$", &["\t", "\n", "\x0c", "\r", " "], &["\x0b", "\u{a0}", "\u{85}"]);
    matches(r"^[^\d]$", &["a", "١"], &["1"]);
    matches(r"^[\D\d]$", &["a", "1", "\n"], &["", "ab"]);
    matches(r"^[\w-]+$", &["a-b"], &["a b"]);
    matches(r"\bab\b", &["ab", "x ab.", "éabé"], &["abc", "xab", "_ab"]);
    matches(r"a\Bb", &["ab"], &["a b"]);
    matches(r"^\pL+$", &["abcé漢字"], &["a1"]);
    matches(r"^\p{Lu}[\p{Any}]$", &["Éa"], &["éa"]);
    matches(r"^\PL$", &["1"], &["a"]);
    matches("[^a-z]", &["A", "é"], &["a", ""]);
    matches("(a*)*b", &["b", "aab"], &["a", ""]);
    matches("(a|b|)*c$", &["ababc", "c"], &["cd"]);
    matches("x*?y+?z{0,2}$", &["xxyzz", "y"], &["x"]);
    matches("[[:alpha:]]", &["x"], &["é", "1"]);
    matches(r"^\x{20ac}\x41\.$", &["€A."], &["€Ab"]);
    matches("[^\\x00-\\x{10ffff}]", &[], &["", "a"]);
}

#[test]
fn a_pattern_takes_no_longer_than_its_text() {
    let text = "a".repeat(4096);
    assert_eq!(run("^(?:a+)+b", &text), Truth::False);
    assert_eq!(run("^[a-z]+(?:-[a-z]+)*$", &text), Truth::True);
    // More work than the budget allows is an error, not an answer.
    assert_eq!(run("(?:a?){100}a{100}b", &text), Truth::Error);
}

/// Random patterns over a few characters, against the `regex` crate.
#[test]
fn another_engine_agrees() {
    let mut seed = 7_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 40).unwrap() % below
    };
    let parts = [
        "a", "b", "é", ".", "[ab]", "[^a]", "[a-cx-z]", "(", "(?:", ")", "|", "*", "+", "?", "{2}", "{1,2}", "{0,}",
        "^", "$", r"\b", r"\B", r"\w", "(?i)", "(?m)", "(?s)", "\n", " ",
    ];
    let chars = ["a", "b", "A", "c", "x", " ", "\n", "_"];
    let mut compared = 0;
    for _ in 0..15_000 {
        let pattern: String = (0..=random(9)).map(|_| parts[random(parts.len())]).collect();
        let (Ok(_), Ok(other)) = (compile(&pattern), regex::Regex::new(&pattern)) else { continue };
        for _ in 0..4 {
            let text: String = (0..random(8)).map(|_| chars[random(chars.len())]).collect();
            let expected = if other.is_match(&text) { Truth::True } else { Truth::False };
            assert_eq!(run(&pattern, &text), expected, "{pattern:?} {text:?}");
            compared += 1;
        }
    }
    assert!(compared > 5_000, "{compared}");
}

#[track_caller]
fn steps(text: &str, expected: usize) {
    assert_eq!(compile(text).map(|pattern| pattern.steps.len()), Ok(expected), "{text}");
}

#[track_caller]
fn refused(text: &str, part: &str) {
    let message = compile(text).expect_err(text);
    assert!(message.contains(part), "{text}: {message}");
}

#[test]
fn sizes() {
    steps("", 1);
    steps("abc", 4);
    steps("^a+$", 5);
    steps("a*", 4);
    steps("a{3}", 4);
    steps("a{2,}", 4);
    steps("a{1,3}", 6);
    steps("a{0}", 1);
    steps("(?:ab|cd|é)", 10);
    steps("[a-z]", 2);
    steps("[a-z0-9]", 4);
    steps("a{999}", 1000);
    steps("(?:){1000}{1000}{1000}{1000}", 1);
}

#[test]
fn what_is_refused() {
    for large in ["a{1000}", "a{1000}{1000}", "((a{100}){100}){100}", r"(?:\pL\pL)", "(?:a{0,1000}){1000}"] {
        refused(large, "too large");
    }
    refused("(", "unclosed group (character 1 of the pattern)");
    refused("a)", "unopened group");
    refused(r"(a)\1", "backreferences");
    refused("(?=a)", "look-around");
    refused("(?<!a)", "look-around");
    refused("[a&&b]", "`&&`");
    refused("[a--b]", "`&&`");
    refused("[a~~b]", "`&&`");
    refused("[[a]b]", "class in a class");
    refused("a{,3}", "decimal");
    refused("(?x)a b", "flags");
    refused("(?i-u:a)", "flags");
    refused("(?R)a", "flags");
    refused(r"\u20ac", "x{20ac}");
    refused(r"[\U{20ac}]", "x{20ac}");
    refused(r"\<a", "place");
    refused(r"\b{start}a", "place");
    refused(r"\Qa.b\E", "escape");
    refused(r"\p{Nonsense}", "general categories");
    refused(r"[a\p{Greek}]", "no scripts (character 3 of the pattern)");
    refused(r"\p{gc=Lu}", "general categories");
    refused(r"\p{Xy}", "not found");
    refused(&"(".repeat(100), "");
    refused(&format!("{}a{}", "(".repeat(100), ")".repeat(100)), "");
}
