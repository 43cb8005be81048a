//! Tenant files.

use crate::model;
use crate::pairs::{Mistake, found, mistake};
use countersign_compile::tenant;
use countersign_wire::diagnostic::Source;

const SOUND: &str = r#"# The tenant.
[[members]]
subject = "user:ann"
name = "Ann"
status = "active"
attributes = { licensed = true, teams = ["crew"] }
groups = ["crew"]

[[members]]
subject = "user:bob"
email = "bob@example.com"

[[members]]
subject = "service:ci"
status = "locked"

[[groups]]
id = "crew"

[[groups]]
id = "night"
name = "The night"

[[roles]]
id = "guard"
at = ["project"]
allow = ["state:see", "sign:view"]
assigns = ["viewer"]

[[roles]]
id = "chief"
includes = ["guard"]
when = "subject.licensed"
deny = ["sign:edit"]

[[assignments]]
to = "user:ann"
role = "editor"
scope = "project:tower"
when = "resource.size > 3 || sign.lit"

[[assignments]]
to = "group:crew"
role = "guard"
scope = "project:lobby"
from = 2026-01-01T00:00:00Z
until = 2026-07-01T00:00:00Z

[[assignments]]
to = "group:night"
role = "viewer"

[[assignments]]
to = "service:ci"
role = "chief"
when = "state.id != 'x'"

[[overrides]]
subject = "user:bob"
permission = "sign:edit"
scope = "project:tower/state:draft"
effect = "deny"

[[overrides]]
subject = "user:ann"
permission = "project:*"
effect = "allow"

[[approval_policies]]
id = "large"
permissions = ["order:place"]
when = "context.cost > 50"
approvers = ["role:owner", "user:bob", "group:night"]

[[approval_policies]]
id = "two"
permissions = ["state:approve"]
approvers = ["user:ann", "user:bob"]
quorum = 2

[[resources]]
path = "project:tower"
attributes = { kind = "design", size = 5 }

[[resources]]
path = "project:tower/state:draft/sign:1"
attributes.lit = false

[[resources]]
path = "order:7"

[settings]
seats = 5
licences = { paid = 3 }
"#;

const MISTAKES: &[Mistake] = &[
    mistake("an unknown top-level key", &[("# The tenant.", "colour = 1 @@")], "unknown key `colour`"),
    mistake("a misspelt list", &[("[settings]", "[setings] @@")], "unknown key `setings`"),
    mistake("a list that nobody knows", &[("+", "[[resource]] @@\npath = \"project:x\"")], "unknown key `resource`"),
    mistake(
        "a member without a subject",
        &[("[[members]]\nsubject = \"user:bob\"", "[[members]] @@")],
        "`subject` is missing",
    ),
    mistake("a subject of another form", &[("subject = \"service:ci\"", "subject = 5 @@")], "expected a string"),
    mistake("a subject that is none", &[("subject = \"service:ci\"", "subject = \"ci\" @@")], "is no subject"),
    mistake("a member that is there twice", &[("+", "[[members]]\nsubject = \"user:ann\" @@")], "written down twice"),
    mistake("a status that is none", &[("status = \"active\"", "status = \"actve\" @@")], "is no status"),
    mistake(
        "a misspelt key of a member",
        &[("email = \"bob@example.com\"", "emial = \"bob@example.com\" @@")],
        "unknown key `emial`",
    ),
    mistake("a name of another form", &[("name = \"Ann\"", "name = 5 @@")], "expected a string"),
    mistake(
        "an attribute that there is not",
        &[("attributes = { licensed = true, teams = [\"crew\"] }", "attributes = { licenced = true } @@")],
        "no attribute `licenced`",
    ),
    mistake(
        "an attribute's value of another kind",
        &[("attributes = { licensed = true, teams = [\"crew\"] }", "attributes = { licensed = 5 } @@")],
        "expected true or false",
    ),
    mistake(
        "a group that there is not",
        &[("groups = [\"crew\"]", "groups = [\"crwe\"] @@")],
        "there is no group `crwe`",
    ),
    mistake(
        "a group with its kind",
        &[("groups = [\"crew\"]", "groups = [\"crew\", \"group:crew\"] @@")],
        "named here without",
    ),
    mistake(
        "too many groups",
        &[(
            "email = \"bob@example.com\"",
            "groups = [\"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\", \"crew\"] @@",
        )],
        "at most 1024 groups",
    ),
    mistake("a group without an id", &[("[[groups]]\nid = \"night\"", "[[groups]] @@")], "`id` is missing"),
    mistake("a group that is there twice", &[("+", "[[groups]]\nid = \"crew\" @@")], "written down twice"),
    mistake("a group that cannot be one", &[("+", "[[groups]]\nid = \"a/b\" @@")], "cannot be a group's id"),
    mistake("a role without an id", &[("[[roles]]\nid = \"guard\"", "[[roles]] @@")], "`id` is missing"),
    mistake("a role's misspelt id", &[("id = \"chief\"", "ide = \"chief\" @@")], "unknown key `ide`"),
    mistake("a role that is there twice", &[("+", "[[roles]]\nid = \"viewer\" @@")], "declared twice"),
    mistake(
        "a permission that is none",
        &[("allow = [\"state:see\", \"sign:view\"]", "allow = [\"state:se\", \"sign:view\"] @@")],
        "has no action `se`",
    ),
    mistake("a scope that is no type", &[("at = [\"project\"]", "at = [\"projct\"] @@")], "there is no type `projct`"),
    mistake(
        "a role that includes none",
        &[("includes = [\"guard\"]", "includes = [\"gaurd\"] @@")],
        "there is no role `gaurd`",
    ),
    mistake(
        "roles in a circle",
        &[(
            "+",
            "[[roles]]\nid = \"one\" @@\nincludes = [\"two\"]\n[[roles]]\nid = \"two\" @@\nincludes = [\"one\"]\n[[assignments]]\nto = \"user:bob\"\nrole = \"one\"\nwhen = \"sign.lit\"",
        )],
        "includes itself",
    ),
    mistake(
        "a role on what there is not",
        &[("when = \"subject.licensed\"", "when = \"subject.licenced\" @@")],
        "no attribute `licenced`",
    ),
    mistake("a grant to nobody", &[("to = \"service:ci\"", "to = \"service:cd\" @@")], "no member or group"),
    mistake("a grant to no group", &[("to = \"group:night\"", "to = \"group:nigth\" @@")], "no member or group"),
    mistake(
        "a grant of no role",
        &[("to = \"group:night\"\nrole = \"viewer\"", "to = \"group:night\"\nrole = \"viwer\" @@")],
        "no role `viwer`",
    ),
    mistake(
        "a grant without a role",
        &[("[[assignments]]\nto = \"group:night\"\nrole = \"viewer\"", "[[assignments]] @@\nto = \"group:night\"")],
        "`role` is missing",
    ),
    mistake(
        "a grant where its role may not be",
        &[(
            "role = \"editor\"\nscope = \"project:tower\"",
            "role = \"editor\"\nscope = \"project:tower/state:draft\" @@",
        )],
        "may not be assigned",
    ),
    mistake("a grant at no place", &[("scope = \"project:lobby\"", "scope = \"lobby\" @@")], "is no resource path"),
    mistake(
        "a grant's misspelt key",
        &[("role = \"editor\"\nscope = \"project:tower\"", "role = \"editor\"\nscpe = \"project:tower\" @@")],
        "unknown key `scpe`",
    ),
    mistake("a grant's scope of another form", &[("scope = \"project:lobby\"", "scope = 5 @@")], "expected a string"),
    mistake(
        "a grant that ends before it begins",
        &[("until = 2026-07-01T00:00:00Z", "until = 2025-07-01T00:00:00Z @@")],
        "ends before it begins",
    ),
    mistake(
        "a moment that is none",
        &[("permission = \"project:*\"", "permission = \"project:*\"\nfrom = \"soon\" @@")],
        "expected a date-time",
    ),
    mistake(
        "a moment without a time",
        &[("permission = \"project:*\"", "permission = \"project:*\"\nuntil = 2026-01-01 @@")],
        "names no moment",
    ),
    mistake(
        "a grant on what there is not",
        &[("when = \"resource.size > 3 || sign.lit\"", "when = \"resource.sze > 3\" @@")],
        "no attribute `sze`",
    ),
    mistake("a grant that never acts", &[("when = \"state.id != 'x'\"", "when = \"1 > 2\" @@")], "never acts"),
    mistake(
        "an override of nobody",
        &[("subject = \"user:bob\"\npermission", "subject = \"user:bbo\" @@\npermission")],
        "no member `user:bbo`",
    ),
    mistake(
        "an override of nothing",
        &[("permission = \"sign:edit\"", "permission = \"sign:edti\" @@")],
        "no action `edti`",
    ),
    mistake(
        "an override at no place",
        &[("scope = \"project:tower/state:draft\"", "scope = \"state:draft\" @@")],
        "is no resource path",
    ),
    mistake(
        "an override of another effect",
        &[("effect = \"allow\"", "effect = \"inherit\" @@")],
        "an override's effect",
    ),
    mistake(
        "an override without an effect",
        &[(
            "[[overrides]]\nsubject = \"user:bob\"\npermission = \"sign:edit\"\nscope = \"project:tower/state:draft\"\neffect = \"deny\"",
            "[[overrides]] @@\nsubject = \"user:bob\"\npermission = \"sign:edit\"\nscope = \"project:tower/state:draft\"",
        )],
        "`effect` is missing",
    ),
    mistake(
        "an override's misspelt key",
        &[("permission = \"project:*\"", "permision = \"project:*\" @@")],
        "unknown key `permision`",
    ),
    mistake(
        "an approval policy of nothing",
        &[
            ("id = \"two\"\npermissions = [\"state:approve\"]", "id = \"two\""),
            ("[[approval_policies]]\nid = \"two\"", "[[approval_policies]] @@\nid = \"two\""),
        ],
        "targets nothing",
    ),
    mistake(
        "an approval policy's permissions of another form",
        &[("permissions = [\"state:approve\"]", "permissions = \"state:approve\" @@")],
        "expected a list",
    ),
    mistake(
        "an approval policy on what there is not",
        &[("when = \"context.cost > 50\"", "when = \"context.cst > 50\" @@")],
        "no attribute `cst`",
    ),
    mistake(
        "an approval policy that never asks",
        &[("when = \"context.cost > 50\"", "when = \"1 > 2\" @@")],
        "no approval is ever needed",
    ),
    mistake(
        "an approver that there is not",
        &[(
            "approvers = [\"role:owner\", \"user:bob\", \"group:night\"]",
            "approvers = [\"role:onwer\", \"user:bob\", \"group:night\"] @@",
        )],
        "no role, member or group",
    ),
    mistake("a quorum that is none", &[("quorum = 2", "quorum = 0 @@")], "a quorum is a whole number"),
    mistake("a quorum of more than there are", &[("quorum = 2", "quorum = 3 @@")], "approvals are needed"),
    mistake(
        "an approval policy that is there twice",
        &[("+", "[[approval_policies]]\nid = \"large\" @@\npermissions = [\"sign:edit\"]")],
        "written down twice",
    ),
    mistake(
        "an approval policy without an id",
        &[("[[approval_policies]]\nid = \"large\"", "[[approval_policies]] @@")],
        "`id` is missing",
    ),
    mistake(
        "a resource at no place",
        &[("path = \"project:tower/state:draft/sign:1\"", "path = \"sign:1\" @@")],
        "is no resource path",
    ),
    mistake(
        "a resource without a path",
        &[("[[resources]]\npath = \"order:7\"\n", "[[resources]] @@\n")],
        "`path` is missing",
    ),
    mistake(
        "a resource that is there twice",
        &[("+", "[[resources]]\npath = \"project:tower\" @@")],
        "written down twice",
    ),
    mistake(
        "a resource's unknown attribute",
        &[("attributes = { kind = \"design\", size = 5 }", "attributes = { kind = \"design\", sze = 5 } @@")],
        "no attribute `sze`",
    ),
    mistake(
        "a resource's value that there never is",
        &[("attributes = { kind = \"design\", size = 5 }", "attributes = { kind = \"desing\", size = 5 } @@")],
        "one of `design`",
    ),
    mistake("a setting of another form", &[("seats = 5", "seats = \"five\" @@")], "expected a whole number"),
    mistake("an unknown setting", &[("seats = 5", "seets = 5 @@")], "unknown key `seets`"),
    mistake(
        "a repeated key",
        &[("name = \"The night\"", "name = \"The night\"\nname = \"Night\" @@")],
        "duplicate key",
    ),
];

/// Whose name is not known may be anybody.
const EXCUSED: &[(&str, &str)] = &[
    ("a member without a subject", "a grant to nobody"),
    ("a member without a subject", "an override of nobody"),
    ("a subject of another form", "a grant to nobody"),
    ("a subject of another form", "an override of nobody"),
    ("a group that there is not", "a group without an id"),
    ("a group without an id", "a grant to no group"),
    ("a role without an id", "a role that includes none"),
    ("a role without an id", "a grant of no role"),
    ("a role without an id", "an approver that there is not"),
];

#[test]
fn every_two_mistakes_of_a_tenant_are_told_at_once() {
    let model = model::sound();
    let read = |text: &str| tenant(&model, Source { name: "tenant.toml", text }).map(|_| ());
    let wrong = found(SOUND, MISTAKES, EXCUSED, &read, 1_700);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
