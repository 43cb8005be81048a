//! Tables that name one another, seen before a parser takes the document apart: a chain of them that is far too long is
//! refused at the link that makes it so. What is a little too long is for the compiler, which says everything at once.

use super::Span;
use super::depth::Excess;
use std::collections::BTreeMap;

/// How many tables may stand in a chain before the document is refused without being read: several times what any chain
/// may have, and soon read.
pub const CHAIN: usize = 64;

/// Tables of a document that name one another.
#[derive(Debug)]
pub struct Chain {
    /// The table that they stand in, each with its name for a key, or the list, each with its `id`
    pub tables: &'static str,
    /// The key under which one names others
    pub link: &'static str,
    /// Whether one that names several is as deep as the least deep of them, so that it may end a chain
    pub any: bool,
    /// How many may stand in a chain
    pub deep: usize,
    /// What they belong to, with its article
    pub of: &'static str,
    /// How many may belong to it
    pub most: usize,
}

impl Chain {
    fn too_long(&self) -> String {
        let Self { tables, link, deep, .. } = self;
        format!("with this, more than {CHAIN} {tables} stand in a chain by `{link}`; at most {deep} may")
    }

    fn too_many(&self) -> String {
        let Self { tables, of, most, .. } = self;
        format!("{of} has at most {most} {tables}")
    }
}

/// A step from the root to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A key, as it is written between its quotes
    Name(&'a str),
    /// A place in a list
    Item(usize),
}

/// Where one table names another.
struct Link<'a> {
    to: &'a str,
    span: Span,
    item: Option<usize>,
}

/// The chains of one document, as far as it was read.
pub(super) struct Chains<'a> {
    all: Vec<(&'static Chain, Links<'a>)>,
    /// The table that is being read: of which chain, and where it stands in its table or list
    reading: Option<(usize, Step<'a>)>,
    id: Option<&'a str>,
    links: Vec<Link<'a>>,
}

impl<'a> Chains<'a> {
    pub(super) fn new(chains: &'static [Chain]) -> Self {
        let all = chains.iter().map(|chain| (chain, Links::default())).collect();
        Self { all, reading: None, id: None, links: Vec::new() }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes a string that stands at `path`.
    pub(super) fn take(&mut self, path: &[Step<'a>], text: &'a str, span: Span) -> Option<Excess> {
        let (Step::Name(tables), table, Step::Name(key), item) = (match path {
            [tables, table, key] => (*tables, *table, *key, None),
            [tables, table, key, Step::Item(item)] => (*tables, *table, *key, Some(*item)),
            _ => return None,
        }) else {
            return None;
        };
        let chain = self.all.iter().position(|(chain, _)| chain.tables == tables)?;
        let excess = if self.reading == Some((chain, table)) { None } else { self.finish() };
        self.reading = Some((chain, table));
        if self.all.get(chain).is_some_and(|(chain, _)| chain.link == key) {
            self.links.push(Link { to: text, span, item });
        } else if key == "id" && item.is_none() {
            self.id = Some(text);
        }
        excess
    }

    /// The table that was being read is over: its links are known, and what it is called.
    pub(super) fn finish(&mut self) -> Option<Excess> {
        let (number, table) = self.reading.take()?;
        let id = self.id.take();
        let (chain, graph) = self.all.get_mut(number)?;
        let name = match table {
            Step::Name(name) => Some(name),
            Step::Item(_) => id,
        };
        let followed = if chain.any && self.links.len() > 1 { 0 } else { self.links.len() };
        let excess = name.and_then(|name| {
            self.links.iter().take(followed).find_map(|link| {
                let message = graph.add(chain, name, link.to)?;
                let place = match table {
                    Step::Name(name) => format!("{}.{name}.{}", chain.tables, chain.link),
                    Step::Item(at) => format!("{}[{at}].{}", chain.tables, chain.link),
                };
                let path = link.item.map_or_else(|| place.clone(), |item| format!("{place}[{item}]"));
                Some(Excess { span: link.span.clone(), path, message })
            })
        });
        self.links.clear();
        excess
    }
}

/// Who names whom, without circles.
#[derive(Default)]
struct Links<'a> {
    numbers: BTreeMap<&'a str, usize>,
    tables: Vec<Table>,
    /// The table that is named, and the link before of the same table
    links: Vec<(usize, Option<usize>)>,
    /// How many steps were taken
    steps: usize,
    /// How many may be: [`CHAIN`] for each link is more than links without circles need, each of which is only passed when
    /// the table above it has come to stand deeper
    most: usize,
}

struct Table {
    /// How many tables stand in the longest chain down to here, this one excepted
    above: usize,
    /// The last of its links
    last: Option<usize>,
}

impl<'a> Links<'a> {
    fn number(&mut self, name: &'a str) -> usize {
        let next = self.tables.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.tables.push(Table { above: 0, last: None });
        }
        number
    }

    /// Adds a link; what is wrong with that, if anything is.
    fn add(&mut self, chain: &Chain, from: &'a str, to: &'a str) -> Option<String> {
        // The root of all types is named as one, and is none.
        if to == "/" {
            return None;
        }
        let (from, to) = (self.number(from), self.number(to));
        if self.tables.len() > chain.most {
            return Some(chain.too_many());
        }
        self.lengthen(from, to).then(|| chain.too_long())
    }

    /// Whether a chain is too long with this link. One that closes a circle, or is in so many that no steps are left, is
    /// left out: that is for the compiler to say.
    fn lengthen(&mut self, from: usize, to: usize) -> bool {
        let (mut open, mut before, mut long) = (vec![(from, to)], Vec::new(), false);
        self.most += CHAIN;
        while let Some((upper, lower)) = open.pop() {
            self.steps += 1;
            let above = 1 + self.above(upper);
            if above <= self.above(lower) {
                continue;
            }
            if lower == from || self.steps >= self.most {
                before.into_iter().rev().for_each(|(table, above)| self.set_above(table, above));
                return false;
            }
            before.push((lower, self.above(lower)));
            self.set_above(lower, above);
            long |= above >= CHAIN;
            let mut next = self.last(lower);
            while let Some((named, earlier)) = next.and_then(|link| self.links.get(link)) {
                open.push((lower, *named));
                next = *earlier;
            }
        }
        let link = (to, self.last(from));
        if let Some(table) = self.tables.get_mut(from) {
            table.last = Some(self.links.len());
            self.links.push(link);
        }
        long
    }

    fn above(&self, table: usize) -> usize {
        self.tables.get(table).map_or(0, |table| table.above)
    }

    fn set_above(&mut self, table: usize, above: usize) {
        self.tables.get_mut(table).into_iter().for_each(|table| table.above = above);
    }

    fn last(&self, table: usize) -> Option<usize> {
        self.tables.get(table).and_then(|table| table.last)
    }
}

#[cfg(test)]
mod tests;
