//! Roles as people and programs read them.

use super::{COUNTED, held_by};
use crate::query::{Asker, Shown, paged, size};
use crate::state::{Fault, State};
use crate::stop::{Stop, not_found};
use crate::{doc, target};
use countersign_core::{MaskRows, Policy, Role, TypeId};
use countersign_wire::api::{Page, view};
use serde_json::Value;

/// Roles, the model's included, by id.
pub(crate) fn page<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    let policy = asker.rights.policy();
    let mut roles: Vec<&Role> = policy.roles().iter().collect();
    roles.sort_by_key(|role| role.id());
    let behind = |role: &&&Role| page.cursor.as_deref().is_none_or(|cursor| role.id() > cursor);
    let seen = |role: &&&Role| asker.rights.may("view", "/", &format!("role:{}", role.id()));
    let shown = roles.iter().filter(behind).filter(seen).take(size(page) + 1);
    let items = shown.map(|role| Ok((role.id().to_owned(), view(asker.state, policy, role)?)));
    Ok((paged(items.collect::<Result<_, Stop>>()?, page), None))
}

/// One role.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, id: &str) -> Result<Shown, Stop> {
    let hidden = || not_found("unknown_role", format!("There is no role `{id}` that you may see."));
    if !asker.rights.may("view", "/", &format!("role:{id}")) {
        return Err(hidden());
    }
    let policy = asker.rights.policy();
    let role = policy.role_named(id).and_then(|role| policy.role(role)).ok_or_else(hidden)?;
    let changed = target::changed(asker.state, &target::document(doc::ROLE, id))?;
    Ok((view(asker.state, policy, role)?, changed))
}

fn view(state: &impl State, policy: &Policy, role: &Role) -> Result<Value, Stop> {
    let spec = role.spec();
    let body: Option<Value> = doc::read(state, &format!("{}{}", doc::ROLE, role.id()))?;
    let name = |on: &TypeId| policy.resource_type(*on).map(|kind| kind.name().to_owned());
    let root = spec.at_root.then(|| "/".to_owned());
    let rows =
        || spec.masks.iter().chain(spec.parts.iter().flat_map(|part| &part.masks)).copied().collect::<MaskRows>();
    let shown = view::RoleView {
        id: role.id().to_owned(),
        custom: body.is_some(),
        at: root.into_iter().chain(spec.at.iter().filter_map(name)).collect(),
        allow: spelled(policy, rows().into_iter().map(|(on, allow, _)| (on, allow))),
        deny: spelled(policy, rows().into_iter().map(|(on, _, deny)| (on, deny))),
        assigns: spec.assigns.iter().filter_map(|id| policy.role(*id)).map(|role| role.id().to_owned()).collect(),
        body,
        assigned: held_by(state, role.id(), COUNTED)?.len() as u64,
    };
    serde_json::to_value(shown).map_err(|error| Fault(error.to_string()).into())
}

/// `type:action` of each bit, each once, in the order of the types.
pub(crate) fn spelled(policy: &Policy, rows: impl Iterator<Item = (TypeId, u64)>) -> Vec<String> {
    let mut masks = vec![0; policy.types().len()];
    for (on, mask) in rows {
        if let Some(all) = masks.get_mut(usize::from(on.0)) {
            *all |= mask;
        }
    }
    let of_type = policy.types().iter().zip(masks).flat_map(|(kind, mask): (_, u64)| {
        let named = move |action: &&Box<str>| kind.action(action).is_some_and(|action| action.mask() & mask != 0);
        kind.actions().iter().filter(named).map(|action| format!("{}:{action}", kind.name()))
    });
    of_type.collect()
}
