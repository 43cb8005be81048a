//! When a size is a complaint.

use std::collections::BTreeMap;

use super::{Size, complaints, kilobytes, parse, table};

fn sizes(gzip: &[(&str, u64)]) -> BTreeMap<String, Size> {
    gzip.iter()
        .map(|(name, gzip)| ((*name).to_owned(), Size { raw: gzip * 2, gzip: *gzip, brotli: gzip / 2 }))
        .collect()
}

#[test]
fn two_per_cent_are_tolerated_and_no_more() {
    let before = sizes(&[("browser", 10_000)]);
    assert_eq!(complaints(&sizes(&[("browser", 10_200)]), &before), [""; 0]);
    assert_eq!(complaints(&sizes(&[("browser", 10_201)]), &before).len(), 1);
    assert_eq!(complaints(&sizes(&[("browser", 9_000)]), &before), [""; 0]);
}

#[test]
fn a_bar_holds_even_if_something_larger_was_committed() {
    for (name, bar) in [("browser", 40 * 1024), ("worker", 1024 * 1024)] {
        let [over, within] = [bar + 1, bar].map(|gzip| sizes(&[(name, gzip)]));
        assert_eq!(complaints(&over, &over).len(), 1);
        assert!(table(&over, &over).contains("missed"));
        assert_eq!(complaints(&within, &within), [""; 0]);
        assert!(!table(&within, &within).contains("missed"));
    }
    for name in ["compile", "details"] {
        let large = sizes(&[(name, 10 * 1024 * 1024)]);
        assert_eq!(complaints(&large, &large), [""; 0]);
    }
}

#[test]
fn what_was_never_committed_is_a_complaint() {
    assert_eq!(complaints(&sizes(&[("browser", 1)]), &BTreeMap::new()).len(), 1);
}

#[test]
fn only_complete_sizes_are_read() {
    let text = r#"{"browser": {"raw": 3, "gzip": 2, "brotli": 1}}"#;
    assert_eq!(parse(text).unwrap()["browser"], Size { raw: 3, gzip: 2, brotli: 1 });
    assert_eq!(parse(r#"{"browser": {"raw": 3, "gzip": 2}}"#), None);
    assert_eq!(parse("no"), None);
}

#[test]
fn kilobytes_have_one_decimal() {
    assert_eq!(kilobytes(40 * 1024), "40.0 KB");
    assert_eq!(kilobytes(1536), "1.5 KB");
}
