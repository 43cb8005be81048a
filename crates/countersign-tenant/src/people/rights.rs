//! A member's rights at one scope, as an editor shows them: what each is set to, and what comes out.

use super::members::may_see;
use super::outcome::Place;
use super::value;
use crate::held::Held;
use crate::query::{Asker, Shown};
use crate::state::State;
use crate::stop::{Stop, forbidden, invalid, unknown_member};
use crate::{held, target};
use countersign_core::{Path, Policy, ResourceType, TypeId};
use countersign_wire::api::view::{RightView, RightsView};
use countersign_wire::by_name::ByName;
use countersign_wire::record::{OverrideForm, StatusForm, SubjectRecord};

/// Every permission of the model's own types that can be asked about at or below the scope.
pub(crate) fn of<S: State>(asker: &Asker<'_, S>, subject: &str, scope: Option<&str>) -> Result<Shown, Stop> {
    if !may_see(asker, subject)? {
        return Err(unknown_member(subject));
    }
    let (policy, scope) = (asker.policy(), scope.unwrap_or("/"));
    let on = match scope {
        "/" => None,
        path => Some(
            Path::parse(path)
                .and_then(|path| policy.locate(&path))
                .map_err(|_| invalid("invalid_scope", format!("`{path}` is no scope of this account's model.")))?,
        ),
    };
    if subject != asker.subject && !asker.rights.may("view", scope, &format!("override:{subject}")) {
        return Err(forbidden("You may not see what members are set to. Ask an administrator of this account."));
    }
    let record = held::subject(asker.state, subject)?.ok_or_else(|| unknown_member(subject))?;
    let real = Held::of_record(asker.state, policy, subject, &record)?;
    // What roles say is the same whether the member is locked or not.
    let mut without = SubjectRecord { status: StatusForm::Active, ..record.clone() };
    without.overrides.retain(|form| form.scope != scope);
    let without = Held::of_record(asker.state, policy, subject, &without)?;
    let mut rights = ByName::default();
    for (kind, number) in policy.types().iter().zip(0..).filter(|(kind, _)| !kind.is_builtin()) {
        let ways = ways(policy, scope, on, TypeId(number));
        if ways.is_empty() {
            continue;
        }
        let of_kind = kind.actions().iter().filter_map(|action| {
            let place = Place { policy, on: TypeId(number), scope, ways: &ways, now: asker.now };
            let bit = kind.action(action)?.mask();
            let permission = format!("{}:{action}", kind.name());
            let set = set(&record.overrides, &permission, scope);
            let inherited = place.outcome(&without, action, bit).as_str();
            let shown = if set == "inherit" { format!("inherit ({inherited})") } else { set.to_owned() };
            let effective = place.outcome(&real, action, bit).as_str().to_owned();
            Some(RightView { permission, set: set.to_owned(), inherited: inherited.to_owned(), effective, shown })
        });
        rights.insert(kind.name().to_owned(), of_kind.collect());
    }
    let view = RightsView { subject: subject.to_owned(), scope: scope.to_owned(), rights };
    Ok((value(&view)?, target::changed(asker.state, &target::member(subject))?))
}

/// What the member's own override at exactly this scope says.
fn set(overrides: &[OverrideForm], permission: &str, scope: &str) -> &'static str {
    let here = overrides.iter().filter(|form| form.permission == permission && form.scope == scope);
    match here.map(|form| form.allow).min() {
        Some(false) => "deny",
        Some(true) => "allow",
        None => "inherit",
    }
}

/// An id that nobody writes, for resources that stand for any.
const ANY: &str = "\u{10ffff}";

/// Resources of the type at or below the scope, one for each way down: they stand for any that nobody names.
fn ways(policy: &Policy, scope: &str, on: Option<TypeId>, wanted: TypeId) -> Vec<String> {
    if on == Some(wanted) {
        return vec![scope.to_owned()];
    }
    let name = |of: TypeId| policy.resource_type(of).map_or("", ResourceType::name);
    // From the type upwards, until the scope or the root is met. No type is met twice on a way.
    let mut found = Vec::new();
    let mut open: Vec<Vec<TypeId>> = vec![vec![wanted]];
    while let Some(way) = open.pop() {
        let Some(kind) = way.last().and_then(|top| policy.resource_type(*top)) else { continue };
        let meets = match on {
            None => kind.spec().at_root,
            Some(on) => kind.spec().parents.contains(&on),
        };
        if meets {
            let below: Vec<String> = way.iter().rev().map(|of| format!("{}:{ANY}", name(*of))).collect();
            found.push(if scope == "/" { below.join("/") } else { format!("{scope}/{}", below.join("/")) });
        }
        let more = kind.spec().parents.iter().filter(|parent| !way.contains(parent));
        open.extend(more.map(|parent| way.iter().copied().chain([*parent]).collect()));
        if found.len() + open.len() > MOST_WAYS {
            break;
        }
    }
    found
}

/// Ways down to a type that are looked at.
const MOST_WAYS: usize = 64;
