//! Routes that no request ever reaches, because earlier ones fit everything that they fit.

use super::Route;
use super::pattern::{Piece, host_covers, path_covers};
use super::read::{METHODS, Read};
use countersign_wire::reader::Problems;

/// What the worker answers itself, before any route is looked at.
const RESERVED: [&str; 3] = ["v1", "access", "console"];

/// Reports every route of which at least one method is never reached.
pub(super) fn check(routes: &[Read], problems: &mut Problems<'_>) {
    // Of a route that is not understood nobody knows what it fits.
    for (number, Read { route, at, .. }) in routes.iter().enumerate().filter(|(_, read)| read.clear) {
        if let Some(own) = reserved(&route.pattern) {
            problems.add_with_help(
                at,
                format!("no request reaches this route: the worker answers `{own}` itself"),
                "choose another path",
            );
        }
        for method in route.methods.iter().filter(|method| METHODS.contains(&method.as_str())) {
            let mut before = routes.iter().take(number).filter(|read| read.clear).map(|read| &read.route);
            if let Some(earlier) = before.find(|earlier| covers(earlier, route, method)) {
                let message = format!(
                    "no {method} request reaches this route: that of line {} (`{}`) fits all that it fits",
                    earlier.line, earlier.path
                );
                problems.add_with_help(at, message, "put the narrower route first, or take one of them out");
                break;
            }
        }
    }
}

fn covers(earlier: &Route, route: &Route, method: &str) -> bool {
    earlier.methods.iter().any(|known| known == method)
        && path_covers(&earlier.pattern, &route.pattern)
        && host_covers(earlier.host.as_deref(), route.host.as_deref())
}

fn reserved(pattern: &[Piece]) -> Option<String> {
    let literal = |at: usize| match pattern.get(at) {
        Some(Piece::Literal(text)) => text.as_str(),
        _ => "",
    };
    match (literal(0), literal(2)) {
        (first, _) if RESERVED.contains(&first) => Some(format!("/{first}/…")),
        ("t", "access") => Some("/t/{tenant}/access/…".to_owned()),
        (".well-known", _) if literal(1) == "authzen-configuration" => {
            Some("/.well-known/authzen-configuration".to_owned())
        }
        _ => None,
    }
}
