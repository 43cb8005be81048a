//! regorus: a Rego policy over a document that is indexed by member, scope and action, in its register machine.

use std::cell::RefCell;
use std::collections::BTreeMap;

use anyhow::Result;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine as Rego, Value};
use serde_json::json;

use super::{Contender, Engine};
use crate::world::{Member, Question, ROLES};

pub(super) const CONTENDER: Contender = Contender {
    name: "regorus",
    document: |members| document(members).into_bytes(),
    load: |bytes| load(std::str::from_utf8(bytes)?),
};

const POLICY: &str = "
package bench
import rego.v1
default allow := false
allow if data.members[input.subject][input.project][input.action]
allow if data.members[input.subject][input.state][input.action]
";
const RULE: &str = "data.bench.allow";

struct Regorus(RefCell<RegoVM>);

/// A data document in JSON.
fn document(members: &[Member]) -> String {
    let scopes = |member: &Member| {
        let mut scopes = serde_json::Map::new();
        for (role, scope) in &member.grants {
            let actions = scopes.entry(scope.clone()).or_insert_with(|| json!({}));
            for action in ROLES[*role].1 {
                actions[action] = json!(true);
            }
        }
        serde_json::Value::Object(scopes)
    };
    let members: serde_json::Map<_, _> =
        members.iter().map(|member| (member.subject.clone(), scopes(member))).collect();
    json!({ "members": members }).to_string()
}

fn load(document: &str) -> Result<Box<dyn Engine>> {
    let mut engine = Rego::new();
    engine.add_policy("bench.rego".to_owned(), POLICY.to_owned())?;
    let policy = engine.compile_with_entrypoint(&RULE.into())?;
    let program = Compiler::compile_from_policy(&policy, &[RULE])?;
    let mut machine = RegoVM::new();
    machine.load_program(program);
    machine.set_data(Value::from_json_str(document)?)?;
    Ok(Box::new(Regorus(RefCell::new(machine))))
}

impl Engine for Regorus {
    fn check(&self, question: &Question) -> Result<bool> {
        let fields = [
            ("subject", question.subject.as_str()),
            ("project", &question.project),
            ("state", &question.state),
            ("action", question.action()),
        ];
        let mut machine = self.0.borrow_mut();
        let fields = fields.into_iter().map(|(key, value)| (Value::from(key), Value::from(value)));
        machine.set_input(Value::from(fields.collect::<BTreeMap<_, _>>()));
        Ok(*machine.execute()?.as_bool()?)
    }
}
