//! The expression as it is written: nodes in one vector, children before their parents.

use core::ops::Range;

/// Bytes of the condition's text.
pub(super) type Span = Range<usize>;

/// The index of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(usize);

/// A part of the expression.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) form: Form,
}

/// What a part is.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// An integer, its sign included
    Int(i64),
    /// A number with a point or an exponent, as it is written, its sign included
    Decimal(String),
    /// A string, its escapes resolved
    Text(String),
    /// `true` or `false`
    Bool(bool),
    /// `[a, b]`
    List(Vec<Id>),
    /// A name that stands alone
    Name(String),
    /// `of.field`; `at` is where the field's name stands
    Select { of: Id, field: String, at: Span },
    /// `name(arguments)`, or `on.name(arguments)`
    Call { on: Option<Id>, name: String, at: Span, arguments: Vec<Id> },
    /// `!a`
    Not(Id),
    /// `-a`
    Negate(Id),
    /// Operands of one precedence, from left to right: a chain does not nest, however long it is
    Chain { first: Id, rest: Vec<Link> },
    /// `c ? a : b`
    Choice([Id; 3]),
}

/// An operator in a chain and what stands on its right.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) operator: Operator,
    pub(super) right: Id,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// The operators with their signs, the weakest tier first.
pub(super) const TIERS: [&[(&str, Operator)]; 5] = [
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
        ("==", Operator::Equal),
        ("!=", Operator::Unequal),
        ("in", Operator::In),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

impl Operator {
    /// How it is written.
    pub(super) fn sign(self) -> &'static str {
        let all = TIERS.iter().flat_map(|tier| tier.iter());
        all.clone().find(|(_, operator)| *operator == self).map_or("", |(sign, _)| sign)
    }
}

/// All parts of an expression.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(Vec<Node>);

impl Tree {
    /// Adds a part, whose own parts are here already.
    pub(super) fn add(&mut self, span: Span, form: Form) -> Id {
        self.0.push(Node { span, form });
        Id(self.0.len() - 1)
    }

    /// The part at `id`.
    pub(super) fn get(&self, id: Id) -> Option<&Node> {
        self.0.get(id.0)
    }

    /// Where the part at `id` stands.
    pub(super) fn span(&self, id: Id) -> Span {
        self.get(id).map_or(0..0, |node| node.span.clone())
    }
}
