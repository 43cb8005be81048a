//! A model and a tenant as plain strings and lists, and what is asked of them.

use crate::expr::Expr;
use crate::value::{Given, Kind};

/// Everything that a model and a tenant file say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) types: Vec<Type>,
    /// What a subject may have
    pub(crate) subject: Vec<Attribute>,
    /// What an action may have; always from the request
    pub(crate) action: Vec<Attribute>,
    /// What a context may have; always from the request
    pub(crate) context: Vec<Attribute>,
    /// The roles of the model
    pub(crate) roles: Vec<Role>,
    pub(crate) rules: Vec<Rule>,
    /// The roles of the tenant
    pub(crate) custom: Vec<Role>,
    pub(crate) members: Vec<Member>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) policies: Vec<Approval>,
    /// The registered resources: path and stored attributes
    pub(crate) resources: Vec<(String, Values)>,
}

/// Values by name.
pub(crate) type Values = Vec<(String, Given)>;

#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The only texts that it may be; any, if there are none
    pub(crate) one_of: Vec<String>,
    /// The caller supplies it; the tenant stores it otherwise
    pub(crate) request: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Type {
    pub(crate) name: String,
    /// Names of types, and `/` for the root; the root too if there are none
    pub(crate) parents: Vec<String>,
    pub(crate) actions: Vec<String>,
    pub(crate) attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) at: Option<Vec<String>>,
    pub(crate) when: Option<Expr>,
    pub(crate) allow: Vec<String>,
    pub(crate) deny: Vec<String>,
    pub(crate) includes: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) permit: bool,
    pub(crate) permissions: Vec<String>,
    pub(crate) when: Option<Expr>,
}

/// An approval policy.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) permissions: Vec<String>,
    pub(crate) when: Option<Expr>,
    pub(crate) approver: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) subject: String,
    pub(crate) status: &'static str,
    pub(crate) groups: Vec<String>,
    pub(crate) attributes: Values,
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
    pub(crate) when: Option<Expr>,
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

/// May `subject` do `action` on `resource` at `now`, given what the caller supplies?
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) subject: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) now: i64,
    pub(crate) supplied: Supplied,
}

/// What the caller supplies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supplied {
    pub(crate) subject: Values,
    pub(crate) action: Values,
    /// Of the resource that is asked about
    pub(crate) resource: Values,
    pub(crate) context: Values,
}

impl Facts {
    pub(crate) fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|kind| kind.name == name)
    }

    pub(crate) fn all_roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.iter().chain(&self.custom)
    }

    pub(crate) fn all_roles_mut(&mut self) -> impl Iterator<Item = &mut Role> {
        self.roles.iter_mut().chain(&mut self.custom)
    }

    /// Every condition there is, and the places that have none.
    pub(crate) fn conditions_mut(&mut self) -> Vec<&mut Option<Expr>> {
        let roles = self.roles.iter_mut().chain(&mut self.custom).map(|role| &mut role.when);
        let grants = self.assignments.iter_mut().map(|grant| &mut grant.when);
        let rules = self.rules.iter_mut().map(|rule| &mut rule.when);
        let policies = self.policies.iter_mut().map(|policy| &mut policy.when);
        roles.chain(grants).chain(rules).chain(policies).collect()
    }
}

/// The type of a path's last segment; empty for the root.
pub(crate) fn last_type(path: &str) -> &str {
    path.rsplit('/').next().and_then(|last| last.split_once(':')).map_or("", |(kind, _)| kind)
}

/// The value of that name.
pub(crate) fn value<'a>(values: &'a Values, name: &str) -> Option<&'a Given> {
    values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}
