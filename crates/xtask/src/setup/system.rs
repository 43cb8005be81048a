//! Packages of the operating system, which we may install only where that needs no password.

use anyhow::{Result, bail};

use crate::command::Run;
use crate::screen::{Step, step};

/// worker-build links OpenSSL, so its headers must be there where it is compiled on Linux.
pub(super) fn openssl() -> Result<()> {
    if !cfg!(target_os = "linux") || has_openssl() {
        return Ok(());
    }
    step("OpenSSL headers (Debian packages)", |step| {
        if apt(&["pkg-config", "libssl-dev"], step)? && has_openssl() {
            return Ok(());
        }
        bail!(
            "OpenSSL's headers are missing; install pkg-config and libssl-dev (or openssl-devel), then run this again"
        )
    })
}

fn has_openssl() -> bool {
    std::env::var_os("OPENSSL_DIR").is_some()
        || Run::new("pkg-config").args(["--exists", "openssl"]).capture().is_some()
}

/// Installs Debian packages if this is a Debian and we may; tells whether it did.
pub(super) fn apt(packages: &[&str], step: &Step) -> Result<bool> {
    let Some(prefix) = privilege() else { return Ok(false) };
    if Run::new("apt-get").arg("--version").capture().is_none() {
        return Ok(false);
    }
    let apt = |args: &[&str]| -> Result<bool> {
        let words: Vec<&str> = prefix.iter().copied().chain(["apt-get"]).chain(args.iter().copied()).collect();
        let run = Run::new(words[0]).args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive");
        Ok(run.finish(Some(step))?.success)
    };
    let install: Vec<&str> = ["install", "-y", "--no-install-recommends"].iter().chain(packages).copied().collect();
    // The list of packages may be missing or old; fetching it is slow, so it comes second.
    Ok(apt(&install)? || (apt(&["update"])? && apt(&install)?))
}

/// What to put before a command to run it as root, if that is possible without a password.
fn privilege() -> Option<Vec<&'static str>> {
    if Run::new("id").arg("-u").capture()? == "0" {
        return Some(Vec::new());
    }
    Run::new("sudo").args(["-n", "true"]).capture().map(|_| vec!["sudo", "-n"])
}
