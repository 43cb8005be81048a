//! casbin: roles in domains, where a domain is a scope. Its own caches are off: questions are random, and none repeats
//! outside of a benchmark.

use anyhow::{Context, Result};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use tokio::runtime::Builder;

use super::{Contender, Engine};
use crate::world::{Member, Question, ROLES};

pub(super) const CONTENDER: Contender = Contender {
    name: "casbin",
    document: |members| document(members).into_bytes(),
    load: |bytes| load(std::str::from_utf8(bytes)?),
};

/// What costs least is compared first; a sign is asked about in its project and in its state.
const MODEL: &str = "
[request_definition]
r = sub, project, state, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && (g(r.sub, p.sub, r.project) || g(r.sub, p.sub, r.state))
";

struct Casbin(Enforcer);

/// Lines of member, role and scope.
fn document(members: &[Member]) -> String {
    let line = |subject: &str, role: usize, scope: &str| format!("{subject}, {}, {scope}\n", ROLES[role].0);
    let lines = |member: &Member| {
        let lines = member.grants.iter().map(|(role, scope)| line(&member.subject, *role, scope));
        lines.collect::<String>()
    };
    members.iter().map(lines).collect()
}

fn load(document: &str) -> Result<Box<dyn Engine>> {
    let runtime = Builder::new_current_thread().build()?;
    let mut rows: Vec<Vec<String>> =
        document.lines().map(|line| line.split(", ").map(str::to_owned).collect()).collect();
    // A row that is there twice is refused.
    rows.sort();
    rows.dedup();
    let policies = ROLES.iter().flat_map(|(role, actions)| actions.iter().map(move |action| (role, action)));
    let policies = policies.map(|(role, action)| vec![(*role).to_owned(), (*action).to_owned()]).collect();
    let enforcer = runtime.block_on(async {
        let model = DefaultModel::from_str(MODEL).await?;
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
        enforcer.add_policies(policies).await?;
        enforcer.add_grouping_policies(rows).await?;
        Ok::<_, casbin::Error>(enforcer)
    });
    Ok(Box::new(Casbin(enforcer.context("casbin cannot be set up")?)))
}

impl Engine for Casbin {
    fn check(&self, question: &Question) -> Result<bool> {
        let Question { subject, project, state, .. } = question;
        let asked = (subject.as_str(), project.as_str(), state.as_str(), question.action());
        Ok(self.0.enforce(asked)?)
    }
}
