//! The requests of the OpenID AuthZEN Authorization API 1.0, read as that specification says.
//!
//! Fields that are not known are ignored, in these documents alone; `null` is what is not there. What the specification
//! says of JSON besides (RFC 7493) holds: one object, in UTF-8, whose keys are all different.

use crate::diagnostic::Source;
use crate::document::{self, Key, Node, Value};
use crate::given::{Bag, Given};

/// Evaluations in one request.
pub const MOST_EVALUATIONS: usize = 1_000;

/// A request as it was sent: entities are looked at where they are needed, so that one evaluation of many can be wrong
/// by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// What stands at the top: the question, or what its evaluations have in common
    pub entities: Entities,
    /// The evaluations, each as it was sent
    pub evaluations: Vec<Node>,
    /// When to stop
    pub semantic: Semantic,
    /// Which part of a list
    pub page: Asked,
    root: Node,
}

/// The entities of a question, as far as they are there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entities {
    subject: Option<Node>,
    action: Option<Node>,
    resource: Option<Node>,
    context: Option<Node>,
}

/// When evaluations end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Semantic {
    /// Behind the last
    #[default]
    ExecuteAll,
    /// Behind the first that is denied
    DenyOnFirstDeny,
    /// Behind the first that is permitted
    PermitOnFirstPermit,
}

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Whether pages were spoken of at all
    pub there: bool,
    /// Where the page before ended
    pub token: Option<String>,
    /// How many results at most
    pub limit: Option<u64>,
    properties: Option<Node>,
}

/// A subject or a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entity {
    /// Its type
    pub kind: String,
    /// Its id; empty where it is what is looked for
    pub id: String,
    /// What the caller says of it
    pub properties: Bag,
}

/// A question: who, what, on what, and in which circumstances. What is looked for in a search has no id or no name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Who
    pub subject: Entity,
    /// What
    pub action: String,
    /// What the caller says of the action
    pub action_properties: Bag,
    /// On what
    pub resource: Entity,
    /// The circumstances
    pub context: Bag,
}

/// What is looked for, and so has no id or name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Nothing: it is a question
    Nothing,
    /// Subjects of a type
    Subject,
    /// Resources of a type
    Resource,
    /// Actions
    Action,
}

impl Body {
    /// Reads a request.
    ///
    /// # Errors
    /// The sentence that says what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = str::from_utf8(bytes).map_err(|_| "The body is no text in UTF-8.".to_owned())?;
        let root = document::json(&Source { name: "body", text }).map_err(|problems| {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            format!("The body is no JSON as RFC 7493 has it: {first}.")
        })?;
        let Value::Table(top) = &root.value else { return Err("The body is no JSON object.".to_owned()) };
        let entities = Entities::of(top);
        let evaluations = match get(top, "evaluations").map(|node| &node.value) {
            None => Vec::new(),
            Some(Value::Array(items)) if items.len() <= MOST_EVALUATIONS => items.clone(),
            Some(Value::Array(_)) => return Err(format!("Send at most {MOST_EVALUATIONS} evaluations at a time.")),
            Some(other) => return Err(wrong("evaluations", "an array", other)),
        };
        let semantic = match get(top, "options") {
            None => Semantic::default(),
            Some(options) => semantic(table(options, "options")?)?,
        };
        let page = match get(top, "page") {
            None => Asked::default(),
            Some(page) => Asked::of(table(page, "page")?)?,
        };
        Ok(Self { entities, evaluations, semantic, page, root })
    }

    /// An object at the top.
    ///
    /// # Errors
    /// When something else stands there.
    pub fn object(&self, key: &str) -> Result<Option<&[(Key, Node)]>, String> {
        let Value::Table(top) = &self.root.value else { return Ok(None) };
        get(top, key).map(|node| table(node, key)).transpose()
    }

    /// Everything that all pages of a search must have in common, in one form whatever the order of its keys.
    #[must_use]
    pub fn bound(&self, sought: Sought) -> String {
        let mut text = String::new();
        let Entities { subject, action, resource, context } = &self.entities;
        let parts = [(subject, "subject"), (action, "action"), (resource, "resource"), (context, "context")];
        for (node, name) in parts {
            let skip = match (sought, name) {
                (Sought::Subject, "subject") | (Sought::Resource, "resource") => "id",
                (Sought::Action, "action") => continue,
                _ => "",
            };
            canonical(node.as_ref(), skip, &mut text);
        }
        canonical(self.page.properties.as_ref(), "", &mut text);
        text
    }
}

impl Entities {
    fn of(top: &[(Key, Node)]) -> Self {
        let at = |key| get(top, key).cloned();
        Self { subject: at("subject"), action: at("action"), resource: at("resource"), context: at("context") }
    }

    /// What an evaluation among many asks: each entity is its own, or else the common one, never a mixture.
    ///
    /// # Errors
    /// The sentence that says what is wrong with it.
    pub fn with(&self, item: &Node) -> Result<Self, String> {
        let own = Self::of(table(item, "an evaluation")?);
        Ok(Self {
            subject: own.subject.or_else(|| self.subject.clone()),
            action: own.action.or_else(|| self.action.clone()),
            resource: own.resource.or_else(|| self.resource.clone()),
            context: own.context.or_else(|| self.context.clone()),
        })
    }

    /// The question, whole but for what is looked for.
    ///
    /// # Errors
    /// The sentence that says what is missing or of another type.
    pub fn question(&self, sought: Sought) -> Result<Evaluation, String> {
        let subject = entity(self.subject.as_ref(), "subject", sought == Sought::Subject)?;
        let (action, action_properties) = match (&self.action, sought) {
            (_, Sought::Action) => (String::new(), Bag::new()),
            (action, _) => {
                let action = table(action.as_ref().ok_or_else(|| missing("action"))?, "action")?;
                (text(action, "action", "name")?, properties(action, "action")?)
            }
        };
        let resource = entity(self.resource.as_ref(), "resource", sought == Sought::Resource)?;
        let context = self.context.as_ref().map(|node| table(node, "context")).transpose()?;
        Ok(Evaluation { subject, action, action_properties, resource, context: context.map(bag).unwrap_or_default() })
    }

    /// Refuses what stands here and is none of it, needed or not.
    ///
    /// # Errors
    /// The sentence that says what is of another type.
    pub fn well_formed(&self) -> Result<(), String> {
        let Self { subject, action, resource, context } = self;
        for (node, name) in [(subject, "subject"), (action, "action"), (resource, "resource"), (context, "context")] {
            if let Some(node) = node {
                table(node, name)?;
            }
        }
        Ok(())
    }
}

impl Asked {
    fn of(page: &[(Key, Node)]) -> Result<Self, String> {
        let token = match get(page, "token").map(|node| &node.value) {
            None => None,
            Some(Value::String(token)) => Some(token.clone()),
            Some(other) => return Err(wrong("page.token", "a string", other)),
        };
        let limit = match get(page, "limit").map(|node| &node.value) {
            None => None,
            Some(Value::Number(text)) => {
                let limit = text.parse().map_err(|_| "`page.limit` is a whole number from 0 on.".to_owned())?;
                Some(limit)
            }
            Some(other) => return Err(wrong("page.limit", "a whole number", other)),
        };
        let properties = get(page, "properties");
        properties.map(|node| table(node, "page.properties")).transpose()?;
        Ok(Self { there: true, token, limit, properties: properties.cloned() })
    }
}

impl Evaluation {
    /// What the caller says, for the model to take what it declares so.
    #[must_use]
    pub fn given(&self) -> Given {
        Given {
            subject: self.subject.properties.clone(),
            action: self.action_properties.clone(),
            resource: self.resource.properties.clone(),
            context: self.context.clone(),
        }
    }

    /// The id of the approval that the caller brings along: `context.approval.id`.
    #[must_use]
    pub fn approval(&self) -> Option<&str> {
        let approval = self.context.iter().find(|(name, _)| name == "approval").map(|(_, value)| value);
        let Some(Value::Table(fields)) = approval else { return None };
        match get(fields, "id").map(|node| &node.value) {
            Some(Value::String(id)) => Some(id),
            _ => None,
        }
    }
}

/// What stands under a key; `null` is nothing.
fn get<'a>(table: &'a [(Key, Node)], key: &str) -> Option<&'a Node> {
    let found = table.iter().find(|(known, _)| known.text == key).map(|(_, node)| node);
    found.filter(|node| node.value != Value::Null)
}

/// A string under a key of an object.
///
/// # Errors
/// When it is missing, or something else.
pub fn text(table: &[(Key, Node)], of: &str, key: &str) -> Result<String, String> {
    match get(table, key).map(|node| &node.value) {
        Some(Value::String(text)) => Ok(text.clone()),
        None => Err(missing(&format!("{of}.{key}"))),
        Some(other) => Err(wrong(&format!("{of}.{key}"), "a string", other)),
    }
}

fn table<'a>(node: &'a Node, name: &str) -> Result<&'a [(Key, Node)], String> {
    match &node.value {
        Value::Table(entries) => Ok(entries),
        other => Err(wrong(name, "an object", other)),
    }
}

fn entity(node: Option<&Node>, name: &str, sought: bool) -> Result<Entity, String> {
    let entity = table(node.ok_or_else(|| missing(name))?, name)?;
    let kind = text(entity, name, "type")?;
    // The id of what is looked for must be ignored, whatever it is.
    let id = if sought { String::new() } else { text(entity, name, "id")? };
    Ok(Entity { kind, id, properties: properties(entity, name)? })
}

fn properties(entity: &[(Key, Node)], of: &str) -> Result<Bag, String> {
    let properties = get(entity, "properties").map(|node| table(node, &format!("{of}.properties")));
    Ok(properties.transpose()?.map(bag).unwrap_or_default())
}

fn bag(entries: &[(Key, Node)]) -> Bag {
    let there = entries.iter().filter(|(_, node)| node.value != Value::Null);
    there.map(|(key, node)| (key.text.clone(), node.value.clone())).collect()
}

fn semantic(options: &[(Key, Node)]) -> Result<Semantic, String> {
    let wanted = match get(options, "evaluations_semantic").map(|node| &node.value) {
        None => return Ok(Semantic::default()),
        Some(Value::String(wanted)) => wanted.as_str(),
        Some(other) => return Err(wrong("options.evaluations_semantic", "a string", other)),
    };
    match wanted {
        "execute_all" => Ok(Semantic::ExecuteAll),
        "deny_on_first_deny" => Ok(Semantic::DenyOnFirstDeny),
        "permit_on_first_permit" => Ok(Semantic::PermitOnFirstPermit),
        _ => Err("`options.evaluations_semantic` is `execute_all`, `deny_on_first_deny` or `permit_on_first_permit`."
            .to_owned()),
    }
}

/// A value in one form whatever the order of its keys; of the outermost table without `skip`.
fn canonical(node: Option<&Node>, skip: &str, out: &mut String) {
    use std::fmt::Write as _;
    let text = |text: &str, out: &mut String| {
        let _ = write!(out, "{}:{text}", text.len());
    };
    match node.map(|node| &node.value) {
        None | Some(Value::Null) => out.push('n'),
        Some(Value::Bool(value)) => out.push(if *value { 't' } else { 'f' }),
        Some(Value::Number(value)) => text(value, out),
        Some(Value::String(value)) => {
            out.push('s');
            text(value, out);
        }
        // JSON has none.
        Some(Value::Time(value)) => text(&value.to_string(), out),
        Some(Value::Array(items)) => {
            out.push('[');
            items.iter().for_each(|item| canonical(Some(item), "", out));
            out.push(']');
        }
        Some(Value::Table(entries)) => {
            let mut sorted: Vec<_> = entries
                .iter()
                .filter(|(key, node)| (skip.is_empty() || key.text != skip) && node.value != Value::Null)
                .collect();
            sorted.sort_unstable_by(|(one, _), (other, _)| one.text.cmp(&other.text));
            out.push('{');
            for (key, node) in sorted {
                text(&key.text, out);
                canonical(Some(node), "", out);
            }
            out.push('}');
        }
    }
}

fn missing(what: &str) -> String {
    format!("`{what}` is missing.")
}

fn wrong(what: &str, expected: &str, found: &Value) -> String {
    format!("`{what}` must be {expected}, and is {}.", found.kind())
}
