//! The route table: what fits, what is asked, and what is refused when it is read.

use crate::canonical::CanonicalPath;
use crate::routes::{Routes, Target};
use countersign_wire::diagnostic::Source;

const TABLE: &str = r#"
[[routes]]
method = "GET"
path = "/"
public = true

[[routes]]
method = "GET"
path = "/files/*"
public = true

[[routes]]
method = "GET"
path = "/api/{tenant}/projects/{project}"
action = "view"
resource = "project:{project}"
denied = 404

[[routes]]
method = "PUT"
path = "/api/{tenant}/projects/{project}"
action = "edit"
resource = "project:{project}"
visible_by = "view"
"#;

fn parse(text: &str) -> Result<Routes, String> {
    Routes::parse(Source { name: "routes.toml", text }).map_err(|problems| problems.to_string())
}

#[track_caller]
fn check(method: &str, path: &str, expected: Option<&str>) {
    let routes = parse(TABLE).expect("the table is sound");
    let path = CanonicalPath::parse(path).expect("the path is canonical");
    let found = routes.find(method, &path).map(|matched| match matched.target {
        Target::Public => "public".to_owned(),
        Target::Guarded(guarded) => format!("{} {}", guarded.action, matched.resource(guarded).unwrap_or_default()),
    });
    assert_eq!(found.as_deref(), expected, "{method} {path:?}");
}

#[test]
fn requests_fit_routes() {
    check("GET", "/", Some("public"));
    check("GET", "/files/a/b", Some("public"));
    check("GET", "/files", Some("public"));
    check("GET", "/api/acme/projects/p1", Some("view project:p1"));
    check("HEAD", "/api/acme/projects/p1", Some("view project:p1"));
    check("PUT", "/api/acme/projects/p%201", Some("edit project:p 1"));
    for (method, path) in [
        ("POST", "/"),
        ("GET", "/filesystem"),
        ("GET", "/api/acme/projects"),
        ("GET", "/api/acme/projects/p1/x"),
        ("get", "/api/acme/projects/p1"),
        ("DELETE", "/api/acme/projects/p1"),
        ("GET", "/API/acme/projects/p1"),
    ] {
        check(method, path, None);
    }
}

#[track_caller]
fn refused(route: &str, place: &str, message: &str) {
    let text = format!("[[routes]]\n{route}");
    let problems = parse(&text).expect_err("the table must be refused");
    assert!(problems.contains(place) && problems.contains(message), "{problems}");
}

#[test]
fn unsound_routes_are_refused_with_their_place() {
    let guarded = "action = 'view'\nresource = 'project:{project}'\n";
    let path = "path = '/api/{tenant}/projects/{project}'\n";
    refused(&format!("method = 'GET'\n{path}{guarded}deneid = 404"), "routes.toml:6:1", "did you mean `denied`?");
    refused(&format!("method = 'FETCH'\n{path}{guarded}"), "routes.toml:2:10", "a route's method is one of");
    refused(&format!("method = 'GET'\npath = '/projects/{{project}}'\n{guarded}"), "routes.toml:1:1", "no `{tenant}`");
    refused(
        "method = 'GET'\npath = '/{tenant}/*'\naction = 'view'\nresource = 'project:x'",
        "routes.toml:3:8",
        "public",
    );
    refused(
        "method = 'GET'\npath = '/{tenant}'\naction = 'view'\nresource = 'project:{p}'",
        "routes.toml:5:12",
        "parameter",
    );
    refused(&format!("method = 'GET'\n{path}{guarded}freshness = 'soon'"), "routes.toml:6:13", "bounded(N)");
    refused(&format!("method = 'GET'\n{path}{guarded}denied = 200"), "routes.toml:6:10", "403 or 404");
    refused("method = 'GET'\npath = '/a/../b'\npublic = true", "routes.toml:3:8", "neither a literal");
    refused("method = 'GET'\npath = '/{a}/{a}'\npublic = true", "routes.toml:3:8", "a parameter of its own");
}
