//! Countersign: a model and a tenant file, and the engine's own check.

use anyhow::{Result, anyhow};
use countersign_compile::Model;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::given::Given;
use serde_json::json;

use super::{Contender, Engine};
use crate::world::{Member, Question, ROLES};

pub(super) const CONTENDER: Contender = Contender {
    name: "countersign",
    document: |members| document(members).into_bytes(),
    load: |bytes| Ok(Box::new(Countersign(load(std::str::from_utf8(bytes)?)?))),
};

/// The same world from its image.
pub(super) const COMPILED: Contender = Contender {
    name: "countersign compiled",
    document: |members| {
        // What cannot be loaded or written fails when it is opened.
        load(&document(members)).ok().and_then(|world| world.image().ok()).unwrap_or_default()
    },
    load: |image| Ok(Box::new(Countersign(World::open(image)?))),
};

const MODEL: &str = "name = 'bench'\n[types.project]\nactions = ['view']\n\
    [types.state]\nparent = 'project'\nactions = ['view', 'approve']\n\
    [types.sign]\nparent = 'state'\nactions = ['view', 'comment', 'edit', 'approve']\n\
    [roles.viewer]\nallow = ['project:view', 'state:view', 'sign:view', 'sign:comment']\n\
    [roles.editor]\nincludes = ['viewer']\nallow = ['sign:edit']\n\
    [roles.reviewer]\nallow = ['state:view', 'state:approve', 'sign:view', 'sign:approve']\n";
/// Nothing here begins or ends.
const NOW: i64 = 1_767_225_600_000;

struct Countersign(World);

/// A tenant file in JSON.
fn document(members: &[Member]) -> String {
    let subjects: Vec<_> = members.iter().map(|member| json!({ "subject": member.subject })).collect();
    let assignment = |to: &str, role: usize, scope: &str| json!({ "to": to, "role": ROLES[role].0, "scope": scope });
    let assignments: Vec<_> = members
        .iter()
        .flat_map(|member| member.grants.iter().map(|(role, scope)| assignment(&member.subject, *role, scope)))
        .collect();
    json!({ "members": subjects, "assignments": assignments }).to_string()
}

fn load(document: &str) -> Result<World> {
    let model = Model::parse(Source { name: "model", text: MODEL }).map_err(|error| anyhow!("{error:?}"))?;
    World::load(&model, Source { name: "tenant", text: document }).map_err(|error| anyhow!("{error:?}"))
}

impl Engine for Countersign {
    fn check(&self, question: &Question) -> Result<bool> {
        let asked = Asked {
            subject: &question.subject,
            action: question.action(),
            resource: &question.path,
            given: Given::NOTHING,
            now: NOW,
        };
        Ok(self.0.check(&asked).is_allow())
    }
}
