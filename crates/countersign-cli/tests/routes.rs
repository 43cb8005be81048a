//! The examples of the route file's reference are run, with the command as a user runs it.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/routes.md");

/// The words of a command line; single quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            all.last_mut().expect("a word").push_str(part);
            continue;
        }
        for (number, word) in part.split(' ').enumerate() {
            if number > 0 {
                all.push(String::new());
            }
            all.last_mut().expect("a word").push_str(word);
        }
    }
    all.retain(|word| !word.is_empty());
    all
}

fn run(folder: &Path, arguments: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let done = command.current_dir(folder).args(arguments).output().expect("the command runs");
    String::from_utf8([done.stdout, done.stderr].concat()).expect("text")
}

/// The examples that come out otherwise, and how many there are.
fn failures(page: &str, name: &str) -> (usize, Vec<String>) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let write = |file: &str, text: &str| fs::write(folder.join(file), text).expect("a file");
    let (mut ran, mut wrong) = (0, Vec::new());
    for (number, part) in page.split("```").enumerate().filter(|(number, _)| number % 2 == 1) {
        let (kind, text) = part.split_once('\n').expect("a block has lines");
        match kind {
            "toml model" => write("model.toml", text),
            "toml routes" | "toml routes refused" => write("routes.toml", text),
            "text message" => {
                ran += 1;
                let arguments = words("routes check --model model.toml routes.toml");
                let said = run(&folder, &arguments);
                wrong.extend(
                    text.lines().filter(|line| !said.contains(line)).map(|line| format!("`{line}` is not in:\n{said}")),
                );
            }
            "console" => {
                for example in text.split("$ countersign ").skip(1) {
                    ran += 1;
                    let (line, expected) = example.split_once('\n').expect("a command has an answer");
                    let said = run(&folder, &words(line));
                    if said != expected {
                        wrong.push(format!("{line}\n{said}"));
                    }
                }
            }
            other => wrong.push(format!("block {number} is of no known kind: `{other}`")),
        }
    }
    (ran, wrong)
}

#[test]
fn every_example_comes_out_as_it_says() {
    let (ran, wrong) = failures(PAGE, "routes-examples");
    assert_eq!(wrong, Vec::<String>::new());
    assert!(ran >= 12, "only {ran} examples ran");
}

#[test]
fn a_wrong_example_is_noticed() {
    for (good, bad) in
        [("404 for all others", "403 for all others"), ("did you mean `context`?", "did you mean `contexts`?")]
    {
        let (_, wrong) = failures(&PAGE.replacen(good, bad, 2), "routes-wrong");
        assert!(!wrong.is_empty(), "{bad}");
    }
}

#[test]
fn the_demo_s_own_table_is_sound() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let arguments = words("routes check --model presets/signagent/model.toml config/routes.toml");
    let said = run(&root, &arguments);
    assert!(said.contains("sound against the model `signagent`"), "{said}");
}
