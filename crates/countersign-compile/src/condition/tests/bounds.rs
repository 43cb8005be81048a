//! Whatever the text is, the compiler ends soon and within little stack.

use super::world::{compiled, policy};
use crate::condition::{Place, TEXT_BYTES, compile};

#[track_caller]
fn deep(text: &str, sound: bool) {
    let result = compiled(text, &[]);
    let shown = text.get(..40).unwrap_or(text);
    match (&result, sound) {
        (Ok(_), true) => {}
        (Err(wrong), false) => {
            let said = &wrong[0].message;
            assert!(
                said.contains("nests deeper") || said.contains("at most") || said.contains("allowed"),
                "{shown}: {said}"
            );
        }
        _ => panic!("{shown}: {result:?}"),
    }
}

#[test]
fn nesting_is_bounded() {
    let nest = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    for (depth, sound) in [(1, true), (24, true), (31, true), (32, true), (33, false), (500, false), (100_000, false)] {
        deep(&nest("(", "true", ")", depth), sound);
        deep(&nest("!", "true", "", depth), sound);
        deep(&format!("{} < 0 || true", nest("-", "subject.age", "", depth)), sound);
        deep(&nest("true ? true : ", "false", "", depth), sound);
        deep(&nest("(true ? ", "false", " : true)", depth), depth <= 16);
        deep(&nest("(true && ", "false", ")", depth), sound);
        if !sound {
            deep(&nest("[", "1", "]", depth), false);
            deep(&nest("size(", "'a'", ")", depth), false);
            deep(&format!("subject{}", ".x".repeat(depth + 1)), false);
        }
    }
}

#[test]
fn chains_do_not_nest() {
    for sign in ["&&", "||"] {
        let long = vec!["action.soft"; 200].join(sign);
        deep(&long, true);
    }
    deep(&format!("{} > 0", vec!["1"; 300].join("+")), true);
    deep(&format!("{} > 0", vec!["1"; 600].join("*")), false);
    deep(&vec!["action.soft"; 100_000].join("&&"), false);
}

#[test]
fn every_flood_ends_soon() {
    let policy = policy();
    let seeds = [
        "(",
        ")",
        "[",
        "]",
        "{",
        "!",
        "-",
        "- ",
        "!-",
        "?",
        "true?",
        "true?true:",
        ":",
        "a.",
        ".",
        "a(",
        "a[",
        "a,",
        "'",
        "\"",
        "'''",
        "\\",
        "r'",
        "b'",
        "0x",
        "1e",
        "1.",
        "in ",
        "a in ",
        "&&",
        "&",
        "=",
        "1<",
        "1+",
        "has(",
        "size(",
        "[1,",
        "x.all(x,",
        "[1].map(x,",
        "🦀",
        "\u{0}",
        "// ",
        "a?b:c?",
        "(a?",
        "((a)",
        "!!(",
        "true&&(",
        "'a'.size().",
        "timestamp(",
        "duration('",
    ];
    for seed in seeds {
        for count in [1, 2, 10, 31, 32, 33, 34, 100, 1_000, TEXT_BYTES / seed.len(), 100_000] {
            let text = seed.repeat(count);
            let closed = format!("{text}true{}", ")".repeat(count));
            for text in [text, closed] {
                let result = compile(&policy, &Place::default(), &text);
                assert!(result.is_err() || count <= 32 || !seed.ends_with('('), "{seed} × {count}");
            }
        }
    }
}

#[test]
fn the_deepest_text_needs_little_stack() {
    let run = || {
        let mixed = format!("{}true{}", "(false || true && !(".repeat(11), "))".repeat(11));
        let loops = format!("{}x > 0{}", "[1].all(x, (0 + 1 * [1].map(y, ".repeat(4), ").size()) > 0)".repeat(4));
        let choice = format!(
            "{}true{}",
            "(1 + 2 * 3 < 4 && true || 1 == 1 * (true ? 2 : 1) ? ".repeat(12),
            " : false)".repeat(12)
        );
        for text in [mixed, loops, choice] {
            let _ = compiled(&text, &[]);
        }
    };
    // A quarter of what the wasm build has.
    let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(run).expect("a thread starts");
    thread.join().expect("nothing overflows");
}
