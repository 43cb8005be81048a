//! Which kind of document a file is, told by the keys at its top.

use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::document::{self, Value, Why};

/// The kinds of documents that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Types, roles, rules
    Model,
    /// Members and what they hold
    Tenant,
    /// What must come out
    Scenario,
    /// What is asked for which request
    Routes,
}

const ROUTES: [&str; 3] = ["routes", "origin", "host"];
const MODEL: [&str; 5] = ["types", "rules", "subject", "action", "context"];
const TENANT: [&str; 7] =
    ["members", "groups", "assignments", "overrides", "approval_policies", "resources", "settings"];

/// The kind of a document.
///
/// # Errors
/// When it is neither TOML nor JSON, unless it is a model all the same: of that more is told.
pub(crate) fn of(source: &Source<'_>) -> Result<Kind, Diagnostics> {
    let (root, faults) = document::recover(source, &[]).map_err(Diagnostics::new)?;
    let kind = told(&root.value);
    if kind != Kind::Model && faults.iter().any(|fault| fault.why == Why::Syntax) {
        document::parse(source).map_err(Diagnostics::new)?;
    }
    Ok(kind)
}

fn told(root: &Value) -> Kind {
    let Value::Table(entries) = root else { return Kind::Model };
    let has = |names: &[&str]| entries.iter().any(|(key, _)| names.contains(&key.text.as_str()));
    if has(&ROUTES) {
        Kind::Routes
    } else if has(&["expect", "tenant"]) {
        Kind::Scenario
    } else if has(&["name"]) || has(&MODEL) {
        Kind::Model
    } else if has(&TENANT) {
        Kind::Tenant
    } else {
        // `roles` alone: a table of them is a model's, a list a tenant's.
        let lists = entries.iter().any(|(key, node)| key.text == "roles" && matches!(node.value, Value::Array(_)));
        if lists || entries.is_empty() { Kind::Tenant } else { Kind::Model }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, of};
    use countersign_wire::diagnostic::Source;

    #[test]
    fn a_document_is_told_by_its_keys() {
        let check = |text: &str, kind: Kind| {
            assert_eq!(of(&Source { name: "file", text }).expect("a document"), kind, "{text}");
        };
        check("name = 'a'\n[types.a]\nactions = ['b']", Kind::Model);
        check("[roles.a]\nallow = ['*']", Kind::Model);
        check("[[roles]]\nid = 'a'", Kind::Tenant);
        check("[[members]]\nsubject = 'user:a'", Kind::Tenant);
        check("{\"members\": []}", Kind::Tenant);
        check("", Kind::Tenant);
        check("model = 'm'\ntenant = 't'\n[[expect]]", Kind::Scenario);
        check("tenant = 'acme'\n[[routes]]\nmethod = 'GET'", Kind::Routes);
        check("{\"routes\": []}", Kind::Routes);
        check("[types.a]\nactions = []\nactions = [", Kind::Model);
        assert!(of(&Source { name: "file", text: "[[members]]\nsubject = [" }).is_err());
        assert!(of(&Source { name: "file", text: "{" }).is_err());
    }
}
