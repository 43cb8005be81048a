//! `countersign schema`: JSON Schemas of the documents, for editors.
//!
//! They are committed in `schemas/`, and the tests compare them with what stands here, with what the readers know, and
//! with the presets.

mod model;
mod parts;
mod routes;
mod scenario;
mod tenant;

use crate::exit;
use anyhow::Result;
use serde_json::Value;
use std::process::ExitCode;

/// Write the JSON Schema of a document to standard output, for editors
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign schema model > schemas/model.json

In a TOML file, for editors with Taplo (such as Even Better TOML), the first line names its schema:
  #:schema ./schemas/model.json

Exit codes: 0 written")]
pub(crate) struct Args {
    /// The document
    document: Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Document {
    /// Types, roles, rules
    Model,
    /// Members and what they hold
    Tenant,
    /// What must come out
    Scenario,
    /// What the gate asks for which request
    Routes,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    std::print!("{}", text(args.document));
    Ok(exit::FINE)
}

fn text(document: Document) -> String {
    let schema: Value = match document {
        Document::Model => model::schema(),
        Document::Tenant => tenant::schema(),
        Document::Scenario => scenario::schema(),
        Document::Routes => routes::schema(),
    };
    format!("{schema:#}\n")
}

#[cfg(test)]
mod tests;
