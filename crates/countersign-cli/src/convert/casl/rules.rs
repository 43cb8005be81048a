//! CASL's raw rules, read from JSON, and their conditions as conditions here.

use super::super::Refusals;
use super::super::names::is_word;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) actions: Vec<String>,
    pub(super) subjects: Vec<String>,
    /// Nothing for a rule that always matches
    pub(super) when: Option<String>,
    pub(super) inverted: bool,
}

/// What an attribute's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Bool,
    Number,
    String,
    /// Only asked whether it is there
    Any,
}

impl Attribute {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Number => "decimal",
            Self::String | Self::Any => "string",
        }
    }
}

/// Attributes by type and name.
pub(super) type Attributes = BTreeMap<(String, String), Attribute>;

/// Reads the rules and the attributes that they speak of.
pub(super) fn read(text: &str, refusals: &mut Refusals) -> Result<(Vec<Rule>, Attributes)> {
    let json: Value = serde_json::from_str(text).context("CASL's rules are JSON: a list of rules")?;
    let list = match &json {
        Value::Array(list) => list,
        Value::Object(of) => of.get("rules").and_then(Value::as_array).context("there is no list of `rules`")?,
        _ => bail!("CASL's rules are a list"),
    };
    let mut attributes = Attributes::new();
    let mut rules = Vec::new();
    for (rule, number) in list.iter().zip(1..) {
        match rule {
            Value::Object(rule) => rules.push(one(rule, number, &mut attributes, refusals)?),
            Value::Array(_) => bail!("rule {number} is packed: write what `unpackRules` makes of the list"),
            _ => bail!("rule {number} is no object"),
        }
    }
    // An attribute of all types is one of each.
    let general: Vec<_> =
        attributes.iter().filter(|((of, _), _)| of == "all").map(|(key, kind)| (key.1.clone(), *kind)).collect();
    for (name, kind) in general {
        let of_types: Vec<_> = attributes.keys().filter(|(_, other)| *other == name).cloned().collect();
        for key in of_types {
            note(&mut attributes, &key.0, &key.1, kind, refusals);
        }
    }
    Ok((rules, attributes))
}

fn one(rule: &Map<String, Value>, number: usize, attributes: &mut Attributes, refusals: &mut Refusals) -> Result<Rule> {
    for key in rule.keys() {
        if !["action", "subject", "conditions", "fields", "inverted", "reason"].contains(&key.as_str()) {
            refusals.push(format!("rule {number}: the key `{key}` is none of CASL's"));
        }
    }
    let texts = |key: &str| -> Result<Vec<String>> {
        match rule.get(key) {
            Some(Value::String(text)) => Ok(vec![text.clone()]),
            Some(Value::Array(list)) if !list.is_empty() => list
                .iter()
                .map(|item| {
                    item.as_str()
                        .map(str::to_owned)
                        .with_context(|| format!("rule {number}: `{key}` holds what is no text"))
                })
                .collect(),
            None if key == "subject" => Ok(vec!["all".to_owned()]),
            _ => bail!("rule {number}: `{key}` is a text or a list of texts"),
        }
    };
    let (actions, subjects) = (texts("action")?, texts("subject")?);
    if rule.get("fields").is_some_and(|fields| !fields.is_null()) {
        refusals.push(format!("rule {number}: its `fields`: a decision here is about a whole resource"));
    }
    let inverted = match rule.get("inverted") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(inverted)) => *inverted,
        Some(_) => bail!("rule {number}: `inverted` is true or false"),
    };
    let when = match rule.get("conditions") {
        None | Some(Value::Null) => None,
        Some(Value::Object(conditions)) if conditions.is_empty() => None,
        Some(Value::Object(conditions)) => {
            let mut reading = Reading { number, subjects: &subjects, attributes, refusals };
            let parts: Vec<String> = conditions.iter().map(|(field, of)| reading.field(field, of)).collect();
            Some(parts.join(" && "))
        }
        Some(_) => bail!("rule {number}: `conditions` is an object"),
    };
    Ok(Rule { actions, subjects, when, inverted })
}

/// Conditions while they are read.
struct Reading<'a> {
    number: usize,
    subjects: &'a [String],
    attributes: &'a mut Attributes,
    refusals: &'a mut Refusals,
}

impl Reading<'_> {
    fn refuse(&mut self, what: &str) -> String {
        self.refusals.push(format!("rule {}: {what}", self.number));
        "false".to_owned()
    }

    fn field(&mut self, field: &str, of: &Value) -> String {
        if field.starts_with('$') {
            return self.refuse(&format!("the operator `{field}`: CASL's own matcher has it only where it was added"));
        }
        if field.contains('.') {
            return self.refuse(&format!("the nested field `{field}`: attributes are not nested here"));
        }
        if !is_word(field, "attribute", self.refusals) {
            return "false".to_owned();
        }
        match of {
            Value::Object(operators) if operators.keys().all(|key| key.starts_with('$')) && !operators.is_empty() => {
                let parts: Vec<String> =
                    operators.iter().map(|(operator, value)| self.operator(field, operator, value)).collect();
                parts.join(" && ")
            }
            value => self.operator(field, "$eq", value),
        }
    }

    fn operator(&mut self, field: &str, operator: &str, value: &Value) -> String {
        let has = format!("has(resource.{field})");
        let there = |is: &str| format!("({has} && resource.{field} {is})");
        match operator {
            "$eq" | "$ne" => {
                let Some(literal) = self.literal(field, value) else { return "false".to_owned() };
                let equal = there(&format!("== {literal}"));
                if operator == "$eq" { equal } else { format!("!{equal}") }
            }
            "$in" | "$nin" => {
                let Value::Array(list) = value else { return self.refuse(&format!("`{operator}` without a list")) };
                let literals: Option<Vec<String>> = list.iter().map(|item| self.literal(field, item)).collect();
                let Some(literals) = literals else { return "false".to_owned() };
                let among = if literals.is_empty() {
                    "false".to_owned()
                } else {
                    there(&format!("in [{}]", literals.join(", ")))
                };
                if operator == "$in" { among } else { format!("!{among}") }
            }
            "$lt" | "$lte" | "$gt" | "$gte" => {
                if !value.is_number() {
                    return self.refuse(&format!("`{operator}` of `{field}` with what is no number"));
                }
                let Some(literal) = self.literal(field, value) else { return "false".to_owned() };
                match operator {
                    // For CASL, what is missing is less than every number.
                    "$lt" => format!("(!{has} || resource.{field} < {literal})"),
                    "$lte" => format!("(!{has} || resource.{field} <= {literal})"),
                    "$gt" => there(&format!("> {literal}")),
                    _ => there(&format!(">= {literal}")),
                }
            }
            "$exists" => match value {
                Value::Bool(exists) => {
                    self.note(field, Attribute::Any);
                    if *exists { has } else { format!("!{has}") }
                }
                _ => self.refuse("`$exists` without true or false"),
            },
            other => self.refuse(&format!("the operator `{other}` on `{field}`")),
        }
    }

    /// A value as a condition writes it; nothing, with a refusal, if it has no literal.
    fn literal(&mut self, field: &str, value: &Value) -> Option<String> {
        let (kind, text) = match value {
            Value::Bool(truth) => (Attribute::Bool, truth.to_string()),
            Value::Number(number) => {
                let text = number.to_string();
                if text.contains(['e', 'E']) {
                    self.refuse(&format!("the number {text}: write it without an exponent"));
                    return None;
                }
                (Attribute::Number, text)
            }
            Value::String(text) if text.contains("${") => {
                self.refuse(&format!("the placeholder in `{text}`: fill it in first"));
                return None;
            }
            Value::String(text) => (Attribute::String, quoted(text)),
            other => {
                self.refuse(&format!("`{field}` compared with {other}"));
                return None;
            }
        };
        self.note(field, kind);
        Some(text)
    }

    fn note(&mut self, field: &str, kind: Attribute) {
        for subject in self.subjects {
            note(self.attributes, subject, field, kind, self.refusals);
        }
    }
}

/// Takes in that an attribute has values of this kind.
fn note(attributes: &mut Attributes, of: &str, field: &str, kind: Attribute, refusals: &mut Refusals) {
    let known = attributes.entry((of.to_owned(), field.to_owned())).or_insert(kind);
    match (*known, kind) {
        (Attribute::Any, kind) => *known = kind,
        (known, kind) if known == kind || kind == Attribute::Any => {}
        (known, kind) => refusals.push(format!(
            "the attribute `{field}` of `{of}`: it is compared with values of two kinds, {} and {}",
            known.as_str(),
            kind.as_str()
        )),
    }
}

/// A string of CEL.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('\'');
    out
}
