//! The corpus on the native surface, and a wrong expectation that must be reported.

use super::{Tally, one, scenario_files};
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets")
}

#[test]
fn the_corpus_comes_out_as_it_says() {
    let mut tally = Tally::default();
    for path in scenario_files(&[corpus()]).expect("the corpus can be read") {
        one(&path, &mut tally).unwrap_or_else(|error| panic!("{error:#}"));
    }
    assert_eq!(tally.failed, Vec::<String>::new());
    assert!(tally.passed >= 100, "only {} expectations were run", tally.passed);
}

#[test]
fn a_wrong_expectation_is_reported() {
    let folder = std::env::temp_dir().join(format!("countersign-wrong-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = format!(
        "model = '{corpus}/signagent/model.toml'\ntenant = '{corpus}/signagent/tenant.toml'\nnow = 2026-03-01T12:00:00Z\n\
         [[expect]]\nid = 'wrong'\nsubject = 'user:nobody'\naction = 'view'\nresource = 'project:renovation'\ndecision = 'allow'\n",
        corpus = corpus().display()
    );
    let file = folder.join("wrong.toml");
    std::fs::write(&file, text).expect("a file");
    let mut tally = Tally::default();
    one(&file, &mut tally).expect("the file is sound");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    assert_eq!(tally.passed, 0);
    assert!(tally.failed.iter().any(|line| line.contains("expected allow, got deny at stage status")), "{tally:?}");
}
