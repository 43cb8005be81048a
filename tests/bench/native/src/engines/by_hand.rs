//! The floor: what one would write without a library, a map for each member from scope to the allowed actions.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Contender, Engine};
use crate::world::{ACTIONS, Member, Question, ROLES};

pub(super) const CONTENDER: Contender = Contender {
    name: "by hand",
    document: |members| document(members).into_bytes(),
    load: |bytes| load(std::str::from_utf8(bytes)?),
};

struct ByHand(HashMap<String, HashMap<String, u8>>);

/// A JSON object from member to scope to bits.
fn document(members: &[Member]) -> String {
    let scopes = |member: &Member| {
        let mut scopes = serde_json::Map::new();
        for (role, scope) in &member.grants {
            let bits = scopes.get(scope).and_then(Value::as_u64).unwrap_or(0) | u64::from(mask(*role));
            scopes.insert(scope.clone(), bits.into());
        }
        Value::Object(scopes)
    };
    Value::Object(members.iter().map(|member| (member.subject.clone(), scopes(member))).collect()).to_string()
}

fn load(document: &str) -> Result<Box<dyn Engine>> {
    Ok(Box::new(ByHand(serde_json::from_str(document).context("the document does not fit")?)))
}

impl Engine for ByHand {
    fn check(&self, question: &Question) -> Result<bool> {
        let Some(scopes) = self.0.get(&question.subject) else { return Ok(false) };
        let path = &question.path;
        let mut mask = scopes.get("/").copied().unwrap_or(0);
        for end in path.match_indices('/').map(|(end, _)| end).chain([path.len()]) {
            mask |= scopes.get(&path[..end]).copied().unwrap_or(0);
        }
        Ok(mask >> question.action & 1 == 1)
    }
}

fn mask(role: usize) -> u8 {
    let bit = |action: &&str| ACTIONS.iter().position(|known| known == action).map_or(0, |bit| 1_u8 << bit);
    ROLES[role].1.iter().map(bit).fold(0, |mask, bit| mask | bit)
}
