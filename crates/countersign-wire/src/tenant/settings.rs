//! The settings in a tenant file: which there are, and of what kind each is. They decide nothing about permissions.

use crate::document::{Node, Value};
use crate::reader::{At, Placed, Problems, Table};

/// Looks at the form of `settings`, and gives where it stands; the values are taken from the file as it was written.
pub(super) fn check(root: &mut Table, problems: &mut Problems<'_>) -> Option<Placed<()>> {
    let placed = root.take("settings")?;
    let here = placed.with(());
    let mut table = Table::new(Node { span: placed.at.span, value: placed.value }, placed.at.path, problems);
    for key in ["account_name", "seats_contact"] {
        table.string(key, problems);
    }
    for key in ["seats", "invitation_hours", "approval_hours"] {
        if let Some(placed) = table.take(key) {
            whole(&placed.at, &placed.value, problems);
        }
    }
    if let Some(placed) = table.take("multiple_accounts")
        && !matches!(placed.value, Value::Bool(_))
    {
        problems.add(&placed.at, format!("expected true or false, found {}", placed.value.kind()));
    }
    for (key, node) in table.named("licences", problems) {
        whole(&key.at, &node.value, problems);
    }
    for (key, node) in table.named("sealed_roles", problems) {
        if !matches!(node.value, Value::String(_)) {
            problems.add(&key.at, format!("expected a sentence that refusals show, found {}", node.value.kind()));
        }
    }
    table.finish(problems);
    Some(here)
}

fn whole(at: &At, value: &Value, problems: &mut Problems<'_>) {
    if !matches!(value, Value::Number(text) if text.parse::<u32>().is_ok()) {
        problems.add(at, "expected a whole number, from 0 on".to_owned());
    }
}
