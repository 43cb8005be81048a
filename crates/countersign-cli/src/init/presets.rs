//! The presets as they are in the repository's `presets` folder, and the empty one.

use include_dir::{Dir, include_dir};
use std::path::PathBuf;

static PRESETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../presets");
/// The preset that is no system.
pub(super) const EMPTY: &str = "empty";

/// Something to begin with.
pub(super) struct Preset {
    pub(super) name: String,
    /// A sentence on what it is: the comment at the top of its model
    pub(super) about: String,
    pub(super) files: Vec<(PathBuf, String)>,
}

/// All presets, by name; the empty one comes first.
pub(super) fn all() -> Vec<Preset> {
    let mut all = vec![empty()];
    let mut dirs: Vec<&Dir<'_>> = PRESETS.dirs().collect();
    dirs.sort_by_key(|dir| dir.path());
    all.extend(dirs.into_iter().map(|dir| {
        let mut files = Vec::new();
        let mut waiting = vec![dir];
        while let Some(of) = waiting.pop() {
            waiting.extend(of.dirs());
            for file in of.files() {
                let path = file.path().strip_prefix(dir.path()).unwrap_or(file.path()).to_owned();
                files.extend(file.contents_utf8().map(|text| (path, text.to_owned())));
            }
        }
        files.sort();
        let model = files.iter().find(|(path, _)| path.as_os_str() == "model.toml");
        let about = model.map_or_else(String::new, |(_, text)| first_comment(text));
        Preset { name: dir.path().display().to_string(), about, files }
    }));
    all
}

/// The comment at the top of a text, on one line.
fn first_comment(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with('#'));
    let words: Vec<&str> = lines.map(|line| line.trim_start_matches('#').trim()).collect();
    words.join(" ")
}

fn empty() -> Preset {
    let files = [("model.toml", MODEL), ("scenarios/first.toml", SCENARIO), ("tenant.toml", TENANT)];
    Preset {
        name: EMPTY.to_owned(),
        about: "A small model with one type and two roles, to be made into your own.".to_owned(),
        files: files.map(|(path, text)| (PathBuf::from(path), text.to_owned())).to_vec(),
    }
}

const MODEL: &str = r#"# What there is to allow. Every construct: docs/language.md.

name = "my-product"

[types.document]
actions = ["view", "edit"]

[roles.reader]
allow = ["document:view"]

[roles.editor]
includes = ["reader"]
allow = ["document:edit"]
"#;

const TENANT: &str = r#"# Who holds what, in one customer's account.

[[members]]
subject = "user:ann"

[[members]]
subject = "user:bob"

[[assignments]]
to = "user:ann"
role = "editor"

[[assignments]]
to = "user:bob"
role = "reader"
scope = "document:handbook"
"#;

const SCENARIO: &str = r#"# What must come out: an allow, and a deny close to it.

model = "../model.toml"
tenant = "../tenant.toml"
now = 2026-03-01T12:00:00Z

[[expect]]
id = "an editor edits"
subject = "user:ann"
action = "edit"
resource = "document:handbook"
decision = "allow"

[[expect]]
id = "a reader reads"
subject = "user:bob"
action = "view"
resource = "document:handbook"
decision = "allow"

[[expect]]
id = "and does not edit"
subject = "user:bob"
action = "edit"
resource = "document:handbook"
decision = "deny"

[[expect]]
id = "nor reads anything else"
subject = "user:bob"
action = "view"
resource = "document:diary"
decision = "deny"
"#;

#[cfg(test)]
mod tests {
    use super::all;
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_was_built_in_is_what_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets");
        let names: Vec<String> = all().into_iter().map(|preset| preset.name).collect();
        assert_eq!(names, ["empty", "assuresign", "portal", "signagent", "signet", "signpath"]);
        let mut known = 0;
        for preset in all().iter().filter(|preset| preset.name != "empty") {
            assert!(!preset.about.is_empty() && preset.files.len() >= 3, "{}", preset.name);
            for (path, text) in &preset.files {
                let there = fs::read_to_string(root.join(&preset.name).join(path)).expect("the file");
                assert_eq!(there, *text, "{}", path.display());
                known += 1;
            }
        }
        let mut folders = vec![root];
        let mut there = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { there += 1 }
            }
        }
        assert_eq!(known, there, "a preset has more files than were built in: touch src/init/presets.rs");
    }
}
