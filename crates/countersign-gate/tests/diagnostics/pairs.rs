//! Mistakes planted into a sound document, alone and two at a time: each is told at its place whatever else is wrong, and
//! nothing is told that is not one of them.

use countersign_wire::diagnostic::{Diagnostic, Diagnostics};

/// A mistake, as edits of a sound document: what is written there, and what is written instead. `+` writes at the end.
/// `@@` stands at the end of each line of which something is to be told.
pub(crate) struct Mistake {
    /// What it is
    pub(crate) name: &'static str,
    /// How it is made
    pub(crate) edits: &'static [(&'static str, &'static str)],
    /// A part of what is said of it
    pub(crate) says: &'static str,
}

/// The mistake that is made by one edit.
pub(crate) const fn mistake(
    name: &'static str,
    edit: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> Mistake {
    Mistake { name, edits: edit, says }
}

/// What a reader of documents is, for the tables here.
pub(crate) type Reader<'a> = &'a dyn Fn(&str) -> Result<(), Diagnostics>;

/// How a message says itself what to write.
const EXPECTS: &[&str] = &[
    "expected ",
    "duplicate key",
    "names no moment: write",
    "more than 64 bits",
    "refused in any spelling",
    "a denial is 403 or 404",
    "freshness is `strict`",
    "is a boolean, and this is",
    "effect is `allow` or `deny`",
    "a whole number from",
];

/// What is said, in order: each with the mark of the mistake on whose line it stands.
type Said = Vec<(String, String)>;

/// The document with the mistake of this number in it; nothing if what it changes is not there, or not once.
fn plant(text: &str, number: usize, mistake: &Mistake) -> Option<String> {
    let mark = mark(number);
    mistake.edits.iter().try_fold(text.to_owned(), |text, (from, to)| {
        let to = to.replace("@@", &mark);
        match *from {
            "+" => Some(format!("{text}\n{to}\n")),
            from => (text.matches(from).count() == 1).then(|| text.replacen(from, &to, 1)),
        }
    })
}

fn mark(number: usize) -> String {
    format!("#~{number}~")
}

/// A message without numbers: what stands before may move a line that it names.
fn plain(message: &str) -> String {
    message.replace(|letter: char| letter.is_ascii_digit(), "")
}

fn said(read: Reader<'_>, text: &str) -> Said {
    let told = |problem: &Diagnostic| {
        let mark = problem.source_line.split_once("#~").map_or("", |(_, rest)| rest);
        (mark.trim_end_matches('~').to_owned(), plain(&problem.message))
    };
    let found = read(text).err();
    let mut said: Said = found.iter().flat_map(Diagnostics::all).map(told).collect();
    said.sort();
    said
}

/// What is not as it should be: a mistake alone or a pair, of which something is not told, or something else is. Fails
/// where fewer than `least` pairs could be planted.
///
/// Of an `excused` pair the one makes it impossible to know whether there is the other.
pub(crate) fn found(
    sound: &str,
    mistakes: &[Mistake],
    excused: &[(&str, &str)],
    read: Reader<'_>,
    least: usize,
) -> Vec<String> {
    assert_eq!(said(read, sound), [], "the document is sound");
    let mut wrong = Vec::new();
    let mut alone: Vec<(String, Said)> = Vec::new();
    for (number, mistake) in mistakes.iter().enumerate() {
        let text = plant(sound, number, mistake).unwrap_or_else(|| panic!("`{}` cannot be planted", mistake.name));
        let said = said(read, &text);
        let marks = text.matches(&mark(number)).count();
        let at_its_place = said.iter().all(|(mark, _)| *mark == number.to_string());
        if said.len() != marks
            || !at_its_place
            || !said.iter().any(|(_, message)| message.contains(&plain(mistake.says)))
        {
            wrong.push(format!("`{}` alone: {said:#?}", mistake.name));
        }
        for problem in read(&text).err().iter().flat_map(Diagnostics::all) {
            let expects = EXPECTS.iter().any(|words| problem.message.contains(words));
            if problem.help.is_none() && !expects {
                wrong.push(format!("`{}` is told without what to do: {problem}", mistake.name));
            }
        }
        alone.push((text, said));
    }
    let mut pairs = 0;
    for (first, (text, said_first)) in alone.iter().enumerate() {
        for (second, mistake) in mistakes.iter().enumerate().skip(first + 1) {
            let Some(text) = plant(text, second, mistake) else { continue };
            pairs += 1;
            let mut expected = said_first.clone();
            expected.extend(alone.get(second).into_iter().flat_map(|(_, said)| said.clone()));
            expected.sort();
            let said = said(read, &text);
            let name = mistakes.get(first).map_or("", |mistake| mistake.name);
            let is_excused = excused.contains(&(name, mistake.name));
            let missing: Vec<_> = expected.iter().filter(|one| !said.contains(one)).collect();
            let more: Vec<_> = said.iter().filter(|one| !expected.contains(one)).collect();
            if said != expected && !(is_excused && more.is_empty()) || said == expected && is_excused {
                wrong.push(format!("`{name}` and `{}`: missing {missing:?}, too much {more:?}", mistake.name));
            }
        }
    }
    assert!(pairs >= least, "{pairs} pairs could be planted");
    wrong
}
