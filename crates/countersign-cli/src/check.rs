//! `countersign check`: one question.

use crate::tell::{FAINT, outcome, styled};
use crate::{exit, files};
use anstream::println;
use anyhow::{Context, Result};
use countersign_tenant::{Asked, World};
use countersign_wire::given::{Given, Supplied};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// One question.
#[derive(clap::Args)]
pub(crate) struct Question {
    /// The model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The tenant file
    #[arg(long, value_name = "FILE")]
    tenant: PathBuf,
    /// When, as in 2026-03-01T12:00:00Z; now if left out
    #[arg(long, value_name = "MOMENT")]
    now: Option<String>,
    /// The context, as JSON: {"cost": 12.5}
    #[arg(long, value_name = "JSON")]
    context: Option<String>,
    /// What is supplied of the resource, as JSON
    #[arg(long, value_name = "JSON")]
    attributes: Option<String>,
    /// What is supplied of the subject, as JSON
    #[arg(long, value_name = "JSON")]
    subject_attributes: Option<String>,
    /// What is supplied of the action, as JSON
    #[arg(long, value_name = "JSON")]
    action_attributes: Option<String>,
    /// Who, such as user:ann
    subject: String,
    /// For what, such as edit
    action: String,
    /// On what, such as project:p1/sign:42
    resource: String,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Decide one question and say why
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign check --model model.toml --tenant tenant.toml user:ann edit project:p1/sign:42
  countersign check --model model.toml --tenant tenant.toml user:ann place order:9 --context '{\"cost\": \"49.90\"}'
  countersign check --model model.toml --tenant tenant.toml user:ann view project:p1 --now 2026-03-01T12:00:00Z --json

Exit codes: 0 allow, 1 deny or approval needed, 2 it could not be asked")]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    question: Question,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    args.question.ask(|world, asked| {
        let decision = world.check(asked);
        let reason = world.reason(decision, asked);
        let effect = decision.effect.as_str();
        if args.question.json {
            println!("{:#}", json!({ "decision": effect, "reason": reason }));
            return Ok(exit::found(!decision.is_allow()));
        }
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
        let by = format!(" by {}", decision.stage.as_str());
        println!("{}{}{why}", styled(outcome(effect), effect), styled(FAINT, &by));
        Ok(exit::found(!decision.is_allow()))
    })
}

impl Question {
    /// Loads what the arguments name, and asks.
    pub(crate) fn ask(&self, answer: impl FnOnce(&World, &Asked<'_>) -> Result<ExitCode>) -> Result<ExitCode> {
        let world = files::tenant(&files::model(&self.model)?, &self.tenant)?;
        let now = files::now(self.now.as_deref())?;
        let bag = |text: &Option<String>| match text {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str::<Supplied>(text).map(|bag| bag.0).with_context(|| format!("`{text}`")),
        };
        let given = Given {
            context: bag(&self.context)?,
            resource: bag(&self.attributes)?,
            subject: bag(&self.subject_attributes)?,
            action: bag(&self.action_attributes)?,
        };
        let Self { subject, action, resource, .. } = self;
        answer(&world, &Asked { subject, action, resource, given: &given, now })
    }
}
