//! What is read without places is what is read with them.

use super::{AssignmentDecl, TenantFile, parse, parse_sound};
use crate::diagnostic::Source;
use crate::reader::Placed;

fn light(text: &str) -> Option<Vec<AssignmentDecl>> {
    let begin = |_: TenantFile, _: &mut crate::reader::Problems<'_>| Vec::new();
    parse_sound(Source { name: "", text }, begin, |all, decl, _| all.push(decl.clone()))
}

fn whole(text: &str) -> Option<Vec<AssignmentDecl>> {
    let bare = |placed: &Placed<String>| Placed { value: placed.value.clone(), ..Placed::default() };
    let decl = |decl: &AssignmentDecl| AssignmentDecl {
        to: bare(&decl.to),
        role: bare(&decl.role),
        scope: bare(&decl.scope),
        window: decl.window,
        when: decl.when.as_ref().map(bare),
    };
    let file = parse(Source { name: "", text }).ok()?;
    Some(file.assignments.iter().map(decl).collect())
}

#[test]
fn an_assignment_without_places_is_the_same() {
    let entries = [
        r#""to":"user:a""#,
        r#""to":"user:b""#,
        r#""role":"viewer""#,
        r#""role":"vi\u0065wer""#,
        r#""role":1"#,
        r#""scope":"/a:1""#,
        r#""scope":null"#,
        r#""from":"2026-01-01T00:00:00Z""#,
        r#""from":"yesterday""#,
        r#""until":"2026-02-01T00:00:00Z""#,
        r#""until":"2025-02-01T00:00:00+01:00""#,
        r#""when":"true""#,
        r#""When":"true""#,
        r#""":"""#,
    ];
    let (mut taken, mut refused) = (0, 0);
    for chosen in 0..1_u32 << entries.len() {
        let picked = (0..entries.len()).filter(|at| chosen >> at & 1 == 1).filter_map(|at| entries.get(at).copied());
        let mut picked: Vec<_> = picked.collect();
        // One that is sound stands before each, so that nothing of it may be left over.
        let before = r#"{"when":"x","until":"2026-02-01T00:00:00Z","from":"2026-01-01T00:00:00Z","role":"r","to":"t"}"#;
        if chosen % 2 == 0 {
            picked.reverse();
        }
        let text = format!("{{\"assignments\": [{before}, {{{}}}]}}", picked.join(","));
        assert_eq!(light(&text), whole(&text), "{text}");
        *(if light(&text).is_some() { &mut taken } else { &mut refused }) += 1;
    }
    assert!(taken > 60 && refused > 1000, "{taken} were taken, {refused} refused");
}
