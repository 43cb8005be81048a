//! Tokens by the address of the worker that they are for, in a file that nobody else may read.

use crate::remote;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};

/// Holds who asks; a token is never given on the command line, where other users of the machine could read it.
const TOKEN: &str = "COUNTERSIGN_TOKEN";

/// The token for a worker: of the environment, or of whoever has logged in.
pub(crate) fn of(url: &str) -> Result<String> {
    if let Some(token) = std::env::var(TOKEN).ok().filter(|token| !token.trim().is_empty()) {
        return Ok(token);
    }
    let url = remote::checked(url)?;
    let stored = read(&path()?)?;
    let token = stored.get(url).and_then(Value::as_str);
    token.map(str::to_owned).with_context(|| {
        format!("nobody is logged in at {url}: run `countersign login --url {url}`, or set {TOKEN} to who asks")
    })
}

/// Keeps a token; gives the file that it is in.
pub(crate) fn keep(url: &str, token: &str) -> Result<PathBuf> {
    change(url, |tokens, url| drop(tokens.insert(url.to_owned(), Value::from(token.trim()))))
}

/// Forgets the token for a worker.
pub(crate) fn forget(url: &str) -> Result<PathBuf> {
    change(url, |tokens, url| drop(tokens.remove(url)))
}

fn change(url: &str, change: impl FnOnce(&mut Map<String, Value>, &str)) -> Result<PathBuf> {
    let path = path()?;
    let mut tokens = read(&path)?;
    change(&mut tokens, remote::checked(url)?);
    write(&path, &format!("{:#}\n", Value::Object(tokens)))?;
    Ok(path)
}

/// Where tokens are kept.
fn path() -> Result<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = var("XDG_CONFIG_HOME")
        .or_else(|| var("APPDATA"))
        .or_else(|| var("HOME").map(|home| home.join(".config")))
        .context("there is no HOME to keep tokens in; set COUNTERSIGN_TOKEN instead")?;
    Ok(folder.join("countersign").join("tokens.json"))
}

fn read(path: &Path) -> Result<Map<String, Value>> {
    if !path.exists() {
        return Ok(Map::new());
    }
    private(path)?;
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(tokens)) => Ok(tokens),
        _ => bail!("{} is damaged: remove it, and log in again", path.display()),
    }
}

/// A file that others may read holds no secrets.
#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{} may be read by others (mode {:o}): run `chmod 600` on it", path.display(), mode & 0o777);
    }
    Ok(())
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<()> {
    Ok(())
}

/// Writes a new file beside the old one and puts it in its place: it is whole, and private from its first byte on.
fn write(path: &Path, text: &str) -> Result<()> {
    let wrong = || format!("{} cannot be written", path.display());
    let folder = path.parent().with_context(wrong)?;
    fs::create_dir_all(folder).with_context(wrong)?;
    let beside = folder.join(format!("tokens.json.{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).with_context(wrong)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).with_context(wrong)?;
    file.sync_all().with_context(wrong)?;
    fs::rename(&beside, path).with_context(wrong)
}
