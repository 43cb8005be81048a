//! JSON read fast and without places, for texts in which nothing is wrong. Of any other text it says nothing: the parser
//! that knows places reads that one again and says what is wrong with it.

use super::{Chain, Key, NESTING, Node, Span, Value, WORD_BYTES, depth, json};
use countersign_core::sorted::Set;

/// Keys up to which comparing each with all before it is faster than a set.
const FEW: usize = 16;
/// A place that nobody asks for.
const NOWHERE: Span = 0..0;

/// The root table of a text.
#[derive(Debug, Default)]
pub(crate) struct Root {
    /// Its entries that are no lists
    pub(crate) entries: Vec<(Key, Node)>,
    /// Its lists, unread: the key, and where the list stands
    pub(crate) lists: Vec<(String, Span)>,
}

/// Reads the root and steps over its lists, in which no chain is too long: what is refused is not worth reading.
pub(crate) fn root(text: &str, chains: &'static [Chain]) -> Option<Root> {
    let mut from = Cursor { text, at: 0 };
    let (mut root, mut keys) = (Root::default(), std::collections::BTreeSet::new());
    (from.next()? == b'{').then_some(())?;
    from.each(b'}', |from| {
        let key = from.key()?;
        keys.insert(key.clone()).then_some(())?;
        if from.next()? == b'[' {
            let start = from.at;
            let watched = chains.iter().any(|chain| chain.tables == key);
            (!watched || !depth::is_excess(text, &key, start, chains)).then_some(())?;
            from.skip()?;
            root.lists.push((key, start..from.at));
        } else {
            root.entries.push((Key { span: NOWHERE, text: key }, from.node(NESTING - 1)?));
        }
        Some(())
    })?;
    from.next().is_none().then_some(root)
}

/// An item of a list.
pub(crate) enum Item<'a, 'b> {
    /// An object of strings without escapes: its keys, which may be repeated, and their values
    Strings(&'b [(&'a str, &'a str)]),
    /// Whatever else it is
    Node(Node),
}

/// Reads the list that stands at `span` item by item, as long as `read` says nothing else.
pub(crate) fn items(text: &str, span: &Span, mut read: impl FnMut(Node) -> Option<()>) -> Option<()> {
    let mut from = Cursor { text, at: span.start };
    from.each(b']', |from| read(from.node(NESTING - 2)?))?;
    (from.at == span.end).then_some(())
}

/// As [`items`], without a tree for what is only strings.
pub(crate) fn light_items<'a>(
    text: &'a str,
    span: &Span,
    mut read: impl FnMut(Item<'a, '_>) -> Option<()>,
) -> Option<()> {
    let mut from = Cursor { text, at: span.start };
    let mut strings = Vec::new();
    from.each(b']', |from| {
        let start = from.at;
        strings.clear();
        if from.strings(&mut strings).is_some() {
            return read(Item::Strings(&strings));
        }
        from.at = start;
        read(Item::Node(from.node(NESTING - 2)?))
    })?;
    (from.at == span.end).then_some(())
}

/// A text that is being read.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space; it stays unread.
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Reads what stands between brackets, the first of which is next.
    fn each(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.next()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            item(self)?;
            let byte = self.next()?;
            self.at += 1;
            match byte {
                b',' => {}
                byte if byte == close => return Some(()),
                _ => return None,
            }
        }
    }

    /// A value in which at most so many tables and lists stand within one another.
    fn node(&mut self, depth: usize) -> Option<Node> {
        let value = match self.next()? {
            b'"' => Value::String(self.string()?),
            b'{' => {
                let depth = depth.checked_sub(1)?;
                let mut entries: Vec<(Key, Node)> = Vec::new();
                self.each(b'}', |from| {
                    let key = Key { span: NOWHERE, text: from.key()? };
                    entries.push((key, from.node(depth)?));
                    Some(())
                })?;
                distinct(&entries).then_some(Value::Table(entries))?
            }
            b'[' => {
                let depth = depth.checked_sub(1)?;
                let mut items = Vec::new();
                self.each(b']', |from| {
                    items.push(from.node(depth)?);
                    Some(())
                })?;
                Value::Array(items)
            }
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            b'n' => self.word("null", Value::Null)?,
            _ => Value::Number(self.number()?),
        };
        Some(Node { span: NOWHERE, value })
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.text.get(self.at..)?.starts_with(word).then_some(())?;
        self.at += word.len();
        Some(value)
    }

    /// A key and its colon.
    fn key(&mut self) -> Option<String> {
        (self.next()? == b'"').then_some(())?;
        let key = self.string()?;
        (self.next()? == b':').then_some(())?;
        self.at += 1;
        Some(key)
    }

    /// An object of strings without escapes.
    fn strings(&mut self, entries: &mut Vec<(&'a str, &'a str)>) -> Option<()> {
        (self.next()? == b'{').then_some(())?;
        self.each(b'}', |from| {
            from.next()?;
            let key = from.plain()?;
            (from.next()? == b':').then_some(())?;
            from.at += 1;
            from.next()?;
            entries.push((key, from.plain()?));
            Some(())
        })
    }

    /// A string without escapes, whose first quote is next; nothing, and nothing read, if it has any.
    fn plain(&mut self) -> Option<&'a str> {
        let rest = self.text.as_bytes().get(self.at..)?.strip_prefix(b"\"")?;
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=31))?;
        (rest.get(length)? == &b'"' && length < WORD_BYTES - 1).then_some(())?;
        let start = self.at + 1;
        self.at = start + length + 1;
        self.text.get(start..start + length)
    }

    /// A string whose first quote is next.
    fn string(&mut self) -> Option<String> {
        if let Some(plain) = self.plain() {
            return Some(plain.to_owned());
        }
        let start = self.at;
        self.past_string()?;
        (self.at - start <= WORD_BYTES).then_some(())?;
        json::string(self.text.get(start..self.at)?)
    }

    /// Steps over a string whose first quote is next.
    fn past_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            let quote = rest.get(length)? == &b'"';
            self.at += length + if quote { 1 } else { 2 };
            if quote {
                return Some(());
            }
        }
    }

    /// A number as the standard has them.
    fn number(&mut self) -> Option<String> {
        let start = self.at;
        self.optional(|byte| byte == b'-');
        if !self.optional(|byte| byte == b'0') {
            self.digits()?;
        }
        if self.optional(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.optional(|byte| matches!(byte, b'e' | b'E')) {
            self.optional(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        self.text.get(start..self.at).map(str::to_owned)
    }

    fn digits(&mut self) -> Option<()> {
        let digit = |byte: u8| byte.is_ascii_digit();
        self.optional(digit).then_some(())?;
        while self.optional(digit) {}
        Some(())
    }

    fn optional(&mut self, is: impl Fn(u8) -> bool) -> bool {
        let found = self.byte().is_some_and(is);
        self.at += usize::from(found);
        found
    }

    /// Steps over a list: whether it is one is seen when it is read.
    fn skip(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.byte()? {
                b'"' => {
                    self.past_string()?;
                    continue;
                }
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(());
            }
        }
    }
}

/// Whether no key is there twice.
fn distinct(entries: &[(Key, Node)]) -> bool {
    if entries.len() > FEW {
        let keys: Set<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
        return keys.len() == entries.len();
    }
    let mut earlier = entries.iter().enumerate();
    earlier.all(|(at, (key, _))| !entries.iter().take(at).any(|(known, _)| known.text == key.text))
}

#[cfg(test)]
mod tests;
