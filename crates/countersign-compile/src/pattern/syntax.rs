//! Reading a pattern: what RE2 has, with the meaning that it has there.

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    Ast, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicode, ClassUnicodeKind, Flag, Flags, FlagsItemKind,
    GroupKind, HexLiteralKind, Literal, LiteralKind, Span,
};
use regex_syntax::hir::Hir;
use regex_syntax::hir::translate::TranslatorBuilder;

/// How deep a pattern may nest; it bounds the recursion here and in the compiler.
const DEPTH: u32 = 50;

/// Reads a pattern.
pub(super) fn parse(text: &str) -> Result<Hir, String> {
    let mut ast = parse_ast(text)?;
    read(&mut ast)?;
    let translated = TranslatorBuilder::new().build().translate(text, &ast);
    translated.map_err(|error| describe(&error.kind().to_string(), error.span()))
}

fn parse_ast(text: &str) -> Result<Ast, String> {
    let parsed = ParserBuilder::new().nest_limit(DEPTH).build().parse(text);
    parsed.map_err(|error| describe(&error.kind().to_string(), error.span()))
}

fn describe(what: &str, span: &Span) -> String {
    format!("{what} (character {} of the pattern)", span.start.column)
}

/// Refuses what RE2 does not have, and replaces the classes that mean something else there.
fn read(ast: &mut Ast) -> Result<(), String> {
    match ast {
        Ast::Empty(_) | Ast::Dot(_) | Ast::Assertion(_) => Ok(()),
        Ast::ClassUnicode(class) => category(class),
        Ast::Flags(set) => flags(&set.flags),
        Ast::Literal(literal) => escape(literal),
        Ast::ClassPerl(class) => {
            *ast = ascii(class)?;
            Ok(())
        }
        Ast::ClassBracketed(class) => match &mut class.kind {
            ClassSet::Item(item) => members(item),
            ClassSet::BinaryOp(op) => Err(describe("`&&`, `--` and `~~` are not supported in a class", &op.span)),
        },
        Ast::Repetition(repetition) => read(&mut repetition.ast),
        Ast::Group(group) => {
            if let GroupKind::NonCapturing(set) = &group.kind {
                flags(set)?;
            }
            read(&mut group.ast)
        }
        Ast::Alternation(alternation) => alternation.asts.iter_mut().try_for_each(read),
        Ast::Concat(concat) => concat.asts.iter_mut().try_for_each(read),
    }
}

/// The members of a class in brackets.
fn members(item: &mut ClassSetItem) -> Result<(), String> {
    match item {
        ClassSetItem::Empty(_) | ClassSetItem::Ascii(_) => Ok(()),
        ClassSetItem::Unicode(class) => category(class),
        ClassSetItem::Literal(literal) => escape(literal),
        ClassSetItem::Range(range) => escape(&range.start).and_then(|()| escape(&range.end)),
        ClassSetItem::Perl(class) => {
            if let Ast::ClassBracketed(class) = &ascii(class)? {
                *item = ClassSetItem::Bracketed(class.clone());
            }
            Ok(())
        }
        ClassSetItem::Bracketed(class) => {
            Err(describe("a class in a class is not supported; write `\\[`", &class.span))
        }
        ClassSetItem::Union(union) => union.items.iter_mut().try_for_each(members),
    }
}

/// `\d`, `\s` and `\w` of ASCII.
fn ascii(class: &ClassPerl) -> Result<Ast, String> {
    parse_ast(match (&class.kind, class.negated) {
        (ClassPerlKind::Digit, false) => "[0-9]",
        (ClassPerlKind::Digit, true) => "[^0-9]",
        (ClassPerlKind::Space, false) => r"[\t\n\f\r ]",
        (ClassPerlKind::Space, true) => r"[^\t\n\f\r ]",
        (ClassPerlKind::Word, false) => "[0-9A-Za-z_]",
        (ClassPerlKind::Word, true) => "[^0-9A-Za-z_]",
    })
}

fn flags(flags: &Flags) -> Result<(), String> {
    for item in &flags.items {
        match item.kind {
            FlagsItemKind::Negation
            | FlagsItemKind::Flag(
                Flag::CaseInsensitive | Flag::MultiLine | Flag::DotMatchesNewLine | Flag::SwapGreed,
            ) => {}
            FlagsItemKind::Flag(_) => return Err(describe("only the flags i, m, s and U are supported", &item.span)),
        }
    }
    Ok(())
}

/// General categories by their short names. The tables of scripts are as large as all others together, and every worker
/// would carry them.
fn category(class: &ClassUnicode) -> Result<(), String> {
    let known = match &class.kind {
        ClassUnicodeKind::OneLetter(_) => true,
        ClassUnicodeKind::Named(name) => name.len() <= 2 || name == "Any",
        ClassUnicodeKind::NamedValue { .. } => false,
    };
    let advice = "of `\\p`, only general categories such as `\\pL` and `\\p{Lu}` are supported, and no scripts";
    if known { Ok(()) } else { Err(describe(advice, &class.span)) }
}

fn escape(literal: &Literal) -> Result<(), String> {
    match literal.kind {
        LiteralKind::HexFixed(HexLiteralKind::UnicodeShort | HexLiteralKind::UnicodeLong)
        | LiteralKind::HexBrace(HexLiteralKind::UnicodeShort | HexLiteralKind::UnicodeLong) => {
            Err(describe("write a character's number as `\\x{20ac}`", &literal.span))
        }
        _ => Ok(()),
    }
}
