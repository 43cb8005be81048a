//! What plans look like: their JSON and their SQL, in tables.

use crate::generate::{ALL, NOW, SUBJECTS, TYPES, given, world};
use crate::rng::{Rng, seeds};
use countersign_compile::Model;
use countersign_core::Plan;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use countersign_wire::given::Given;
use countersign_wire::plan::to_json;
use countersign_wire::sql::{Column, Dialect, Mapping, Parameter, Place, SqlError, render};

const MODEL: &str = r#"
name = "m"
[types.project]
actions = ["view"]
attributes.kind = { one_of = ["design", "build"] }
[types.sign]
parent = "project"
actions = ["view", "edit"]
attributes.sign_type = "string"
attributes.cost = "decimal"
attributes.open = "bool"
attributes.tags = { type = "list", of = "string" }
[subject.attributes]
limit = "decimal"
[roles.viewer]
allow = ["sign:view"]
[roles.blind]
deny = ["sign:view"]
[roles.careful]
when = "WHEN"
allow = ["sign:view"]
"#;

/// A world of this model in which `user:ann` has what `grants` says: `role@scope`, `+scope` and `-scope` for overrides.
fn small(when: &str, grants: &str) -> World {
    let model = MODEL.replace("WHEN", when);
    let mut tenant = "[[members]]\nsubject = \"user:ann\"\nattributes = { limit = 40 }\n".to_owned();
    for grant in grants.split_whitespace() {
        tenant.push_str(&match grant.split_once('@') {
            Some((role, scope)) => {
                format!("[[assignments]]\nto = \"user:ann\"\nrole = \"{role}\"\nscope = \"{scope}\"\n")
            }
            None => {
                let (effect, scope) = grant.split_at(1);
                let effect = if effect == "+" { "allow" } else { "deny" };
                let head = "[[overrides]]\nsubject = \"user:ann\"\npermission = \"sign:view\"\n";
                format!("{head}scope = \"{scope}\"\neffect = \"{effect}\"\n")
            }
        });
    }
    let model = Model::parse(Source { name: "m", text: &model }).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    World::load(&model, Source { name: "t", text: &tenant }).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

fn plan(world: &World) -> Plan {
    world.plan("user:ann", "view", "sign", Given::NOTHING, NOW)
}

/// What the grants come to, as JSON with single quotes.
#[track_caller]
fn json(grants: &str, expected: &str) {
    let world = small("sign.open", grants);
    assert_eq!(to_json(&plan(&world), world.policy()).replace('"', "'"), expected, "{grants}");
}

#[test]
fn common_grants_are_plain_scopes() {
    json("", "{'kind':'never'}");
    json("viewer@/", "{'kind':'always'}");
    json("viewer@/ viewer@project:p", "{'kind':'always'}");
    json("viewer@/ blind@/", "{'kind':'never'}");
    json("blind@/ +/", "{'kind':'always'}");
    json("viewer@project:p", "{'kind':'when','scopes':['project:p'],'filter':{'under':'project:p'}}");
    json(
        "viewer@project:p/sign:1 viewer@project:q viewer@project:p",
        "{'kind':'when','scopes':['project:p','project:q'],'filter':{'or':[{'under':'project:p'},{'under':'project:q'}]}}",
    );
    json("viewer@project:p blind@project:q", "{'kind':'when','scopes':['project:p'],'filter':{'under':'project:p'}}");
    json("viewer@/ -project:p", "{'kind':'when','filter':{'not':{'under':'project:p'}}}");
    json(
        "viewer@project:p blind@project:p/sign:1",
        "{'kind':'when','filter':{'and':[{'under':'project:p'},{'not':{'under':'project:p/sign:1'}}]}}",
    );
    json(
        "-/ +project:p -project:p/sign:1",
        "{'kind':'when','filter':{'and':[{'under':'project:p'},{'not':{'under':'project:p/sign:1'}}]}}",
    );
    json("+/ -project:p +project:p", "{'kind':'when','filter':{'not':{'under':'project:p'}}}");
}

#[test]
fn conditions_are_what_is_left_of_them() {
    json("careful@/", "{'kind':'when','filter':{'holds':{'attribute':'sign.open'}}}");
    json("careful@/ viewer@/", "{'kind':'always'}");
    json(
        "careful@project:p careful@project:q",
        "{'kind':'when','filter':{'and':[{'holds':{'attribute':'sign.open'}},{'or':[{'under':'project:p'},{'under':'project:q'}]}]}}",
    );
}

/// The condition in SQLite and in PostgreSQL, with its parameters.
#[track_caller]
fn sql(when: &str, grants: &str, sqlite: &str, postgres: &str, parameters: &[&str]) {
    let world = small(when, grants);
    let scaled = Column { scale: Some(2), ..Column::new("s.cost") };
    let attributes = vec![
        ("sign.sign_type".to_owned(), Column::new("s.type")),
        ("sign.cost".to_owned(), scaled),
        ("sign.open".to_owned(), Column::new("open")),
        ("project.kind".to_owned(), Column::new("kind")),
    ];
    let mapping = Mapping { place: Place::Path(Column::new("path")), attributes };
    for (dialect, expected) in [(Dialect::Sqlite, sqlite), (Dialect::Postgres, postgres)] {
        let text = match render(&plan(&world), world.policy(), &mapping, dialect) {
            Ok(sql) => {
                let bound: Vec<String> = sql.parameters.iter().map(shown).collect();
                if dialect == Dialect::Sqlite {
                    assert_eq!(bound, parameters, "{when} {grants}");
                }
                sql.text
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected, "{when} {grants} in {dialect:?}");
    }
}

fn shown(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Bool(value) => value.to_string(),
        Parameter::Int(value) => value.to_string(),
        Parameter::Text(text) | Parameter::Numeric(text) => text.clone(),
    }
}

/// In PostgreSQL the column, quoted already, as text; and whether it is as long as that.
fn plain(column: &str) -> (String, String) {
    let text = format!("(({column} COLLATE \"C\")::text COLLATE \"C\")");
    let unpadded = format!("octet_length({column}) = octet_length({text})");
    (text, unpadded)
}

/// Where rows are found by their paths, what PostgreSQL asks of each.
fn is_path() -> String {
    format!("(({}) IS TRUE)", plain("\"path\"").1)
}

/// The condition where rows are found by their paths, as it is between `(typeof(…) AND` and `)`.
#[track_caller]
fn of_rows(when: &str, grants: &str, sqlite: &str, postgres: &str, parameters: &[&str]) {
    let (sqlite, postgres) =
        (format!("(typeof(`path`) = 'text' AND {sqlite})"), format!("({} AND {postgres})", is_path()));
    sql(when, grants, &sqlite, &postgres, parameters);
}

#[test]
fn sql_is_exact_or_refused() {
    sql("sign.open", "viewer@/", "(typeof(`path`) = 'text')", &format!("({})", is_path()), &[]);
    sql("sign.open", "", "0", "FALSE", &[]);
    let open = "(CASE WHEN typeof(`open`) = 'integer' AND `open` IN (0, 1) THEN `open` END)";
    of_rows("sign.open", "careful@/", &format!("(({open}) IS TRUE)"), "((\"open\") IS TRUE)", &[]);
    of_rows(
        "sign.open",
        "viewer@project:p",
        "((`path` COLLATE BINARY) = ?1 OR ((`path` COLLATE BINARY) >= ?2 AND (`path` COLLATE BINARY) < ?3))",
        "((\"path\" COLLATE \"C\") = $1::text OR ((\"path\" COLLATE \"C\") >= $2::text AND (\"path\" COLLATE \"C\") < $3::text))",
        &["project:p", "project:p/", "project:p0"],
    );
    let text =
        "(CASE WHEN typeof(`s`.`type`) = 'text' AND length(CAST(`s`.`type` AS BLOB)) <= 4096 THEN `s`.`type` END)";
    let (plain_type, unpadded) = plain("\"s\".\"type\"");
    of_rows(
        "sign.sign_type == 'it\\\\'s'",
        "careful@/",
        &format!("(((({text} COLLATE BINARY) = ?1)) IS TRUE)"),
        &format!(
            "(((((CASE WHEN {unpadded} AND octet_length(\"s\".\"type\") <= 4096 THEN {plain_type} END) COLLATE \"C\") = $1::text)) IS TRUE)"
        ),
        &["it's"],
    );
    // What is not listed is an error, and no other kind.
    let kind = "(CASE WHEN typeof(`kind`) = 'text' AND (`kind` COLLATE BINARY) IN (?1, ?2) THEN `kind` END)";
    let (plain_kind, unpadded) = plain("\"kind\"");
    of_rows(
        "project.kind != 'design'",
        "careful@/",
        &format!("(((({kind} COLLATE BINARY) <> ?1)) IS TRUE)"),
        &format!(
            "(((((CASE WHEN {unpadded} AND {plain_kind} IN ($1::text, $2::text) THEN {plain_kind} END) COLLATE \"C\") <> $1::text)) IS TRUE)"
        ),
        &["design", "build"],
    );
    let cents = "(CASE WHEN typeof(`s`.`cost`) = 'integer' THEN `s`.`cost` END)";
    let most = "('1e' || (28 - min_scale(\"s\".\"cost\")))::numeric";
    let cost = format!(
        "(CASE WHEN min_scale(\"s\".\"cost\") <= 28 AND \"s\".\"cost\" < {most} AND \"s\".\"cost\" > -{most} THEN \"s\".\"cost\" END)"
    );
    of_rows(
        "sign.cost <= subject.limit",
        "careful@/",
        &format!("((({cents} <= ?1)) IS TRUE)"),
        &format!("((({cost} <= $1::text::numeric)) IS TRUE)"),
        &["4000"],
    );
    // Less than 0.005 is at most 0.00 in cents, and nothing is equal to it.
    of_rows(
        "sign.cost < 0.005",
        "careful@/",
        &format!("((({cents} <= ?1)) IS TRUE)"),
        &format!("((({cost} < $1::text::numeric)) IS TRUE)"),
        &["0"],
    );
    let refused = "a condition on sign.sign_type cannot be said exactly in this SQL: a pattern";
    sql("sign.sign_type.matches('^a')", "careful@/", refused, refused, &[]);
    let refused =
        "a condition on sign.cost cannot be said exactly in this SQL: arithmetic, which overflows differently";
    sql("sign.cost + 1 > 2", "careful@/", refused, refused, &[]);
    sql(
        "'a' in sign.tags",
        "careful@/",
        "the mapping names no column for `sign.tags`",
        "the mapping names no column for `sign.tags`",
        &[],
    );
}

#[test]
fn columns_are_named_and_quoted() {
    let world = small("sign.open", "careful@/");
    let with = |place: Place, name: &str, dialect| {
        let mapping = Mapping { place, attributes: vec![("sign.open".to_owned(), Column::new(name))] };
        render(&plan(&world), world.policy(), &mapping, dialect)
    };
    let path = || Place::Path(Column::new("path"));
    let text = |name, dialect| with(path(), name, dialect).map(|sql| sql.text);
    assert!(text("a`b", Dialect::Sqlite).expect("a name").ends_with(" THEN `a``b` END)) IS TRUE))"));
    let quoted = format!("({} AND ((\"t\".\"a\"\"; --\") IS TRUE))", is_path());
    assert_eq!(text("t.a\"; --", Dialect::Postgres).expect("a name"), quoted);
    for name in ["", "a.", "a.b.c.d", "a\n", &"x".repeat(64)] {
        assert_eq!(text(name, Dialect::Postgres), Err(SqlError::Name(name.to_owned())));
    }
    let levels = |all: &[&str]| Place::Levels(all.iter().map(|on| ((*on).to_owned(), Column::new(on))).collect());
    for wrong in [&["sign"][..], &["project", "nothing"], &[]] {
        assert!(matches!(with(levels(wrong), "open", Dialect::Sqlite), Err(SqlError::Shape(_))), "{wrong:?}");
    }
    assert!(with(levels(&["project", "sign"]), "open", Dialect::Sqlite).is_ok());
}

/// What stands behind the test of the rows where each id has its column.
#[track_caller]
fn of_levels(grants: &str, sqlite: &str, postgres: &str, parameters: &[&str]) {
    let world = small("sign.open", grants);
    let levels = ["project", "sign"].map(|on| (on.to_owned(), Column::new(on)));
    let mapping = Mapping { place: Place::Levels(levels.to_vec()), attributes: Vec::new() };
    for (dialect, expected) in [(Dialect::Sqlite, sqlite), (Dialect::Postgres, postgres)] {
        let sql = render(&plan(&world), world.policy(), &mapping, dialect).expect("SQL");
        assert!(sql.text.ends_with(&format!(" AND {expected})")), "{}", sql.text);
        if dialect == Dialect::Sqlite {
            assert_eq!(sql.parameters.iter().map(shown).collect::<Vec<_>>(), parameters);
        }
    }
}

#[test]
fn ids_are_compared_as_the_texts_that_they_are() {
    let (sqlite, postgres) = ("((`project` COLLATE BINARY) = ?1)", "((\"project\"::text COLLATE \"C\") = $1::text)");
    of_levels("viewer@project:p", sqlite, postgres, &["p"]);
    // A column of integers holds 7 and nothing that looks like it; a column of texts may hold both.
    let own = "(CAST(`project` AS TEXT) COLLATE BINARY) = ?1";
    let sqlite = format!("((`project` COLLATE BINARY) IN (?1, ?2) AND {own})");
    of_levels("viewer@project:7", &sqlite, postgres, &["7", "7"]);
    for like in ["007", "7.0", "7e0", "+7", "-0", ".7", "9223372036854775808"] {
        let sqlite = format!("((`project` COLLATE BINARY) = ?1 AND {own})");
        of_levels(&format!("viewer@project:{like}"), &sqlite, postgres, &[like]);
    }
}

#[test]
fn every_plan_is_sound_json() {
    let mut filters = 0;
    for seed in seeds(9_900_000, 150) {
        let mut rng = Rng::new(seed);
        let made = world(&mut rng, 10, ALL, true);
        for (on, _, actions) in TYPES {
            let (subject, action) = (*rng.pick(&SUBJECTS), *rng.pick(actions));
            let plan = made.world.plan(subject, action, on, &given(&mut rng, false), NOW);
            let text = to_json(&plan, made.world.policy());
            let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            let kind = match plan {
                Plan::Always => "always",
                Plan::Never => "never",
                Plan::When(_) => "when",
            };
            assert_eq!(json["kind"], kind);
            filters += usize::from(json["filter"].is_object());
        }
    }
    assert!(filters > 100, "only {filters}");
}
