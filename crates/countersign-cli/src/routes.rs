//! `countersign routes`: is a route table sound against a model, and what would be asked for a request?

use crate::{exit, files, validate};
use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use countersign_gate::question::{Outcome, Told, explain};
use countersign_gate::request::{Request, UrlParts};
use countersign_gate::routes::{Routes, Target};
use countersign_wire::diagnostic::Source;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check a route file against a model; all that is wrong is reported at once
    Check {
        /// The model file
        #[arg(long)]
        model: PathBuf,
        /// Answer as JSON, as `countersign validate` does
        #[arg(long)]
        json: bool,
        /// The route file
        routes: PathBuf,
    },
    /// Say what would be asked for a request, or why it would be refused; the exit code is 1 for a refusal
    Explain(Explain),
}

/// A request, as a client sends it.
#[derive(clap::Args)]
pub(crate) struct Explain {
    /// The model file
    #[arg(long)]
    model: PathBuf,
    /// The route file
    #[arg(long)]
    routes: PathBuf,
    /// A header, as in `--header 'x-cost: 50'`; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// A claim of the caller's token, as in `--claim org=acme`; may be repeated
    #[arg(long = "claim", value_name = "NAME=VALUE")]
    claims: Vec<String>,
    /// The body; it is JSON, unless a header says otherwise
    #[arg(long)]
    body: Option<String>,
    /// Answer as JSON: `{ "outcome": "asked" | "public" | "refused", "route", …, "lines": [{ "heading", "text" }] }`
    #[arg(long)]
    json: bool,
    /// Method and target, as in 'PUT /x/y?z=1' or 'GET `https://acme.example.com/x`'
    request: String,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check { model, routes, json } => validate::route_file(model, routes, *json),
        Command::Explain(asked) => {
            let model = files::model(&asked.model)?;
            let routes = table(&asked.routes, &model)?;
            let request = request(asked)?;
            let claims = pairs(&asked.claims, '=')?;
            let claim = |name: &str| claims.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let body = asked.body.as_deref().unwrap_or_default().as_bytes();
            let told = explain(&routes, model.policy(), &request, claim, body);
            if asked.json {
                println!("{:#}", written(asked, &told));
            } else {
                show(asked, &told);
            }
            Ok(exit::found(matches!(told.outcome, Outcome::Refused(_))))
        }
    }
}

fn show(asked: &Explain, told: &Told<'_>) {
    println!("{}", asked.request);
    if let Some(route) = told.route {
        let place = format!("{}:{}", asked.routes.display(), route.line);
        line("route", &format!("{place}  {} {}", route.methods.join(" "), route.path));
    }
    for (heading, text) in &told.lines {
        line(heading, text);
    }
}

/// The same for programs.
fn written(asked: &Explain, told: &Told<'_>) -> Value {
    let route = told.route.map(|route| {
        let file = asked.routes.display().to_string();
        json!({ "file": file, "line": route.line, "methods": route.methods, "path": route.path })
    });
    let line = |(heading, text): &(&str, String)| json!({ "heading": heading, "text": text });
    let lines: Value = told.lines.iter().map(line).collect();
    let request = &asked.request;
    match (&told.outcome, told.route.map(|route| &route.target)) {
        (Outcome::Asked(asked), Some(Target::Guarded(guarded))) => json!({
            "outcome": "asked",
            "tenant": asked.tenant,
            "action": guarded.action.value,
            "resource": asked.resource,
            "request": request,
            "route": route,
            "lines": lines,
        }),
        (Outcome::Refused(refused), _) => json!({
            "outcome": "refused",
            "status": refused.status,
            "code": refused.code,
            "request": request,
            "route": route,
            "lines": lines,
        }),
        _ => json!({ "outcome": "public", "request": request, "route": route, "lines": lines }),
    }
}

fn line(heading: &str, text: &str) {
    println!("  {heading:<17} {}", text.replace('\n', "\n                    "));
}

fn table(path: &Path, model: &countersign_compile::Model) -> Result<Routes> {
    let text = files::text(path)?;
    let name = path.display().to_string();
    Routes::checked(Source { name: &name, text: &text }, model.policy()).map_err(|problems| anyhow!("{problems}"))
}

/// The request as the gate would see it.
fn request(asked: &Explain) -> Result<Request> {
    let Some((method, target)) = asked.request.split_once(' ') else {
        bail!("`{}` is no request; write method and target, as in 'PUT /x/y'", asked.request);
    };
    let url = if target.starts_with('/') { format!("http://localhost{target}") } else { target.to_owned() };
    let Some(UrlParts { host, path, query, .. }) = UrlParts::split(&url) else {
        bail!("`{target}` is no target; write a path as in '/x/y', or a URL with a path");
    };
    let mut headers = pairs(&asked.headers, ':')?;
    if asked.body.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let (method, path, host) = (method.to_owned(), path.to_owned(), host.to_owned());
    Ok(Request { method, path, query: query.map(str::to_owned), host, headers })
}

fn pairs(texts: &[String], between: char) -> Result<Vec<(String, String)>> {
    let pair = |text: &String| match text.split_once(between) {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(anyhow!("`{text}` has no `{between}` between name and value")),
    };
    texts.iter().map(pair).collect()
}
