//! What is known of an import while it runs, in a file beside the one that is imported: an import that was interrupted
//! goes on, and the same file imported again is another import.

use anyhow::{Context, Result};
use countersign_tenant::digest;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// An import on its way.
pub(super) struct Run {
    path: PathBuf,
    digest: String,
    began: u64,
    /// How many steps are done
    pub(super) done: usize,
}

impl Run {
    /// Goes on with the run that the file beside `imported` knows, if that is of the same `contents`; begins another else.
    pub(super) fn open(imported: &Path, contents: &[&str]) -> Result<Self> {
        let mut name = imported.file_name().unwrap_or_default().to_owned();
        name.push(".import");
        let path = imported.with_file_name(name);
        // Another version may cut the file otherwise.
        let contents = contents.iter().chain([&env!("CARGO_PKG_VERSION")]);
        let digest = digest(contents.map(|text| digest(text.as_bytes())).collect::<String>().as_bytes());
        let known: Value = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let number = |name: &str| known.get(name).and_then(Value::as_u64);
        let same = known.get("digest").and_then(Value::as_str) == Some(&*digest);
        if let (Some(began), Some(done), true) = (number("began"), number("done"), same) {
            return Ok(Self { path, digest, began, done: usize::try_from(done).unwrap_or_default() });
        }
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let began = u64::try_from(since.as_micros()).unwrap_or_default();
        let mut run = Self { path, digest, began, done: 0 };
        run.note(0)?;
        Ok(run)
    }

    /// The name of this run, which its parts refer to.
    pub(super) fn name(&self) -> String {
        self.key("run")
    }

    /// The key of a step: the same for the same contents in the same run, and another for everything else.
    pub(super) fn key(&self, step: &str) -> String {
        format!("import-{}-{step}", digest(format!("{} {}", self.digest, self.began).as_bytes()))
    }

    /// Notes that so many steps are done.
    pub(super) fn note(&mut self, done: usize) -> Result<()> {
        self.done = done;
        let text = json!({ "digest": self.digest, "began": self.began, "done": done }).to_string();
        fs::write(&self.path, text)
            .with_context(|| format!("{} cannot be written: it holds how far the import is", self.path.display()))
    }

    /// The import is complete.
    pub(super) fn finish(&self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::Run;

    #[test]
    fn an_interrupted_run_goes_on_and_a_finished_one_does_not() {
        let folder = std::env::temp_dir().join(format!("countersign-run-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("tenant.toml");
        let mut first = Run::open(&file, &["a", "b"]).expect("a run");
        assert_eq!(first.done, 0);
        first.note(3).expect("a file");
        let second = Run::open(&file, &["a", "b"]).expect("a run");
        assert_eq!((second.done, second.key("4")), (3, first.key("4")));
        assert_ne!(first.key("4"), first.key("5"));
        let other = Run::open(&file, &["a", "c"]).expect("a run");
        assert_eq!(other.done, 0, "another file is another import");
        assert_ne!(other.key("4"), first.key("4"));
        other.finish();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let again = Run::open(&file, &["a", "b"]).expect("a run");
        assert_ne!(again.key("4"), first.key("4"), "the same file again is another import");
        std::fs::remove_dir_all(folder).expect("the folder");
    }
}
