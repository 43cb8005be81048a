//! Cedar: a policy for each role, members with the scopes of their roles as attributes, and all projects and states in
//! the store. A sign is asked about by its state, so that no entity has to be made for a question; that is in its favour.

use anyhow::{Result, anyhow};
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request};
use serde_json::{Value, json};

use super::{Contender, Engine};
use crate::world::{ACTIONS, Member, PROJECTS, Question, ROLES, STATES};

pub(super) const CONTENDER: Contender = Contender {
    name: "cedar-policy",
    document: |members| document(members).into_bytes(),
    load: |bytes| load(std::str::from_utf8(bytes)?),
};

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    user: EntityTypeName,
    state: EntityTypeName,
    actions: Vec<EntityUid>,
}

/// Entities in JSON.
fn document(members: &[Member]) -> String {
    let projects = (0..PROJECTS).map(|project| format!("project:p{project}"));
    let mut entities = Vec::new();
    for project in projects {
        entities.push(json!({ "uid": uid("Project", &project), "attrs": {}, "parents": [] }));
        for state in 0..STATES {
            let id = format!("{project}/state:s{state}");
            entities.push(json!({ "uid": uid("State", &id), "attrs": {}, "parents": [uid("Project", &project)] }));
        }
    }
    for member in members {
        let attribute = |role| Value::Array(member.scopes(role).map(reference).collect());
        let attributes: serde_json::Map<_, _> =
            ROLES.iter().enumerate().map(|(role, (name, _))| ((*name).to_owned(), attribute(role))).collect();
        entities.push(json!({ "uid": uid("User", &member.subject), "attrs": attributes, "parents": [] }));
    }
    Value::Array(entities).to_string()
}

fn uid(kind: &str, id: &str) -> Value {
    json!({ "type": kind, "id": id })
}

fn reference(scope: &str) -> Value {
    json!({ "__entity": uid(if scope.contains('/') { "State" } else { "Project" }, scope) })
}

fn load(document: &str) -> Result<Box<dyn Engine>> {
    let policy = |(role, actions): &(&str, &[&str])| {
        let actions: Vec<_> = actions.iter().map(|action| format!("Action::\"{action}\"")).collect();
        let actions = actions.join(", ");
        format!("permit(principal is User, action in [{actions}], resource) when {{ resource in principal.{role} }};\n")
    };
    let action = |action: &&str| Ok(EntityUid::from_type_name_and_id("Action".parse()?, EntityId::new(action)));
    Ok(Box::new(Cedar {
        authorizer: Authorizer::new(),
        policies: ROLES.iter().map(policy).collect::<String>().parse()?,
        entities: Entities::from_json_str(document, None)?,
        user: "User".parse()?,
        state: "State".parse()?,
        actions: ACTIONS.iter().map(action).collect::<Result<_>>()?,
    }))
}

impl Engine for Cedar {
    fn check(&self, question: &Question) -> Result<bool> {
        let principal = EntityUid::from_type_name_and_id(self.user.clone(), EntityId::new(&question.subject));
        let resource = EntityUid::from_type_name_and_id(self.state.clone(), EntityId::new(&question.state));
        let action = self.actions[question.action].clone();
        let request = Request::new(principal, action, resource, Context::empty(), None)?;
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        match response.diagnostics().errors().next() {
            None => Ok(response.decision() == Decision::Allow),
            Some(error) => Err(anyhow!("{error}")),
        }
    }
}
