//! One layout: the same for every way of writing the same, and the same again when it is formatted again.

use super::format;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of the project that the command formats.
fn corpus() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.join("presets"), root.join("config")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let text = fs::read_to_string(&path).expect("a file");
                found.push((path, text));
            }
        }
    }
    assert!(found.len() >= 25, "only {} files", found.len());
    found
}

fn formatted(text: &str) -> String {
    format("file.toml", text).unwrap_or_else(|error| panic!("{error:#}\n{text}"))
}

#[test]
fn formatting_again_changes_nothing() {
    for (path, text) in corpus() {
        let once = formatted(&text);
        assert_eq!(formatted(&once), once, "{}", path.display());
    }
}

/// A text with other white space, in the places where it means nothing.
fn scrambled(text: &str, seed: u64) -> String {
    let mut state = seed;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut out = String::new();
    for token in toml_parser::Source::new(text).lex() {
        use toml_parser::lexer::TokenKind;
        let raw = text.get(token.span().start()..token.span().end()).expect("the token's text");
        match token.kind() {
            TokenKind::Newline => {
                out.push_str(&" ".repeat(usize::try_from(draw(3)).expect("few")));
                out.push_str(if draw(4) == 0 { "\r\n" } else { "\n" });
            }
            TokenKind::Whitespace => out.push_str(&" ".repeat(usize::try_from(1 + draw(3)).expect("few"))),
            TokenKind::Equals => {
                out.push_str(&" ".repeat(usize::try_from(draw(2)).expect("few")));
                out.push('=');
                out.push_str(&"\t".repeat(usize::try_from(draw(2)).expect("few")));
            }
            _ => out.push_str(raw),
        }
    }
    out
}

#[test]
fn white_space_makes_no_difference() {
    let mut tried = 0;
    for (path, text) in corpus() {
        let expected = formatted(&text);
        for seed in 0..8 {
            assert_eq!(formatted(&scrambled(&text, seed)), expected, "{} {seed}", path.display());
            tried += 1;
        }
    }
    assert!(tried >= 200);
}

#[test]
fn every_line_may_end_in_a_comment_and_begin_with_one() {
    for (path, text) in corpus() {
        let mut commented = String::new();
        let once = formatted(&text);
        for (line, number) in once.lines().zip(1..) {
            let within = line.contains('#') || line.contains("\"\"\"") || line.is_empty();
            commented.push_str(&if within {
                format!("{line}\n")
            } else {
                format!("# above {number}\n{line} # {number}\n")
            });
        }
        let formatted_once = formatted(&commented);
        let count = |text: &str| text.matches("# above ").count();
        assert_eq!(count(&formatted_once), count(&commented), "{}", path.display());
        assert_eq!(formatted(&formatted_once), formatted_once, "{}", path.display());
    }
}

#[test]
fn the_layout_is_this() {
    let check = |text: &str, expected: &str| assert_eq!(formatted(text), expected);
    check("", "");
    check("\n\n# only a comment  \n\n\n", "# only a comment\n");
    check("a=1\n\n\n\nb=2", "a = 1\n\nb = 2\n");
    check("a=1\n[b]\nc=2 # why\n# of d\n[[d]]\n", "a = 1\n\n[b]\nc = 2  # why\n\n# of d\n[[d]]\n");
    check("# of a\n[a]\n[b]", "# of a\n[a]\n\n[b]\n");
    check("a = [1,2 , 3,]\nb = [\n]", "a = [1, 2, 3]\nb = []\n");
    check(
        "a = [ # first\n1, # one\n2 # two\n, 3\n# last\n]",
        "a = [\n    # first\n    1,  # one\n    2,  # two\n    3,\n    # last\n]\n",
    );
    check("a = {b=1,c={d = 'x'}}", "a = { b = 1, c = { d = \"x\" } }\n");
    check("a = {}", "a = {}\n");
    check("'a' = 'it \"is\"'\n\"b c\" . 'd' = \"e\"", "a = 'it \"is\"'\n\"b c\".d = \"e\"\n");
    check("a = '''\n  b  \n'''", "a = '''\n  b  \n'''\n");
    check("a = 2026-01-01 00:00:00Z # when\nb = -1.5e3", "a = 2026-01-01 00:00:00Z  # when\nb = -1.5e3\n");
    check("[ a . b ] # c", "[a.b]  # c\n");
    check("''=1", "\"\" = 1\n");
    check("a = '\\d'", "a = '\\d'\n");
    let long = format!("allow = [{}]", ["\"project:view\""; 12].join(","));
    let lines = formatted(&long);
    assert!(lines.lines().count() == 4 && lines.lines().all(|line| line.chars().count() <= 120), "{lines}");
}

#[test]
fn what_is_no_toml_is_refused_with_its_place() {
    let check = |text: &str, said: &str| {
        let error = format("file.toml", text).expect_err("it is refused").to_string();
        assert!(error.contains(said), "{error}");
    };
    check("{\"name\": \"a\"}", "this is JSON");
    check("a = \n", "file.toml:1:");
    check("a = 1\na = 2", "file.toml:2:1");
}
