//! Casbin's access control lists and roles, with domains and denials or without: each object is a resource, each role a
//! group, each line of the policy an assignment.

mod conf;
mod policy;

use super::names::{is_id, is_word};
use super::toml::{list, string};
use super::{Converted, Options, Refusals};
use anyhow::Result;
use policy::{Grant, Link, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// How far Casbin's role manager follows roles of roles.
const DEEPEST: usize = 10;

pub(super) fn convert(model: &str, policy: &str, options: &Options<'_>) -> Result<Result<Converted, Refusals>> {
    let mut refusals = Refusals::new();
    let conf = conf::read(model, &mut refusals);
    let policy = policy::read(policy, &conf, &mut refusals)?;
    let Policy { grants, links } = &policy;
    let actions: BTreeSet<&str> = grants.iter().map(|grant| grant.action.as_str()).collect();
    for action in &actions {
        is_word(action, "action", &mut refusals);
    }
    let ids = grants.iter().flat_map(|grant| [Some(&grant.subject), Some(&grant.object), grant.domain.as_ref()]);
    let ids = ids.chain(links.iter().flat_map(|link| [Some(&link.child), Some(&link.parent), link.domain.as_ref()]));
    let ids: BTreeSet<&String> = ids.flatten().collect();
    for id in ids {
        is_id(id, &mut refusals);
    }
    let groups = memberships(&policy, &mut refusals);
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    let types = match conf.domains {
        false => format!("[types.object]\nactions = {}\n", list(actions.iter().copied())),
        true => format!(
            "[types.domain]\nactions = []\n[types.object]\nparent = \"domain\"\nactions = {}\n",
            list(actions.iter().copied())
        ),
    };
    let mut model = format!("name = {}\n{types}", string(options.name));
    let used = |deny: bool| grants.iter().filter(move |grant| grant.deny == deny).map(|grant| grant.action.as_str());
    for (deny, effect) in [(false, "allow"), (true, "deny")] {
        for action in used(deny).collect::<BTreeSet<_>>() {
            model.push_str(&format!("[roles.{effect}-{action}]\n{effect} = [\"object:{action}\"]\n"));
        }
    }
    let mut tenant = String::new();
    for (user, theirs) in &groups.of_user {
        tenant.push_str(&format!("[[members]]\nsubject = {}\n", string(&subject(user))));
        if !theirs.is_empty() {
            tenant.push_str(&format!("groups = {}\n", list(theirs.iter().map(String::as_str))));
        }
    }
    for group in &groups.all {
        tenant.push_str(&format!("[[groups]]\nid = {}\n", string(group)));
    }
    for grant in grants {
        let Grant { domain, object, action, deny, .. } = grant;
        let effect = if *deny { "deny" } else { "allow" };
        let scope = match domain {
            None => format!("object:{object}"),
            Some(domain) => format!("domain:{domain}/object:{object}"),
        };
        let role = group_name(&grant.subject, domain.as_deref());
        let group = groups.all.contains(&role).then(|| format!("group:{role}"));
        // A name that is a role here may be a user's elsewhere.
        let user = groups.of_user.contains_key(&grant.subject).then(|| subject(&grant.subject));
        for to in group.into_iter().chain(user) {
            tenant.push_str(&format!(
                "[[assignments]]\nto = {}\nrole = \"{effect}-{action}\"\nscope = {}\n",
                string(&to),
                string(&scope)
            ));
        }
    }
    let mut notes = vec![format!("{} lines of the policy are assignments", grants.len())];
    if !groups.all.is_empty() {
        notes.push(format!("{} roles are groups: a role does not ask for itself", groups.all.len()));
    }
    Ok(Ok(Converted { model, tenant, notes }))
}

/// Who is in which group.
struct Groups {
    all: BTreeSet<String>,
    of_user: BTreeMap<String, BTreeSet<String>>,
}

/// Roles as groups, with roles of roles followed.
fn memberships(Policy { grants, links }: &Policy, refusals: &mut Refusals) -> Groups {
    let all = links.iter().map(|link| group_name(&link.parent, link.domain.as_deref())).collect();
    let parents: BTreeSet<&str> = links.iter().map(|link| link.parent.as_str()).collect();
    let names = grants.iter().map(|grant| grant.subject.as_str()).chain(links.iter().map(|link| link.child.as_str()));
    let users: BTreeSet<&str> = names.filter(|name| !parents.contains(name)).collect();
    let domains: BTreeSet<Option<&str>> = links.iter().map(|link| link.domain.as_deref()).collect();
    let mut of_user = BTreeMap::new();
    for user in users {
        let mut theirs = BTreeSet::new();
        for domain in &domains {
            let mut level = BTreeSet::from([user]);
            let mut seen = level.clone();
            for depth in 0.. {
                let above = links.iter().filter(|Link { child, domain: of, .. }| {
                    level.contains(child.as_str()) && of.as_deref() == *domain
                });
                level = above.map(|link| link.parent.as_str()).filter(|parent| seen.insert(parent)).collect();
                if level.is_empty() {
                    break;
                }
                if depth >= DEEPEST {
                    refusals.push(format!(
                        "the roles of `{user}`: Casbin follows {DEEPEST} levels of roles, and there are more"
                    ));
                    break;
                }
                theirs.extend(level.iter().map(|parent| group_name(parent, *domain)));
            }
        }
        of_user.insert(user.to_owned(), theirs);
    }
    Groups { all, of_user }
}

fn group_name(role: &str, domain: Option<&str>) -> String {
    domain.map_or_else(|| role.to_owned(), |domain| format!("{role}@{domain}"))
}

fn subject(name: &str) -> String {
    format!("user:{name}")
}

/// Whether Casbin's rules deny as ours do; told by its effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Effect {
    /// Lines that deny are not looked at
    #[default]
    AllowOverride,
    /// Something must allow, and nothing deny
    Both,
}
