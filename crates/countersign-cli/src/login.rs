//! `countersign login`: a token for a worker, kept for the commands that ask it.

use crate::remote::{self, Remote};
use crate::tell::{GOOD, styled};
use crate::{exit, tokens};
use anstream::println;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

/// Keep a token for a worker, in a file that only you can read
///
/// The token is asked for, or read from standard input. It is kept in `countersign/tokens.json` of your configuration
/// (XDG_CONFIG_HOME, APPDATA or ~/.config), with mode 0600. COUNTERSIGN_TOKEN, where it is set, goes before it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign login --url https://access.example.com --tenant acme    # tries the token on the account
  vault read -field=token secret/ci | countersign login --url https://access.example.com
  countersign login --url https://access.example.com --forget

Exit codes: 0 kept, 1 the worker refuses the token, 2 it cannot be kept")]
pub(crate) struct Args {
    /// The worker's address
    #[arg(long, value_name = "URL")]
    url: String,
    /// An account to try the token on
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Forget the token for this address
    #[arg(long, conflicts_with = "tenant")]
    forget: bool,
    /// Answer as JSON: `{ "done": …, "url", "file", "kept" }`
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let url = remote::checked(&args.url)?;
    if args.forget {
        let path = tokens::forget(url)?;
        say(args, url, &path, format!("the token for {url} is not in {} any more", path.display()));
        return Ok(exit::FINE);
    }
    let token = token(url)?;
    if token.trim().is_empty() || token.trim().chars().any(char::is_control) {
        bail!("a token is one line of text");
    }
    if let Some(tenant) = &args.tenant {
        // What every member may ask for.
        Remote::open_as(url, tenant, &token)?.get("/me/notifications?limit=1")?;
    }
    let path = tokens::keep(url, &token)?;
    say(args, url, &path, styled(GOOD, &format!("the token for {url} is kept in {}", path.display())));
    Ok(exit::FINE)
}

fn say(args: &Args, url: &str, path: &Path, line: String) {
    if args.json {
        let file = path.display().to_string();
        println!("{:#}", json!({ "done": true, "url": url, "file": file, "kept": !args.forget }));
    } else {
        println!("{line}");
    }
}

fn token(url: &str) -> Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("token for {url}: ")).context("the token cannot be read");
    }
    let mut token = String::new();
    std::io::stdin().read_to_string(&mut token).context("standard input cannot be read")?;
    Ok(token)
}
