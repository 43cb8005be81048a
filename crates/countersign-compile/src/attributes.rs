//! Declared attributes, and the values that a tenant stores for them.

use countersign_core::condition::Kind;
use countersign_core::limits::{ATTRIBUTES, ID_BYTES};
use countersign_core::{AttributeSpec, Owner, Policy, TypeId, TypeSpec, condition::Value};
use countersign_wire::diagnostic::suggest;
use countersign_wire::given::typed;
use countersign_wire::model::{AttributeDecl, ModelFile};
use countersign_wire::reader::{Placed, Problems};
use countersign_wire::record::ValueForm;
use countersign_wire::tenant::Values;

/// The words that conditions begin a reference with.
const OWNERS: [&str; 5] = ["subject", "action", "resource", "context", "now"];

/// Checks the declared attributes: first those of the types, in their order, then subject, action and context.
pub(crate) fn compile(model: &ModelFile, types: &[TypeSpec], problems: &mut Problems<'_>) -> Vec<AttributeSpec> {
    let mut all: Vec<AttributeSpec> = Vec::new();
    for (decl, number) in model.types.iter().zip(0..).take(types.len()) {
        if OWNERS.contains(&decl.name.value.as_str()) {
            let message = format!("`{}` cannot be a type: conditions use the word otherwise", decl.name.value);
            problems.add_with_help(&decl.name.at, message, "give the type another name");
        }
        add(&mut all, Owner::Type(TypeId(number)), &decl.attributes, problems);
    }
    add(&mut all, Owner::Subject, &model.subject, problems);
    add(&mut all, Owner::Action, &model.action, problems);
    add(&mut all, Owner::Context, &model.context, problems);
    all
}

fn add(all: &mut Vec<AttributeSpec>, owner: Owner, decls: &[AttributeDecl], problems: &mut Problems<'_>) {
    for decl in decls {
        let name = &decl.name.value;
        let given: &[&str] = match owner {
            Owner::Subject => &["id"],
            Owner::Action => &["name"],
            Owner::Context => &[],
            Owner::Type(_) => &["id", "type"],
        };
        if given.contains(&name.as_str()) {
            let message = format!("`{name}` is there without being declared: it is what its name says");
            problems.add_with_help(&decl.name.at, message, "take it out, or choose another name");
            continue;
        }
        let first = name.starts_with(|first: char| first.is_ascii_alphabetic());
        let rest = name.chars().all(|other| other.is_ascii_alphanumeric() || other == '_');
        if !first || !rest || name.len() > ID_BYTES {
            let help = "use letters, digits and `_`, beginning with a letter";
            problems.add_with_help(&decl.name.at, format!("`{name}` cannot be an attribute's name"), help);
        }
        if problems.stand(&decl.name.at.path) || all.len() > ATTRIBUTES {
            problems.doubt(&decl.name.at.path);
            continue;
        }
        if all.len() == ATTRIBUTES {
            let message = format!("a model declares at most {ATTRIBUTES} attributes");
            problems.add_with_help(&decl.name.at, message, "take out what no condition reads");
        }
        all.push(AttributeSpec {
            owner,
            name: name.clone().into(),
            kind: decl.kind,
            one_of: decl.one_of.iter().map(|value| value.clone().into()).collect(),
            from_request: decl.from_request || !owner.is_stored(),
        });
    }
}

/// The values that a tenant stores for an owner's attributes.
pub(crate) fn stored(
    policy: &Policy,
    owner: Owner,
    values: &Values,
    problems: &mut Problems<'_>,
) -> Vec<(String, ValueForm)> {
    let mut forms = Vec::new();
    for (name, node) in values {
        let slot = policy.slot(owner, &name.value);
        let Some(spec) = slot.and_then(|slot| policy.attribute(slot)) else {
            unknown(policy, owner, name, problems);
            continue;
        };
        if spec.from_request {
            let message = format!("`{}` is supplied with each request, so it cannot be stored", name.value);
            problems.add_with_help(&name.at, message, "take it out, or declare it without `from = \"request\"`");
            continue;
        }
        match typed(spec, &node.value) {
            Value::Error => {
                let at = Placed { value: (), at: name.at.clone() }.at;
                let place = countersign_wire::reader::At { span: node.span.clone(), ..at };
                let message = format!("expected {}, found {}", words(spec), node.value.kind());
                problems.add(&place, message);
            }
            value => forms.push((name.value.clone(), ValueForm::from(&value))),
        }
    }
    forms.sort_by(|a, b| a.0.cmp(&b.0));
    forms
}

fn unknown(policy: &Policy, owner: Owner, name: &Placed<String>, problems: &mut Problems<'_>) {
    let known: Vec<_> = policy.attributes().iter().filter(|spec| spec.owner == owner).map(|spec| &*spec.name).collect();
    let message = format!("the model declares no attribute `{}` here", name.value);
    problems.add_with_help(&name.at, message, suggest(&name.value, known));
}

/// What the values of an attribute are, in words.
fn words(spec: &AttributeSpec) -> String {
    if !spec.one_of.is_empty() {
        let listed: Vec<_> = spec.one_of.iter().map(|value| format!("`{value}`")).collect();
        return format!("one of {}", listed.join(", "));
    }
    let word = match spec.kind {
        Kind::Bool => "true or false",
        Kind::Int => "an integer of 64 bits",
        Kind::Decimal => "a decimal, as a number or a string such as \"50.00\"",
        Kind::String => "a string of at most 4096 bytes",
        Kind::Timestamp => "a date-time with offset",
        Kind::Ip => "an IP address",
        Kind::Bools => "a list of true and false",
        Kind::Ints => "a list of integers",
        Kind::Decimals => "a list of decimals",
        Kind::Strings => "a list of at most 256 strings",
        Kind::Timestamps => "a list of date-times",
        Kind::Ips => "a list of IP addresses",
        Kind::Duration | Kind::Range => "nothing that can be written down",
    };
    word.to_owned()
}
