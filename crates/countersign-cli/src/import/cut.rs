//! A tenant file cut into parts: what is no member first, then members with what they are given, so many at a time.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Members of a part.
const MEMBERS: usize = 1_000;
/// Bytes of a part's text, about.
const BYTES: usize = 1_000_000;
/// The lists of what is given to members, and the key that says to whom.
const GIVEN: [(&str, &str); 2] = [("assignments", "to"), ("overrides", "subject")];

/// A tenant file in pieces.
pub(super) struct Cut {
    /// Everything but members; those who approve are in it, because approval policies name them
    pub(super) base: Value,
    /// The members
    pub(super) parts: Vec<Part>,
    /// How many members there are in the parts
    pub(super) members: usize,
}

/// A part.
pub(super) struct Part {
    /// A tenant file in JSON
    pub(super) text: String,
    /// How many members it has
    pub(super) members: usize,
}

/// Cuts a sound tenant file in which these groups exist; `whole` if the base is imported, too.
pub(super) fn cut(file: Value, groups: &[String], whole: bool) -> Cut {
    let Value::Object(mut base) = file else {
        return Cut { base: file, parts: Vec::new(), members: 0 };
    };
    let members = list(&mut base, "members");
    let mut of: BTreeMap<String, [Vec<Value>; 2]> = BTreeMap::new();
    let subjects: BTreeSet<String> = members.iter().filter_map(|member| text(member, "subject")).collect();
    for ((name, to), place) in GIVEN.into_iter().zip(0..) {
        let (theirs, others) = list(&mut base, name)
            .into_iter()
            .partition(|one| text(one, to).is_some_and(|subject| subjects.contains(&subject)));
        base.insert(name.to_owned(), Value::Array(others));
        let theirs: Vec<Value> = theirs;
        for one in theirs {
            let given = of.entry(text(&one, to).unwrap_or_default()).or_default();
            if let Some(list) = given.get_mut(place) {
                list.push(one);
            }
        }
    }
    declare(&mut base, groups);
    let approvers = if whole { approvers(&base) } else { BTreeSet::new() };
    let (approving, members): (Vec<Value>, Vec<Value>) =
        members.into_iter().partition(|member| text(member, "subject").is_some_and(|one| approvers.contains(&one)));
    let mut first = Piece::default();
    approving.into_iter().for_each(|member| first.add(member, &mut of));
    for (name, mut there) in first.lists {
        if let Some(Value::Array(list)) = base.get_mut(name) {
            list.append(&mut there);
        } else {
            base.insert(name.to_owned(), Value::Array(there));
        }
    }
    let count = members.len();
    let mut parts = Vec::new();
    let mut piece = Piece::default();
    for member in members {
        piece.add(member, &mut of);
        if piece.members == MEMBERS || piece.bytes >= BYTES {
            parts.push(std::mem::take(&mut piece).part());
        }
    }
    if piece.members > 0 {
        parts.push(piece.part());
    }
    Cut { base: Value::Object(base), parts, members: count }
}

/// A part while it grows.
#[derive(Default)]
struct Piece {
    lists: BTreeMap<&'static str, Vec<Value>>,
    members: usize,
    bytes: usize,
}

impl Piece {
    fn add(&mut self, member: Value, of: &mut BTreeMap<String, [Vec<Value>; 2]>) {
        let given = text(&member, "subject").and_then(|subject| of.remove(&subject)).unwrap_or_default();
        self.members += 1;
        self.put("members", member);
        for ((name, _), all) in GIVEN.into_iter().zip(given) {
            all.into_iter().for_each(|one| self.put(name, one));
        }
    }

    fn put(&mut self, name: &'static str, one: Value) {
        self.bytes += one.to_string().len();
        self.lists.entry(name).or_default().push(one);
    }

    fn part(self) -> Part {
        Part { text: json!(self.lists).to_string(), members: self.members }
    }
}

/// Declares the groups that members alone name.
fn declare(base: &mut Map<String, Value>, groups: &[String]) {
    let mut declared = list(base, "groups");
    let known: BTreeSet<String> = declared.iter().filter_map(|group| text(group, "id")).collect();
    declared.extend(groups.iter().filter(|id| !known.contains(*id)).map(|id| json!({ "id": id })));
    base.insert("groups".to_owned(), Value::Array(declared));
}

/// Everybody whom approval policies name.
fn approvers(base: &Map<String, Value>) -> BTreeSet<String> {
    let policies = base.get("approval_policies").and_then(Value::as_array).into_iter().flatten();
    let named = policies.filter_map(|policy| policy.get("approvers")?.as_array()).flatten();
    named.filter_map(|approver| approver.as_str().map(str::to_owned)).collect()
}

fn list(file: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match file.remove(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

fn text(one: &Value, name: &str) -> Option<String> {
    one.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::cut;
    use serde_json::{Value, json};

    #[test]
    fn nothing_is_lost_and_everything_stands_where_it_may() {
        let members: Vec<Value> =
            (0..2_500).map(|number| json!({ "subject": format!("user:{number}"), "groups": ["g"] })).collect();
        let given: Vec<Value> =
            (0..2_500).map(|number| json!({ "to": format!("user:{number}"), "role": "r" })).collect();
        let mut file = json!({
            "members": members,
            "assignments": given,
            "overrides": [{ "subject": "user:2001", "permission": "a:b", "effect": "deny" }],
            "approval_policies": [{ "id": "a", "approvers": ["user:7", "role:r"] }],
        });
        file["assignments"].as_array_mut().expect("a list").push(json!({ "to": "group:g", "role": "r" }));
        assert_eq!(cut(file.clone(), &[], false).members, 2_500);
        let cut = cut(file, &["g".to_owned()], true);
        assert_eq!(cut.members, 2_499);
        let base = &cut.base;
        assert_eq!(base["groups"], json!([{ "id": "g" }]));
        assert_eq!(base["members"], json!([{ "subject": "user:7", "groups": ["g"] }]));
        assert_eq!(base["assignments"], json!([{ "to": "group:g", "role": "r" }, { "to": "user:7", "role": "r" }]));
        let parts: Vec<Value> = cut.parts.iter().map(|part| serde_json::from_str(&part.text).expect("JSON")).collect();
        let count = |part: &Value, name: &str| part[name].as_array().map_or(0, Vec::len);
        assert_eq!(parts.iter().map(|part| count(part, "members")).collect::<Vec<_>>(), [1_000, 1_000, 499]);
        assert_eq!(parts.iter().map(|part| count(part, "assignments")).collect::<Vec<_>>(), [1_000, 1_000, 499]);
        assert_eq!(parts.iter().map(|part| count(part, "overrides")).collect::<Vec<_>>(), [0, 0, 1]);
        assert!(cut.parts.iter().map(|part| part.members).sum::<usize>() == cut.members);
    }
}
