//! A model and a tenant as plain strings and lists, what is asked of them, and the texts they are written down as.

use countersign_wire::time;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Everything that a model and a tenant file say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) types: Vec<Type>,
    /// The roles of the model
    pub(crate) roles: Vec<Role>,
    /// The roles of the tenant
    pub(crate) custom: Vec<Role>,
    pub(crate) members: Vec<Member>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) overrides: Vec<Override>,
}

#[derive(Clone, Debug)]
pub(crate) struct Type {
    pub(crate) name: String,
    /// Names of types, and `/` for the root; the root too if there are none
    pub(crate) parents: Vec<String>,
    pub(crate) actions: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) at: Option<Vec<String>>,
    pub(crate) allow: Vec<String>,
    pub(crate) deny: Vec<String>,
    pub(crate) includes: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) subject: String,
    pub(crate) status: &'static str,
    pub(crate) groups: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) to: String,
    pub(crate) role: String,
    pub(crate) scope: String,
    pub(crate) times: Times,
}

#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) subject: String,
    pub(crate) permission: String,
    pub(crate) scope: String,
    pub(crate) allow: bool,
    pub(crate) times: Times,
}

/// May `subject` do `action` on `resource` at `now`?
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) subject: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) now: i64,
}

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
    }
    for role in &facts.roles {
        line(&mut text, &format!("\n[roles.{}]", quoted(&role.id)));
        role_lines(&mut text, role);
    }
    text
}

/// The tenant file.
pub(crate) fn tenant_text(facts: &Facts) -> String {
    let mut text = String::new();
    for member in &facts.members {
        line(&mut text, &format!("[[members]]\nsubject = {}", quoted(&member.subject)));
        line(&mut text, &format!("status = {}\ngroups = {}\n", quoted(member.status), list(&member.groups)));
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
    for Assignment { to, role, scope, times } in &facts.assignments {
        line(&mut text, &format!("[[assignments]]\nto = {}\nrole = {}", quoted(to), quoted(role)));
        scope_lines(&mut text, scope, *times);
    }
    for Override { subject, permission, scope, allow, times } in &facts.overrides {
        line(&mut text, &format!("[[overrides]]\nsubject = {}\npermission = {}", quoted(subject), quoted(permission)));
        line(&mut text, if *allow { "effect = \"allow\"" } else { "effect = \"deny\"" });
        scope_lines(&mut text, scope, *times);
    }
    text
}

fn role_lines(text: &mut String, role: &Role) {
    if let Some(at) = &role.at {
        line(text, &format!("at = {}", list(at)));
    }
    for (key, names) in [("allow", &role.allow), ("deny", &role.deny), ("includes", &role.includes)] {
        if !names.is_empty() {
            line(text, &format!("{key} = {}", list(names)));
        }
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
