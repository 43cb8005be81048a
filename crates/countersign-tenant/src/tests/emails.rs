//! User names and addresses: one canonical form, and no two that could be taken for each other.

use crate::email::read;
use std::collections::BTreeMap;

#[track_caller]
fn check(text: &str, expected: Option<(&str, &str)>) {
    let found = read(text).ok().map(|address| (address.name, address.mailbox));
    let found = found.as_ref().map(|(name, mailbox)| (name.as_str(), mailbox.as_str()));
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn there_is_one_form() {
    check("ann@example.com", Some(("ann@example.com", "ann@example.com")));
    check("  Ann@Example.COM\t", Some(("ann@example.com", "ann@example.com")));
    check("Ann(Night)@example.com", Some(("ann(night)@example.com", "ann@example.com")));
    check("o'neil+x@a.xn--p1ai", Some(("o'neil+x@a.xn--p1ai", "o'neil+x@a.xn--p1ai")));
    check("a.b_c-d=e&f~g@1.example", Some(("a.b_c-d=e&f~g@1.example", "a.b_c-d=e&f~g@1.example")));
}

#[test]
fn what_is_no_plain_address_is_refused() {
    for wrong in [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example",
        "ann@@example.com",
        "ann@example.com@example.com",
        "ann b@example.com",
        "\"ann b\"@example.com",
        "ann@example..com",
        "ann@.example.com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@ab--c.com",
        "ann@exa_mple.com",
        "ann@[192.0.2.1]",
        "ann@192.0.2.1",
        ".ann@example.com",
        "ann.@example.com",
        "a..nn@example.com",
        "ann/b@example.com",
        "ann()@example.com",
        "ann(a(b))@example.com",
        "ann(a)(b)@example.com",
        "(a)@example.com",
        "(a)ann@example.com",
        "ann(a)b@example.com",
        "ann(a b)@example.com",
        "ann)a(@example.com",
        "ann(a@example.com",
        "ann(a)@exam(b)ple.com",
        "ann\n@example.com",
        "ann\0@example.com",
        "Änn@example.com",
        "ann@exämple.com",
    ] {
        check(wrong, None);
    }
    let long = |local: usize, domain: usize| format!("{}@{}.com", "a".repeat(local), "b".repeat(domain));
    assert!(read(&long(64, 63)).is_ok() && read(&long(65, 5)).is_err() && read(&long(5, 64)).is_err());
    assert!(read(&format!("a@{}com", "b.".repeat(130))).is_err());
}

/// What looks like a letter, or is folded into one by some other system's rules.
const CONFUSABLE: [(char, &[char]); 12] = [
    ('a', &['а', 'ａ', 'ɑ', 'α', 'A', 'ª']),
    ('c', &['с', 'ϲ', 'C', 'ⅽ']),
    ('e', &['е', 'ė', 'E', 'ｅ', '℮']),
    ('i', &['ı', 'і', 'İ', 'ӏ', 'I', 'ⅰ', 'ｉ']),
    ('k', &['K', 'k', 'κ']),
    ('l', &['ⅼ', 'ӏ', 'L', '1', '|']),
    ('m', &['ⅿ', 'M', 'м']),
    ('o', &['о', 'ο', '0', 'O', 'º']),
    ('p', &['р', 'ρ', 'P']),
    ('s', &['ſ', 'ѕ', 'S']),
    ('x', &['х', 'ⅹ', 'X', '×']),
    ('.', &['․', '。', '．', '｡']),
];

const INVISIBLE: [char; 10] =
    ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{301}', '\u{202e}', '\u{a0}', '\u{3000}'];

#[test]
fn no_two_names_become_one_unless_they_differ_in_case_alone() {
    let mut texts = Vec::new();
    let bases = ["maxim.kolesci@example.com", "alice.poemski(close)@aoxicem.example", "pixel.iskam@coe.example.com"];
    for base in bases {
        let signs: Vec<char> = base.chars().collect();
        for (at, sign) in signs.iter().enumerate() {
            let with = |new: &[char]| -> String {
                signs.iter().take(at).chain(new).chain(signs.iter().skip(at + 1)).collect()
            };
            for (letter, others) in CONFUSABLE {
                if letter == *sign {
                    texts.extend(others.iter().map(|other| with(&[*other])));
                }
            }
            texts.extend(INVISIBLE.iter().map(|hidden| with(&[*hidden, *sign])));
            // And each with a second change further on.
            for next in at + 1..signs.len() {
                let upper = |place: usize, sign: char| if place == next { sign.to_ascii_uppercase() } else { sign };
                texts.extend(
                    [with(&[sign.to_ascii_uppercase()]), with(&['\u{131}']), with(&['\u{17f}'])].map(|text| {
                        text.chars().enumerate().map(|(place, sign)| upper(place, sign)).collect::<String>()
                    }),
                );
            }
        }
        texts.push(base.to_owned());
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut read_ones = 0;
    for text in &texts {
        let Ok(address) = read(text) else { continue };
        read_ones += 1;
        assert!(address.name.is_ascii());
        let folded = text.trim_matches([' ', '\t']).to_ascii_lowercase();
        let known = names.entry(address.name).or_insert_with(|| folded.clone());
        assert_eq!(*known, folded, "{text:?} became another");
    }
    assert!(texts.len() > 5_000 && read_ones > 1_000, "{} {read_ones}", texts.len());
}
