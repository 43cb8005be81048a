//! A model and a tenant as plain lists, and the texts they are written down as.

use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use std::fmt::Write;

#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Name, parents, actions
    pub(crate) types: Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)>,
    pub(crate) size_from_request: bool,
    pub(crate) roles: Vec<Role>,
    /// Effect, permission, condition
    pub(crate) rules: Vec<(&'static str, String, Option<String>)>,
    pub(crate) members: Vec<Member>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) overrides: Vec<Override>,
    /// Permission, condition
    pub(crate) approvals: Vec<(String, Option<String>)>,
    /// Path, attributes as they are written
    pub(crate) resources: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) allow: Vec<String>,
    pub(crate) deny: Vec<String>,
    pub(crate) includes: Vec<String>,
    pub(crate) when: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) subject: &'static str,
    pub(crate) status: &'static str,
    pub(crate) groups: Vec<&'static str>,
    pub(crate) licensed: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) to: String,
    pub(crate) role: String,
    pub(crate) scope: String,
    pub(crate) when: Option<String>,
    pub(crate) expired: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) subject: &'static str,
    pub(crate) permission: String,
    pub(crate) scope: String,
    pub(crate) allow: bool,
}

pub(crate) fn load(facts: &Facts) -> Result<World, String> {
    let model = Model::parse(Source { name: "model.toml", text: &facts.model() }).map_err(|wrong| wrong.to_string())?;
    World::load(&model, Source { name: "tenant.toml", text: &facts.tenant() }).map_err(|wrong| wrong.to_string())
}

impl Facts {
    pub(crate) fn model(&self) -> String {
        let mut text = "name = \"m\"\n".to_owned();
        for (name, parents, actions) in &self.types {
            line(&mut text, &format!("[types.{name}]\nparent = {parents:?}\nactions = {actions:?}"));
            match *name {
                "doc" => {
                    let from = if self.size_from_request { ", from = \"request\"" } else { "" };
                    line(&mut text, "attributes.kind = { one_of = [\"a\", \"b\"] }");
                    line(&mut text, &format!("attributes.size = {{ type = \"int\"{from} }}"));
                }
                "project" => line(&mut text, "attributes.level = \"int\""),
                _ => {}
            }
        }
        line(&mut text, "[subject.attributes]\nlicensed = \"bool\"\nmfa = { type = \"bool\", from = \"request\" }");
        line(&mut text, "[action.attributes]\nsoft = { type = \"bool\", from = \"request\" }");
        line(&mut text, "[context]\ncost = \"decimal\"");
        for role in &self.roles {
            line(&mut text, &format!("[roles.{}]", role.id));
            let lists = [("allow", &role.allow), ("deny", &role.deny), ("includes", &role.includes)];
            for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
                line(&mut text, &format!("{key} = {list:?}"));
            }
            when(&mut text, role.when.as_ref());
        }
        for (effect, permission, condition) in &self.rules {
            line(&mut text, &format!("[[rules]]\neffect = {effect:?}\npermissions = [{permission:?}]"));
            when(&mut text, condition.as_ref());
        }
        text
    }

    pub(crate) fn tenant(&self) -> String {
        let mut text = "[[groups]]\nid = \"g\"\n[[groups]]\nid = \"h\"\n".to_owned();
        for Member { subject, status, groups, licensed } in &self.members {
            line(&mut text, &format!("[[members]]\nsubject = {subject:?}\nstatus = {status:?}\ngroups = {groups:?}"));
            if let Some(licensed) = licensed {
                line(&mut text, &format!("attributes = {{ licensed = {licensed} }}"));
            }
        }
        for Assignment { to, role, scope, when: condition, expired } in &self.assignments {
            line(&mut text, &format!("[[assignments]]\nto = {to:?}\nrole = {role:?}\nscope = {scope:?}"));
            if *expired {
                line(&mut text, "until = 2020-01-01T00:00:00Z");
            }
            when(&mut text, condition.as_ref());
        }
        for Override { subject, permission, scope, allow } in &self.overrides {
            let effect = if *allow { "allow" } else { "deny" };
            line(&mut text, &format!("[[overrides]]\nsubject = {subject:?}\npermission = {permission:?}"));
            line(&mut text, &format!("scope = {scope:?}\neffect = {effect:?}"));
        }
        for (number, (permission, condition)) in self.approvals.iter().enumerate() {
            line(&mut text, &format!("[[approval_policies]]\nid = \"ap{number}\"\npermissions = [{permission:?}]"));
            when(&mut text, condition.as_ref());
        }
        for (path, attributes) in &self.resources {
            line(&mut text, &format!("[[resources]]\npath = {path:?}\nattributes = {attributes}"));
        }
        text
    }
}

fn when(text: &mut String, condition: Option<&String>) {
    if let Some(condition) = condition {
        line(text, &format!("when = {condition:?}"));
    }
}

fn line(text: &mut String, what: &str) {
    writeln!(text, "{what}").expect("a string takes what is written");
}
