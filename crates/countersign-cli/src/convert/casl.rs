//! CASL's rules: the last one that matches decides, so each action of each type gets one condition that says so.
//!
//! A rule's conditions are about the attributes of the resource that is asked about, which come with the question here.
//! CASL finds that what is missing equals nothing, and is less than everything; so does what is made of it.

mod rules;

use super::names::{is_type, is_word};
use super::toml::{list, string};
use super::{Converted, Options, Refusals};
use anyhow::Result;
use rules::{Attribute, Rule, read};
use std::collections::{BTreeMap, BTreeSet};

/// Actions that `manage` means where nothing else is said.
const CRUD: [&str; 4] = ["create", "read", "update", "delete"];

pub(super) fn convert(text: &str, options: &Options<'_>) -> Result<Result<Converted, Refusals>> {
    let mut refusals = Refusals::new();
    let (rules, attributes) = read(text, &mut refusals)?;
    let named = |of: fn(&Rule) -> &[String], any: &str| -> BTreeSet<String> {
        rules.iter().flat_map(of).filter(|name| *name != any).cloned().collect()
    };
    let mut types = named(|rule| &rule.subjects, "all");
    types.extend(options.types.iter().cloned());
    let mut actions = named(|rule| &rule.actions, "manage");
    actions.extend(options.actions.iter().cloned());
    if rules.iter().any(|rule| rule.actions.iter().any(|action| action == "manage")) && options.actions.is_empty() {
        actions.extend(CRUD.map(str::to_owned));
    }
    if types.is_empty() {
        refusals.push("no type: the rules are about `all` of them; name them with --types".to_owned());
    }
    types.retain(|name| is_type(name, &mut refusals));
    actions.retain(|name| is_word(name, "action", &mut refusals));
    if !refusals.is_empty() {
        refusals.dedup();
        return Ok(Err(refusals));
    }
    // Permissions that are allowed under the same condition are one role's.
    let mut roles: BTreeMap<Term, Vec<String>> = BTreeMap::new();
    for name in &types {
        for action in &actions {
            let term = decides(&rules, name, action);
            if term != Term::Never {
                roles.entry(term).or_default().push(format!("{name}:{action}"));
            }
        }
    }
    let mut model = format!("name = {}\n", string(options.name));
    for name in &types {
        model.push_str(&format!("[types.{name}]\nactions = {}\n", list(actions.iter().map(String::as_str))));
        let theirs = attributes.iter().filter(|((of, _), _)| of == name || of == "all");
        let theirs: BTreeMap<&String, &Attribute> = theirs.map(|((_, name), kind)| (name, kind)).collect();
        for (attribute, kind) in theirs {
            let kind = kind.as_str();
            model.push_str(&format!("attributes.{attribute} = {{ type = \"{kind}\", from = \"request\" }}\n"));
        }
    }
    let mut tenant = format!("[[members]]\nsubject = {}\n", string(options.subject));
    for ((term, permissions), number) in roles.iter().zip(1..) {
        let when = match term {
            Term::Text(text) => format!("when = {}\n", string(text)),
            _ => String::new(),
        };
        let allow = list(permissions.iter().map(String::as_str));
        model.push_str(&format!("[roles.rules-{number}]\n{when}allow = {allow}\n"));
        tenant.push_str(&format!("[[assignments]]\nto = {}\nrole = \"rules-{number}\"\n", string(options.subject)));
    }
    let notes = vec![
        format!("the rules are those of `{}`, in {} roles", options.subject, roles.len()),
        "the attributes that the conditions read are supplied with each question".to_owned(),
    ];
    Ok(Ok(Converted { model, tenant, notes }))
}

/// When something is allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Term {
    Always,
    Never,
    Text(String),
}

/// When the rules allow an action on a type: each rule decides over those before it.
fn decides(rules: &[Rule], name: &str, action: &str) -> Term {
    let speaks = |rule: &&Rule| {
        rule.subjects.iter().any(|subject| subject == name || subject == "all")
            && rule.actions.iter().any(|of| of == action || of == "manage")
    };
    let mut term = Term::Never;
    for rule in rules.iter().filter(speaks) {
        term = match (&rule.when, rule.inverted, term) {
            (None, inverted, _) => {
                if inverted {
                    Term::Never
                } else {
                    Term::Always
                }
            }
            (Some(_), true, Term::Never) => Term::Never,
            (Some(_), false, Term::Always) => Term::Always,
            (Some(when), true, Term::Always) => Term::Text(format!("!({when})")),
            (Some(when), false, Term::Never) => Term::Text(format!("({when})")),
            (Some(when), true, Term::Text(before)) => Term::Text(format!("(!({when}) && {before})")),
            (Some(when), false, Term::Text(before)) => Term::Text(format!("(({when}) || {before})")),
        };
    }
    term
}
