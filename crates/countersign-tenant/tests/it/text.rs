//! The model file and the tenant file of a world.

use crate::expr::Expr;
use crate::facts::{Approval, Assignment, Attribute, Facts, Override, Role, Times, Values};
use crate::value::{Given, Kind};
use countersign_wire::time;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The model file.
pub(crate) fn model_text(facts: &Facts) -> String {
    let mut text = "name = \"random\"\n".to_owned();
    for kind in &facts.types {
        line(&mut text, &format!("\n[types.{}]", quoted(&kind.name)));
        match kind.parents.as_slice() {
            [] => {}
            [one] => line(&mut text, &format!("parent = {}", quoted(one))),
            several => line(&mut text, &format!("parent = {}", list(several))),
        }
        line(&mut text, &format!("actions = {}", list(&kind.actions)));
        declare(&mut text, "attributes.", &kind.attributes, false);
    }
    let owners =
        [("subject.attributes", &facts.subject), ("action.attributes", &facts.action), ("context", &facts.context)];
    for (table, attributes) in owners {
        if !attributes.is_empty() {
            line(&mut text, &format!("\n[{table}]"));
            declare(&mut text, "", attributes, table == "context");
        }
    }
    for role in &facts.roles {
        line(&mut text, &format!("\n[roles.{}]", quoted(&role.id)));
        role_lines(&mut text, role);
    }
    for rule in &facts.rules {
        line(&mut text, "\n[[rules]]");
        line(&mut text, if rule.permit { "effect = \"permit\"" } else { "effect = \"forbid\"" });
        line(&mut text, &format!("permissions = {}", list(&rule.permissions)));
        when(&mut text, rule.when.as_ref());
        line(&mut text, "why = \"it is a rule\"");
    }
    text
}

/// The tenant file.
pub(crate) fn tenant_text(facts: &Facts) -> String {
    let mut text = String::new();
    for member in &facts.members {
        line(&mut text, &format!("[[members]]\nsubject = {}", quoted(&member.subject)));
        line(&mut text, &format!("status = {}\ngroups = {}", quoted(member.status), list(&member.groups)));
        values(&mut text, &member.attributes);
        text.push('\n');
    }
    let granted = facts.assignments.iter().filter_map(|grant| grant.to.strip_prefix("group:"));
    let joined = facts.members.iter().flat_map(|member| &member.groups).map(String::as_str);
    let groups: BTreeSet<_> = granted.chain(joined).collect();
    for group in groups {
        line(&mut text, &format!("[[groups]]\nid = {}\n", quoted(group)));
    }
    for role in &facts.custom {
        line(&mut text, &format!("[[roles]]\nid = {}", quoted(&role.id)));
        role_lines(&mut text, role);
    }
    for Assignment { to, role, scope, when: condition, times } in &facts.assignments {
        line(&mut text, &format!("[[assignments]]\nto = {}\nrole = {}", quoted(to), quoted(role)));
        when(&mut text, condition.as_ref());
        scope_lines(&mut text, scope, *times);
    }
    for Override { subject, permission, scope, allow, times } in &facts.overrides {
        line(&mut text, &format!("[[overrides]]\nsubject = {}\npermission = {}", quoted(subject), quoted(permission)));
        line(&mut text, if *allow { "effect = \"allow\"" } else { "effect = \"deny\"" });
        scope_lines(&mut text, scope, *times);
    }
    for Approval { id, permissions, when: condition, approver } in &facts.policies {
        line(&mut text, &format!("[[approval_policies]]\nid = {}\npermissions = {}", quoted(id), list(permissions)));
        when(&mut text, condition.as_ref());
        line(&mut text, &format!("approvers = [{}]\nquorum = 1\n", quoted(approver)));
    }
    for (path, attributes) in &facts.resources {
        line(&mut text, &format!("[[resources]]\npath = {}", quoted(path)));
        values(&mut text, attributes);
        text.push('\n');
    }
    text
}

/// Declares attributes; where they are from the request by nature, it need not be said.
fn declare(text: &mut String, prefix: &str, attributes: &[Attribute], by_nature: bool) {
    for Attribute { name, kind, one_of, request } in attributes {
        let form = match kind {
            _ if !one_of.is_empty() => format!("one_of = {}", list(one_of)),
            Kind::Bool => "type = \"bool\"".to_owned(),
            Kind::Int => "type = \"int\"".to_owned(),
            Kind::Decimal => "type = \"decimal\"".to_owned(),
            Kind::Text => "type = \"string\"".to_owned(),
            Kind::Time => "type = \"timestamp\"".to_owned(),
            Kind::Ip => "type = \"ip\"".to_owned(),
            Kind::Texts => "type = \"list\"".to_owned(),
            Kind::Ints => "type = \"list\", of = \"int\"".to_owned(),
        };
        let said = *request && !by_nature;
        let form = match form.strip_prefix("type = ") {
            Some(name) if !name.contains(',') && !said => name.to_owned(),
            _ if said => format!("{{ {form}, from = \"request\" }}"),
            _ => format!("{{ {form} }}"),
        };
        line(text, &format!("{prefix}{name} = {form}"));
    }
}

fn role_lines(text: &mut String, role: &Role) {
    if let Some(at) = &role.at {
        line(text, &format!("at = {}", list(at)));
    }
    when(text, role.when.as_ref());
    for (key, names) in [("allow", &role.allow), ("deny", &role.deny), ("includes", &role.includes)] {
        if !names.is_empty() {
            line(text, &format!("{key} = {}", list(names)));
        }
    }
}

fn when(text: &mut String, condition: Option<&Expr>) {
    if let Some(condition) = condition {
        line(text, &format!("when = {}", quoted(&condition.text())));
    }
}

fn scope_lines(text: &mut String, scope: &str, times: Times) {
    if scope != "/" {
        line(text, &format!("scope = {}", quoted(scope)));
    }
    for (key, moment) in [("from", times.from), ("until", times.until)] {
        if let Some(moment) = moment {
            line(text, &format!("{key} = {}", time::format(moment).expect("a year that can be written")));
        }
    }
    text.push('\n');
}

fn values(text: &mut String, attributes: &Values) {
    if !attributes.is_empty() {
        let pairs: Vec<String> = attributes.iter().map(|(name, value)| format!("{name} = {}", toml(value))).collect();
        line(text, &format!("attributes = {{ {} }}", pairs.join(", ")));
    }
}

fn toml(value: &Given) -> String {
    match value {
        Given::Bool(value) => value.to_string(),
        Given::Number(value) => value.clone(),
        Given::Text(value) => quoted(value),
        Given::List(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Given::Null | Given::Table => unreachable!("no attribute is stored so"),
    }
}

fn line(text: &mut String, what: &str) {
    text.push_str(what);
    text.push('\n');
}

fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

/// A TOML basic string.
fn quoted(name: &str) -> String {
    let mut text = "\"".to_owned();
    for letter in name.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            letter if letter.is_control() => write!(text, "\\u{:04X}", u32::from(letter)).expect("text grows"),
            letter => text.push(letter),
        }
    }
    text.push('"');
    text
}
