//! The route table: what fits, what is asked, and what is refused when it is read, alone and against a model.

use crate::canonical::CanonicalPath;
use crate::routes::{Miss, Routes, Target};
use countersign_compile::Model;
use countersign_wire::diagnostic::Source;

const TABLE: &str = r#"
[[routes]]
method = "GET"
path = "/"
public = true

[[routes]]
method = "GET"
path = "/files/secret/{project}"
tenant = "acme"
action = "edit"
resource = "project:{project}"

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
method = ["PUT", "PATCH"]
path = "/api/{tenant}/projects/{project}"
action = "edit"
resource = "project:{project}"
visible_by = "view"

[[routes]]
method = "GET"
host = "{tenant}.example.com"
path = "/p/{project}/{_*}"
action = "view"
resource = "project:p-{project}"

[[routes]]
method = "GET"
path = "/p/{_page}/*"
public = true
"#;

fn parse(text: &str) -> Result<Routes, String> {
    Routes::parse(Source { name: "routes.toml", text }).map_err(|problems| problems.to_string())
}

#[track_caller]
fn check(method: &str, target: &str, expected: Option<&str>) {
    let routes = parse(TABLE).expect("the table is sound");
    let (host, path) = target.split_once('/').expect("a target has a path");
    let host = if host.is_empty() { "localhost" } else { host };
    let path = format!("/{path}");
    let path = CanonicalPath::parse(&path).expect("the path is canonical");
    let found = routes.find(method, host, &path).ok().map(|matched| match &matched.route.target {
        Target::Public => "public".to_owned(),
        Target::Guarded(guarded) => {
            let value = |name: &str| matched.parameter(name).map(str::to_owned);
            format!("{} {}", guarded.action.value, guarded.resource(value).unwrap_or_default())
        }
    });
    assert_eq!(found.as_deref(), expected, "{method} {target}");
}

#[test]
fn requests_fit_routes() {
    check("GET", "/", Some("public"));
    check("GET", "/files/a/b", Some("public"));
    check("GET", "/files", Some("public"));
    check("GET", "/files/secret/p1", Some("edit project:p1"));
    check("GET", "/files/secret/p1/x", Some("public"));
    check("GET", "/api/acme/projects/p1", Some("view project:p1"));
    check("HEAD", "/api/acme/projects/p1", Some("view project:p1"));
    check("PUT", "/api/acme/projects/p%201", Some("edit project:p 1"));
    check("PATCH", "/api/acme/projects/p1", Some("edit project:p1"));
    check("GET", "acme.example.com/p/1/a/b", Some("view project:p-1"));
    check("GET", "acme.example.com/p/1", Some("view project:p-1"));
    check("GET", "a.acme.example.com/p/1/a", Some("public"));
    check("GET", "example.com/p/1/a", Some("public"));
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

#[test]
fn the_first_route_in_the_file_wins_however_many_there_are() {
    let mut text = String::new();
    for number in 0..1_000 {
        text += &format!("[[routes]]\nmethod = 'GET'\npath = '/a/{{_}}/{number}/*'\npublic = true\n");
        text += &format!("[[routes]]\nmethod = 'GET'\npath = '/a/{number}/{{_}}/x'\npublic = true\n");
    }
    let routes = parse(&text).expect("the table is sound");
    for (path, first) in [("/a/7/9/x", "/a/7/{_}/x"), ("/a/9/7/x", "/a/{_}/7/*"), ("/a/7/7/x", "/a/{_}/7/*")] {
        let path = CanonicalPath::parse(path).expect("the path is canonical");
        let found = routes.find("GET", "h", &path).expect("it fits");
        assert_eq!(found.route.path, first, "{path:?}");
    }
}

#[test]
fn what_the_origin_does_not_tell_apart_is_refused() {
    let text = format!("[origin]\nignores_case = true\nreads_suffixes = true\n{TABLE}");
    let routes = parse(&text).expect("the table is sound");
    for (path, miss) in [
        ("/api/acme/projects/P1", Some(Miss::Case)),
        ("/api/acme/projects/%C3%A9", Some(Miss::Case)),
        ("/api/acme/projects/p1.json", Some(Miss::Suffix)),
        ("/files/a.css", Some(Miss::Suffix)),
        ("/api/acme/projects/p1", None),
        ("/api/acme/nowhere", Some(Miss::NoRoute)),
    ] {
        let path = CanonicalPath::parse(path).expect("the path is canonical");
        assert_eq!(routes.find("GET", "h", &path).err(), miss, "{path:?}");
    }
}

#[track_caller]
fn refused(route: &str, place: &str, message: &str) {
    let text = format!("[[routes]]\n{route}");
    let problems = parse(&text).expect_err("the table must be refused");
    assert!(problems.contains(&format!("routes.toml:{place}: ")) && problems.contains(message), "{problems}");
}

#[test]
fn unsound_routes_are_refused_with_their_place() {
    const GUARDED: &str = "action = 'view'\nresource = 'project:{project}'\n";
    const GET: &str = "method = 'GET'\npath = '/api/{tenant}/projects/{project}'\n";
    const POST: &str = "method = 'POST'\npath = '/api/{tenant}/projects/{project}'\n";
    for (text, place, message) in [
        (&*format!("{GET}{GUARDED}deneid = 404"), "6:1", "did you mean `denied`?"),
        (&format!("{GET}{GUARDED}denied = 404\ndenied = 403"), "7:1", "duplicate key"),
        (&format!("method = 'FETCH'\n{GUARDED}path = '/{{tenant}}/{{project}}'"), "2:10", "a route's method is one of"),
        (&format!("method = 'get'\n{GUARDED}path = '/{{tenant}}/{{project}}'"), "2:10", "did you mean `GET`?"),
        (&format!("method = ['PUT', 'PUT']\n{GUARDED}path = '/{{tenant}}/{{project}}'"), "2:18", "named twice"),
        (&format!("{GUARDED}path = '/{{tenant}}/{{project}}'"), "1:1", "`method` is missing"),
        (
            &format!("method = 'GET'\npath = '/projects/{{project}}'\n{GUARDED}"),
            "1:1",
            "nothing says whose resource it is",
        ),
        (&format!("{GET}{GUARDED}tenant = 'acme'"), "6:10", "both `tenant` and a parameter"),
        (&format!("method = 'GET'\npath = '/{{project}}'\ntenant = 'Acme'\n{GUARDED}"), "4:10", "cannot be a tenant"),
        ("method = 'GET'\npath = '/{tenant}/*'\naction = 'view'\nresource = 'project:x'", "3:8", "write `{_*}`"),
        ("method = 'GET'\npath = '/{tenant}/*/x'\npublic = true", "3:19", "at the end of a path"),
        (
            "method = 'GET'\npath = '/{tenant}'\naction = 'view'\nresource = 'project:{tennant}'",
            "5:12",
            "did you mean `tenant`?",
        ),
        (
            "method = 'GET'\npath = '/{tenant}/{page}'\naction = 'view'\nresource = 'project:x'",
            "3:19",
            "nothing uses the parameter `page`",
        ),
        (
            "method = 'GET'\nhost = '{page}.example.com'\npath = '/{tenant}'\naction = 'view'\nresource = 'project:x'",
            "3:9",
            "write `{_page}`",
        ),
        (&format!("{GET}{GUARDED}freshness = 'soon'"), "6:13", "bounded(N)"),
        (&format!("{GET}{GUARDED}denied = 200"), "6:10", "403 or 404"),
        (&format!("{GET}{GUARDED}denied = 404\nvisible_by = 'edit'"), "6:10", "exclude each other"),
        (&format!("{GET}{GUARDED}visible_by = 'view'"), "6:14", "cannot be shown the resource by it"),
        (&format!("{GET}{GUARDED}context.cost = {{ body = '/cost' }}"), "6:25", "a GET request has no body"),
        (&format!("{POST}{GUARDED}context.cost = {{ body = 'cost' }}"), "6:25", "write `/cost`"),
        (&format!("{POST}{GUARDED}context.cost = {{ body = '/cost', query = 'cost' }}"), "6:25", "from one place only"),
        (&format!("{POST}{GUARDED}context.cost = {{ boddy = '/cost' }}"), "6:18", "did you mean `body`?"),
        (&format!("{POST}{GUARDED}context.cost = 5"), "6:16", "expected a table, found a number"),
        (&format!("{POST}{GUARDED}context.cost = {{ path = 'cost' }}"), "6:25", "has a parameter `cost`"),
        (&format!("{POST}{GUARDED}context.cost = {{ header = 'x_cost' }}"), "6:27", "cannot be the name of a header"),
        (
            &format!("{POST}{GUARDED}context.cost = {{ header = 'X-Forwarded-For' }}"),
            "6:27",
            "does not reach the origin",
        ),
        (&format!("{POST}{GUARDED}context.cost = {{ header = 'Content-Length' }}"), "6:27", "another `Content-Length`"),
        (&format!("{POST}{GUARDED}context.cost = {{ header = 'host' }}"), "6:27", "another `host`"),
        (&format!("{POST}{GUARDED}context.cost = {{ header = 'cookie' }}"), "6:27", "another `cookie`"),
        (
            &format!("{POST}{GUARDED}context.cost = {{ query = 'a b' }}"),
            "6:26",
            "cannot be the name of a query's parameter",
        ),
        (
            &format!("{POST}{GUARDED}parameters.project = {{ query = 'p' }}"),
            "6:12",
            "has a parameter `project` already",
        ),
        (&format!("{POST}{GUARDED}parameters.sign = {{ query = 'p' }}"), "6:12", "nothing uses the parameter `sign`"),
        ("method = 'GET'\npath = '/a'\npublic = true\naction = 'view'", "5:10", "a public route asks nothing"),
        ("method = 'GET'\npath = '/a/../b'\npublic = true", "3:12", "`.` and `..` are refused"),
        ("method = 'GET'\npath = '/a//b'\npublic = true", "3:12", "a segment of the path is empty"),
        ("method = 'GET'\npath = '/a%2Fb'\npublic = true", "3:10", "no request has this segment"),
        ("method = 'GET'\npath = 'a'\npublic = true", "3:8", "write `/a`"),
        ("method = 'GET'\npath = '/{a}/{a}'\npublic = true", "3:14", "stands here twice"),
        ("method = 'GET'\npath = '/x{a}'\npublic = true", "3:10", "neither a literal segment"),
        ("method = 'GET'\npath = '/v1/x'\npublic = true", "1:1", "the worker answers `/v1/…` itself"),
        ("method = 'GET'\nhost = 'Example.com'\npath = '/x'\npublic = true", "3:9", "no label of a host"),
        (
            "method = 'GET'\npath = '/{tenant}/{a}/{b}'\naction = 'view'\nresource = 'sign:{a}-{b}'",
            "5:13",
            "is no segment of a resource",
        ),
        (
            "method = 'GET'\npath = '/{tenant}/{a}'\naction = 'view'\nresource = 'sign'",
            "5:13",
            "is no segment of a resource",
        ),
    ] {
        refused(text, place, message);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = "[[routes]]\nmethod = 'FETCH'\npath = 'x'\npublic = 1\ncolour = 'red'\n[[routs]]\n";
    let problems = parse(text).expect_err("it must be refused");
    for place in ["2:10", "3:8", "4:10", "5:1", "6:3"] {
        assert!(problems.contains(&format!("routes.toml:{place}")), "{place}\n{problems}");
    }
    assert!(problems.contains("^^^^^^^") && problems.contains("did you mean `routes`?"), "{problems}");
}

#[track_caller]
fn shadow(earlier: &str, later: &str, reached: bool) {
    let text = format!("[[routes]]\npublic = true\n{earlier}\n[[routes]]\npublic = true\n{later}\n");
    match parse(&text) {
        Ok(_) => assert!(reached, "{earlier} / {later}"),
        Err(problems) => {
            let line = 3 + earlier.lines().count();
            let said = format!("routes.toml:{line}:1: no ");
            assert!(!reached && problems.contains(&said) && problems.contains("that of line 1"), "{problems}");
        }
    }
}

#[test]
fn a_route_that_is_never_reached_is_refused() {
    let get = |path: &str| format!("method = 'GET'\npath = '{path}'");
    for (earlier, later, reached) in [
        ("/a", "/a", false),
        ("/a", "/b", true),
        ("/{x}", "/a", false),
        ("/a", "/{x}", true),
        ("/{x}", "/{_}", false),
        ("/*", "/a/b", false),
        ("/a/*", "/a", false),
        ("/a/*", "/a/{x}/*", false),
        ("/a/{x}/*", "/a/*", true),
        ("/a/{x}", "/a/*", true),
        ("/{x}/b", "/a/{y}", true),
        ("/{x}/b", "/a/b", false),
    ] {
        shadow(&get(earlier), &get(later), reached);
    }
    let hosted = |host: &str| format!("method = 'GET'\nhost = '{host}'\npath = '/a'");
    shadow(&get("/a"), &hosted("a.example.com"), false);
    shadow(&hosted("a.example.com"), &get("/a"), true);
    shadow(&hosted("*.example.com"), &hosted("a.example.com"), false);
    shadow(&hosted("a.example.com"), &hosted("*.example.com"), true);
    shadow("method = ['GET', 'PUT']\npath = '/a'", &get("/a"), false);
    shadow(&get("/a"), "method = ['PUT', 'GET']\npath = '/a'", false);
    shadow(&get("/a"), "method = 'PUT'\npath = '/a'", true);
}

const MODEL: &str = r#"
name = "m"
[types.project]
actions = ["view", "edit"]
attributes.kind = "string"
attributes.draft = { type = "bool", from = "request" }
[types.sign]
parent = "project"
actions = ["view", "approve"]
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
cost = "decimal"
tags = { type = "list" }
size = { one_of = ["small", "large"] }
"#;

fn against_model(route: &str) -> Result<Routes, String> {
    let model = Model::parse(Source { name: "model.toml", text: MODEL }).expect("the model is sound");
    let text = format!("[[routes]]\nmethod = 'POST'\npath = '/{{tenant}}/{{p}}/{{s}}'\n{route}");
    Routes::checked(Source { name: "routes.toml", text: &text }, model.policy())
        .map_err(|problems| problems.to_string())
}

#[test]
fn routes_are_checked_against_the_model() {
    const SIGN: &str = "action = 'view'\nresource = 'project:{p}/sign:{s}'\n";
    for (route, place, message) in [
        ("action = 'vieww'\nresource = 'project:{p}/sign:{s}'", "4:10", "did you mean `view`?"),
        ("action = 'edit'\nresource = 'project:{p}/sign:{s}'", "4:10", "the type `sign` has no action `edit`"),
        ("action = 'view'\nresource = 'projct:{p}/sign:{s}'", "5:13", "did you mean `project`?"),
        ("action = 'view'\nresource = 'sign:{p}-{s}'", "5:13", "is no segment"),
        (
            "action = 'view'\nresource = 'sign:{s}'\ncontext.cost = { path = 'p' }",
            "5:13",
            "it stands below `project`; name every level",
        ),
        ("action = 'view'\nresource = 'project:{p}/project:{s}'", "5:25", "does not stand below `project`"),
        (&format!("{SIGN}visible_by = 'see'"), "6:14", "there are `view`, `approve`"),
        (&format!("{SIGN}context.cst = {{ body = '/cost' }}"), "6:9", "did you mean `cost`?"),
        (&format!("{SIGN}action_attributes.sofd = {{ value = true }}"), "6:19", "did you mean `soft`?"),
        (
            &format!("{SIGN}action_attributes.soft = {{ value = 'yes' }}"),
            "6:36",
            "`soft` is a boolean, and this is a string",
        ),
        (&format!("{SIGN}context.size = {{ value = 'huge' }}"), "6:26", "one of `small`, `large`"),
        (&format!("{SIGN}context.tags = {{ query = 'tags' }}"), "6:26", "a list can be taken from the body alone"),
        (&format!("{SIGN}attributes.kind = {{ body = '/kind' }}"), "6:12", "no attribute `kind` for the type `sign`"),
        (
            "action = 'view'\nresource = 'project:{p}'\ncontext.size = { path = 's' }\nattributes.kind = { body = '/kind' }",
            "7:12",
            "the tenant stores `kind`",
        ),
    ] {
        let problems = against_model(route).expect_err(route);
        assert!(
            problems.contains(&format!("routes.toml:{place}: ")) && problems.contains(message),
            "{route}\n{problems}"
        );
    }
    let sound = [
        SIGN,
        &format!(
            "{SIGN}context = {{ cost = {{ body = '/order/cost' }}, tags = {{ body = '/tags' }}, size = {{ query = 'size' }} }}"
        ),
        "action = 'view'\nresource = 'project:{p}'\ncontext.size = { path = 's' }\nattributes.draft = { header = 'X-Draft' }",
        "action = 'edit'\nresource = 'member:{p}'\ncontext.size = { path = 's' }",
    ];
    for route in sound {
        assert_eq!(against_model(route).err(), None, "{route}");
    }
}
