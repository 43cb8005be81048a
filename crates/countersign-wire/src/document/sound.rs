//! JSON read fast and without places, for texts in which nothing is wrong. Of any other text it says nothing: the parser
//! that knows places reads that one again and says what is wrong with it.

use super::{Key, Node, Span, Value, json};
use countersign_core::sorted::Set;

/// How deep values may nest here.
const DEPTH: usize = 32;
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

/// Reads the root and steps over its lists.
pub(crate) fn root(text: &str) -> Option<Root> {
    let mut from = Cursor { text, at: 0 };
    let (mut root, mut keys) = (Root::default(), std::collections::BTreeSet::new());
    (from.next()? == b'{').then_some(())?;
    from.each(b'}', |from| {
        let key = from.key()?;
        keys.insert(key.clone()).then_some(())?;
        if from.next()? == b'[' {
            let start = from.at;
            from.skip()?;
            root.lists.push((key, start..from.at));
        } else {
            root.entries.push((Key { span: NOWHERE, text: key }, from.node(DEPTH)?));
        }
        Some(())
    })?;
    from.next().is_none().then_some(root)
}

/// Reads the list that stands at `span` item by item, as long as `read` says nothing else.
pub(crate) fn items(text: &str, span: &Span, mut read: impl FnMut(Node) -> Option<()>) -> Option<()> {
    let mut from = Cursor { text, at: span.start };
    from.each(b']', |from| read(from.node(DEPTH)?))?;
    (from.at == span.end).then_some(())
}

/// A text that is being read.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
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

    fn node(&mut self, depth: usize) -> Option<Node> {
        let depth = depth.checked_sub(1)?;
        let value = match self.next()? {
            b'"' => Value::String(self.string()?),
            b'{' => {
                let mut entries: Vec<(Key, Node)> = Vec::new();
                self.each(b'}', |from| {
                    let key = Key { span: NOWHERE, text: from.key()? };
                    entries.push((key, from.node(depth)?));
                    Some(())
                })?;
                distinct(&entries).then_some(Value::Table(entries))?
            }
            b'[' => {
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

    /// A string whose first quote is next.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start + 1..)?;
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=31))?;
        if rest.get(length)? == &b'"' {
            let end = start + 1 + length;
            self.at = end + 1;
            return self.text.get(start + 1..end).map(str::to_owned);
        }
        self.past_string()?;
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
