//! The shape of files: how they begin and how long they may be.

use super::Finding;
use super::tree::Tree;

const LONGEST: usize = 500;
const LONGEST_GLUE: usize = 300;

/// Whoever opens a file is told what lives there.
pub(super) fn files_open_with_a_sentence(tree: &Tree) -> Vec<Finding> {
    tree.matching(|_| true)
        .filter_map(|(path, text)| {
            let opening = opening_of(path)?;
            // A script may have to name its interpreter first.
            let text = if text.starts_with("#!/") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
            if opening.iter().any(|start| text.starts_with(start)) {
                return None;
            }
            let remedy = format!("begin it with `{}` and a sentence on what lives there", opening[0]);
            Some(Finding::new(path, "opens without a sentence", remedy))
        })
        .collect()
}

/// How a file of this kind has to begin.
fn opening_of(path: &str) -> Option<&'static [&'static str]> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension {
        "rs" => Some(&["//!"]),
        "ts" | "tsx" | "js" | "mjs" | "cjs" | "jsx" => Some(&["// ", "/**", "/*"]),
        "css" => Some(&["/*"]),
        "toml" if path.starts_with("presets/") || path.starts_with("config/") => Some(&["# "]),
        _ => None,
    }
}

/// A file that does not fit on a few screens has two purposes; glue that is long has decisions in it.
pub(super) fn files_are_small(tree: &Tree) -> Vec<Finding> {
    tree.matching(|path| is_source(path) && !is_exempt(path))
        .filter_map(|(path, text)| {
            let longest = if is_glue(path) { LONGEST_GLUE } else { LONGEST };
            let lines = text.lines().count();
            (lines > longest).then(|| {
                Finding::new(path, format!("has {lines} lines, and {longest} is the most"), "split it by purpose")
            })
        })
        .collect()
}

fn is_source(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        matches!(extension, "rs" | "ts" | "tsx" | "js" | "mjs" | "cjs" | "jsx" | "css" | "html")
    })
}

/// Tests may be as long as their tables; nobody reads what is generated.
fn is_exempt(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/generated/")
}

fn is_glue(path: &str) -> bool {
    path.starts_with("crates/countersign-edge/") || path.starts_with("crates/countersign-wasm/src/")
}
