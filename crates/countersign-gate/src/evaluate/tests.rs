//! What resources are called, and what a token is good for.

use super::ask::{id_of, path};
use super::token::{read, write};
use countersign_wire::api::authzen::Entity;

const KEY: &[u8] = b"0123456789abcdef";

fn entity(kind: &str, id: &str) -> Entity {
    Entity { kind: kind.to_owned(), id: id.to_owned(), ..Entity::default() }
}

#[test]
fn an_id_is_a_path_or_stands_below_nothing() {
    for (kind, id, expected) in [
        ("doc", "a", "doc:a"),
        ("doc", "doc:a", "doc:a"),
        ("doc", "folder:f/doc:a", "folder:f/doc:a"),
        ("doc", "doc:a/file:b", "doc:doc:a%2Ffile:b"),
        ("doc", "document:a", "doc:document:a"),
        ("route", "/todos/{id}", "route:%2Ftodos%2F{id}"),
        ("doc", "50%", "doc:50%"),
        ("doc", "a%2fb", "doc:a%2fb"),
        ("doc", "a%2Fb", "doc:"),
        ("doc", "a/b%", "doc:"),
        ("doc", "", "doc:"),
    ] {
        assert_eq!(path(&entity(kind, id)), expected, "{kind} {id}");
    }
}

/// No two ids that are no paths come to one path, and each path has an id that comes to it.
#[test]
fn ids_and_paths_belong_to_each_other() {
    let pieces = ["a", "/", "%", "2F", "2f", ":", "doc", "%2F"];
    let mut ids = vec![String::new()];
    for _ in 0..4 {
        let longer = ids.iter().flat_map(|id| pieces.map(|piece| format!("{id}{piece}"))).collect::<Vec<_>>();
        ids.extend(longer);
        ids.sort_unstable();
        ids.dedup();
    }
    let mut seen = std::collections::HashMap::new();
    for id in &ids {
        let found = path(&entity("doc", id));
        if found == "doc:" {
            continue;
        }
        let is_path = id.rsplit('/').next().is_some_and(|last| last.starts_with("doc:"));
        if !is_path {
            assert_eq!(seen.insert(found.clone(), id), None, "{id}: {found}");
        }
        assert_eq!(path(&entity("doc", &id_of("doc", &found))), found, "{id}");
    }
    assert!(seen.len() > 1_000, "{}", seen.len());
    for (found, id) in
        [("doc:a", "a"), ("folder:f/doc:a", "folder:f/doc:a"), ("doc:%2Fx", "/x"), ("doc:doc:a", "doc:doc:a")]
    {
        assert_eq!(id_of("doc", found), id);
    }
}

#[test]
fn a_token_is_good_for_what_it_was_written_for() {
    let bound = ["page", "acme", "user:ann"];
    let long = "x".repeat(1_000);
    for content in ["", "7 10 doc:a", &long] {
        let token = write(KEY, &bound, content).expect("the key is long enough");
        assert_eq!(read(KEY, &bound, &token).as_deref(), Some(content));
        for other in [["page", "acme", "user:bob"], ["denial", "acme", "user:ann"], ["pag", "eacme", "user:ann"]] {
            assert_eq!(read(KEY, &other, &token), None, "{other:?}");
        }
        assert_eq!(read(b"another key that is as long", &bound, &token), None);
        for at in 0..token.len().min(80) {
            let mut broken = token.clone().into_bytes();
            broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
            let broken = String::from_utf8(broken).expect("ASCII");
            assert_eq!(read(KEY, &bound, &broken), None, "{at}");
        }
    }
    assert_eq!(read(KEY, &bound, ""), None);
    assert_eq!(read(KEY, &bound, "not base64url!"), None);
}

/// Whoever holds a token of a page reads nothing in it: not the place, and not how long its name is.
#[test]
fn a_token_says_nothing_to_others() {
    use base64ct::Encoding as _;
    let token = |content: &str| write(KEY, &["page"], content).expect("the key is long enough");
    let bytes = base64ct::Base64UrlUnpadded::decode_vec(&token("project:secret-merger")).expect("base64url");
    assert!(!bytes.windows(6).any(|part| part == b"secret"));
    assert_eq!(token("a").len(), token("project:secret-merger").len());
}
