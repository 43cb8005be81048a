//! Casbin's policy.csv: lines that grant, and lines that link users and roles.

use super::super::Refusals;
use super::Effect;
use super::conf::Conf;
use anyhow::{Result, bail};

/// A policy.
#[derive(Debug, Default)]
pub(super) struct Policy {
    pub(super) grants: Vec<Grant>,
    pub(super) links: Vec<Link>,
}

/// A line `p`.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) subject: String,
    pub(super) domain: Option<String>,
    pub(super) object: String,
    pub(super) action: String,
    pub(super) deny: bool,
}

/// A line `g`: the child has the parent's rights.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) child: String,
    pub(super) parent: String,
    pub(super) domain: Option<String>,
}

/// Reads a policy.csv.
pub(super) fn read(text: &str, conf: &Conf, refusals: &mut Refusals) -> Result<Policy> {
    let mut policy = Policy::default();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut fields = fields(line, number)?;
        let kind = fields.remove(0);
        let domains = usize::from(conf.domains);
        match kind.as_str() {
            "p" => {
                let least = 3 + domains;
                if fields.len() != least && !(conf.effects && fields.len() == least + 1) {
                    refusals.push(format!(
                        "line {number} of the policy has {} fields, and the model {least}",
                        fields.len()
                    ));
                    continue;
                }
                let effect = if conf.effects && fields.len() == least + 1 { fields.pop() } else { None };
                let deny = match effect.as_deref() {
                    None | Some("allow") => false,
                    Some("deny") => true,
                    // Casbin takes any other word for neither.
                    Some(_) => continue,
                };
                let mut fields = fields.into_iter();
                let mut next = || fields.next().unwrap_or_default();
                let subject = next();
                let domain = conf.domains.then(&mut next);
                let grant = Grant { subject, domain, object: next(), action: next(), deny };
                if !(deny && conf.effect == Effect::AllowOverride) {
                    policy.grants.push(grant);
                }
            }
            "g" => {
                if fields.len() != 2 + domains {
                    refusals.push(format!("line {number} of the policy: a link has {} fields here", 2 + domains));
                    continue;
                }
                let mut fields = fields.into_iter();
                let mut next = || fields.next().unwrap_or_default();
                let link = Link { child: next(), parent: next(), domain: conf.domains.then(&mut next) };
                // Links that the matcher does not follow mean nothing.
                if conf.roles {
                    policy.links.push(link);
                }
            }
            other => refusals.push(format!("line {number} of the policy: a line `{other}`")),
        }
    }
    Ok(policy)
}

/// The fields of a line of CSV, at least one.
fn fields(line: &str, number: usize) -> Result<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        let Some(field) = fields.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => field.push(letter),
        }
    }
    if quoted {
        bail!("line {number} of the policy: a quote is not closed");
    }
    Ok(fields.into_iter().map(|field| field.trim().to_owned()).collect())
}
