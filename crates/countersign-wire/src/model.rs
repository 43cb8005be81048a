//! The model file: types, actions, attributes and roles as their author writes them.

use crate::diagnostic::{Diagnostics, Source};
use crate::document::{Node, Value};
use crate::reader::{self, At, Placed, Problems, Table};

/// A model file, read but not yet checked for meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFile {
    /// The model's name
    pub name: String,
    /// The resource types, in the order in which they were written
    pub types: Vec<TypeDecl>,
    /// The roles, in the order in which they were written
    pub roles: Vec<RoleDecl>,
}

/// `[types.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDecl {
    /// Its name
    pub name: Placed<String>,
    /// The types it stands below: `parent = "project"`, or a list; `/` is the root
    pub parents: Vec<Placed<String>>,
    /// Its actions
    pub actions: Vec<Placed<String>>,
    /// Its attributes
    pub attributes: Vec<AttributeDecl>,
}

/// `attributes.NAME = "string"` or `{ type = "bool", from = "request" }` or `{ one_of = […] }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDecl {
    /// Its name
    pub name: Placed<String>,
    /// The type's name, or nothing where values are listed
    pub kind: Option<String>,
    /// The values it may have
    pub one_of: Vec<String>,
    /// Whether the caller supplies it
    pub from_request: bool,
}

/// `[roles.NAME]` of a model, or an entry of a tenant's `roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDecl {
    /// Its id
    pub id: Placed<String>,
    /// The name people see; the id if left out
    pub title: Option<String>,
    /// The types of scope it may be assigned at, `/` for the root; everywhere if left out
    pub at: Option<Vec<Placed<String>>>,
    /// Permissions allowed
    pub allow: Vec<Placed<String>>,
    /// Permissions denied
    pub deny: Vec<Placed<String>>,
    /// Roles whose permissions it has too
    pub includes: Vec<Placed<String>>,
    /// Roles that its holder may give
    pub assigns: Vec<Placed<String>>,
}

const ATTRIBUTE_TYPES: [&str; 7] = ["bool", "int", "decimal", "string", "timestamp", "ip", "list"];

/// Reads a model file.
///
/// # Errors
/// Everything that is wrong with its form.
pub fn parse(source: Source<'_>) -> Result<ModelFile, Diagnostics> {
    reader::read(source, |root, problems| {
        let name = root.required("name", problems).value;
        let types =
            root.named("types", problems).into_iter().map(|(name, node)| type_decl(name, node, problems)).collect();
        let roles = root.named("roles", problems);
        let roles = roles.into_iter().map(|(id, node)| role_decl_named(id, node, problems)).collect();
        for owner in ["subject", "action"] {
            if let Some(placed) = root.take(owner) {
                let node = Node { span: placed.at.span, value: placed.value };
                let mut table = Table::new(node, placed.at.path, problems);
                attributes(&mut table, problems);
                table.finish(problems);
            }
        }
        for (name, node) in root.named("context", problems) {
            attribute(name, node, problems);
        }
        root.refuse("rules", "rules", problems);
        root.refuse("approval_policies", "approval policies", problems);
        ModelFile { name, types, roles }
    })
}

fn type_decl(name: Placed<String>, node: Node, problems: &mut Problems<'_>) -> TypeDecl {
    let mut table = Table::new(node, name.at.path.clone(), problems);
    let parents = match table.take("parent") {
        None => Vec::new(),
        Some(Placed { value: Value::String(parent), at }) => vec![Placed { value: parent, at }],
        Some(placed) => parent_list(placed, problems),
    };
    let actions = table.strings("actions", problems);
    let attributes = attributes(&mut table, problems);
    table.finish(problems);
    TypeDecl { name, parents, actions, attributes }
}

fn parent_list(placed: Placed<Value>, problems: &mut Problems<'_>) -> Vec<Placed<String>> {
    let mut parents = Vec::new();
    let items = if let Value::Array(items) = placed.value { items } else { Vec::new() };
    for item in items {
        match item.value {
            Value::String(value) => {
                parents.push(Placed { value, at: At { span: item.span, path: placed.at.path.clone() } })
            }
            other => problems.add(&placed.at, format!("expected a type's name, found {}", other.kind())),
        }
    }
    if parents.is_empty() {
        problems.add(&placed.at, "expected a type's name or a list of them");
    }
    parents
}

fn role_decl_named(id: Placed<String>, node: Node, problems: &mut Problems<'_>) -> RoleDecl {
    let mut table = Table::new(node, id.at.path.clone(), problems);
    role_decl(id, &mut table, problems)
}

/// Reads what follows a role's id.
pub(crate) fn role_decl(id: Placed<String>, table: &mut Table, problems: &mut Problems<'_>) -> RoleDecl {
    table.refuse("when", "conditions", problems);
    let at = table.take("at").map(|placed| match placed.value {
        Value::Array(items) => {
            let mut types = Vec::new();
            for item in items {
                let at = At { span: item.span, path: placed.at.path.clone() };
                match item.value {
                    Value::String(value) => types.push(Placed { value, at }),
                    other => problems.add(&at, format!("expected `/` or a type's name, found {}", other.kind())),
                }
            }
            types
        }
        other => {
            problems.add(&placed.at, format!("expected a list, found {}", other.kind()));
            Vec::new()
        }
    });
    let title = table.take("title").and_then(|placed| match placed.value {
        Value::String(title) => Some(title),
        Value::Table(_) => {
            problems.add(&placed.at, "titles that depend on conditions are not supported by this version");
            None
        }
        other => {
            problems.add(&placed.at, format!("expected a string, found {}", other.kind()));
            None
        }
    });
    let role = RoleDecl {
        id,
        title,
        at,
        allow: table.strings("allow", problems),
        deny: table.strings("deny", problems),
        includes: table.strings("includes", problems),
        assigns: table.strings("assigns", problems),
    };
    table.finish(problems);
    role
}

fn attributes(table: &mut Table, problems: &mut Problems<'_>) -> Vec<AttributeDecl> {
    table.named("attributes", problems).into_iter().map(|(name, node)| attribute(name, node, problems)).collect()
}

fn attribute(name: Placed<String>, node: Node, problems: &mut Problems<'_>) -> AttributeDecl {
    let at = At { span: node.span.clone(), path: name.at.path.clone() };
    if let Value::String(kind) = &node.value {
        check_kind(kind, &at, problems);
        return AttributeDecl { name, kind: Some(kind.clone()), one_of: Vec::new(), from_request: false };
    }
    let mut table = Table::new(node, name.at.path.clone(), problems);
    let kind = table.string("type", problems);
    let one_of: Vec<_> = table.strings("one_of", problems).into_iter().map(|value| value.value).collect();
    let from = table.string("from", problems);
    if let Some(from) = from.as_ref().filter(|from| !matches!(from.value.as_str(), "tenant" | "request")) {
        problems.add(&from.at, "an attribute comes from `tenant` or from `request`");
    }
    if let Some(kind) = &kind {
        check_kind(&kind.value, &kind.at, problems);
    } else if one_of.is_empty() {
        problems.add(&at, "an attribute needs a `type` or the values of `one_of`");
    }
    table.finish(problems);
    let from_request = from.is_some_and(|from| from.value == "request");
    AttributeDecl { name, kind: kind.map(|kind| kind.value), one_of, from_request }
}

fn check_kind(kind: &str, at: &At, problems: &mut Problems<'_>) {
    if !ATTRIBUTE_TYPES.contains(&kind) {
        problems.add_with_help(
            at,
            format!("`{kind}` is no type of attribute"),
            crate::diagnostic::suggest(kind, ATTRIBUTE_TYPES),
        );
    }
}
