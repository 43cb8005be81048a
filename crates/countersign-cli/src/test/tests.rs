//! The corpus on the native surface, a wrong expectation that must be reported, and mistakes that must be noticed.

use super::coverage::Coverage;
use super::mutation::Mutation;
use super::{Suite, junit};
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets")
}

/// A folder with the files of a small suite; it is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("countersign-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (file, text) in files {
            std::fs::write(folder.join(file), text).expect("a file");
        }
        Self(folder)
    }

    fn suite(&self) -> Suite {
        Suite::read(std::slice::from_ref(&self.0)).expect("the files are sound")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_corpus_comes_out_as_it_says() {
    let suite = Suite::read(&[corpus()]).expect("the corpus can be read");
    let ran = suite.run().unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(ran.failed, Vec::new());
    assert!(ran.passed >= 100, "only {} expectations were run", ran.passed);
}

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit', 'print']\n[context]\ncost = 'decimal'\n\
    [roles.reader]\nallow = ['doc:view']\n[roles.editor]\nallow = ['doc:edit']\n\
    [[rules]]\neffect = 'forbid'\npermissions = ['doc:print']\nwhen = 'context.cost > 5'\n\
    [[rules]]\neffect = 'permit'\npermissions = ['doc:print']\n";
const TENANT: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:bob'\nstatus = 'locked'\n\
    [[assignments]]\nto = 'user:ann'\nrole = 'reader'\nscope = 'doc:1'\n\
    [[assignments]]\nto = 'user:bob'\nrole = 'reader'\n\
    [[overrides]]\nsubject = 'user:ann'\npermission = 'doc:edit'\nscope = 'doc:2'\neffect = 'allow'\n";
const HEAD: &str = "model = 'model.toml'\ntenant = 'tenant.toml'\nnow = 2026-03-01T12:00:00Z\n";

fn expect(id: &str, subject: &str, action: &str, resource: &str, decision: &str, rest: &str) -> String {
    format!(
        "[[expect]]\nid = '{id}'\nsubject = '{subject}'\naction = '{action}'\nresource = '{resource}'\n\
         decision = '{decision}'\n{rest}\n"
    )
}

#[test]
fn a_wrong_expectation_is_reported_at_its_line() {
    let text = format!("{HEAD}{}", expect("wrong <1>", "user:nobody", "view", "doc:1", "allow", ""));
    let folder = Folder::new("wrong", &[("model.toml", MODEL), ("tenant.toml", TENANT), ("s.toml", &text)]);
    let suite = folder.suite();
    let ran = suite.run().expect("the file is sound");
    assert_eq!(ran.passed, 0);
    let [failure] = ran.failed.as_slice() else { panic!("{:?}", ran.failed) };
    assert!(failure.line().contains("s.toml:5:6: wrong <1>: may user:nobody view doc:1?"), "{}", failure.line());
    assert!(failure.message.contains("expected allow, got deny at stage status"), "{}", failure.message);
    let report = junit::report(&suite, &ran.failed);
    assert!(report.contains("tests=\"1\" failures=\"1\""), "{report}");
    assert!(report.contains("wrong &lt;1&gt;: may user:nobody view doc:1?"), "{report}");
}

#[test]
fn what_decides_nothing_is_named() {
    let text = format!("{HEAD}{}", expect("a", "user:ann", "view", "doc:1", "allow", ""));
    let folder = Folder::new("coverage", &[("model.toml", MODEL), ("tenant.toml", TENANT), ("s.toml", &text)]);
    let suite = folder.suite();
    let coverage = Coverage::of(&suite, &suite.run().expect("sound"));
    let [roles, rules, overrides, policies] = &coverage.kinds;
    let missing = |kind: &super::coverage::Kind| kind.missing().map(|item| item.what.clone()).collect::<Vec<_>>();
    assert_eq!((roles.reached(), missing(roles)), (1, vec!["role `editor`".to_owned()]));
    assert_eq!(missing(rules), ["forbid rule 1", "permit rule 2"]);
    assert_eq!(missing(overrides), ["allow `doc:edit` to `user:ann` at `doc:2`"]);
    assert!(policies.items.is_empty());
    let text = format!("{text}{}", expect("b", "user:ann", "edit", "doc:2", "allow", ""));
    let folder = Folder::new("coverage-2", &[("model.toml", MODEL), ("tenant.toml", TENANT), ("s.toml", &text)]);
    let suite = folder.suite();
    let coverage = Coverage::of(&suite, &suite.run().expect("sound"));
    assert_eq!(coverage.kinds[2].reached(), 1);
}

#[test]
fn mistakes_that_nothing_notices_are_told() {
    let weak = expect("a", "user:ann", "view", "doc:1", "allow", "");
    let strong = [
        weak.clone(),
        expect("b", "user:ann", "view", "doc:2", "deny", ""),
        expect("c", "user:bob", "view", "doc:1", "deny", ""),
        expect("d", "user:ann", "print", "doc:1", "deny", "context = { cost = 6 }"),
        expect("e", "user:ann", "print", "doc:1", "allow", "context = { cost = 5 }"),
        expect("f", "user:ann", "edit", "doc:2", "allow", ""),
        expect("g", "user:ann", "edit", "doc:1", "deny", ""),
    ];
    let score = |expectations: &str| {
        let text = format!("{HEAD}{expectations}");
        let folder = Folder::new("mutation", &[("model.toml", MODEL), ("tenant.toml", TENANT), ("s.toml", &text)]);
        Mutation::of(&folder.suite()).expect("sound")
    };
    let (few, all) = (score(&weak), score(&strong.concat()));
    let missed = |score: &Mutation| score.missed.iter().map(|miss| miss.what.clone()).collect::<Vec<_>>();
    assert_eq!(missed(&all), Vec::<String>::new());
    assert!(all.noticed >= 9 && (all.percent() - 100.0).abs() < 0.01, "{all:?}");
    // The editor's permission: nobody holds that role, so that nothing changes.
    assert!(all.same >= 1, "{all:?}");
    for what in [
        "rule 1 is dropped",
        "rule 1 says `permit`",
        "`user:bob` is active",
        "the assignment of `reader` to `user:ann` reaches `/`",
        "the override of `doc:edit` for `user:ann` says `deny`",
    ] {
        assert!(missed(&few).iter().any(|missed| missed == what), "{what}: {few:?}");
    }
    assert!(few.percent() < 40.0, "{few:?}");
    assert!(few.missed.iter().any(|miss| miss.place.contains("model.toml:11:")), "{few:?}");
}

#[test]
fn mistakes_in_the_corpus_are_mostly_noticed() {
    let score = Mutation::of(&Suite::read(&[corpus()]).expect("the corpus")).expect("sound");
    assert!(score.noticed >= 150, "{score:?}");
    assert!(score.percent() >= 50.0, "{} % {score:?}", score.percent());
}
