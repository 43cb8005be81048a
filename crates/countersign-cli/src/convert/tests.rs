//! Other engines' examples come out as their documentation says, and what cannot be said is named.
//!
//! CASL and Casbin are asked themselves in `tests/packaging/imports.test.mjs`.

use super::{Converted, Format, Options, convert, world};
use countersign_tenant::Asked;
use countersign_wire::given::Given;

const DRIVE: &str = include_str!("../../tests/imports/gdrive.fga");
const TUPLES: &str = include_str!("../../tests/imports/gdrive.json");
const RBAC: [&str; 2] =
    [include_str!("../../tests/imports/casbin/rbac.conf"), include_str!("../../tests/imports/casbin/rbac.csv")];

fn read(format: Format, texts: &[&str]) -> Result<Converted, Vec<String>> {
    let options = Options { name: "imported", subject: "user:me", types: &[], actions: &[] };
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    convert(format, &texts, &options).unwrap_or_else(|error| panic!("{error:#}"))
}

fn converted(format: Format, texts: &[&str]) -> Converted {
    read(format, texts).unwrap_or_else(|refusals| panic!("{refusals:#?}"))
}

fn allows(of: &Converted, subject: &str, action: &str, resource: &str) -> bool {
    let world = world(&of.model, &of.tenant).unwrap_or_else(|error| panic!("{error:#}"));
    world.check(&Asked { subject, action, resource, given: &Given::default(), now: 0 }).is_allow()
}

#[test]
fn a_drive_of_openfga_decides_as_it_is_documented() {
    let drive = converted(Format::Openfga, &[DRIVE, TUPLES]);
    let roadmap = "folder:product-2021/doc:2021-roadmap";
    let public = "folder:product-2021/doc:public-roadmap";
    for (subject, action, resource, expected) in [
        ("user:anne", "can_write", roadmap, true),
        ("user:beth", "can_change_owner", roadmap, false),
        ("user:charles", "can_read", roadmap, true),
        ("user:anne", "can_read", roadmap, true),
        ("user:anne", "can_read", public, true),
        ("user:beth", "can_read", roadmap, true),
        ("user:anne", "viewer", public, true),
        ("user:beth", "viewer", public, true),
        ("user:charles", "viewer", public, true),
        ("user:beth", "viewer", roadmap, true),
        ("user:anne", "viewer", roadmap, false),
        ("user:charles", "viewer", roadmap, false),
        ("user:charles", "viewer", "folder:product-2021", true),
        ("user:anne", "viewer", "folder:product-2021", true),
        ("user:beth", "viewer", "folder:product-2021", false),
        ("user:charles", "can_write", roadmap, false),
        ("user:anne", "can_create_file", "folder:product-2021", true),
    ] {
        assert_eq!(
            allows(&drive, subject, action, resource),
            expected,
            "{subject} {action} {resource}\n{}",
            drive.tenant
        );
    }
}

#[test]
fn what_ends_at_the_next_folder_ends_there() {
    let nested = TUPLES.replace(
        "[\n",
        "[\n{ \"user\": \"folder:product-2021\", \"relation\": \"parent\", \"object\": \"folder:drafts\" },\n\
         { \"user\": \"folder:drafts\", \"relation\": \"parent\", \"object\": \"doc:draft\" },\n",
    );
    let drive = converted(Format::Openfga, &[DRIVE, &nested]);
    let draft = "folder:product-2021/folder:drafts/doc:draft";
    // Viewers go down, owners do not.
    assert!(allows(&drive, "user:anne", "can_read", draft));
    assert!(allows(&drive, "user:charles", "can_read", draft));
    assert!(!allows(&drive, "user:anne", "can_write", draft));
    assert!(!allows(&drive, "user:anne", "can_create_file", "folder:product-2021/folder:drafts"));
    assert!(allows(&drive, "user:anne", "can_create_file", "folder:product-2021"));
    // As it would be without the condition: the comparison with OpenFGA's own rules must see it.
    let wrong = drive.tenant.lines().filter(|line| !line.starts_with("when = "));
    let wrong = Converted { tenant: wrong.collect::<Vec<_>>().join("\n"), ..drive };
    assert!(allows(&wrong, "user:anne", "can_write", draft));
}

#[test]
fn models_in_json_are_the_same_models() {
    let json = r#"{ "schema_version": "1.1", "type_definitions": [
        { "type": "user" },
        { "type": "folder", "relations": { "viewer": { "this": {} } },
          "metadata": { "relations": { "viewer": { "directly_related_user_types": [{ "type": "user" }] } } } },
        { "type": "doc", "relations": {
            "parent": { "this": {} }, "owner": { "this": {} },
            "viewer": { "union": { "child": [{ "computedUserset": { "relation": "owner" } },
              { "tupleToUserset": { "tupleset": { "relation": "parent" }, "computedUserset": { "relation": "viewer" } } }] } } },
          "metadata": { "relations": {
            "parent": { "directly_related_user_types": [{ "type": "folder" }] },
            "owner": { "directly_related_user_types": [{ "type": "user" }] } } } }] }"#;
    let text = "model\n  schema 1.1\ntype user\ntype folder\n  relations\n    define viewer: [user]\ntype doc\n  relations\n\
                define parent: [folder]\n    define owner: [user]\n    define viewer: owner or viewer from parent\n";
    let tuples = r#"{ "tuples": [
        { "key": { "user": "folder:f", "relation": "parent", "object": "doc:d" } },
        { "key": { "user": "user:a", "relation": "viewer", "object": "folder:f" } },
        { "key": { "user": "user:b", "relation": "owner", "object": "doc:d" } }] }"#;
    let one = converted(Format::Openfga, &[json, tuples]);
    assert_eq!(one, converted(Format::Openfga, &[text, tuples]));
    assert!(allows(&one, "user:a", "viewer", "folder:f/doc:d") && allows(&one, "user:b", "viewer", "folder:f/doc:d"));
    assert!(!allows(&one, "user:a", "owner", "folder:f/doc:d"));
}

#[test]
fn roles_of_roles_of_casbin_are_groups() {
    let rbac = converted(Format::Casbin, &RBAC);
    for (subject, action, object, expected) in [
        ("user:alice", "read", "object:data1", true),
        ("user:alice", "write", "object:data1", false),
        ("user:alice", "write", "object:data2", true),
        ("user:bob", "write", "object:data2", true),
        ("user:bob", "read", "object:data2", false),
        ("user:carol", "read", "object:data2", true),
        ("user:carol", "write", "object:data1", true),
    ] {
        assert_eq!(allows(&rbac, subject, action, object), expected, "{subject} {action} {object}");
    }
}

#[test]
fn what_cannot_be_said_is_named() {
    let check = |format: Format, texts: &[&str], said: &str| {
        let refusals = read(format, texts).expect_err(said).join("\n");
        assert!(refusals.contains(said), "{said}\n{refusals}");
    };
    let casl = |rule: &str, said: &str| check(Format::Casl, &[&format!("[{rule}]")], said);
    casl(r#"{ "action": "read", "subject": "P", "fields": ["title"] }"#, "rule 1: its `fields`");
    casl(r#"{ "action": "read", "subject": "P", "conditions": { "a.b": 1 } }"#, "the nested field `a.b`");
    casl(
        r#"{ "action": "read", "subject": "P", "conditions": { "a": { "$regex": "^x" } } }"#,
        "the operator `$regex` on `a`",
    );
    casl(r#"{ "action": "read", "subject": "P", "conditions": { "$or": [{ "a": 1 }] } }"#, "the operator `$or`");
    casl(r#"{ "action": "read", "subject": "P", "conditions": { "a": null } }"#, "`a` compared with null");
    casl(r#"{ "action": "read", "subject": "P", "conditions": { "a": "${user.id}" } }"#, "the placeholder");
    casl(r#"{ "action": "read", "subject": "P", "if": {} }"#, "the key `if`");
    casl(r#"{ "action": "read-all", "subject": "P" }"#, "the action `read-all`");
    casl(r#"{ "action": "read", "subject": "role" }"#, "the type `role`");
    casl(r#"{ "action": "manage", "subject": "all" }"#, "no type");
    let two = r#"{ "action": "read", "subject": "P", "conditions": { "a": 1 } }, { "action": "read", "subject": "P", "conditions": { "a": "1" } }"#;
    casl(two, "values of two kinds");
    let casbin = |from: &str, to: &str, said: &str| check(Format::Casbin, &[&RBAC[0].replace(from, to), RBAC[1]], said);
    casbin("r.obj == p.obj", "keyMatch(r.obj, p.obj)", "`keyMatch(r.obj,p.obj)` in the matcher");
    casbin(" && r.act == p.act", "", "does not look at `r.act`");
    casbin("r.act == p.act", "r.act == p.act || r.sub == \"root\"", "in the matcher");
    casbin("some(where (p.eft == allow))", "priority(p.eft) || deny", "the policy effect");
    casbin("g = _, _", "g = _, _\ng2 = _, _", "`g2` of the model");
    casbin("r = sub, obj, act", "r = sub, act", "the request definition");
    check(Format::Casbin, &[RBAC[0], "p, alice, /data1, read"], "the id `/data1`");
    check(Format::Casbin, &[RBAC[0], "p, alice, data1, *"], "the action `*`");
    check(Format::Casbin, &[RBAC[0], "p, alice, data1, read, deny"], "line 1 of the policy has 4 fields");
    check(Format::Casbin, &[RBAC[0], "p2, alice, data1, read"], "a line `p2`");
    let fga = |from: &str, to: &str, said: &str| check(Format::Openfga, &[&DRIVE.replace(from, to), TUPLES], said);
    fga("owner or owner from parent", "owner but not viewer", "a relation is a union");
    fga("viewer or owner or", "viewer and owner or", "a relation is a union");
    fga("[user, user:*, group#member]", "[user, user:*, group#member, user with late]", "`user with late`");
    fga("define can_read: viewer", "define can_read: reader", "there is no relation `reader`");
    let tuples = |tuple: &str, said: &str| {
        check(Format::Openfga, &[DRIVE, &TUPLES.replace("[\n", &format!("[\n{tuple},\n"))], said)
    };
    tuples(r#"{ "user": "folder:other", "relation": "parent", "object": "doc:2021-roadmap" }"#, "stands below two");
    tuples(r#"{ "user": "user:a", "relation": "can_read", "object": "doc:x" }"#, "the model does not allow it");
    tuples(r#"{ "user": "user:a", "relation": "viewer", "object": "doc:a/b" }"#, "the id `a/b`");
    tuples(
        r#"{ "user": "user:a", "relation": "viewer", "object": "doc:x", "condition": { "name": "c" } }"#,
        "its condition",
    );
}
