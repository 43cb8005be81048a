//! The command as a user runs it: what it prints, and its exit codes.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

const MODEL: &str = r#"name = "signs"
[types.sign]
actions = ["view", "edit"]
[context]
cost = "decimal"
[roles.viewer]
allow = ["sign:view"]
"#;
const TENANT: &str = "[[members]]\nsubject = \"user:ann\"\n[[assignments]]\nto = \"user:ann\"\nrole = \"viewer\"\n";

/// A folder of this test's own with a model and a tenant.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in [("model.toml", MODEL), ("tenant.toml", TENANT)] {
        fs::write(folder.join(file), text).expect("a file");
    }
    folder
}

/// Runs `countersign`, with file names in `folder`; gives the exit code, and all that it prints.
fn run(folder: &PathBuf, arguments: &str) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .current_dir(folder)
        .args(arguments.split(' '))
        .output()
        .expect("the command runs");
    let text = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(text).expect("text"))
}

#[test]
fn diff_says_who_gains_and_who_loses() {
    let folder = folder("diff");
    let after = MODEL.replace("allow = [\"sign:view\"]", "allow = [\"sign:edit\"]");
    fs::write(folder.join("after.toml"), after).expect("a file");
    let same = run(&folder, "diff --model model.toml --tenant tenant.toml");
    assert_eq!(same, (Some(0), "nothing changes\n".to_owned()));
    let (code, text) = run(&folder, "diff --model model.toml --model-after after.toml --tenant tenant.toml");
    let lines = "user:ann  sign:edit  deny -> allow  /\nuser:ann  sign:view  allow -> deny  /\n\
                 2 changes: 1 gain, 1 lose, 0 otherwise\n";
    assert_eq!((code, text.as_str()), (Some(1), lines));
    let (code, text) = run(&folder, "diff --model model.toml --model-after after.toml --tenant tenant.toml --json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let first = serde_json::json!({
        "subject": "user:ann", "permission": "sign:edit", "scope": "/", "reach": "tree", "except": [],
        "before": "deny", "after": "allow", "proved": true,
    });
    assert_eq!((code, json.get(0)), (Some(1), Some(&first)));
    let (code, text) = run(&folder, "diff --model missing.toml --tenant tenant.toml");
    assert!(code == Some(2) && text.contains("missing.toml cannot be read"), "{code:?} {text}");
}

#[test]
fn export_refuses_what_cannot_be_said() {
    let folder = folder("export");
    let export = "export --format cedar --model model.toml --tenant tenant.toml --out cedar";
    assert_eq!(run(&folder, export).0, Some(0));
    let policies = fs::read_to_string(folder.join("cedar/policies.cedar")).expect("the policies");
    assert!(policies.contains("Countersign::Subject::\"user:ann\""), "{policies}");
    let rule = "[[rules]]\neffect = \"forbid\"\npermissions = [\"sign:view\"]\nwhen = \"context.cost > 5\"\n";
    fs::write(folder.join("model.toml"), format!("{MODEL}{rule}")).expect("a file");
    let (code, text) = run(&folder, export);
    let why = "not in Cedar: rule 1: the condition uses values that Cedar does not have exactly; it denies always";
    assert!(code == Some(1) && text.contains(why), "{code:?} {text}");
    let (code, _) = run(&folder, &format!("{export} --partial"));
    assert_eq!(code, Some(0));
}

#[test]
fn audit_verify_finds_what_was_done_to_a_log() {
    use countersign_tenant::Meta;
    use countersign_tenant::audit::{Fact, checkpoint, entry, line};
    use countersign_wire::api::{Command, CommandCall};
    let folder = folder("audit");
    let mut meta = Meta::default();
    let mut lines = Vec::new();
    for number in 0..5 {
        let call = CommandCall::new("user:ann", false, Command::RevokeToken { id: format!("t{number}") });
        let fact = Fact { at: number, call: &call, outcome: "done", changes: &[], revision: 1 };
        let entry = entry(&meta, &fact);
        (meta.audit_seq, meta.audit_hash) = (entry.seq, entry.hash.clone());
        lines.push(line(&entry) + "\n");
    }
    let signed = checkpoint(&meta, "acme", 0, b"sixteen bytes or more").expect("a key");
    let signed = serde_json::to_string(&signed).expect("JSON");
    let text = lines.concat();
    for (file, text) in [
        ("log.jsonl", text.as_str()),
        ("edited.jsonl", &text.replacen("user:ann", "user:eve", 1)),
        ("short.jsonl", &lines[..4].concat()),
        ("checkpoint.json", &signed),
        ("forged.json", &signed.replace("acme", "evil")),
        ("key", "sixteen bytes or more\n"),
        ("other", "another key, long enough\n"),
    ] {
        fs::write(folder.join(file), text).expect("a file");
    }
    for (arguments, code, word) in [
        ("log.jsonl", 0, "5 entries, unbroken up to number 5"),
        ("log.jsonl", 0, "without a checkpoint"),
        ("log.jsonl --checkpoint checkpoint.json --key-file key", 0, "as signed for the tenant `acme`"),
        ("edited.jsonl", 1, "edited.jsonl: line 1: this entry was changed"),
        ("short.jsonl", 0, "4 entries"),
        ("short.jsonl --checkpoint checkpoint.json --key-file key", 1, "line 5: a checkpoint knows of more"),
        ("log.jsonl --checkpoint checkpoint.json --key-file other", 1, "was not signed with this key"),
        ("log.jsonl --checkpoint forged.json --key-file key", 1, "was not signed with this key"),
        ("log.jsonl --checkpoint key --key-file key", 1, "key: line 1"),
        ("log.jsonl --checkpoint checkpoint.json", 2, "--key-file"),
        ("log.jsonl --json", 0, "\"entries\": 5"),
        ("edited.jsonl --json", 1, "\"sound\": false"),
        ("missing.jsonl", 2, "missing.jsonl cannot be read"),
    ] {
        let (exit, text) = run(&folder, &format!("audit verify {arguments}"));
        assert!(exit == Some(code) && text.contains(word), "{arguments}: {exit:?} {text}");
    }
}

#[test]
fn exit_codes_say_what_was_found() {
    let folder = folder("codes");
    let broken = MODEL.replace("\"sign:view\"", "\"sign:veiw\"");
    let json = r#"{"name": "signs", "types": {"sign": {"actions": ["view"]}}}"#;
    let scenario = "model = 'model.toml'\ntenant = 'tenant.toml'\nnow = 2026-03-01T12:00:00Z\n[[expect]]\nid = 'a'\n\
                    subject = 'user:ann'\naction = 'view'\nresource = 'sign:1'\ndecision = ";
    for (file, text) in [
        ("broken.toml", broken.as_str()),
        ("model.json", json),
        ("unformatted.toml", "a=1"),
        ("good.toml", &format!("{scenario}'allow'\n")),
        ("bad.toml", &format!("{scenario}'deny'\n")),
    ] {
        fs::write(folder.join(file), text).expect("a file");
    }
    let both = "--model model.toml --tenant tenant.toml";
    for (arguments, code, word) in [
        ("validate model.toml tenant.toml", 0, "tenant.toml: the tenant fits the model `signs`, with 1 members"),
        ("validate tenant.toml", 0, "fits the model"),
        ("validate good.toml", 0, "good.toml: 1 expectations"),
        ("validate broken.toml", 1, "broken.toml:7:10: the type `sign` has no action `veiw`"),
        ("validate broken.toml --json", 1, "\"line\": 7"),
        ("validate --model broken.toml tenant.toml", 1, "did you mean `view`?"),
        ("validate model.json", 0, "is sound"),
        ("validate missing.toml", 2, "missing.toml cannot be read"),
        ("validate", 2, "Usage"),
        (&format!("check {both} user:ann view sign:1"), 0, "allow by role: viewer at /"),
        (&format!("check {both} user:ann edit sign:1"), 1, "deny by default"),
        (&format!("check {both} user:ann edit sign:1 --json"), 1, "\"decision\": \"deny\""),
        (&format!("check {both} user:ann edit sign:1 --now yesterday"), 2, "`yesterday` is no moment"),
        ("check --model broken.toml --tenant tenant.toml user:ann view sign:1", 2, "broken.toml:7:10"),
        (&format!("explain {both} user:ann view sign:1"), 0, "user:ann may view sign:1"),
        (&format!("explain {both} user:ann edit sign:1 --json"), 1, "\"decision\":\"deny\""),
        ("test good.toml", 0, "1 passed, 0 failed"),
        ("test bad.toml", 1, "bad.toml:5:6: a: may user:ann view sign:1? expected deny, got allow at stage role"),
        ("test bad.toml --github", 1, "::error file=bad.toml,line=5,col=6,title=a::may user:ann"),
        ("test bad.toml --json", 1, "\"passed\": 0"),
        ("test good.toml --mutation --at-least 100", 0, "mutation score: 100 %"),
        ("test good.toml --at-least 100", 2, "--mutation"),
        ("test missing.toml", 2, "missing.toml cannot be read"),
        ("fmt --check unformatted.toml", 1, "unformatted.toml is not formatted"),
        ("fmt --check model.json", 2, "this is JSON"),
        ("types model.toml", 0, "export interface Signs {"),
        ("types broken.toml", 2, "veiw"),
        ("schema model", 0, "\"title\": \"Countersign model\""),
        ("init --list", 0, "signagent"),
        ("init --from nothing --dir x --yes", 2, "there is no preset `nothing`"),
        ("init", 2, "nobody can be asked here"),
        ("completions bash", 0, "_countersign"),
        ("import tenant.toml", 2, "--url"),
        ("--version", 0, "countersign "),
        ("nonsense", 2, "unrecognized subcommand"),
    ] {
        let (exit, text) = run(&folder, arguments);
        assert!(exit == Some(code) && text.contains(word), "{arguments}: {exit:?} {text}");
    }
    let (_, text) = run(&folder, "fmt unformatted.toml");
    assert_eq!(fs::read_to_string(folder.join("unformatted.toml")).expect("a file"), "a = 1\n", "{text}");
    let (_, text) = run(&folder, "test bad.toml good.toml --junit report.xml");
    let report = fs::read_to_string(folder.join("report.xml")).expect("a report");
    assert!(report.contains("tests=\"2\" failures=\"1\""), "{text} {report}");
}

#[test]
fn colours_are_for_people() {
    let folder = folder("colours");
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        let base = ["check", "--model", "model.toml", "--tenant", "tenant.toml", "user:ann", "view", "sign:1"];
        let done = command.current_dir(&folder).args(base).args(arguments).envs(variables.iter().copied()).output();
        done.expect("the command runs").stdout.contains(&0x1b)
    };
    assert!(!coloured(&[], &[]), "the output is no terminal");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn init_overwrites_nothing() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("init");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for preset in ["empty", "signet", "assuresign", "signagent", "signpath", "portal"] {
        let (code, text) = run(&folder, &format!("init --from {preset} --dir {preset} --yes"));
        assert_eq!(code, Some(0), "{text}");
        let files = format!("{preset}/model.toml {preset}/tenant.toml");
        assert_eq!(run(&folder, &format!("validate {files}")).0, Some(0));
        let (code, text) = run(&folder, &format!("test {preset}/scenarios"));
        assert_eq!(code, Some(0), "{preset}: {text}");
    }
    let model = folder.join("empty/model.toml");
    fs::write(&model, "mine").expect("a file");
    fs::remove_file(folder.join("empty/tenant.toml")).expect("a file");
    let (code, text) = run(&folder, "init --from signet --dir empty --yes");
    assert!(code == Some(1) && text.contains("nothing was written") && text.contains("model.toml"), "{code:?} {text}");
    assert_eq!(fs::read_to_string(&model).expect("the file"), "mine");
    assert!(!folder.join("empty/tenant.toml").exists());
}

#[test]
fn manual_pages_are_of_every_command() {
    let folder = folder("man");
    let (code, text) = run(&folder, "man pages");
    assert_eq!(code, Some(0), "{text}");
    for page in ["countersign.1", "countersign-validate.1", "countersign-test.1", "countersign-import.1"] {
        let page = fs::read_to_string(folder.join("pages").join(page)).expect("a page");
        assert!(page.contains(".SH"), "{page}");
    }
}

#[test]
fn a_token_is_kept_for_nobody_else() {
    use std::io::Write;
    let folder = folder("login");
    let config = folder.join("config");
    let _ = fs::remove_dir_all(&config);
    let run = |arguments: &str, input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .current_dir(&folder)
            .env("XDG_CONFIG_HOME", &config)
            .env_remove("COUNTERSIGN_TOKEN")
            .args(arguments.split(' '))
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the command runs");
        // One that refuses at once reads nothing.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let done = child.wait_with_output().expect("it ends");
        (done.status.code(), String::from_utf8([done.stdout, done.stderr].concat()).expect("text"))
    };
    let pull = "pull --url https://a.example --tenant acme out.json";
    let (code, text) = run(pull, "");
    assert!(code == Some(2) && text.contains("countersign login --url https://a.example"), "{code:?} {text}");
    let (code, text) = run("login --url https://a.example", "secret\n");
    assert!(code == Some(0) && !text.contains("secret"), "{code:?} {text}");
    run("login --url https://b.example/", "other");
    let file = config.join("countersign/tokens.json");
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).expect("a file")).expect("JSON");
    assert_eq!(kept, serde_json::json!({ "https://a.example": "secret", "https://b.example": "other" }));
    let (code, text) = run("login --url http://c.example", "x");
    assert!(code == Some(2) && text.contains("unencrypted"), "{code:?} {text}");
    let (code, _) = run("login --url https://c.example", "two\nlines");
    assert_eq!(code, Some(2));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |file: &PathBuf| fs::metadata(file).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
        let (code, text) = run(pull, "");
        assert!(code == Some(2) && text.contains("may be read by others"), "{code:?} {text}");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    run("login --url https://a.example --forget", "");
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).expect("a file")).expect("JSON");
    assert_eq!(kept, serde_json::json!({ "https://b.example": "other" }));
}
