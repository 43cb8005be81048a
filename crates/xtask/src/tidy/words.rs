//! Words that must not be committed: paths of one machine, and notes to oneself.

use super::Finding;
use super::tree::Tree;

/// Where a home directory or a build folder begins. Written in two parts, so that this file does not contain them.
const PLACES: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
const LEFTOVERS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("db", "g!")];

/// What works on one machine only is of no use to the next.
pub(super) fn no_paths_of_one_machine(tree: &Tree) -> Vec<Finding> {
    findings(
        tree,
        PLACES,
        begins_a_path,
        "is a path of one machine",
        "make it relative, or take it from the environment",
    )
}

/// A note to oneself belongs elsewhere, and a debugging aid nowhere.
pub(super) fn no_leftovers(tree: &Tree) -> Vec<Finding> {
    findings(tree, LEFTOVERS, is_a_word, "is a leftover", "do it, or write it down where work is planned")
}

type Fits = fn(before: Option<char>, after: Option<char>) -> bool;

fn findings(tree: &Tree, needles: &[&str], fits: Fits, wrong: &str, remedy: &str) -> Vec<Finding> {
    let found = |path: &str, text: &str| -> Vec<Finding> {
        let lines = text.lines().enumerate();
        let hits = lines
            .filter_map(|(number, line)| Some((number + 1, needles.iter().find(|needle| occurs(line, needle, fits))?)));
        hits.map(|(number, needle)| Finding::new(format!("{path}:{number}"), format!("`{needle}` {wrong}"), remedy))
            .collect()
    };
    tree.matching(|_| true).flat_map(|(path, text)| found(path, text)).collect()
}

fn occurs(line: &str, needle: &str, fits: Fits) -> bool {
    line.match_indices(needle)
        .any(|(at, _)| fits(line[..at].chars().next_back(), line[at + needle.len()..].chars().next()))
}

/// An absolute path: not the middle of a longer one, nor part of an address.
fn begins_a_path(before: Option<char>, after: Option<char>) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '>' | '*');
    !before.is_some_and(inside) && after.is_some_and(char::is_alphanumeric)
}

fn is_a_word(before: Option<char>, after: Option<char>) -> bool {
    let part_of_one = |c: char| c.is_alphanumeric() || c == '_';
    !before.is_some_and(part_of_one) && !after.is_some_and(part_of_one)
}
