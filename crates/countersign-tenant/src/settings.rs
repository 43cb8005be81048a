//! The tenant's settings.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::query::{Asker, Shown};
use crate::state::{Fault, State};
use crate::stop::{Stop, forbidden, invalid, refuse};
use crate::{doc, listing, text};
use countersign_core::condition::Kind;
use countersign_core::{Owner, Policy};
use countersign_wire::api::SettingsEdit;
use countersign_wire::api::view::SettingsView;
use countersign_wire::form::from_value;
use countersign_wire::stored::Settings;
use serde_json::Value;
use std::ops::RangeInclusive;

/// For how many hours something may wait: up to a year.
const HOURS: RangeInclusive<u32> = 1..=8_760;

/// The settings, or those of a tenant that never set any.
pub(crate) fn of(state: &impl State) -> Result<Settings, Fault> {
    Ok(doc::read(state, doc::SETTINGS)?.unwrap_or_default())
}

/// Refuses to give a role that was sealed, with the sentence that was written for it.
pub(crate) fn refuse_sealed(state: &impl State, role: &str) -> Result<(), Stop> {
    match of(state)?.sealed_roles.remove(role) {
        Some(sentence) => Err(refuse(403, "sealed_role", sentence)),
        None => Ok(()),
    }
}

/// Changes the settings.
///
/// Seats and licences may fall below what is taken: nobody is put out, and nothing new fits.
pub(crate) fn edit<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, edit: &SettingsEdit) -> Result<(), Stop> {
    if !rights.may("edit", "/", "settings:account") {
        return Err(forbidden("You may not change the settings. Ask an administrator of this account."));
    }
    let before = of(draft)?;
    let after = changed(&before, edit);
    let sold = after.seats != before.seats || after.licences != before.licences;
    if (sold || after.sealed_roles != before.sealed_roles) && !rights.is_operator() {
        let what = if sold { "how many seats and licences there are" } else { "which roles are sealed" };
        let whom = before.seats_contact.as_deref().filter(|_| sold);
        let whom = whom.unwrap_or("Contact the agency or the operator of this platform.");
        return Err(forbidden(format!("Nobody in this account decides {what}. {whom}")));
    }
    put(draft, &before, &after)
}

/// Takes the settings of a tenant file, if it has any; what it does not speak of stays as it was.
pub(crate) fn import<S: State>(draft: &mut Draft<'_, S>, written: Option<&Value>) -> Result<(), Stop> {
    let Some(written) = written else { return Ok(()) };
    let edit: SettingsEdit = from_value(written.clone())
        .map_err(|error| invalid("invalid_tenant", format!("The settings in the tenant file: {error}.")))?;
    let before = of(draft)?;
    put(draft, &before, &changed(&before, &edit))
}

/// The settings as a tenant file has them; none where none were ever set.
pub(crate) fn written(state: &impl State) -> Result<Option<Value>, Stop> {
    let known: Option<Settings> = doc::read(state, doc::SETTINGS)?;
    let Some(Value::Object(mut fields)) = known.as_ref().map(listing::view).transpose()? else { return Ok(None) };
    fields.retain(|_, value| !value.is_null());
    Ok(Some(Value::Object(fields)))
}

fn changed(before: &Settings, edit: &SettingsEdit) -> Settings {
    let wanted = edit.clone();
    Settings {
        account_name: wanted.account_name.unwrap_or_else(|| before.account_name.clone()),
        seats: wanted.seats.unwrap_or(before.seats),
        licences: wanted.licences.unwrap_or_else(|| before.licences.clone()),
        seats_contact: wanted.seats_contact.or_else(|| before.seats_contact.clone()),
        multiple_accounts: wanted.multiple_accounts.unwrap_or(before.multiple_accounts),
        invitation_hours: wanted.invitation_hours.unwrap_or(before.invitation_hours),
        approval_hours: wanted.approval_hours.unwrap_or(before.approval_hours),
        sealed_roles: wanted.sealed_roles.unwrap_or_else(|| before.sealed_roles.clone()),
    }
}

fn put<S: State>(draft: &mut Draft<'_, S>, before: &Settings, after: &Settings) -> Result<(), Stop> {
    sound(&draft.policy, before, after)?;
    draft.put_doc(doc::SETTINGS.to_owned(), after)?;
    draft.note("settings".to_owned(), listing::view(before)?, listing::view(after)?);
    Ok(())
}

/// Refuses what makes no sense; what stays as it was is not looked at.
fn sound(policy: &Policy, before: &Settings, after: &Settings) -> Result<(), Stop> {
    if after.account_name != before.account_name {
        text::named(&after.account_name, "account_name")?;
    }
    if let Some(contact) = after.seats_contact.as_ref().filter(|_| after.seats_contact != before.seats_contact) {
        text::sentence(contact, "seats_contact")?;
    }
    for (field, hours) in [("invitation_hours", after.invitation_hours), ("approval_hours", after.approval_hours)] {
        if !HOURS.contains(&hours) {
            let detail = format!("`{field}` is between {} and {} hours.", HOURS.start(), HOURS.end());
            return Err(invalid("invalid_hours", detail));
        }
    }
    for name in after.licences.keys().filter(|name| !before.licences.contains_key(*name)) {
        let is_flag = policy
            .attributes()
            .iter()
            .any(|spec| spec.owner == Owner::Subject && *spec.name == **name && spec.kind == Kind::Bool);
        if !is_flag {
            let detail = format!("`{name}` is no attribute of members that is true or false.");
            return Err(invalid("unknown_attribute", detail));
        }
    }
    for (role, sentence) in after.sealed_roles.iter() {
        if before.sealed_roles.get(role) == Some(sentence) {
            continue;
        }
        if policy.role_named(role).is_none() {
            return Err(invalid("unknown_role", format!("There is no role `{role}`.")));
        }
        text::sentence(sentence, "sealed_roles")?;
    }
    Ok(())
}

/// The settings, with how many seats and licences are taken.
pub(crate) fn show<S: State>(asker: &Asker<'_, S>) -> Result<Shown, Stop> {
    if !asker.rights.may("view", "/", "settings:account") {
        return Err(forbidden("You may not see the settings. Ask an administrator of this account."));
    }
    let settings = of(asker.state)?;
    let taken = crate::seats::taken(asker.state)?;
    let view = SettingsView {
        account_name: settings.account_name,
        seats: Some(settings.seats).filter(|seats| *seats > 0),
        seats_taken: taken.seats,
        licences: settings.licences,
        licences_taken: taken.licences,
        seats_contact: settings.seats_contact,
        multiple_accounts: settings.multiple_accounts,
        invitation_hours: settings.invitation_hours,
        approval_hours: settings.approval_hours,
        sealed_roles: settings.sealed_roles,
    };
    let changed = asker.state.doc(doc::SETTINGS)?.map(|(revision, _)| revision);
    Ok((listing::view(&view)?, changed))
}
