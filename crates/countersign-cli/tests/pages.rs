//! The examples of the command's page are run: what stands below a command is what it prints.
//!
//! `COUNTERSIGN_RENEW=1` writes what is printed into the page.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/command.md");

/// Words of a shell, with single quotes and nothing else.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (part, quoted) in line.split('\'').zip([false, true].into_iter().cycle()) {
        let mut pieces = if quoted { vec![part] } else { part.split(' ').collect() };
        let first = pieces.remove(0);
        words.last_mut().expect("a word").push_str(first);
        words.extend(pieces.into_iter().map(str::to_owned));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a command prints, with its exit code if that is not 0.
fn output(folder: &Path, line: &str) -> String {
    let words = words(line);
    let (program, arguments) = words.split_first().expect("a command");
    let text = match program.as_str() {
        "cat" => fs::read_to_string(folder.join(arguments.first().expect("a file's name"))).expect("a file"),
        "countersign" => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
            let done = command.current_dir(folder).env_remove("GITHUB_ACTIONS").args(arguments).output();
            let done = done.expect("the command runs");
            let text = String::from_utf8([done.stdout, done.stderr].concat()).expect("text");
            match done.status.code() {
                Some(0) => text,
                code => format!("{text}[exit {}]\n", code.unwrap_or(-1)),
            }
        }
        other => panic!("`{other}` is not run here"),
    };
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Every option that a command of the page has must be one of the command's.
fn parses(line: &str) {
    let words = words(line);
    let sub: Vec<&String> =
        words.iter().skip(1).take_while(|word| word.chars().all(|letter| letter.is_ascii_lowercase())).collect();
    let take = if sub.first().is_some_and(|word| *word == "audit") { 2 } else { 1 };
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let done = command.args(sub.iter().take(take)).arg("--help").output().expect("the command runs");
    let help = String::from_utf8(done.stdout).expect("text");
    assert!(done.status.success(), "{line}");
    for option in words.iter().filter(|word| word.starts_with("--")) {
        assert!(help.contains(option.as_str()), "{line}: {option} is not in\n{help}");
    }
}

/// Runs a page; gives it as it should be, and how many commands it ran.
fn run(page: &str, folder: &Path) -> (String, usize) {
    let mut out = String::new();
    let mut ran = 0;
    let mut kind: Option<&str> = None;
    let mut file: Option<(PathBuf, String)> = None;
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            if kind.is_none() {
                kind = Some(info);
                let path = info.strip_prefix("toml ").or_else(|| info.strip_prefix("text "));
                file = path.map(|path| (folder.join(path), String::new()));
            } else {
                kind = None;
                if let Some((path, text)) = file.take() {
                    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                    fs::write(path, text).expect("a file");
                }
            }
        } else if let Some((_, text)) = &mut file {
            text.push_str(line);
            text.push('\n');
        } else if kind == Some("sh") {
            parses(line);
        } else if kind == Some("console") {
            if let Some(command) = line.strip_prefix("$ ") {
                ran += 1;
                out.push_str(&format!("{line}\n{}", output(folder, command)));
            }
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    (out, ran)
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn the_page_is_what_the_command_prints() {
    let page = fs::read_to_string(PAGE).expect("the page");
    let (renewed, ran) = run(&page, &folder("page"));
    if std::env::var_os("COUNTERSIGN_RENEW").is_some() {
        fs::write(PAGE, &renewed).expect("the page is written");
        return;
    }
    assert!(ran >= 20, "only {ran} commands ran");
    assert_eq!(
        page, renewed,
        "run COUNTERSIGN_RENEW=1 cargo test -p countersign-cli --test pages, and read what changed"
    );
}

#[test]
fn a_page_that_says_something_else_is_noticed() {
    let page = "```console\n$ countersign check --model a --tenant b user:c view d:e\nallow\n```\n";
    let (renewed, _) = run(page, &folder("other-page"));
    assert!(renewed.contains("a cannot be read") && renewed.contains("[exit 2]") && !renewed.contains("allow"));
}
