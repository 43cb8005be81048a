//! The demo: its two tenants, and the three requests that a newcomer is shown.

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::http::Request;
use super::server::Server;
use crate::command::failure;
use crate::screen::step;
use crate::workspace::Workspace;

const MODEL: &str = "presets/signagent/model.toml";
const TENANTS: &[(&str, &str)] =
    &[("acme", "presets/signagent/tenant.toml"), ("globex", "presets/signagent/scenarios/globex.toml")];
const OPERATOR: &str = "operator:dev";
/// What the tour's edit would write.
const CHANGE: &str = r#"{"text": "Floors 1 to 5"}"#;

/// A request of the tour and what comes of it.
struct Stop {
    remark: &'static str,
    method: &'static str,
    subject: &'static str,
    path: &'static str,
    status: u16,
}

const TOUR: &[Stop] = &[
    Stop {
        remark: "One manages Renovation: the sign comes from the origin, with the revision that decided",
        method: "GET",
        subject: "user:one",
        path: "/api/acme/projects/renovation/states/draft/signs/r2",
        status: 200,
    },
    Stop {
        remark: "Petra may not see Tower: the same answer as for a sign that does not exist",
        method: "GET",
        subject: "user:petra",
        path: "/api/acme/projects/tower/states/ordered/signs/t1",
        status: 404,
    },
    Stop {
        remark: "Petra may see this sign but not edit it",
        method: "PUT",
        subject: "user:petra",
        path: "/api/acme/projects/renovation/states/draft/signs/r2",
        status: 403,
    },
];

/// Creates or replaces the demo's tenants.
pub(super) fn load(workspace: &Workspace, server: &Server) -> Result<()> {
    let model = workspace.read(MODEL)?;
    for (tenant, file) in TENANTS {
        let body = json!({ "model": model, "tenant": workspace.read(file)? }).to_string();
        step(&format!("demo tenant {tenant}"), |_| {
            let path = format!("/v1/tenants/{tenant}");
            let request = Request { method: "PUT", path: &path, subject: Some(OPERATOR), body: Some(body) };
            let answer = server.request(&request).with_context(|| format!("the worker did not take {file}"))?;
            // Whoever deleted a member of the demo has made it his own: it stays as it is.
            let kept = answer.status == 422 && answer.body.contains("\"id_was_used\"");
            if !kept && !matches!(answer.status, 200 | 201) {
                let printed = format!("{}\n{}", server.printed(), answer.body);
                return Err(failure(
                    &format!("the worker refused {file} with status {}; see above", answer.status),
                    &printed,
                ));
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// What to open and what to try.
pub(super) fn tour(url: &str) -> String {
    let mut text = format!("Open   {url}/\n\nTry\n");
    for stop in TOUR {
        let Stop { remark, method, subject, path, status } = stop;
        let change = if *method == "GET" { String::new() } else { format!(" -X {method} --json '{CHANGE}'") };
        text.push_str(&format!("  # {remark}: {status}\n"));
        text.push_str(&format!("  curl -i{change} -H 'Authorization: Dev {subject}' {url}{path}\n"));
    }
    text
}

/// Takes the tour and fails where it does not go as it says.
pub(crate) fn verify(server: &Server) -> Result<()> {
    for Stop { method, subject, path, status, .. } in TOUR {
        let body = (*method != "GET").then(|| CHANGE.to_owned());
        let answer = server.request(&Request { method, path, subject: Some(subject), body })?;
        if answer.status != *status {
            bail!(
                "{method} {path} as {subject} answered {} instead of {status}; the tour that `dev` prints is wrong",
                answer.status
            );
        }
    }
    Ok(())
}
