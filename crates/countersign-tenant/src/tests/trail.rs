//! The log: what a query shows of it, and that nothing can be done to an export unseen.

use super::stage::{KEY, OPERATOR, Stage};
use crate::audit::{self, Fact, checkpoint, entry, line, verify_lines};
use crate::{Meta, digest, query};
use countersign_wire::api::{
    Assign, AuditEntry, AuditLines, AuditPage, Checkpoint, Command, CommandCall, Noted, Query, QueryAnswer, QueryCall,
};
use countersign_wire::time;
use serde_json::json;
use std::time::Instant;

fn assign(to: &str, role: &str) -> Command {
    Command::Assign(Assign { to: to.to_owned(), role: role.to_owned(), scope: "/".to_owned(), ..Assign::default() })
}

/// A log as an attacker could have it in hand, and what its tenant comes to.
fn log(actor: &str, entries: u64) -> (Vec<AuditEntry>, Meta) {
    let mut meta = Meta::default();
    let mut log = Vec::new();
    for number in 0..entries {
        let call = CommandCall::new(actor, false, assign(&format!("user:m{number}"), "viewer"));
        let changes =
            [Noted { what: format!("assignment:a{number}"), before: json!(null), after: json!({ "role": "viewer" }) }];
        let at = 1_000 * i64::try_from(number).expect("small");
        let fact = Fact { at, call: &call, outcome: "done", changes: &changes, revision: number };
        let entry = entry(&meta, &fact);
        meta.audit_seq = entry.seq;
        meta.audit_hash.clone_from(&entry.hash);
        log.push(entry);
    }
    (log, meta)
}

fn rehash(entry: &mut AuditEntry) {
    entry.hash = String::new();
    entry.hash = digest(line(entry).as_bytes());
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("64 bits") % most
    }
}

/// One way to tamper with a log; how many there are.
const WAYS: usize = 12;

fn tamper(dice: &mut Dice, way: usize, log: &[AuditEntry], other: &[AuditEntry]) -> Vec<String> {
    let mut entries = log.to_vec();
    let at = dice.below(entries.len());
    match way {
        // A byte of the text.
        0 => {
            let mut lines: Vec<String> = entries.iter().map(line).collect();
            let mut bytes = lines[at].clone().into_bytes();
            let place = dice.below(bytes.len());
            let new = b' ' + u8::try_from(dice.below(95)).expect("small");
            bytes[place] = if bytes[place] == new { b'#' } else { new };
            lines[at] = String::from_utf8(bytes).expect("ASCII");
            return lines;
        }
        // An entry, with its own hash made to fit.
        1 => {
            entries[at].actor = "user:eve".to_owned();
            rehash(&mut entries[at]);
        }
        2 => entries[at].outcome = "forbidden".to_owned(),
        // Removed, one or several, at the beginning, in the middle or at the end.
        3 => drop(entries.remove(at)),
        4 => {
            let count = 1 + dice.below(entries.len() - at);
            drop(entries.drain(at..at + count));
        }
        5 => entries.truncate(at),
        // Moved.
        6 => {
            let to = (at + 1 + dice.below(entries.len() - 1)) % entries.len();
            entries.swap(at, to);
        }
        7 => {
            let copy = entries[at].clone();
            entries.insert(at, copy);
        }
        // Put in from another log, for one that was there or beside it.
        8 => entries[at] = other[at].clone(),
        9 => entries.insert(at, other[at].clone()),
        10 => drop(entries.splice(at.., other[at..].iter().cloned())),
        // Changed, and all of the chain behind it made to fit.
        _ => {
            entries[at].request = json!({ "to": "user:eve" });
            for next in at..entries.len() {
                if next > 0 {
                    entries[next].previous = entries[next - 1].hash.clone();
                }
                rehash(&mut entries[next]);
            }
        }
    }
    entries.iter().map(line).collect()
}

fn verify(lines: &[String], known: &[Checkpoint]) -> Result<audit::Verified, audit::Broken> {
    verify_lines(lines.iter().map(String::as_str), known)
}

#[test]
fn ten_thousand_ways_to_tamper_with_a_log_are_all_found() {
    let ((log, meta), (other, _)) = (log("user:olga", 40), log("user:mallory", 40));
    let known = [checkpoint(&meta, "acme", 0, KEY).expect("a key")];
    let sound: Vec<String> = log.iter().map(line).collect();
    let verified = verify(&sound, &known).expect("a sound log");
    assert_eq!((verified.entries, verified.seq, verified.hash), (40, 40, meta.audit_hash));
    let mut dice = Dice(0x1234_5678_9ABC_DEF1);
    let mut found = [0; WAYS];
    for number in 0..10_000 {
        let way = number % WAYS;
        let lines = tamper(&mut dice, way, &log, &other);
        assert_ne!(lines, sound, "{way}");
        assert!(verify(&lines, &known).is_err(), "{way}: {lines:#?}");
        found[way] += 1;
    }
    assert!(found.iter().all(|count| *count > 800), "{found:?}");
}

#[test]
fn what_only_a_checkpoint_shows() {
    let (log, meta) = log("user:olga", 40);
    let lines: Vec<String> = log.iter().map(line).collect();
    // Cut short, or written anew to the end: a chain by itself, but not the one that was signed.
    assert!(verify(&lines[..39], &[]).is_ok());
    let known = [checkpoint(&meta, "acme", 0, KEY).expect("a key")];
    assert_eq!(verify(&lines[..39], &known).map_err(|broken| broken.line), Err(40));
    assert!(verify(&[], &known).is_err());
    let mut dice = Dice(7);
    let anew = tamper(&mut dice, WAYS - 1, &log, &log);
    assert!(verify(&anew, &[]).is_ok() && verify(&anew, &known).is_err());
    // From a checkpoint on.
    let early = Meta { audit_seq: 10, audit_hash: log[9].hash.clone(), ..Meta::default() };
    let from = [checkpoint(&early, "acme", 0, KEY).expect("a key"), known[0].clone()];
    assert!(verify(&lines[10..], &from).is_ok());
    assert!(verify(&lines[10..], &known).is_err() && verify(&lines[11..], &from).is_err());
}

#[test]
fn a_checkpoint_is_believed_as_it_was_signed() {
    let (_, meta) = log("user:olga", 3);
    let signed = checkpoint(&meta, "acme", 0, KEY).expect("a key");
    assert_eq!(audit::believe(&signed, KEY), Ok(()));
    let changed: [fn(&mut Checkpoint); 5] = [
        |known| known.tenant.push('x'),
        |known| known.seq += 1,
        |known| known.hash.replace_range(..1, "_"),
        |known| known.at.push('Z'),
        |known| known.signature.truncate(62),
    ];
    for change in changed {
        let mut known = signed.clone();
        change(&mut known);
        assert_eq!(audit::believe(&known, KEY), Err(audit::CheckpointError::Signature));
    }
    assert_eq!(audit::believe(&signed, b"another key of 16 bytes"), Err(audit::CheckpointError::Signature));
    assert_eq!(audit::believe(&signed, b"short"), Err(audit::CheckpointError::WeakKey));
    assert_eq!(checkpoint(&meta, "acme", 0, b"short"), Err(audit::CheckpointError::WeakKey));
}

#[test]
#[ignore = "a measurement: run it in the release profile"]
fn a_hundred_thousand_rows_are_verified_soon() {
    let (log, meta) = log("user:olga", 100_000);
    let known = [checkpoint(&meta, "acme", 0, KEY).expect("a key")];
    let lines: Vec<String> = log.iter().map(line).collect();
    let start = Instant::now();
    verify(&lines, &known).expect("a sound log");
    let took = start.elapsed();
    assert!(took.as_secs() < 5, "{took:?}");
}

fn asked(change: impl FnOnce(&mut Query)) -> Query {
    let mut query = Query::Audit {
        actor: None,
        command: None,
        outcome: None,
        what: None,
        since: None,
        until: None,
        after: 0,
        limit: 50,
    };
    change(&mut query);
    query
}

fn seqs(stage: &mut Stage, who: &str, query: Query) -> Result<Vec<u64>, String> {
    let page: AuditPage = serde_json::from_value(stage.ask(who, query)?).expect("a page");
    Ok(page.entries.iter().map(|entry| entry.seq).collect())
}

#[test]
fn the_log_is_shown_to_those_who_may_see_it_by_what_they_look_for() {
    let mut stage = Stage::new();
    stage.done("user:olga", assign("user:vera", "viewer"));
    stage.now += 1_000;
    stage.check("user:vera", assign("user:vera", "owner"), "forbidden");
    stage.now += 1_000;
    let given = stage.done("user:olga", assign("user:cleo", "viewer")).id.expect("an id");
    let at = |by: i64| time::format(1_000_000 + by);
    let some = |text: &str| Some(text.to_owned());
    type Case<'a> = (&'a str, Query, Result<Vec<u64>, &'a str>);
    let cases: Vec<Case<'_>> = vec![
        ("user:olga", asked(|_| {}), Ok(vec![1, 2, 3, 4])),
        ("user:rita", asked(|_| {}), Ok(vec![1, 2, 3, 4])),
        (OPERATOR, asked(|_| {}), Ok(vec![1, 2, 3, 4])),
        ("user:vera", asked(|_| {}), Err("forbidden")),
        ("user:dora", asked(|_| {}), Err("forbidden")),
        ("user:stranger", asked(|_| {}), Err("no_member")),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { actor, .. } = q {
                    *actor = some("user:olga")
                }
            }),
            Ok(vec![2, 4]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { command, .. } = q {
                    *command = some("import")
                }
            }),
            Ok(vec![1]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { outcome, .. } = q {
                    *outcome = some("forbidden")
                }
            }),
            Ok(vec![3]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { what, .. } = q {
                    *what = Some(format!("assignment:{given}"))
                }
            }),
            Ok(vec![4]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { since, .. } = q {
                    *since = at(1_000)
                }
            }),
            Ok(vec![3, 4]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { until, .. } = q {
                    *until = at(1_000)
                }
            }),
            Ok(vec![1, 2]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { since, .. } = q {
                    *since = some("today")
                }
            }),
            Err("invalid_time"),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { after, limit, .. } = q {
                    (*after, *limit) = (1, 2)
                }
            }),
            Ok(vec![2, 3]),
        ),
        (
            "user:rita",
            asked(|q| {
                if let Query::Audit { limit, .. } = q {
                    *limit = 0
                }
            }),
            Ok(vec![1]),
        ),
    ];
    for (who, query, expected) in cases {
        let shown = seqs(&mut stage, who, query.clone());
        assert_eq!(shown, expected.map_err(str::to_owned), "{who}: {query:?}");
    }
}

#[test]
fn a_page_that_finds_nothing_says_where_to_go_on() {
    let mut stage = Stage::new();
    let (log, _) = log("user:olga", 12_000);
    log.iter().for_each(|entry| stage.state.log(entry));
    let mut after = 0;
    let mut pages = 0;
    loop {
        let query = asked(|q| {
            if let Query::Audit { what, after: from, .. } = q {
                (*what, *from) = (Some("assignment:a11999".to_owned()), after);
            }
        });
        let page: AuditPage = serde_json::from_value(stage.ask("user:rita", query).expect("a page")).expect("a page");
        pages += 1;
        assert!(page.after > after);
        after = page.after;
        if !page.more {
            assert_eq!(page.entries.len(), 1);
            break;
        }
        assert!(page.entries.is_empty());
    }
    assert_eq!(pages, 3);
}

#[test]
fn a_log_is_taken_away_in_lines_with_a_checkpoint() {
    let mut stage = Stage::new();
    for _ in 0..600 {
        stage.check("user:vera", assign("user:vera", "owner"), "forbidden");
    }
    let (mut lines, mut after) = (String::new(), 0);
    loop {
        let part = stage.ask(OPERATOR, Query::AuditLines { after }).expect("lines");
        let AuditLines { lines: more, next } = serde_json::from_value(part).expect("lines");
        lines.push_str(&more);
        let Some(next) = next else { break };
        after = next;
    }
    let checkpoint = stage.ask(OPERATOR, Query::Checkpoint).expect("a checkpoint");
    let checkpoint: Checkpoint = serde_json::from_value(checkpoint).expect("a checkpoint");
    audit::believe(&checkpoint, KEY).expect("signed");
    let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    assert!(lines.len() > 600 && after >= 500, "{}", lines.len());
    assert_eq!(verify(&lines, std::slice::from_ref(&checkpoint)).expect("a sound log").seq, checkpoint.seq);
    assert!(verify(&lines[..lines.len() - 1], &[checkpoint]).is_err());
    for query in [Query::AuditLines { after: 0 }, Query::Checkpoint] {
        assert_eq!(stage.ask("user:vera", query), Err("forbidden".to_owned()));
    }
    let call = QueryCall { actor: OPERATOR.to_owned(), operator: true, query: Query::Checkpoint };
    let unsigned = query(&stage.state, &call, 0).expect("memory can be read");
    assert!(matches!(unsigned, QueryAnswer::Refused(refusal) if refusal.code == "no_checkpoint_key"));
}
