//! `countersign types`: a model as TypeScript, for the npm package's checkers.

mod shapes;

use crate::tell::{BAD, styled};
use crate::{exit, files};
use anstream::{eprintln, println};
use anyhow::{Result, bail};
use countersign_compile::Model;
use countersign_core::condition::Kind;
use countersign_wire::diagnostic::Source;
use countersign_wire::model::{self, AttributeDecl, ModelFile, TypeDecl};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write a model as TypeScript: misspelt actions, types and paths become errors of the compiler
///
/// The file needs no configuration: lying among a program's sources it fills in `Register` of the npm package, and from
/// then on `Checker` and `Tenant` take the model's actions, its types, and paths of its shape alone.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign types model.toml > src/model.d.ts
  countersign types model.toml --check src/model.d.ts      # in CI
  countersign types model.toml --no-register > src/signs.d.ts
      # for programs of several models: Checker.load<Signs>(snapshot)

Exit codes: 0 written (with --check: up to date), 1 with --check: it would be another file, 2 the model is not sound")]
pub(crate) struct Args {
    /// The model file
    model: PathBuf,
    /// Write nothing, and compare with this file
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// Write into this file; to standard output if left out
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// Leave `Register` alone: checkers are of this model only where they say so
    #[arg(long)]
    no_register: bool,
    /// With --check answer as JSON: `{ "same": …, "file" }`; with --out: `{ "done": …, "file" }`
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let text = files::text(&args.model)?;
    let name = args.model.display().to_string();
    let source = Source { name: &name, text: &text };
    // What its types would lead to must exist.
    Model::parse(source).map_err(|found| files::problems(&found))?;
    let model = model::parse(source).map_err(|found| files::problems(&found))?;
    let types = declarations(&model, !args.no_register);
    if let Some(file) = &args.check {
        let same = files::text(file)? == types;
        if args.json {
            println!("{:#}", json!({ "same": same, "file": file.display().to_string() }));
        } else if !same {
            let file = file.display();
            let line = format!("{file} is not of this model; run `countersign types {name} --out {file}`");
            eprintln!("{}", styled(BAD, &line));
        }
        return Ok(exit::found(!same));
    }
    match &args.out {
        Some(file) => {
            files::write(file, &types)?;
            match args.json {
                true => println!("{:#}", json!({ "done": true, "file": file.display().to_string() })),
                false => println!("{} was written", file.display()),
            }
        }
        None if args.json => bail!("--json says what --out or --check did; without them the types are the answer"),
        None => std::print!("{types}"),
    }
    Ok(exit::FINE)
}

/// The file.
fn declarations(model: &ModelFile, register: bool) -> String {
    let name = interface(&model.name);
    let mut out = format!(
        "// Made by `countersign types` of the model `{}`: make it again when the model changes.\n\n\
         export interface {name} {{\n  readonly types: {{\n",
        one_line(&model.name)
    );
    for decl in &model.types {
        let actions = union(decl.actions.iter().map(|action| action.value.as_str()));
        out.push_str(&format!("    readonly {}: {{\n", decl.name.value));
        out.push_str(&format!("      readonly actions: {actions};\n"));
        out.push_str(&format!("      readonly parents: {};\n", parents(decl)));
        if !decl.attributes.is_empty() {
            out.push_str(&format!(
                "      readonly attributes: {};\n",
                attributes(&decl.attributes, "      ", "tenant")
            ));
        }
        out.push_str("    };\n");
    }
    out.push_str("  };\n  /** Paths as they begin. */\n  readonly shapes: {\n");
    for (decl, shapes) in model.types.iter().zip(shapes::of(&model.types)) {
        let shapes = union(shapes.iter().map(String::as_str));
        out.push_str(&format!("    readonly {}: {shapes};\n", decl.name.value));
    }
    out.push_str("  };\n");
    for (name, decls) in [("context", &model.context), ("subject", &model.subject), ("action", &model.action)] {
        let stored = if name == "subject" { "tenant" } else { "" };
        out.push_str(&format!("  readonly {name}: {};\n", attributes(decls, "  ", stored)));
    }
    out.push_str("}\n");
    if register {
        out.push_str(&format!(
            "\ndeclare module \"countersign\" {{\n  interface Register {{\n    readonly model: {name};\n  }}\n}}\n"
        ));
    }
    out
}

fn parents(decl: &TypeDecl) -> String {
    if decl.parents.is_empty() {
        return "\"/\"".to_owned();
    }
    union(decl.parents.iter().map(|parent| parent.value.as_str()))
}

/// Attributes as an object type; `stored` is who keeps those that are not supplied with a question.
fn attributes(decls: &[AttributeDecl], indent: &str, stored: &str) -> String {
    if decls.is_empty() {
        // An empty object type would take everything.
        return "{ readonly [name: string]: never }".to_owned();
    }
    let mut out = String::from("{\n");
    for decl in decls {
        let AttributeDecl { name, kind, one_of, from_request } = decl;
        if !stored.is_empty() && !from_request {
            out.push_str(&format!(
                "{indent}  /** Stored by the {stored}: what a question says of it is not looked at. */\n"
            ));
        }
        let written = if one_of.is_empty() { type_of(*kind) } else { union(one_of.iter().map(String::as_str)) };
        out.push_str(&format!("{indent}  readonly {}?: {written} | undefined;\n", name.value));
    }
    out.push_str(indent);
    out.push('}');
    out
}

/// The values of a kind, as the package takes them.
fn type_of(kind: Kind) -> String {
    let item = match kind.item() {
        Some(item) => return format!("readonly ({})[]", type_of(item)),
        None => kind,
    };
    match item {
        Kind::Bool => "boolean",
        Kind::Int => "number",
        Kind::Decimal => "number | string",
        Kind::Timestamp => "Date | string",
        _ => "string",
    }
    .to_owned()
}

/// Texts as literals, one of which it is; `never` if there is none.
fn union<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let literals: Vec<String> = texts.map(|text| serde_json::Value::from(text).to_string()).collect();
    if literals.is_empty() { "never".to_owned() } else { literals.join(" | ") }
}

/// The interface's name: `sign-agent` becomes `SignAgent`.
fn interface(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    let name: String = words.map(capital).collect();
    // `Register` is the package's own word here.
    let taken = name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) || name == "Register";
    if taken { format!("Model{name}") } else { name }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() || letter == '\u{2028}' || letter == '\u{2029}' { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{declarations, interface};
    use countersign_wire::diagnostic::Source;
    use countersign_wire::model;

    #[test]
    fn a_model_is_said_in_typescript() {
        let text = "name = 'my signs'\n[types.project]\nactions = ['view']\nattributes.kind = { one_of = ['a', 'b\"'] }\n\
                    [types.folder]\nparent = ['project', 'folder']\nactions = ['view']\n\
                    [types.sign]\nparent = 'folder'\nactions = ['view', 'edit']\n\
                    attributes.tags = { type = 'list', from = 'request' }\n[context]\ncost = 'decimal'\nat = 'timestamp'\n";
        let model = model::parse(Source { name: "model.toml", text }).expect("a model");
        let types = declarations(&model, true);
        for line in [
            "export interface MySigns {",
            "      readonly actions: \"view\" | \"edit\";",
            "      readonly parents: \"project\" | \"folder\";",
            "        readonly kind?: \"a\" | \"b\\\"\" | undefined;",
            "        readonly tags?: readonly (string)[] | undefined;",
            "    readonly sign: \"project:/folder:/sign:\";",
            "    readonly cost?: number | string | undefined;",
            "    readonly at?: Date | string | undefined;",
            "  readonly subject: { readonly [name: string]: never };",
            "    readonly model: MySigns;",
        ] {
            assert!(types.lines().any(|written| written == line), "{line}\n{types}");
        }
        assert!(!declarations(&model, false).contains("Register"));
    }

    /// The package has the built-in types once and for all, not in every file.
    #[test]
    fn the_package_knows_the_built_in_types() {
        let package = include_str!("../../countersign-wasm/npm/src/model.ts");
        for (name, actions) in countersign_core::builtin::TYPES {
            let actions: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
            let line = format!("  readonly {name}: Managed<{}>;", actions.join(" | "));
            assert!(package.contains(&line), "{line}");
        }
        assert_eq!(package.matches(": Managed<").count(), countersign_core::builtin::TYPES.len());
    }

    #[test]
    fn names_of_interfaces_are_names() {
        let check = |name: &str, expected: &str| assert_eq!(interface(name), expected);
        check("signagent", "Signagent");
        check("sign-agent 2", "SignAgent2");
        check("2 signs", "Model2Signs");
        check("Ü", "Model");
        check("register", "ModelRegister");
    }
}
