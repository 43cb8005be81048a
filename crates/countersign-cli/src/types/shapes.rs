//! How paths of each type begin, for an editor to offer: every way from the root, through no type twice.

use countersign_wire::model::TypeDecl;
use std::collections::VecDeque;

/// Shapes of one type, at most.
const MOST: usize = 8;
/// Ways that are followed for one type, at most.
const WAYS: usize = 1_000;

/// The shapes of each type, the shortest first: `project:/state:/sign:`.
pub(super) fn of(types: &[TypeDecl]) -> Vec<Vec<String>> {
    types.iter().map(|decl| ways(decl, types)).collect()
}

fn ways<'a>(decl: &'a TypeDecl, types: &'a [TypeDecl]) -> Vec<String> {
    let mut found = Vec::new();
    // From the type upwards, breadth first.
    let mut waiting = VecDeque::from([vec![decl]]);
    let mut followed = 0;
    while let Some(way) = waiting.pop_front() {
        followed += 1;
        if found.len() >= MOST || followed > WAYS {
            break;
        }
        let Some(top) = way.last() else { continue };
        if top.parents.is_empty() || top.parents.iter().any(|parent| parent.value == "/") {
            let names: Vec<String> = way.iter().rev().map(|decl| format!("{}:", decl.name.value)).collect();
            found.push(names.join("/"));
        }
        for parent in &top.parents {
            let above = types.iter().find(|decl| decl.name.value == parent.value);
            if let Some(above) = above.filter(|above| !way.iter().any(|below| below.name.value == above.name.value)) {
                waiting.push_back([way.as_slice(), &[above]].concat());
            }
        }
    }
    found
}
