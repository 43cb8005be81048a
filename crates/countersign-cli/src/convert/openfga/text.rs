//! OpenFGA's language for models, as far as relations are unions.

use super::super::Refusals;
use super::model::{Direct, Relation, Schema};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

pub(super) fn read(source: &str, refusals: &mut Refusals) -> Result<Schema> {
    let mut schema = Schema::default();
    let mut kind: Option<String> = None;
    for (line, number) in source.lines().zip(1..) {
        // `#` stands within `group#member`; a comment begins a line, or follows a space.
        let line = line.split_once(" #").map_or(line, |(before, _)| before).trim();
        if line.is_empty() || line.starts_with('#') || line == "relations" || line == "model" {
            continue;
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "schema" if rest.trim() == "1.1" => {}
            "type" => {
                kind = Some(rest.trim().to_owned());
                schema.types.insert(rest.trim().to_owned(), BTreeMap::new());
            }
            "define" => {
                let (name, rewrite) =
                    rest.split_once(':').with_context(|| format!("line {number} of the model: no `:`"))?;
                let of =
                    kind.as_ref().with_context(|| format!("line {number} of the model: a relation without a type"))?;
                let relation = relation(rewrite.trim(), &format!("`{of}#{}`", name.trim()), refusals);
                schema.types.entry(of.clone()).or_default().insert(name.trim().to_owned(), relation);
            }
            "condition" | "module" | "extend" | "schema" => {
                refusals.push(format!("line {number} of the model: `{line}`"))
            }
            _ => bail!("line {number} of the model: `{line}` is none of OpenFGA's"),
        }
    }
    Ok(schema)
}

fn relation(rewrite: &str, at: &str, refusals: &mut Refusals) -> Relation {
    let mut read = Relation::default();
    let mut refuse = |what: &str| refusals.push(format!("{at}: {what}; a relation is a union (`or`) here"));
    if rewrite.contains('(') || rewrite.contains(" and ") || rewrite.contains(" but not ") {
        refuse(&format!("`{rewrite}`"));
        return read;
    }
    for term in rewrite.split(" or ").map(str::trim) {
        if let Some(list) = term.strip_prefix('[').and_then(|term| term.strip_suffix(']')) {
            for one in list.split(',').map(str::trim).filter(|one| !one.is_empty()) {
                match (one.split_once('#'), one.strip_suffix(":*")) {
                    _ if one.contains(char::is_whitespace) => refuse(&format!("`{one}`")),
                    (Some((kind, relation)), _) => read.direct.push(Direct::Set(kind.to_owned(), relation.to_owned())),
                    (None, Some(kind)) => read.direct.push(Direct::Everybody(kind.to_owned())),
                    (None, None) => read.direct.push(Direct::One(one.to_owned())),
                }
            }
        } else if let Some((relation, tupleset)) = term.split_once(" from ") {
            read.from.push((relation.trim().to_owned(), tupleset.trim().to_owned()));
        } else if term.contains(char::is_whitespace) || term.is_empty() {
            refuse(&format!("`{term}`"));
        } else {
            read.same.push(term.to_owned());
        }
    }
    read
}
