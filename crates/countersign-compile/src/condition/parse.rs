//! From tokens to a tree, by recursive descent of bounded depth.

use super::Wrong;
use super::token::{Token, What, tokens};
use super::tree::{Form, Id, Link, Span, TIERS, Tree};
use countersign_core::limits::CONDITION_DEPTH;

/// Reads an expression.
///
/// # Errors
/// Everything that is no token, or else the first place where the grammar is not met.
pub(super) fn parse(text: &str) -> Result<(Tree, Id), Vec<Wrong>> {
    let (tokens, wrong) = tokens(text);
    let mut parser = Parser { text, tokens, at: 0, level: 0, tree: Tree::default(), wrong };
    let root = parser.whole();
    match root {
        Some(root) if parser.wrong.is_empty() => Ok((parser.tree, root)),
        _ => Err(parser.wrong),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// How many brackets, arguments, branches and signs are open: what bounds the recursion.
    level: usize,
    tree: Tree,
    wrong: Vec<Wrong>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&What> {
        self.tokens.get(self.at).map(|token| &token.what)
    }

    /// Where the next token stands: behind the last one at the end.
    fn here(&self) -> Span {
        let end = self.tokens.last().map_or(0, |token| token.span.end);
        self.tokens.get(self.at).map_or(end..end, |token| token.span.clone())
    }

    fn since(&self, start: usize) -> Span {
        let end = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |token| token.span.end);
        start..end
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(What::Sign(next)) if *next == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn take_name(&mut self) -> Option<(String, Span)> {
        let Some(What::Name(name)) = self.peek() else { return None };
        let found = (name.clone(), self.here());
        self.at += 1;
        Some(found)
    }

    /// Says what is wrong, once: where the text already has words that are none, the grammar adds nothing.
    fn refuse<T>(&mut self, span: Span, message: impl Into<String>, help: &str) -> Option<T> {
        if self.wrong.is_empty() {
            self.wrong.push(Wrong::new(span, message).help(help));
        }
        None
    }

    fn expected<T>(&mut self, what: &str) -> Option<T> {
        let span = self.here();
        let found = match self.text.get(span.clone()).filter(|found| !found.is_empty()) {
            Some(found) => format!("`{found}`"),
            None => "the end".to_owned(),
        };
        let help = match self.peek() {
            Some(What::Name(word)) => foreign(word).unwrap_or_default(),
            _ => "",
        };
        self.refuse(span, format!("expected {what}, found {found}"), help)
    }

    fn deeper(&mut self, by: usize) -> Option<()> {
        self.level += by;
        if self.level > CONDITION_DEPTH {
            let message = format!("this nests deeper than {CONDITION_DEPTH} levels");
            return self.refuse(self.here(), message, "split it into several rules, or join alternatives with `in`");
        }
        Some(())
    }

    fn whole(&mut self) -> Option<Id> {
        if self.tokens.is_empty() {
            return self.refuse(0..0, "there is no condition here", "leave `when` out if it shall always hold");
        }
        let root = self.expression()?;
        if self.at < self.tokens.len() {
            return self.expected("an operator or the end");
        }
        Some(root)
    }

    fn expression(&mut self) -> Option<Id> {
        let start = self.here().start;
        let condition = self.tier(0)?;
        if !self.take("?") {
            return Some(condition);
        }
        self.deeper(1)?;
        let yes = self.tier(0)?;
        if !self.take(":") {
            return self.expected("`:` and what holds otherwise");
        }
        let no = self.expression()?;
        self.level -= 1;
        Some(self.tree.add(self.since(start), Form::Choice([condition, yes, no])))
    }

    fn tier(&mut self, tier: usize) -> Option<Id> {
        let Some(operators) = TIERS.get(tier) else { return self.unary() };
        let start = self.here().start;
        let first = self.tier(tier + 1)?;
        let mut rest = Vec::new();
        while let Some(What::Sign(_) | What::Name(_)) = self.peek() {
            let sign = self.text.get(self.here()).unwrap_or_default();
            let Some((_, operator)) = operators.iter().find(|(known, _)| *known == sign) else { break };
            self.at += 1;
            rest.push(Link { operator: *operator, right: self.tier(tier + 1)? });
        }
        if rest.is_empty() {
            return Some(first);
        }
        Some(self.tree.add(self.since(start), Form::Chain { first, rest }))
    }

    fn unary(&mut self) -> Option<Id> {
        let mut signs = Vec::new();
        while self.is("!") || self.is("-") {
            signs.push((self.is("-"), self.here().start));
            self.at += 1;
        }
        let before = self.level;
        self.deeper(signs.len())?;
        let literal = matches!(self.peek(), Some(What::Int(_) | What::Decimal(_)));
        let minus = if literal { signs.pop_if(|(minus, _)| *minus) } else { None };
        let mut operand = self.member(minus.map(|(_, start)| start))?;
        for (minus, start) in signs.into_iter().rev() {
            let form = if minus { Form::Negate(operand) } else { Form::Not(operand) };
            operand = self.tree.add(self.since(start), form);
        }
        self.level = before;
        Some(operand)
    }

    /// A primary and what is selected from it or called on it; `minus` is where the sign of a literal stands.
    fn member(&mut self, minus: Option<usize>) -> Option<Id> {
        let start = minus.unwrap_or(self.here().start);
        let mut part = self.primary(minus)?;
        let before = self.level;
        loop {
            if self.is("[") {
                let help = "compare with `in`, or use `exists(x, …)` and `all(x, …)`";
                return self.refuse(self.here(), "items of a list have no numbers here", help);
            }
            if !self.take(".") {
                break;
            }
            // `subject.x` is one name; only what is selected from something else nests.
            let named = matches!(self.tree.get(part).map(|node| &node.form), Some(Form::Name(_)));
            self.deeper(usize::from(!named))?;
            let Some((name, at)) = self.take_name() else { return self.expected("a name behind the `.`") };
            let form = if self.take("(") {
                Form::Call { on: Some(part), name, at, arguments: self.list(")")? }
            } else {
                Form::Select { of: part, field: name, at }
            };
            part = self.tree.add(self.since(start), form);
        }
        self.level = before;
        Some(part)
    }

    /// Expressions with commas between them, and the bracket that ends them.
    fn list(&mut self, close: &str) -> Option<Vec<Id>> {
        self.deeper(1)?;
        let mut all = Vec::new();
        while !self.is(close) {
            all.push(self.expression()?);
            // A list may end with a comma; arguments may not.
            if !self.take(",") {
                break;
            }
            if close == ")" && self.is(close) {
                return self.expected("another argument");
            }
        }
        if !self.take(close) {
            return self.expected(&format!("`,` or `{close}`"));
        }
        self.level -= 1;
        Some(all)
    }

    fn primary(&mut self, minus: Option<usize>) -> Option<Id> {
        let at = self.here();
        let start = minus.unwrap_or(at.start);
        let Some(token) = self.tokens.get(self.at).map(|token| token.what.clone()) else {
            return self.expected("a value");
        };
        self.at += 1;
        let form = match token {
            What::Int(size) => match (minus, i64::try_from(size)) {
                (None, Ok(value)) => Form::Int(value),
                (Some(_), _) => Form::Int(0_i64.wrapping_sub_unsigned(size)),
                _ => return self.refuse(at, "this integer is too large", "integers go to 9223372036854775807"),
            },
            What::Decimal(digits) if minus.is_some() => Form::Decimal(format!("-{digits}")),
            What::Decimal(digits) => Form::Decimal(digits),
            What::Text(text) => Form::Text(text),
            What::Name(name) => return self.name(name, at),
            What::Sign("(") => {
                self.deeper(1)?;
                let inner = self.expression()?;
                if !self.take(")") {
                    return self.expected("`)`");
                }
                self.level -= 1;
                return Some(inner);
            }
            What::Sign("[") => Form::List(self.list("]")?),
            What::Sign("{") => return self.refuse(at, "there are no maps", "write a list: ['a', 'b']"),
            What::Sign(_) => {
                self.at -= 1;
                return self.expected("a value");
            }
        };
        Some(self.tree.add(self.since(start), form))
    }

    fn name(&mut self, name: String, at: Span) -> Option<Id> {
        let start = at.start;
        let form = match name.as_str() {
            "true" => Form::Bool(true),
            "false" => Form::Bool(false),
            "null" => {
                let help = "what is missing is an error: ask with `has(subject.x)` whether a value is there";
                return self.refuse(at, "there is no `null`", help);
            }
            "in" => {
                self.at -= 1;
                return self.expected("a value");
            }
            _ if self.take("(") => Form::Call { on: None, name, at, arguments: self.list(")")? },
            _ if self.is("{") => return self.refuse(at, "there are no messages", "compare attributes one by one"),
            _ if foreign(&name).is_some() && self.peek().is_some_and(|next| !matches!(next, What::Sign(_))) => {
                self.at -= 1;
                return self.expected("a value");
            }
            _ => Form::Name(name),
        };
        Some(self.tree.add(self.since(start), form))
    }
}

/// What to write instead of another language's word.
pub(super) fn foreign(word: &str) -> Option<&'static str> {
    let known = [
        ("and", "write `&&`"),
        ("or", "write `||`"),
        ("not", "write `!x`, or `!(x in list)`"),
        ("is", "write `==`"),
        ("eq", "write `==`"),
        ("ne", "write `!=`"),
        ("like", "write `x.contains('…')` or `x.matches('…')`"),
        ("contains", "write `x.contains(y)`"),
        ("matches", "write `x.matches('…')`"),
        ("between", "write `x >= a && x <= b`"),
        ("mod", "write `%`"),
        ("then", "write `condition ? yes : no`"),
        ("if", "write `condition ? yes : no`"),
    ];
    known.into_iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, help)| help)
}
