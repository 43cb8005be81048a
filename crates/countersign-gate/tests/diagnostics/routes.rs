//! Route files.

use crate::model;
use crate::pairs::{Mistake, found, mistake};
use countersign_gate::routes::Routes;
use countersign_wire::diagnostic::Source;

const SOUND: &str = r#"# The routes.
[origin]
ignores_case = true

[[routes]]
method = "GET"
path = "/"
public = true

[[routes]]
method = ["GET", "OPTIONS"]
path = "/files/*"
public = true

[[routes]]
method = "GET"
path = "/{tenant}/projects/{project}"
action = "view"
resource = "project:{project}"
denied = 404

[[routes]]
method = "PUT"
path = "/{tenant}/projects/{project}"
action = "edit"
resource = "project:{project}"
visible_by = "view"
freshness = "strict"

[[routes]]
method = "GET"
host = "{tenant}.example.com"
path = "/signs/{project}/{state}/{sign}/{_*}"
action = "check"
resource = "project:{project}/state:{state}/sign:{sign}"
context.cost = { query = "cost" }
freshness = "bounded(5)"

[[routes]]
method = "POST"
path = "/orders"
tenant = { claim = "org" }
action = "place"
resource = "order:{order}"
parameters.order = { body = "/id" }
attributes.total = { body = "/total" }
context.cost = { body = "/cost" }
context.ip = { header = "X-Client" }
action_attributes.soft = { value = true }
"#;

const MISTAKES: &[Mistake] = &[
    mistake("an unknown top-level key", &[("# The routes.", "colour = 1 @@")], "unknown key `colour`"),
    mistake("a misspelt top-level key", &[("[origin]", "[orgin] @@")], "unknown key `orgin`"),
    mistake("a flag of another form", &[("ignores_case = true", "ignores_case = 1 @@")], "expected true or false"),
    mistake(
        "an unknown key of a route",
        &[("path = \"/files/*\"", "path = \"/files/*\"\ncolour = 1 @@")],
        "unknown key `colour`",
    ),
    mistake(
        "a misspelt `public`",
        &[("path = \"/files/*\"\npublic = true", "path = \"/files/*\"\npublc = true @@")],
        "unknown key `publc`",
    ),
    mistake(
        "a `public` of another form",
        &[("path = \"/files/*\"\npublic = true", "path = \"/files/*\"\npublic = 1 @@")],
        "expected true or false",
    ),
    mistake(
        "a question on a public route",
        &[("path = \"/files/*\"\npublic = true", "path = \"/files/*\"\npublic = true\naction = \"view\" @@")],
        "a public route asks nothing",
    ),
    mistake(
        "a route without a method",
        &[("[[routes]]\nmethod = \"GET\"\npath = \"/\"", "[[routes]] @@\npath = \"/\"")],
        "`method` is missing",
    ),
    mistake("a method that is none", &[("method = \"PUT\"", "method = \"put\" @@")], "a route's method is one of"),
    mistake("a method of another form", &[("method = \"POST\"", "method = 5 @@")], "expected a string"),
    mistake(
        "a method that is there twice",
        &[("method = [\"GET\", \"OPTIONS\"]", "method = [\"GET\", \"GET\"] @@")],
        "named twice",
    ),
    mistake(
        "a route without a path",
        &[(
            "[[routes]]\nmethod = \"GET\"\npath = \"/{tenant}/projects/{project}\"\naction = \"view\"",
            "[[routes]] @@\nmethod = \"GET\"\naction = \"view\"",
        )],
        "`path` is missing",
    ),
    mistake("a route's misspelt path", &[("path = \"/orders\"", "pth = \"/orders\" @@")], "unknown key `pth`"),
    mistake("a path that begins with a name", &[("path = \"/orders\"", "path = \"orders\" @@")], "begins with `/`"),
    mistake(
        "a path that is not canonical",
        &[("path = \"/files/*\"", "path = \"/files/../*\" @@")],
        "`.` and `..` are refused",
    ),
    mistake(
        "a path of half a parameter",
        &[("path = \"/signs/{project}/{state}/{sign}/{_*}\"", "path = \"/signs/{project}/{state}/s{sign}/{_*}\" @@")],
        "neither a literal",
    ),
    mistake(
        "a parameter that nothing uses",
        &[("path = \"/signs/{project}/{state}/{sign}/{_*}\"", "path = \"/signs/{project}/{state}/{sign}/{page}\" @@")],
        "nothing uses the parameter",
    ),
    mistake(
        "a rest where something is asked",
        &[("path = \"/signs/{project}/{state}/{sign}/{_*}\"", "path = \"/signs/{project}/{state}/{sign}/*\" @@")],
        "`*` is for public",
    ),
    mistake(
        "a host that is none",
        &[("host = \"{tenant}.example.com\"", "host = \"{tenant}.Example.com\" @@")],
        "no label of a host",
    ),
    mistake(
        "a host without a tenant",
        &[
            ("host = \"{tenant}.example.com\"", "host = \"example.com\""),
            ("[[routes]]\nmethod = \"GET\"\nhost", "[[routes]] @@\nmethod = \"GET\"\nhost"),
        ],
        "nothing says whose",
    ),
    mistake(
        "a tenant that cannot be one",
        &[("tenant = { claim = \"org\" }", "tenant = \"Org\" @@")],
        "cannot be a tenant",
    ),
    mistake("a tenant of another form", &[("tenant = { claim = \"org\" }", "tenant = 5 @@")], "expected a table"),
    mistake(
        "a tenant's misspelt key",
        &[("tenant = { claim = \"org\" }", "tenant = { claims = \"org\" } @@")],
        "unknown key `claims`",
    ),
    mistake(
        "a route without an action",
        &[(
            "[[routes]]\nmethod = \"PUT\"\npath = \"/{tenant}/projects/{project}\"\naction = \"edit\"",
            "[[routes]] @@\nmethod = \"PUT\"\npath = \"/{tenant}/projects/{project}\"",
        )],
        "`action` is missing",
    ),
    mistake(
        "a route without a resource",
        &[(
            "[[routes]]\nmethod = \"PUT\"\npath = \"/{tenant}/projects/{project}\"\naction = \"edit\"\nresource = \"project:{project}\"",
            "[[routes]] @@\nmethod = \"PUT\"\npath = \"/{tenant}/projects/{project}\"\naction = \"edit\"",
        )],
        "`resource` is missing",
    ),
    mistake("an unknown action", &[("action = \"place\"", "action = \"plce\" @@")], "has no action `plce`"),
    mistake("an action of another form", &[("action = \"check\"", "action = 5 @@")], "expected a string"),
    mistake(
        "an unknown type",
        &[(
            "resource = \"project:{project}/state:{state}/sign:{sign}\"",
            "resource = \"project:{project}/stat:{state}/sign:{sign}\" @@",
        )],
        "there is no type `stat`",
    ),
    mistake(
        "a segment that is none",
        &[(
            "resource = \"project:{project}/state:{state}/sign:{sign}\"",
            "resource = \"project:{project}/{state}/sign:{sign}\" @@",
        )],
        "is no segment",
    ),
    mistake(
        "a level that is left out",
        &[
            ("path = \"/signs/{project}/{state}", "path = \"/signs/{project}/{_state}"),
            (
                "resource = \"project:{project}/state:{state}/sign:{sign}\"",
                "resource = \"project:{project}/sign:{sign}\" @@",
            ),
        ],
        "does not stand below `project`",
    ),
    mistake(
        "a parameter that there is not",
        &[(
            "action = \"edit\"\nresource = \"project:{project}\"",
            "action = \"edit\"\nresource = \"project:{projct}\" @@",
        )],
        "has a parameter `projct`",
    ),
    mistake("a denial that is none", &[("denied = 404", "denied = 200 @@")], "a denial is 403 or 404"),
    mistake("two ways of denial", &[("denied = 404", "denied = 404 @@\nvisible_by = \"edit\"")], "exclude each other"),
    mistake(
        "an unknown action to see by",
        &[("visible_by = \"view\"", "visible_by = \"veiw\" @@")],
        "has no action `veiw`",
    ),
    mistake(
        "the same action to see by",
        &[("visible_by = \"view\"", "visible_by = \"edit\" @@")],
        "cannot be shown the resource",
    ),
    mistake("a freshness that is none", &[("freshness = \"strict\"", "freshness = \"soon\" @@")], "freshness is"),
    mistake(
        "a parameter from nowhere",
        &[("parameters.order = { body = \"/id\" }", "parameters.order = {} @@")],
        "nothing says where",
    ),
    mistake(
        "a parameter by two ways",
        &[("parameters.order = { body = \"/id\" }", "parameters.order = { body = \"/id\", query = \"id\" } @@")],
        "one place only",
    ),
    mistake(
        "a parameter too many",
        &[(
            "parameters.order = { body = \"/id\" }",
            "parameters.order = { body = \"/id\" }\nparameters.page = { body = \"/page\" } @@",
        )],
        "nothing uses the parameter",
    ),
    mistake(
        "a body of what has none",
        &[("context.cost = { query = \"cost\" }", "context.cost = { body = \"/cost\" } @@")],
        "has no body",
    ),
    mistake(
        "a header that there is not",
        &[("context.ip = { header = \"X-Client\" }", "context.ip = { header = \"X Client\" } @@")],
        "cannot be the name of a header",
    ),
    mistake(
        "a header that is not believed",
        &[("context.ip = { header = \"X-Client\" }", "context.ip = { header = \"X-Forwarded-For\" } @@")],
        "does not reach the origin",
    ),
    mistake(
        "an unknown value of the context",
        &[("context.cost = { body = \"/cost\" }", "context.cst = { body = \"/cost\" } @@")],
        "no attribute `cst`",
    ),
    mistake(
        "an unknown attribute",
        &[("attributes.total = { body = \"/total\" }", "attributes.totl = { body = \"/total\" } @@")],
        "no attribute `totl`",
    ),
    mistake(
        "a place in the body that is none",
        &[("attributes.total = { body = \"/total\" }", "attributes.total = { body = \"total\" } @@")],
        "JSON pointer",
    ),
    mistake(
        "a value of another kind",
        &[("action_attributes.soft = { value = true }", "action_attributes.soft = { value = \"yes\" } @@")],
        "is a boolean",
    ),
    mistake(
        "a misspelt place of a value",
        &[("action_attributes.soft = { value = true }", "action_attributes.soft = { valeu = true } @@")],
        "unknown key `valeu`",
    ),
    mistake(
        "a route that is never reached",
        &[("+", "[[routes]] @@\nmethod = \"GET\"\npath = \"/files/x\"\npublic = true")],
        "no GET request reaches",
    ),
    mistake(
        "a route that the worker answers",
        &[("+", "[[routes]] @@\nmethod = \"GET\"\npath = \"/v1/x\"\npublic = true")],
        "the worker answers",
    ),
    mistake(
        "a repeated key",
        &[("freshness = \"strict\"", "freshness = \"strict\"\nfreshness = \"strict\" @@")],
        "duplicate key",
    ),
];

/// What is not understood may say what is missing.
const EXCUSED: &[(&str, &str)] = &[
    ("a path of half a parameter", "a host without a tenant"),
    ("a path that is not canonical", "a route that is never reached"),
    ("a parameter that nothing uses", "a segment that is none"),
    ("a route without an action", "the same action to see by"),
    ("a route without a resource", "an unknown action to see by"),
];

#[test]
fn every_two_mistakes_of_a_route_file_are_told_at_once() {
    let model = model::sound();
    let read = |text: &str| Routes::checked(Source { name: "routes.toml", text }, model.policy()).map(|_| ());
    let wrong = found(SOUND, MISTAKES, EXCUSED, &read, 1_000);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
