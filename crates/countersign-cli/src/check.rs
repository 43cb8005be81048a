//! `countersign check`: one question.

use crate::files;
use anyhow::{Context, Result};
use countersign_tenant::{Asked, World};
use countersign_wire::given::{Given, Supplied};
use countersign_wire::time;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// One question.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model file
    #[arg(long)]
    model: PathBuf,
    /// The tenant file
    #[arg(long)]
    tenant: PathBuf,
    /// When, as in 2026-03-01T12:00:00Z; now if left out
    #[arg(long)]
    now: Option<String>,
    /// The context, as JSON: {"cost": 12.5}
    #[arg(long)]
    context: Option<String>,
    /// What is supplied of the resource, as JSON
    #[arg(long)]
    attributes: Option<String>,
    /// Who, such as user:ann
    subject: String,
    /// For what
    action: String,
    /// On what, such as project:p1/sign:42
    resource: String,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    args.ask(|world, asked| {
        let decision = world.check(asked);
        let reason = world.reason(decision, asked);
        let word = |key: &str| reason.get(key).map(String::as_str);
        let mut why = match (word("title").or(word("role")), word("scope")) {
            (Some(role), Some(scope)) => format!(": {role} at {scope}"),
            (None, Some(scope)) => format!(" at {scope}"),
            _ => word("policy").or(word("why")).map_or_else(String::new, |words| format!(": {words}")),
        };
        if let Some(detail) = word("detail") {
            why.push_str(": ");
            why.push_str(detail);
        }
        println!("{} by {}{why}", decision.effect.as_str(), decision.stage.as_str());
        Ok(if decision.is_allow() { ExitCode::SUCCESS } else { ExitCode::from(2) })
    })
}

impl Args {
    /// Loads what the arguments name, and asks.
    pub(crate) fn ask(&self, answer: impl FnOnce(&World, &Asked<'_>) -> Result<ExitCode>) -> Result<ExitCode> {
        let world = files::tenant(&files::model(&self.model)?, &self.tenant)?;
        let now = match &self.now {
            Some(text) => {
                time::parse(text).with_context(|| format!("`{text}` is no moment; write 2026-03-01T12:00:00Z"))?
            }
            None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?,
        };
        let bag = |text: &Option<String>| match text {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str::<Supplied>(text).map(|bag| bag.0).with_context(|| format!("`{text}`")),
        };
        let given = Given { context: bag(&self.context)?, resource: bag(&self.attributes)?, ..Given::default() };
        let Self { subject, action, resource, .. } = self;
        answer(&world, &Asked { subject, action, resource, given: &given, now })
    }
}
