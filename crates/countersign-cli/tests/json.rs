//! `--json`: one document on standard output for the exit codes 0 and 1, and none for 2.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODEL: &str = "name = 'signs'\n[types.sign]\nactions = ['view', 'edit']\n[context]\ncost = 'decimal'\n\
                     [roles.viewer]\nallow = ['sign:view']\n";
const TENANT: &str = "[[members]]\nsubject = 'user:ann'\n[[assignments]]\nto = 'user:ann'\nrole = 'viewer'\n";
const RULE: &str = "[[rules]]\neffect = 'forbid'\npermissions = ['sign:view']\nwhen = 'context.cost > 5'\n";
const ROUTES: &str = "[[routes]]\nmethod = 'GET'\npath = '/{tenant}/{sign}'\naction = 'view'\nresource = 'sign:{sign}'\n\
                      [[routes]]\nmethod = 'GET'\npath = '/{tenant}'\npublic = true\n";
const FIELDS: &str = r#"[{ "action": "read", "subject": "Article", "fields": ["title"] }]"#;

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("json");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in [
        ("model.toml", MODEL),
        ("tenant.toml", TENANT),
        ("cents.toml", &format!("{MODEL}{RULE}")),
        ("routes.toml", ROUTES),
        ("wrong.toml", &ROUTES.replace("'view'", "'veiw'")),
        ("stale.d.ts", ""),
        ("rules.json", r#"[{ "action": "read", "subject": "Article" }]"#),
        ("fields.json", FIELDS),
        ("tangled.toml", "a=1"),
    ] {
        fs::write(folder.join(file), text).expect("a file");
    }
    folder
}

fn run(folder: &Path, arguments: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.current_dir(folder).env("XDG_CONFIG_HOME", folder.join("config")).env_remove("COUNTERSIGN_TOKEN");
    let done = command.args(arguments.split('|')).stdin(std::process::Stdio::null()).output();
    let done = done.expect("the command runs");
    (done.status.code(), String::from_utf8(done.stdout).expect("text"))
}

#[test]
fn a_table_of_answers() {
    let folder = folder();
    let export = "export|--format|cedar|--tenant|tenant.toml|--out|cedar|--model";
    let explain = "routes|explain|--model|model.toml|--routes|routes.toml|--json";
    let none = Value::Null;
    for (arguments, code, pointer, value) in [
        ("init|--list|--json", 0, "/0/name", json!("empty")),
        ("init|--from|empty|--dir|new|--json", 0, "/files/0", json!("new/model.toml")),
        ("init|--from|empty|--dir|new|--json", 1, "/there/2", json!("new/tenant.toml")),
        ("init|--json", 2, "", none.clone()),
        ("types|model.toml|--out|model.d.ts|--json", 0, "", json!({ "done": true, "file": "model.d.ts" })),
        ("types|model.toml|--check|model.d.ts|--json", 0, "", json!({ "same": true, "file": "model.d.ts" })),
        ("types|model.toml|--check|stale.d.ts|--json", 1, "/same", json!(false)),
        ("types|model.toml|--json", 2, "", none.clone()),
        (&format!("{export}|model.toml|--json"), 0, "/files/1", json!("cedar/policies.cedar")),
        (&format!("{export}|cents.toml|--json"), 1, "/left_out/0/what", json!("rule 1")),
        (&format!("{export}|cents.toml|--json"), 1, "/done", json!(false)),
        (&format!("{export}|cents.toml|--partial|--json"), 0, "/left_out/0/denies", json!(true)),
        (&format!("{export}|missing.toml|--json"), 2, "", none.clone()),
        ("import|--from|casl|rules.json|--out|casl|--json", 0, "/files/1", json!("casl/tenant.toml")),
        ("import|--from|casl|rules.json|--out|casl|--json", 2, "", none.clone()),
        (
            "import|--from|casl|fields.json|--out|no|--json",
            1,
            "/refusals/0",
            json!("rule 1: its `fields`: a decision here is about a whole resource"),
        ),
        ("login|--url|https://a.example|--forget|--json", 0, "/kept", json!(false)),
        ("pull|--url|https://a.example|--tenant|acme|out.json|--json", 2, "", none.clone()),
        ("push|--url|https://a.example|--tenant|acme|--model|model.toml|tenant.toml|--json", 2, "", none.clone()),
        ("fmt|--check|tangled.toml|--json", 1, "/changed/0", json!("tangled.toml")),
        ("validate|model.toml|routes.toml|--json", 0, "", json!({ "sound": true, "problems": [] })),
        ("validate|routes.toml|--json", 0, "/sound", json!(true)),
        ("validate|wrong.toml|--json", 1, "/problems/0/line", json!(4)),
        ("routes|check|--model|model.toml|routes.toml|--json", 0, "/sound", json!(true)),
        ("routes|check|--model|model.toml|wrong.toml|--json", 1, "/problems/0/help", json!("did you mean `view`?")),
        (&format!("{explain}|GET /acme/7"), 0, "/resource", json!("sign:7")),
        (&format!("{explain}|GET /acme/7"), 0, "/action", json!("view")),
        (&format!("{explain}|GET /acme"), 0, "/outcome", json!("public")),
        (&format!("{explain}|POST /acme"), 1, "/code", json!("no_route")),
        ("audit|verify|missing.jsonl|--json", 2, "", none.clone()),
    ] {
        let (exit, text) = run(&folder, arguments);
        assert_eq!(exit, Some(code), "{arguments}: {text}");
        if code == 2 {
            assert_eq!(text, "", "{arguments}");
        } else {
            let answer: Value = serde_json::from_str(&text).expect("one JSON document");
            assert_eq!(answer.pointer(pointer), Some(&value), "{arguments}: {answer:#}");
        }
    }
}

/// Every command takes `--json`, except those whose answer is a file's text.
#[test]
fn every_command_takes_it() {
    let help = |arguments: &str| run(Path::new("."), &format!("{arguments}--help")).1;
    let commands = |text: &str| -> Vec<String> {
        let lines = text.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    };
    let mut looked = 0;
    for name in commands(&help("")).iter().filter(|name| !["schema", "completions", "man"].contains(&name.as_str())) {
        let own = help(&format!("{name}|"));
        let below = commands(&own);
        for text in
            if below.is_empty() { vec![own] } else { below.iter().map(|sub| help(&format!("{name}|{sub}|"))).collect() }
        {
            assert!(text.contains("--json"), "{text}");
            looked += 1;
        }
    }
    assert!(looked >= 16, "only {looked}");
}
