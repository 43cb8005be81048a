//! What the command line means, and what it refuses.

use std::path::PathBuf;

use super::{dev_options, run, size_mode};
use crate::build::Part;
use crate::size::Mode;

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn dev_takes_a_port_and_a_state() {
    let options = dev_options(&words("--port 9000 --persist=elsewhere")).unwrap();
    assert_eq!(options.port, 9000);
    assert_eq!(options.state, PathBuf::from("elsewhere"));
    assert_eq!(dev_options(&[]).unwrap().port, 8787);
}

#[test]
fn what_cannot_be_understood_is_one_sentence() {
    let refused = |text: &str| dev_options(&words(text)).err().unwrap().to_string();
    assert_eq!(refused("--port"), "`--port` needs a value");
    assert_eq!(refused("--port 0"), "`0` is no port; use a number from 1 to 65535");
    assert_eq!(refused("--port 70000"), "`70000` is no port; use a number from 1 to 65535");
    assert_eq!(refused("--prot 1"), "`dev` takes no `--prot`; `cargo xtask --help` tells more");
    let unknown = run(&words("deploy")).unwrap_err().to_string();
    assert_eq!(unknown, "there is no task `deploy`; `cargo xtask --help` lists them");
    let extra = run(&words("tidy now")).unwrap_err().to_string();
    assert_eq!(extra, "`tidy` takes no `now`; `cargo xtask --help` tells more");
}

#[test]
fn sizes_are_shown_checked_or_updated() {
    assert!(size_mode(&[]).unwrap() == Mode::Show);
    assert!(size_mode(&words("--check")).unwrap() == Mode::Check);
    assert!(size_mode(&words("--update")).unwrap() == Mode::Update);
    assert!(size_mode(&words("--check --update")).is_err());
}

#[test]
fn no_part_means_every_part() {
    assert!(Part::parse(&[]).unwrap() == [Part::Package, Part::Worker]);
    assert!(Part::parse(&words("worker")).unwrap() == [Part::Worker]);
    assert!(Part::parse(&words("package desk")).is_err());
}
