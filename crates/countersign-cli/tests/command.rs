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
        ("missing.jsonl", 1, "missing.jsonl cannot be read"),
    ] {
        let (exit, text) = run(&folder, &format!("audit verify {arguments}"));
        assert!(exit == Some(code) && text.contains(word), "{arguments}: {exit:?} {text}");
    }
}
