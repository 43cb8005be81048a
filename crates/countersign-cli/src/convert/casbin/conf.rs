//! Casbin's model.conf: which of the models it is that can be said here.

use super::super::Refusals;
use super::Effect;
use std::collections::BTreeMap;

/// What of a model.conf matters.
#[derive(Debug, Default)]
pub(super) struct Conf {
    /// Whether requests, policies and roles have a domain
    pub(super) domains: bool,
    /// Whether the matcher follows roles
    pub(super) roles: bool,
    /// Whether a line of the policy says what it does
    pub(super) effects: bool,
    pub(super) effect: Effect,
}

/// Reads a model.conf; what cannot be said is refused.
pub(super) fn read(text: &str, refusals: &mut Refusals) -> Conf {
    let mut conf = Conf::default();
    let keys = keys(text);
    let get = |key: &str| keys.get(key).map(String::as_str).unwrap_or_default();
    for key in keys.keys() {
        if !["r", "p", "g", "e", "m"].contains(&key.as_str()) {
            refusals.push(format!("`{key}` of the model: several definitions of one kind, or none that is known"));
        }
    }
    match get("r") {
        "sub,obj,act" => {}
        "sub,dom,obj,act" => conf.domains = true,
        other => {
            refusals.push(format!("the request definition `{other}`: it is `sub, obj, act` or `sub, dom, obj, act`"))
        }
    }
    let expected = if conf.domains { "sub,dom,obj,act" } else { "sub,obj,act" };
    match get("p").strip_prefix(expected) {
        Some("") => {}
        Some(",eft") => conf.effects = true,
        _ => refusals
            .push(format!("the policy definition `{}`: it has the fields of the request, and `eft` perhaps", get("p"))),
    }
    match (get("g"), conf.domains) {
        ("" | "_,_", false) | ("" | "_,_,_", true) => {}
        (other, _) => refusals.push(format!("the role definition `{other}`")),
    }
    match get("e") {
        "some(where(p.eft==allow))" => conf.effect = Effect::AllowOverride,
        "some(where(p.eft==allow))&&!some(where(p.eft==deny))" => conf.effect = Effect::Both,
        other => {
            refusals.push(format!("the policy effect `{other}`: something must allow here, and order means nothing"))
        }
    }
    matcher(get("m"), &mut conf, refusals);
    conf
}

/// The matcher must compare every field for equality, or follow roles for the subject.
fn matcher(text: &str, conf: &mut Conf, refusals: &mut Refusals) {
    let mut missing = vec!["r.sub", "r.obj", "r.act"];
    if conf.domains {
        missing.push("r.dom");
    }
    let roles = if conf.domains { "g(r.sub,p.sub,r.dom)" } else { "g(r.sub,p.sub)" };
    for part in text.split("&&") {
        let field = match part {
            "r.sub==p.sub" | "p.sub==r.sub" => "r.sub",
            "r.obj==p.obj" | "p.obj==r.obj" => "r.obj",
            "r.act==p.act" | "p.act==r.act" => "r.act",
            "r.dom==p.dom" | "p.dom==r.dom" => "r.dom",
            part if part == roles => {
                conf.roles = true;
                "r.sub"
            }
            other => {
                refusals
                    .push(format!("`{other}` in the matcher: fields are compared for equality, and `g` follows roles"));
                continue;
            }
        };
        missing.retain(|name| *name != field);
    }
    for field in missing {
        refusals.push(format!("the matcher does not look at `{field}`"));
    }
}

/// The definitions, without white space and comments.
fn keys(text: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines() {
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
        if line.is_empty() || line.starts_with(';') || line.starts_with('[') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
        keys.insert(key.trim().to_owned(), value);
    }
    keys
}
