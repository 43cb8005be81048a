//! Answers in a row, and what comes of them.

use super::super::presets;
use super::{Dialogue, WIDTH};
use std::fs;
use std::path::{Path, PathBuf};

/// What is answered: the preset, the folder and whether to write; or the error. And all that was said.
fn talk(input: &str, home: &Path) -> (Result<(String, PathBuf, bool), String>, String) {
    let presets = presets::all();
    let mut dialogue = Dialogue { input: input.as_bytes(), output: Vec::new() };
    let mut go = || -> anyhow::Result<(String, PathBuf, bool)> {
        let preset = dialogue.preset(&presets)?;
        let dir = dialogue.folder(preset, Some(home))?;
        let agrees = dialogue.agrees(preset, &dir)?;
        Ok((preset.name.clone(), dir, agrees))
    };
    let done = go().map_err(|error| error.to_string());
    let said = String::from_utf8(dialogue.output).expect("text");
    (done, anstream::adapter::strip_str(&said).to_string())
}

#[test]
fn a_table_of_answers() {
    let home = std::env::temp_dir().join(format!("countersign-init-{}", std::process::id()));
    fs::create_dir_all(home.join("taken")).expect("a folder");
    fs::write(home.join("taken/model.toml"), "mine").expect("a file");
    let folder = |name: &str| home.join(name);
    let check = |input: &str, expected: Result<(&str, PathBuf, bool), &str>, said: &str| {
        let (done, text) = talk(input, &home);
        let expected = expected.map(|(name, dir, agrees)| (name.to_owned(), dir, agrees)).map_err(str::to_owned);
        assert_eq!(done, expected, "{input:?}\n{text}");
        assert!(text.contains(said), "{input:?}: {said} is not in\n{text}");
        assert!(text.lines().all(|line| line.contains("Nothing is") || line.chars().count() <= WIDTH), "{text}");
    };
    let none = "nothing was written";
    check("\n~/new\n\n", Ok(("empty", folder("new"), true)), "Number or name [empty]: ");
    check("1\n~/new\ny\n", Ok(("empty", folder("new"), true)), "  1  empty       A small model");
    check("4\n~/new\nno\n", Ok(("signagent", folder("new"), false)), "/new/scenarios/");
    check("signet\n~/new\nYes\n", Ok(("signet", folder("new"), true)), "Write them [yes]: ");
    check(" PORTAL \n~/new\nn\n", Ok(("portal", folder("new"), false)), "");
    check("7\n0\n-1\n2\n~/new\ny\n", Ok(("assuresign", folder("new"), true)), "There is no `7` here: answer 1 to 6");
    check("signett\nsignet\n~/new\ny\n", Ok(("signet", folder("new"), true)), "did you mean `signet`?");
    check("1\n~/taken\n~/new\ny\n", Ok(("empty", folder("new"), true)), "there is already: ");
    check("1\n~/taken/model.toml\n~/new\ny\n", Ok(("empty", folder("new"), true)), "that is a file");
    check("1\n~/new\nperhaps\ny\n", Ok(("empty", folder("new"), true)), "Answer yes or no");
    check("", Err(none), "[empty]: \n");
    check("1\n", Err(none), "[.]: \n");
    check("1\n~/new\n", Err(none), "[yes]: \n");
    check("1\n~/taken\n", Err(none), "taken/model.toml");
    assert!(!folder("new").exists(), "questions write nothing");
    fs::remove_dir_all(home).expect("the folder");
}
