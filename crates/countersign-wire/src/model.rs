//! The model file: types, actions, attributes, roles and rules as their author writes them.

mod attribute;

pub use attribute::AttributeDecl;

use crate::diagnostic::{Diagnostics, Source, suggest};
use crate::document::{Chain, Node, Value};
use crate::reader::{self, At, Placed, Problems, Table, expected_list};
use attribute::attributes;
use countersign_core::builtin;
use countersign_core::limits::{PATH_DEPTH, ROLE_NESTING, ROLES, STRING_BYTES, TYPES};

/// A model file, read but not yet checked for meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFile {
    /// The model's name
    pub name: String,
    /// The resource types, in the order in which they were written
    pub types: Vec<TypeDecl>,
    /// The subject's attributes
    pub subject: Vec<AttributeDecl>,
    /// The action's attributes
    pub action: Vec<AttributeDecl>,
    /// The context's attributes
    pub context: Vec<AttributeDecl>,
    /// The roles, in the order in which they were written
    pub roles: Vec<RoleDecl>,
    /// The rules, in the order in which they were written
    pub rules: Vec<RuleDecl>,
}

/// An entry of `rules`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDecl {
    /// Where it stands
    pub at: At,
    /// Whether it permits; it forbids otherwise
    pub permit: bool,
    /// The permissions that it targets
    pub permissions: Vec<Placed<String>>,
    /// Its condition
    pub when: Option<Placed<String>>,
    /// The author's sentence for people
    pub why: Option<String>,
}

/// A name that people read, and its condition; without one it is for all other cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleDecl {
    /// When
    pub when: Option<Placed<String>>,
    /// The name
    pub text: String,
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

/// `[roles.NAME]` of a model, or an entry of a tenant's `roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDecl {
    /// Where it stands in the data
    pub place: String,
    /// Its id
    pub id: Placed<String>,
    /// The names people see, the first whose condition holds; the id if left out
    pub titles: Vec<TitleDecl>,
    /// While what holds it acts
    pub when: Option<Placed<String>>,
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

/// Bytes of the longest model file: people write and review it, and what is longer is refused before it is read.
pub const MODEL_BYTES: usize = 1 << 20;

/// Roles that include roles.
pub(crate) const ROLES_IN_A_CHAIN: Chain =
    Chain { tables: "roles", link: "includes", any: false, deep: ROLE_NESTING, of: "a policy", most: ROLES };

/// Types below types.
const TYPES_IN_A_CHAIN: Chain = Chain {
    tables: "types",
    link: "parent",
    any: true,
    deep: PATH_DEPTH,
    of: "a model",
    most: TYPES - builtin::TYPES.len(),
};

/// Reads a model file.
///
/// # Errors
/// Everything that is wrong with its form, or that it has more than [`MODEL_BYTES`].
pub fn parse(source: Source<'_>) -> Result<ModelFile, Diagnostics> {
    read(source).and_then(|(file, problems)| problems.finish(file))
}

/// As [`parse`], with what is wrong with the form beside what was read.
///
/// # Errors
/// What keeps the text from being read at all.
pub fn read(source: Source<'_>) -> Result<(ModelFile, Problems<'_>), Diagnostics> {
    if source.text.len() > MODEL_BYTES {
        return Err(too_long(source.name, source.text.len()));
    }
    reader::gather(source, &[ROLES_IN_A_CHAIN, TYPES_IN_A_CHAIN], |root, problems| {
        let name = root.required("name", problems).value;
        let types =
            root.named("types", problems).into_iter().map(|(name, node)| type_decl(name, node, problems)).collect();
        let roles = root.named("roles", problems);
        let roles = roles.into_iter().map(|(id, node)| role_decl_named(id, node, problems)).collect();
        let subject = owner("subject", root, problems);
        let action = owner("action", root, problems);
        let context = root.named("context", problems);
        let context = context.into_iter().map(|(name, node)| attribute::attribute(name, node, problems)).collect();
        let mut rules = Vec::new();
        for mut table in root.tables("rules", problems) {
            rules.push(rule(&mut table, problems));
        }
        if let Some(placed) = root.take("approval_policies") {
            let help = "approval policies are made at run time: write them in the tenant file";
            problems.add_with_help(&placed.at, "a model has no approval policies", help);
        }
        ModelFile { name, types, subject, action, context, roles, rules }
    })
}

/// What is said of a model of more than [`MODEL_BYTES`], whoever counts them.
#[must_use]
pub fn too_long(name: &str, length: usize) -> Diagnostics {
    let message = format!("a model has at most {MODEL_BYTES} bytes; this has {length}");
    Diagnostics::new(vec![Source { name, text: "" }.problem(0..0, "", message)])
}

/// `[subject.attributes]` or `[action.attributes]`.
fn owner(key: &'static str, root: &mut Table, problems: &mut Problems<'_>) -> Vec<AttributeDecl> {
    let Some(placed) = root.take(key) else { return Vec::new() };
    let node = Node { span: placed.at.span, value: placed.value };
    let mut table = Table::new(node, placed.at.path, problems);
    let attributes = attributes(&mut table, problems);
    table.finish(problems);
    attributes
}

fn rule(table: &mut Table, problems: &mut Problems<'_>) -> RuleDecl {
    let effect = table.required("effect", problems);
    let permissions = table.strings("permissions", problems);
    let why = table.string("why", problems);
    let when = table.string("when", problems);
    table.finish(problems);
    if !matches!(effect.value.as_str(), "permit" | "forbid") && !problems.is_doubtful(&effect.at.path) {
        let help = suggest(&effect.value, ["permit", "forbid"]);
        problems.add_with_help(&effect.at, "a rule's effect is `permit` or `forbid`", help);
    }
    let place = table.place("permissions");
    if permissions.is_empty() && !problems.stand(&place.path) {
        let help = "name `permissions`, such as [\"order:place\"]";
        problems.add_with_help(&place, "the rule targets nothing, so it would never act", help);
    }
    if let Some(why) = why.as_ref().filter(|why| why.value.len() > STRING_BYTES) {
        problems.add_with_help(&why.at, format!("a sentence of more than {STRING_BYTES} bytes"), "shorten it");
    }
    let permit = effect.value == "permit";
    RuleDecl { at: table.at.clone(), permit, permissions, when, why: why.map(|why| why.value) }
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
            other => {
                let at = At { span: item.span, path: placed.at.path.clone() };
                problems.add(&at, format!("expected a type's name, found {}", other.kind()));
            }
        }
    }
    if parents.is_empty() && !problems.stand(&placed.at.path) {
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
            expected_list(&placed.at, &other, problems);
            Vec::new()
        }
    });
    let titles = titles(table, problems);
    let role = RoleDecl {
        place: table.at.path.clone(),
        id,
        titles,
        when: table.string("when", problems),
        at,
        allow: table.strings("allow", problems),
        deny: table.strings("deny", problems),
        includes: table.strings("includes", problems),
        assigns: table.strings("assigns", problems),
    };
    table.finish(problems);
    role
}

/// `title = "Reviewer"`, or a table of conditions and titles with `else`.
fn titles(table: &mut Table, problems: &mut Problems<'_>) -> Vec<TitleDecl> {
    let Some(placed) = table.take("title") else { return Vec::new() };
    let Placed { value, at } = placed;
    match value {
        Value::String(text) => vec![TitleDecl { when: None, text }],
        Value::Table(_) => {
            let (mut titles, mut other) = (Vec::new(), None);
            for (when, node) in Table::new(Node { span: at.span.clone(), value }, at.path.clone(), problems).entries() {
                match node.value {
                    Value::String(text) if when.value == "else" => other = Some(TitleDecl { when: None, text }),
                    Value::String(text) => titles.push(TitleDecl { when: Some(when), text }),
                    value => problems.add(&when.at, format!("expected a title, found {}", value.kind())),
                }
            }
            if other.is_none() {
                let help = "add `else`, the title where no condition holds";
                problems.add_with_help(&at, "the titles leave a case without one", help);
            }
            titles.into_iter().chain(other).collect()
        }
        other => {
            problems.add(&at, format!("expected a string or a table, found {}", other.kind()));
            Vec::new()
        }
    }
}
