//! The committed schemas are these, and know the same keys as the readers.

use super::{Document, text};
use clap::ValueEnum;
use countersign_gate::routes::Routes;
use countersign_wire::diagnostic::Source;
use countersign_wire::{model, scenario, tenant};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn what_is_committed_is_what_is_written() {
    for document in Document::value_variants() {
        let name = document.to_possible_value().expect("a name").get_name().to_owned();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(format!("{name}.json"));
        if std::env::var_os("COUNTERSIGN_RENEW").is_some() {
            fs::write(&path, text(*document)).expect("the schema is written");
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(there, text(*document), "stale: run COUNTERSIGN_RENEW=1 cargo test -p countersign-cli schema");
    }
}

/// The keys that a reader knows in the table in which it finds `zzzzzzzzzzzz`, as its message lists them.
fn known(message: &str) -> BTreeSet<String> {
    let help =
        message.split("unknown key `zzzzzzzzzzzz`").nth(1).and_then(|rest| rest.split("help: there are ").nth(1));
    let help = help.unwrap_or_else(|| panic!("no key was refused: {message}")).lines().next().unwrap_or_default();
    help.split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

#[test]
fn schemas_and_readers_know_the_same_keys() {
    let check = |document: Document, pointer: &str, file: &str| {
        let source = Source { name: "file", text: file };
        let refused = match document {
            Document::Model => model::parse(source).err(),
            Document::Tenant => tenant::parse(source).err(),
            Document::Scenario => scenario::parse(source).err(),
            Document::Routes => Routes::parse(source).err(),
        };
        let refused = refused.unwrap_or_else(|| panic!("a key was ignored: {file}")).to_string();
        let schema: Value = serde_json::from_str(&text(document)).expect("JSON");
        let keys = schema.pointer(pointer).and_then(Value::as_object).unwrap_or_else(|| panic!("{pointer}"));
        let mut reads = known(&refused);
        // It is refused with a sentence of its own.
        reads.remove("approval_policies");
        let mut says: BTreeSet<String> = keys.keys().cloned().collect();
        if document == Document::Tenant && pointer == "/properties" {
            assert!(says.remove("approval_policies"));
        }
        // A role's id is its key in a model, and is read before the rest in a tenant.
        assert_eq!(says, reads, "{pointer}");
    };
    let x = "zzzzzzzzzzzz = 1";
    let attribute = "/properties/context/additionalProperties/anyOf/1/properties";
    check(Document::Model, "/properties", &format!("name = 'a'\n{x}"));
    check(Document::Model, "/properties/types/additionalProperties/properties", &format!("name = 'a'\n[types.a]\n{x}"));
    check(Document::Model, "/properties/roles/additionalProperties/properties", &format!("name = 'a'\n[roles.a]\n{x}"));
    check(Document::Model, "/properties/rules/items/properties", &format!("name = 'a'\n[[rules]]\n{x}"));
    check(Document::Model, "/properties/subject/properties", &format!("name = 'a'\n[subject]\n{x}"));
    check(Document::Model, attribute, &format!("name = 'a'\n[context]\na = {{ type = 'int', {x} }}"));
    check(Document::Tenant, "/properties", x);
    for list in ["members", "groups", "roles", "assignments", "overrides", "approval_policies", "resources"] {
        let properties = format!("/properties/{list}/items/properties");
        check(Document::Tenant, &properties, &format!("[[{list}]]\n{x}"));
    }
    check(Document::Tenant, "/properties/settings/properties", &format!("[settings]\n{x}"));
    check(Document::Scenario, "/properties", x);
    check(Document::Scenario, "/properties/expect/items/properties", &format!("[[expect]]\n{x}"));
    let route = "[[routes]]\nmethod = 'GET'\npath = '/{tenant}'\naction = 'a'\nresource = 'b:c'\n";
    let one = "/properties/routes/items/properties";
    check(Document::Routes, "/properties", &format!("{x}\n{route}"));
    check(Document::Routes, "/properties/origin/properties", &format!("{route}[origin]\n{x}"));
    check(Document::Routes, one, &format!("{route}{x}"));
    check(Document::Routes, &format!("{one}/tenant/anyOf/1/properties"), &format!("{route}tenant = {{ {x} }}"));
    for key in ["parameters", "attributes", "action_attributes", "context"] {
        let properties = format!("{one}/{key}/additionalProperties/properties");
        check(Document::Routes, &properties, &format!("{route}{key}.d = {{ query = 'q', {x} }}"));
    }
}
