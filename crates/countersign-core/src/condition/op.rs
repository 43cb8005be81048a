//! The instructions: a postfix form of the expression, with hints where to skip.
//!
//! Every operand pushes one value, every operator pops its operands and pushes its result. `AndSkip`, `OrSkip`, `Branch`
//! and `Jump` only save work or choose a side: read without them, the code is the expression in postfix order, and
//! whoever translates it (to SQL, say) reads it so.

/// One instruction. `u16` operands index the condition's tables or count instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Pushes a constant
    Constant(u16),
    /// Pushes the value of a reference
    Load(u16),
    /// Pushes whether a reference has a value
    Has(u16),
    /// Pushes the current item of the loop at this nesting level; 0 is the outermost
    Item(u8),
    /// Pops `n` values, pushes their list
    List(u16),
    /// Logical negation
    Not,
    /// Arithmetic negation
    Negate,
    /// An integer as a decimal
    ToDecimal,
    /// Length of a string in code points, or of a list
    Size,
    /// A part of a timestamp, at an offset from UTC in minutes
    Part(Part, i16),
    /// `+` of numbers, strings, lists, timestamps and durations
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/` of integers
    Divide,
    /// `%` of integers
    Remainder,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `element in list`: pops the list, then the element
    In,
    /// `range.containsIP(ip)`: pops the ip, then the range
    InRange,
    /// `text.startsWith(part)`: pops the part, then the text; so for the two that follow
    StartsWith,
    /// `text.endsWith(part)`
    EndsWith,
    /// `text.contains(part)`
    Contains,
    /// `text.matches(pattern)`: pops the text
    Matches(u16),
    /// Skips `n` instructions if the top is false, leaving it
    AndSkip(u16),
    /// Pops two truth values, pushes their conjunction
    And,
    /// Skips `n` instructions if the top is true, leaving it
    OrSkip(u16),
    /// Pops two truth values, pushes their disjunction
    Or,
    /// Pops the condition of `c ? a : b`: true goes on, false skips `n` instructions, an error skips to [`Op::Select`]
    /// with an error as the result
    Branch(u16),
    /// Skips `n` instructions: stands between `a` and `b`
    Jump(u16),
    /// The end of `c ? a : b`; does nothing when run
    Select,
    /// Pops a list and begins a loop whose body has `n` instructions, [`Op::Next`] included
    Each(Fold, u16),
    /// The end of a loop's body: pops what the body came to, goes on with the next item or pushes the loop's result
    Next,
}

/// What a loop makes of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// `exists`: true wins, then error
    Exists = 0,
    /// `all`: false wins, then error
    All = 1,
    /// `exists_one`: any error is one
    ExistsOne = 2,
    /// `filter`: the items for which the body is true
    Filter = 3,
    /// `map`: what the body comes to for each item
    Map = 4,
}

/// A part of a timestamp, as CEL's accessors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `getFullYear`
    FullYear = 0,
    /// `getMonth`, from 0
    Month = 1,
    /// `getDate`, from 1
    Date = 2,
    /// `getDayOfMonth`, from 0
    DayOfMonth = 3,
    /// `getDayOfWeek`, Sunday is 0
    DayOfWeek = 4,
    /// `getDayOfYear`, from 0
    DayOfYear = 5,
    /// `getHours`
    Hours = 6,
    /// `getMinutes`
    Minutes = 7,
    /// `getSeconds`
    Seconds = 8,
    /// `getMilliseconds`
    Milliseconds = 9,
}
