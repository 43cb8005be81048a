//! Loops over lists: `exists`, `all`, `exists_one`, `filter` and `map`.

use super::call::LOOPS;
use super::check::Checker;
use super::code::{Is, Part, Piece, short};
use super::names::ROOTS;
use super::tree::{Form, Id, Span};
use countersign_core::condition::{Fold, Kind, Op};

/// How deep loops may stand in each other.
pub(super) const LOOP_DEPTH: usize = 8;

impl Checker<'_> {
    pub(super) fn each(&mut self, on: Id, name: &str, at: &Span, arguments: &[Id], span: Span) -> Part {
        let list = self.part(on);
        let (variable, condition, body) = match arguments {
            [variable, body] => (*variable, None, *body),
            [variable, condition, body] if name == "map" => (*variable, Some(*condition), *body),
            _ => {
                self.counts(name, at, arguments, 2);
                return Part::unknown(span);
            }
        };
        let Some(item) = list.is.item() else {
            let message = format!("`{name}` goes over a list, and this is {}", list.is.name());
            return self.refuse(list.span, message, "");
        };
        let Some(variable) = self.variable(variable) else { return Part::unknown(span) };
        if self.items.len() >= LOOP_DEPTH {
            let message = format!("loops stand at most {LOOP_DEPTH} deep in each other");
            return self.refuse(at.clone(), message, "");
        }
        self.items.push((variable, item));
        let asked = if name == "map" { condition } else { Some(body) };
        let asked = asked.map(|id| self.wanted(id, Kind::Bool, &format!("what `{name}` asks of each item")));
        let made = (name == "map").then(|| self.part(body));
        self.items.pop();

        let mut code = list.code;
        let fold = LOOPS.iter().position(|known| *known == name);
        let fold =
            fold.and_then(|at| [Fold::Exists, Fold::All, Fold::ExistsOne].get(at)).copied().unwrap_or(Fold::Filter);
        if let Some(asked) = asked {
            extend(&mut code, fold, asked.code);
        }
        if let Some(made) = made {
            let is = match made.is {
                Is::Unknown => Is::Empty,
                Is::Kind(kind) if kind.list().is_some() => kind.list().map_or(Is::Empty, Is::Kind),
                other => {
                    let message = format!("a list cannot hold {}", other.name());
                    return self.refuse(made.span, message, "its items are plain values");
                }
            };
            extend(&mut code, Fold::Map, made.code);
            return Part { is, ..Part::new(span, Kind::Bool, code) };
        }
        let is = if fold == Fold::Filter { list.is } else { Is::Kind(Kind::Bool) };
        Part { is, ..Part::new(span, Kind::Bool, code) }
    }

    /// The name that a loop gives its item.
    fn variable(&mut self, id: Id) -> Option<String> {
        let tree = self.tree;
        let node = tree.get(id)?;
        let Form::Name(name) = &node.form else {
            self.refuse(node.span.clone(), "the first argument names the item", "write `list.exists(x, x == 'a')`");
            return None;
        };
        if ROOTS.contains(&name.as_str()) {
            let message = format!("`{name}` means something else already");
            self.refuse(node.span.clone(), message, "choose another name for the item");
            return None;
        }
        Some(name.clone())
    }
}

fn extend(code: &mut Vec<Piece>, fold: Fold, body: Vec<Piece>) {
    code.push(Piece::Op(Op::Each(fold, short(body.len() + 1))));
    code.extend(body);
    code.push(Piece::Op(Op::Next));
}
