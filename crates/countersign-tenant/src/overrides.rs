//! Setting a member's rights to allow, deny or inherit, one by one or all at once.

use crate::authority::{Rights, Row};
use crate::draft::Draft;
use crate::members::keeps_an_administrator;
use crate::selves;
use crate::state::State;
use crate::stop::{Stop, diagnosed, forbidden, invalid};
use countersign_compile::piece;
use countersign_core::{Millis, Path, Policy};
use countersign_wire::api::{Inheriting, OverrideBody};
use countersign_wire::diagnostic::Source;
use countersign_wire::record::{OverrideForm, SubjectRecord};
use countersign_wire::time;
use serde_json::{Value, json};

/// Sets one right of a member; a permission such as `sign:*` is several.
pub(crate) fn set<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    body: &OverrideBody,
) -> Result<(), Stop> {
    may_set(draft, rights, subject, &body.scope)?;
    // To inherit is to have no override: the entry is read as an allow to learn which permissions it names.
    let effect = if body.effect == Inheriting::Deny { "deny" } else { "allow" };
    let mut entry = json!({
        "subject": subject, "permission": body.permission, "scope": body.scope, "effect": effect,
    });
    if let Some(fields) = entry.as_object_mut() {
        let window = [("from", &body.from), ("until", &body.until)];
        fields.extend(window.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at.clone()?.into()))));
    }
    let text = entry.to_string();
    let forms = piece::overrides(&draft.policy, Source { name: "override", text: &text })
        .map_err(|problems| diagnosed("invalid_override", &problems))?;
    replace(draft, rights, subject, forms, body.effect)
}

/// Sets every right of a member at one scope.
pub(crate) fn set_all<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    effect: Inheriting,
    scope: &str,
) -> Result<(), Stop> {
    may_set(draft, rights, subject, scope)?;
    let on = if scope == "/" { None } else { Path::parse(scope).and_then(|path| draft.policy.locate(&path)).ok() };
    if scope != "/" && on.is_none() {
        return Err(invalid("invalid_scope", format!("`{scope}` is no scope of this account's model.")));
    }
    // Rights in a product are those of the model's own types; managing the tenant is given by roles.
    let every = draft.policy.types().iter().filter(|kind| effect == Inheriting::Inherit || !kind.is_builtin());
    let permissions: Vec<String> =
        every.flat_map(|kind| kind.actions().iter().map(|action| format!("{}:{action}", kind.name()))).collect();
    let form = |permission| OverrideForm {
        permission,
        scope: scope.to_owned(),
        allow: effect == Inheriting::Allow,
        from: None,
        until: None,
    };
    let forms = permissions.into_iter().map(form).collect();
    replace(draft, rights, subject, forms, effect)
}

fn may_set<S: State>(draft: &Draft<'_, S>, rights: &Rights, subject: &str, scope: &str) -> Result<(), Stop> {
    let sound = scope == "/" || Path::parse(scope).and_then(|path| draft.policy.locate(&path)).is_ok();
    if !rights.may("set", if sound { scope } else { "/" }, &format!("override:{subject}")) {
        return Err(forbidden("You may not set rights here. Ask an administrator of this account."));
    }
    Ok(())
}

/// Puts `forms` in the place of what the member has for the same permissions at the same scopes.
fn replace<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    forms: Vec<OverrideForm>,
    effect: Inheriting,
) -> Result<(), Stop> {
    let mut record = draft.member(subject)?;
    let before = record.overrides.clone();
    let same = |a: &OverrideForm, b: &OverrideForm| a.permission == b.permission && a.scope == b.scope;
    record.overrides.retain(|old| !forms.iter().any(|new| same(old, new)));
    if effect != Inheriting::Inherit {
        record.overrides.extend(forms);
    }
    let own = draft.selves()?.has(subject);
    for gain in gains(&draft.policy, &before, &record) {
        // Whoever could hand a right on could free itself of a denial by that.
        if own && selves::any(draft, rights, |rights| rights.is_denied(gain.row, &gain.scope))? {
            let detail = format!(
                "`{}` is denied to you at or around `{}`. Ask another administrator to change that.",
                gain.permission, gain.scope
            );
            return Err(forbidden(detail));
        }
        let last = rights.hands_on_until(&[gain.row], &gain.scope);
        if last.is_none_or(|last| gain.until > last) {
            let detail = format!(
                "You cannot give `{}` at `{}`, because you do not hold it there yourself without condition or end. \
                 Ask an administrator who does.",
                gain.permission, gain.scope
            );
            return Err(forbidden(detail));
        }
    }
    draft.put_member(subject, &record)?;
    draft.note(format!("override:{subject}"), shown(&before), shown(&record.overrides));
    keeps_an_administrator(draft)
}

/// What a member may gain when its overrides change.
struct Gain {
    permission: String,
    row: Row,
    scope: String,
    until: Millis,
}

/// Allows that are new, and denials that are gone.
fn gains(policy: &Policy, before: &[OverrideForm], after: &SubjectRecord) -> Vec<Gain> {
    let allowed = after.overrides.iter().filter(|form| form.allow && !before.contains(form));
    let freed = before.iter().filter(|form| !form.allow && !after.overrides.contains(form));
    let gain = |form: &OverrideForm, until: Option<i64>| {
        let permission = policy.permission(&form.permission)?;
        let row = (permission.on, permission.action.mask());
        let until = until.unwrap_or(Millis::MAX);
        Some(Gain { permission: form.permission.clone(), row, scope: form.scope.clone(), until })
    };
    let allowed = allowed.filter_map(|form| gain(form, form.until));
    allowed.chain(freed.filter_map(|form| gain(form, None))).collect()
}

/// Overrides as the log shows them.
pub(crate) fn shown(overrides: &[OverrideForm]) -> Value {
    let one = |form: &OverrideForm| {
        let mut shown = json!({
            "permission": form.permission, "scope": form.scope, "effect": if form.allow { "allow" } else { "deny" },
        });
        if let Some(fields) = shown.as_object_mut() {
            let window = [("from", form.from), ("until", form.until)];
            fields
                .extend(window.into_iter().filter_map(|(name, at)| Some((name.to_owned(), time::format(at?)?.into()))));
        }
        shown
    };
    overrides.iter().map(one).collect::<Vec<_>>().into()
}
