//! Diagnostics: what is wrong with a text, where, and what to do. Every wrong input gets one.

use crate::{Model, tenant};
use countersign_wire::diagnostic::Source;

const MODEL: &str = r#"name = "demo"
[types.project]
actions = ["view", "edit"]
[types.sign]
parent = "project"
actions = ["view"]
[roles.viewer]
at = ["/", "project"]
allow = ["project:view", "sign:*"]
[roles.editor]
at = ["project"]
includes = ["viewer"]
allow = ["project:edit"]
assigns = ["viewer"]
"#;

fn model(text: &str) -> Result<Model, String> {
    Model::parse(Source { name: "model.toml", text }).map_err(|problems| problems.to_string())
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let problems = model(text).expect_err("the model must be refused");
    for part in expected {
        assert!(problems.contains(part), "`{part}` is missing in:\n{problems}");
    }
}

#[track_caller]
fn tenant_refused(text: &str, expected: &[&str]) {
    let model = model(MODEL).expect("the model is sound");
    let problems =
        tenant(&model, Source { name: "tenant.toml", text }).expect_err("the tenant must be refused").to_string();
    for part in expected {
        assert!(problems.contains(part), "`{part}` is missing in:\n{problems}");
    }
}

#[test]
fn a_diagnostic_shows_the_line_and_what_to_do() {
    let text = "name = 'm'\n[types.doc]\nactions = ['view']\n[roles.reader]\nallow = ['doc:veiw']\n";
    let problems = model(text).expect_err("the model must be refused");
    assert_eq!(
        problems,
        "model.toml:5:10: the type `doc` has no action `veiw`\n\
         5 | allow = ['doc:veiw']\n  |          ^^^^^^^^^^\n  = help: did you mean `view`?"
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    let text = "name = 'm'\ncolour = 1\n[types.doc]\nactions = ['view', 'view']\n[roles.r]\nallow = ['dok:view', 'doc:fly']\nat = ['nowhere']\n";
    refused(text, &["model.toml:2:1", "unknown key `colour`"]);
    let text = text.replace("colour = 1\n", "");
    refused(&text, &["declared twice", "no type `dok`", "did you mean `doc`?", "no action `fly`", "no type `nowhere`"]);
    // A key too many hides nothing of the rest.
    let text = text.replace(", 'view']\n[roles", "]\n[roles").replace("allow =", "alow = 1\nallow =");
    let text = format!("{text}[roles.s]\nwhen = 'resource.kin == 1'\nincludes = ['r', 'q']\n");
    refused(&text, &["unknown key `alow`", "no type `dok`", "no type `nowhere`", "`q`", "kin"]);
    // Nor is anything found fault with that is only missing: a rule without its condition hides no other.
    let rules = "[[rules]]\neffect = 'forbid'\npermissions = ['project:edit']\nwen = 'true'\n[[rules]]\neffect = 'permit'\npermissions = ['project:edit']\nwhen = 'now > now'\n[[rules]]\neffect = 'permit'\npermissions = ['project:fly']\n";
    let problems = model(&format!("{MODEL}{rules}")).expect_err("an unknown key");
    assert!(
        problems.contains("unknown key `wen`") && problems.contains("`fly`") && !problems.contains("never"),
        "{problems}"
    );
    let problems = model(&MODEL.replace("parent =", "parrent =")).expect_err("an unknown key");
    assert!(problems.contains("unknown key `parrent`") && !problems.contains("roles"), "{problems}");
    tenant_refused(
        "[[members]]\nsubject = 'user:a'\nstats = 1\n[[members]]\nsubject = 'user:a'\n[[assignments]]\nto = 'user:a'\nrole = 'vewer'\n[[overrides]]\nsubject = 'user:a'\npermission = 'project:vie'\neffect = 'deny'\n",
        &["unknown key `stats`", "twice", "vewer", "did you mean `viewer`?", "no action `vie`"],
    );
}

#[test]
fn unknown_and_repeated_keys_are_refused_with_their_place() {
    refused("name = 'm'\n[roles.r]\nalow = []", &["model.toml:3:1", "unknown key `alow`", "did you mean `allow`?"]);
    refused("name = 'm'\n[roles.r]\nallow = []\nallow = []", &["model.toml:4:1", "duplicate key"]);
    refused("name = 'm'\n[roles.r]\n[roles.r]", &["model.toml:3:"]);
    refused("name = 'm'\n[types.a]\nactions = []\nparents = 'b'", &["model.toml:4:1", "did you mean `parent`?"]);
    refused(
        r#"{"name": "m", "roles": {"r": {"allow": []}, "r": {}}}"#,
        &["model.toml:1:45", "the key `r` is repeated"],
    );
    refused(r#"{"name": "m", "rolse": {}}"#, &["model.toml:1:15", "did you mean `roles`?"]);
    tenant_refused("[[members]]\nsubject = 'user:a'\nstaus = 'locked'", &["tenant.toml:3:1", "did you mean `status`?"]);
    tenant_refused("[[assignments]]\nto = 'user:a'\nto = 'user:b'\nrole = 'viewer'", &["tenant.toml:3:1"]);
}

#[test]
fn conditions_rules_and_approval_policies_are_held_to_their_form() {
    let types = "name = 'm'\n[types.a]\nactions = ['view']\nattributes.kind = { one_of = ['x', 'y'] }\n";
    let with = |rest: &str, expected: &[&str]| refused(&format!("{types}{rest}"), expected);
    with("[roles.r]\nallow = ['a:view']\nwhen = 'false'", &["model.toml:7:", "never acts", "always false"]);
    with("[roles.r]\nallow = ['a:view']\nwhen = \"a.kind == 'z'\"", &["model.toml:7:19", "did you mean `x`?"]);
    with("[roles.r]\nallow = ['a:view']\nwhen = \"a.knd == 'x'\"", &["model.toml:7:", "`kind`"]);
    with("[roles.r]\ntitle = { \"a.kind == 'x'\" = 'X' }", &["a case without one", "add `else`"]);
    with("[[rules]]\neffect = 'forbid'", &["targets nothing", "name `permissions`"]);
    with("[[rules]]\neffect = 'allow'\npermissions = ['a:view']", &["`permit` or `forbid`"]);
    let forbid = "[[rules]]\neffect = 'forbid'\npermissions = ['a:view']\n";
    with(
        &format!("{forbid}[[rules]]\neffect = 'permit'\npermissions = ['a:*']"),
        &["model.toml:8:", "never acts: rule 1"],
    );
    with(&format!("{forbid}{forbid}"), &["model.toml:8:", "never acts: rule 1"]);
    with(&format!("{forbid}when = \"1 > 2\""), &["never acts", "always false"]);
    with("[[approval_policies]]\nid = 'x'", &["a model has no approval policies", "in the tenant file"]);
    with("[types.b]\nattributes.id = 'string'", &["`id` is there without being declared"]);
    with("[types.now]\nactions = []", &["`now` cannot be a type"]);
    tenant_refused("[[approval_policies]]\nid = 'x'", &["tenant.toml:1:1", "targets nothing"]);
    let policy = "[[approval_policies]]\nid = 'x'\npermissions = ['doc:view']\n";
    tenant_refused(&format!("{policy}approvers = ['role:vewer']"), &["did you mean `role:viewer`?"]);
    tenant_refused(&format!("{policy}quorum = 0"), &["a quorum is a whole number from 1"]);
    tenant_refused(&format!("{policy}{policy}"), &["is written down twice"]);
    let member = "[[members]]\nsubject = 'user:a'\n";
    tenant_refused(&format!("{member}attributes.x = 1"), &["declares no attribute `x`"]);
    let given = format!("{member}[[assignments]]\nto = 'user:a'\nrole = 'viewer'\n");
    tenant_refused(&format!("{given}when = 'false'"), &["tenant.toml:6:", "the assignment never acts"]);
    tenant_refused(&format!("{given}when = 'subject.licensed'"), &["tenant.toml:6:"]);
}

#[test]
fn a_rule_that_is_not_understood_shadows_no_other() {
    let types = "name = 'm'\n[types.a]\nactions = ['view', 'edit']\nattributes.n = 'int'\n";
    let rule = |effect: &str, permissions: &str, when: &str| {
        let when = if when.is_empty() { String::new() } else { format!("when = '{when}'\n") };
        format!("[[rules]]\neffect = '{effect}'\npermissions = {permissions}\n{when}")
    };
    let always = || rule("forbid", "['a:view']", "");
    let misspelt = || rule("forbid", "['a:view']", "resource.m > 1");
    let misnamed = || rule("forbid", "['a:view', 'a:edti']", "");
    for (first, second, blamed) in [
        (misspelt(), rule("permit", "['a:view']", "resource.n > 1"), false),
        (misspelt(), always(), false),
        (misspelt(), misspelt(), false),
        (always(), misspelt(), false),
        (always(), misnamed(), false),
        (misnamed(), always(), false),
        // The same pairs without the mistake: the second is the one that never acts.
        (always(), rule("permit", "['a:view']", "resource.n > 1"), true),
        (always(), always(), true),
    ] {
        let problems = model(&format!("{types}{first}{second}")).expect_err("the model must be refused");
        assert_eq!(problems.contains("never acts"), blamed, "{first}{second}{problems}");
    }
}

#[test]
fn types_are_held_to_their_form() {
    refused("name = 'm'\n[types.member]\nactions = []", &["model.toml:2:8", "built-in type"]);
    refused("name = 'm'\n[types.'a-b']\nactions = []", &["cannot be the name of a type"]);
    refused("name = 'm'\n[types.a]\nactions = ['a b']", &["cannot be the name of an action"]);
    refused("name = 'm'\n[types.a]\nparent = 'b'\nactions = []", &["no type `b`"]);
    refused(
        "name = 'm'\n[types.a]\nparent = 'b'\n[types.b]\nparent = 'a'",
        &["no path of at most 16 segments", "circle"],
    );
    refused("name = 'm'\n[types.a]\nactions = 'view'", &["expected a list, found a string"]);
    refused("name = 'm'\n[types.a]\nattributes.x = 'text'", &["no type of attribute", "`string`"]);
    let many: Vec<_> = (0..65).map(|number| format!("'a{number}'")).collect();
    refused(&format!("name = 'm'\n[types.a]\nactions = [{}]", many.join(", ")), &["at most 64 actions"]);
    refused(&format!("name = 'm'\n#{}", "x".repeat(1 << 20)), &["a model has at most 1048576 bytes; this has 1048588"]);
    assert!(model("name = 'm'\n[types.f]\nparent = ['/', 'f']\nactions = ['view']").is_ok());
}

#[test]
fn roles_are_held_to_their_form() {
    let types = "name = 'm'\n[types.a]\nactions = ['view']\n";
    refused(&format!("{types}[roles.x]\nallow = ['view']"), &["model.toml:5:10", "write `type:action`"]);
    refused(&format!("{types}[roles.x]\nincludes = ['y']"), &["no role `y`"]);
    refused(&format!("{types}[roles.x]\nassigns = ['xx']"), &["no role `xx`", "did you mean `x`?"]);
    refused(&format!("{types}[roles.x]\nincludes = ['y']\n[roles.y]\nincludes = ['x']"), &["includes itself"]);
    refused(&format!("{types}[roles.x]\nincludes = ['x']"), &["includes itself"]);
    refused(&format!("{types}[roles.'x y']\nallow = []"), &["cannot be a role's id"]);
    let chain = |length: usize| {
        let link = |number: usize| format!("[roles.r{number}]\nincludes = ['r{}']\n", number + 1);
        format!("{types}{}[roles.r{length}]\nallow = ['a:view']", (0..length).map(link).collect::<String>())
    };
    assert!(model(&chain(7)).is_ok());
    refused(&chain(8), &["model.toml:4:8", "nests more than 8 deep"]);
}

#[test]
fn nesting_costs_no_more_than_it_must() {
    let types = "name = 'm'\n[types.a]\nactions = ['view']\n";
    let layer = |layer: usize| {
        let all: Vec<_> = (0..8).map(|role| format!("'r{}-{role}'", layer + 1)).collect();
        let includes = if layer < 7 { all.join(", ") } else { String::new() };
        (0..8).map(|role| format!("[roles.r{layer}-{role}]\nincludes = [{includes}]\n")).collect::<String>()
    };
    assert!(model(&format!("{types}{}", (0..8).map(layer).collect::<String>())).is_ok());
    let circle: Vec<_> = (0..12).map(|role| format!("'c{role}'")).collect();
    let circle: String = (0..12).map(|role| format!("[roles.c{role}]\nincludes = [{}]\n", circle.join(", "))).collect();
    let problems = model(&format!("{types}{circle}[roles.x]\nincludes = ['c0']")).expect_err("a circle");
    assert_eq!(problems.matches("includes itself").count(), 12, "each once, and not the role that leads there");
}

#[test]
fn tenants_are_held_to_their_model() {
    tenant_refused("[[members]]\nsubject = 'ann'", &["tenant.toml:2:11", "`ann` is no subject"]);
    tenant_refused("[[members]]\nsubject = 'operator:eve'", &["is no subject"]);
    tenant_refused("[[members]]\nsubject = 'user:a'\n[[members]]\nsubject = 'user:a'", &["tenant.toml:4:11", "twice"]);
    tenant_refused("[[members]]\nsubject = 'user:a'\nstatus = 'actve'", &["did you mean `active`?"]);
    let ann = "[[members]]\nsubject = 'user:ann'\n";
    let assign = |rest: &str| format!("{ann}[[assignments]]\nto = 'user:ann'\n{rest}");
    tenant_refused(&assign("role = 'viwer'"), &["tenant.toml:5:8", "did you mean `viewer`?"]);
    tenant_refused(&assign("role = 'editor'"), &["may not be assigned at `/`", "its `at` says `project`"]);
    tenant_refused(&assign("role = 'editor'\nscope = 'project:p/sign:1'"), &["tenant.toml:6:9", "may not be assigned"]);
    tenant_refused(&assign("role = 'viewer'\nscope = 'sign:1'"), &["is no resource path", "declared parent"]);
    tenant_refused(&assign("role = 'viewer'\nscope = 'project'"), &["is no resource path"]);
    tenant_refused(&assign("role = 'viewer'\nfrom = 2026-01-01"), &["names no moment"]);
    tenant_refused(&assign("role = 'viewer'\nfrom = 'soon'"), &["expected a date-time"]);
    tenant_refused(
        &assign("role = 'viewer'\nfrom = 2026-01-02T00:00:00Z\nuntil = 2026-01-01T00:00:00Z"),
        &["ends before it begins"],
    );
    tenant_refused("[[assignments]]\nto = 'user:bob'\nrole = 'viewer'", &["no member or group `user:bob`"]);
    tenant_refused(
        &format!("{ann}[[overrides]]\nsubject = 'user:ann'\npermission = 'sign:edit'\neffect = 'allow'"),
        &["no action `edit`"],
    );
    tenant_refused(
        &format!("{ann}[[overrides]]\nsubject = 'user:ann'\npermission = 'sign:view'\neffect = 'inherit'"),
        &["to inherit, leave the override out"],
    );
    tenant_refused(
        "[[groups]]\nid = 'interns'\n[[members]]\nsubject = 'user:a'\ngroups = ['intern']",
        &["tenant.toml:5:11", "did you mean `interns`?"],
    );
    tenant_refused("[[members]]\nsubject = 'user:a'\ngroups = ['group:interns']", &["without `group:`"]);
    tenant_refused("[[roles]]\nid = 'viewer'", &["declared twice"]);
    tenant_refused("[[resources]]\npath = 'nope:1'", &["is no resource path"]);
}

#[test]
fn depth_is_an_error_and_no_trap() {
    for depth in [100, 10_000, 100_000] {
        let array = format!("name = {}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(model(&array).is_err(), "arrays {depth} deep");
        let json = format!("{{\"name\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(model(&json).is_err(), "JSON {depth} deep");
        let dotted = format!("{}a = 1", "a.".repeat(depth));
        assert!(model(&dotted).is_err(), "keys {depth} deep");
    }
}

#[test]
fn toml_and_json_say_the_same() {
    let json = r#"{"name": "demo",
        "types": {"project": {"actions": ["view", "edit"]}, "sign": {"parent": "project", "actions": ["view"]}},
        "roles": {"viewer": {"at": ["/", "project"], "allow": ["project:view", "sign:*"]},
                  "editor": {"at": ["project"], "includes": ["viewer"], "allow": ["project:edit"], "assigns": ["viewer"]}}}"#;
    assert_eq!(model(json).expect("sound").policy(), model(MODEL).expect("sound").policy());
}

#[test]
fn grants_beyond_what_a_record_can_hold_are_refused() {
    let mut text = "[[members]]\nsubject = 'user:a'\ngroups = ['g']\n".to_owned();
    for number in 0..65_536 {
        let from = countersign_wire::time::format(number).expect("a moment");
        text.push_str(&format!("[[assignments]]\nto = 'group:g'\nrole = 'viewer'\nfrom = '{from}'\n"));
    }
    tenant_refused(&text, &["`group:g`", "too many"]);
}

#[test]
fn conditions_are_bounded_so_that_none_is_taken_for_another() {
    let part = |number: usize| format!("[roles.r{number}]\nwhen = 'context.n == {number}'\nallow = ['doc:view']\n");
    let with = |count: usize| {
        let parts: String = (0..count).map(part).collect();
        let included: Vec<_> = (0..count).map(|number| format!("'r{number}'")).collect();
        let head = "name = 'm'\n[types.doc]\nactions = ['view']\n[context]\nn = 'int'\n";
        format!("{head}{parts}[roles.all]\nincludes = [{}]\n[roles.more]\nincludes = ['all']", included.join(", "))
    };
    assert!(model(&with(63)).is_ok());
    refused(&with(70), &["the role `all` acts by more than 64 sets of conditions"]);
    let distinct: Vec<_> = (0..65).map(|number| format!("\"resource.id == '{number}'\" = 'x'")).collect();
    refused(
        &format!("name = 'm'\n[roles.r]\ntitle = {{ {}, else = 'y' }}", distinct.join(", ")),
        &["a role has at most 64 titles"],
    );
    refused("name = 'm'\n[subject.attributes]\nkind = { type = 'string', one_of = [] }", &["lists nothing"]);
    let groups: Vec<_> = (0..1025).map(|number| format!("'g{number}'")).collect();
    tenant_refused(
        &format!("[[members]]\nsubject = 'user:a'\ngroups = [{}]", groups.join(", ")),
        &["a member is in at most 1024 groups"],
    );
}
