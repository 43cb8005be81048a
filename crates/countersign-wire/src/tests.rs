//! Seals, projections and records: what was written is read, and nothing else is.

use crate::diagnostic::Source;
use crate::projection::{self, ProjectionError, Stamp};
use crate::reader::Problems;
use crate::record::{
    AssignmentForm, OverrideForm, PolicyRecord, RoleForm, StatusForm, SubjectRecord, TypeForm, decode, encode,
};
use crate::seal::{Header, SealError, open, seal};
use countersign_core::{Answer, Cause, Grants, PathError, Question, Status, Subject};

const KEY: &[u8] = b"0123456789abcdef";

fn header() -> Header {
    Header { tenant: "acme".to_owned(), key: "subject/user:ann".to_owned(), epoch: 2, revision: 300, exists: true }
}

#[test]
fn a_seal_opens_for_its_own_record_alone() {
    let sealed = seal(KEY, &header(), b"record").unwrap();
    assert_eq!(open(KEY, "acme", "subject/user:ann", &sealed), Ok((header(), b"record".as_slice())));
    assert_eq!(open(KEY, "globex", "subject/user:ann", &sealed), Err(SealError::Foreign));
    assert_eq!(open(KEY, "acme", "subject/user:bob", &sealed), Err(SealError::Foreign));
    assert_eq!(open(b"another key of 20 b.", "acme", "subject/user:ann", &sealed), Err(SealError::Mac));
    assert_eq!(open(b"short", "acme", "subject/user:ann", &sealed), Err(SealError::WeakKey));
    assert_eq!(seal(b"short", &header(), b""), Err(SealError::WeakKey));
}

#[test]
fn every_changed_byte_and_every_cut_breaks_the_seal() {
    let sealed = seal(KEY, &header(), b"record").unwrap();
    let opens = |bytes: &[u8]| open(KEY, "acme", "subject/user:ann", bytes).is_ok();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[at] ^= 1 << bit;
            assert!(!opens(&changed), "byte {at}, bit {bit}");
        }
        assert!(!opens(&sealed[..at]), "cut at {at}");
    }
    let longer = [sealed.as_slice(), b"x"].concat();
    assert!(!opens(&longer));
    // A MAC that was stripped is no unsigned record: it is corrupt.
    let stripped = [&sealed[..4], &sealed[36..]].concat();
    assert!(!opens(&stripped));
}

fn policy_record() -> PolicyRecord {
    let doc =
        TypeForm { name: "doc".into(), at_root: true, parents: vec![], actions: vec!["view".into(), "edit".into()] };
    let role = |id: &str, allow| RoleForm {
        id: id.into(),
        masks: vec![(0, allow, 0)],
        at_root: true,
        at: vec![0],
        assigns: vec![],
        ..RoleForm::default()
    };
    PolicyRecord {
        types: vec![doc],
        roles: vec![role("reader", 1), role("editor", 3), role("secret-role", 3)],
        ..PolicyRecord::default()
    }
}

fn subject_record(role: &str) -> SubjectRecord {
    let given = AssignmentForm {
        id: "a1".into(),
        role: role.into(),
        scope: "doc:1".into(),
        from: None,
        until: Some(500),
        when: None,
    };
    let set = OverrideForm { permission: "doc:view".into(), scope: "/".into(), allow: false, from: None, until: None };
    SubjectRecord {
        status: StatusForm::Active,
        attributes: vec![],
        groups: vec![],
        assignments: vec![given],
        overrides: vec![set],
        approved: vec![],
    }
}

#[test]
fn records_are_read_as_they_were_written() {
    let bytes = encode(&subject_record("editor")).unwrap();
    assert_eq!(decode::<SubjectRecord>(&bytes).unwrap(), subject_record("editor"));
    assert!(decode::<SubjectRecord>(&[bytes.as_slice(), b"x"].concat()).is_err(), "bytes left over");
    for cut in 0..bytes.len() {
        assert!(decode::<SubjectRecord>(&bytes[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_grant_that_the_policy_does_not_know_is_an_error_and_not_nothing() {
    let policy = policy_record().policy().unwrap();
    assert!(subject_record("editor").grants(&policy).is_ok());
    assert!(subject_record("gone").grants(&policy).is_err());
}

/// A doubt comes with its problem; if ever it did not, what was left out for it must not pass for what was not written.
#[test]
fn what_is_in_doubt_is_never_taken() {
    let source = Source { name: "model.toml", text: "" };
    let mut problems = Problems::new(source);
    assert!(problems.is_empty());
    problems.doubt("rules[0].when");
    assert!(!problems.is_empty());
    assert_eq!(problems.finish(()).unwrap_err().all().len(), 1);
}

fn stamp() -> Stamp {
    Stamp { tenant: "acme".into(), subject: "user:ann".into(), revision: 7, expires: 1_000 }
}

fn projected(status: Status) -> Vec<u8> {
    let policy = policy_record().policy().unwrap();
    let grants = subject_record("editor").grants(&policy).unwrap();
    let subject = Subject::new("user:ann", Some(status), &grants, &[]);
    projection::encode(&policy, &subject, &stamp(), 100).unwrap()
}

#[test]
fn a_projection_answers_as_the_policy_does() {
    let read = projection::decode(&projected(Status::Active)).unwrap();
    assert_eq!(read.stamp, stamp());
    let may = |action: &str, now| read.policy().check(&read.subject(), &Question::new(action, "doc:1", now)).is_allow();
    assert_eq!([may("edit", 100), may("edit", 499), may("edit", 500), may("view", 100)], [true, true, false, false]);
}

#[test]
fn an_expired_projection_says_no() {
    let read = projection::decode(&projected(Status::Active)).unwrap();
    let at = |now| (read.check(&Question::new("edit", "doc:1", now)).is_allow(), read.answer("doc:1", now).unwrap());
    let on = read.policy().type_named("doc").unwrap();
    assert_eq!(at(499), (true, Answer { on, allow: 2, dynamic: 0, valid_until: 500, uniform: false }));
    assert_eq!(at(999), (false, Answer { on, allow: 0, dynamic: 0, valid_until: 1_000, uniform: false }));
    assert_eq!(at(1_000), (false, Answer { on, allow: 0, dynamic: 0, valid_until: i64::MAX, uniform: false }));
    assert_eq!(read.check(&Question::new("edit", "doc:1", 1_000)).cause, Cause::Expired);
    assert_eq!(read.answer("doc:1/doc:2", 100).map(|answer| (answer.on, answer.allow)), Ok((on, 0)));
    assert_eq!(read.answer("doc:1/nope:2", 100), Err(PathError::UnknownType));
    assert_eq!(read.answer("doc", 100), Err(PathError::Segment));
}

#[test]
fn a_projection_holds_only_what_its_subject_holds() {
    let bytes = projected(Status::Active);
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("editor"));
    assert!(!holds("secret-role") && !holds("reader"));
    let locked = projected(Status::Locked);
    assert!(!locked.windows(6).any(|window| window == b"editor"), "who may do nothing learns of no role");
}

#[test]
fn damaged_projections_are_refused() {
    let bytes = projected(Status::Active);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(projection::decode(&changed).is_err(), "byte {at}");
        assert!(projection::decode(&bytes[..at]).is_err(), "cut at {at}");
    }
    let mut newer = bytes.clone();
    newer[3] = 9;
    assert_eq!(projection::decode(&newer).unwrap_err(), ProjectionError::Version(9));
    assert_eq!(projection::decode(b"").unwrap_err(), ProjectionError::Corrupt);
}

#[test]
fn nobody_is_projected_as_nobody() {
    let policy = policy_record().policy().unwrap();
    let nothing = Grants::default();
    let nobody = Subject::new("user:ann", None, &nothing, &[]);
    let bytes = projection::encode(&policy, &nobody, &stamp(), 0).unwrap();
    let read = projection::decode(&bytes).unwrap();
    assert!(!read.policy().check(&read.subject(), &Question::new("view", "doc:1", 0)).is_allow());
}

#[test]
fn moments_are_rounded_up_to_the_millisecond() {
    let parse = |text: &str| crate::time::parse(text);
    assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(parse("1970-01-01T00:00:00.001Z"), Some(1));
    assert_eq!(parse("1970-01-01T00:00:00.000000001Z"), Some(1));
    assert_eq!(parse("1969-12-31T23:59:59.9999Z"), Some(0));
    assert_eq!(parse("1970-01-01T01:00:00+01:00"), Some(0));
    for text in ["", "1970-01-01", "1970-01-01T00:00:00", "now", "1970-13-01T00:00:00Z", "1e3"] {
        assert_eq!(parse(text), None, "{text}");
    }
}

/// What JSON says of the context, and which text each number is then.
#[track_caller]
fn numbers(json: &str, expected: Result<&[&str], &str>) {
    let read: Result<crate::given::Supplied, _> = serde_json::from_str(json);
    let texts = read.map(|bag| {
        let text = |value: &crate::document::Value| match value {
            crate::document::Value::Number(text) => text.clone(),
            other => other.kind().to_owned(),
        };
        bag.0.iter().map(|(_, value)| text(value)).collect::<Vec<_>>()
    });
    match (texts, expected) {
        (Ok(texts), Ok(expected)) => assert_eq!(texts, expected, "{json}"),
        (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{json}: {error}"),
        (got, _) => panic!("{json}: {got:?}"),
    }
}

#[test]
fn numbers_of_a_request_are_taken_as_they_are_written() {
    numbers(
        r#"{"a": -1e-400, "b": 50.000000000000001, "c": 9007199254740993}"#,
        Ok(&["-1e-400", "50.000000000000001", "9007199254740993"]),
    );
    numbers(r#"{"a": "1", "b": [1], "c": null, "d": {}}"#, Ok(&["a string", "a list", "null", "a table"]));
    numbers("null", Ok(&[]));
    numbers("[]", Err("expected an object"));
    numbers(r#"{"a": 1, "a": 2}"#, Err("repeated"));
}
