//! How deep a program may make jaq's compiler recurse, told from its tokens before the compiler sees it.

use jaq_core::load::Lexer;
use jaq_core::load::lex::{StrPart, Tok, Token};

/// The most levels a program may have: a third of what the deep stack takes in an unoptimised build, at 7 kB a level.
pub(super) const LIMIT: usize = 10_000;

/// An upper bound of the depth of the program's syntax tree: every token may be a level below those before it.
///
/// Zero for what is not even tokens: the compiler will say so and not recurse.
pub(super) fn levels(code: &str) -> usize {
    Lexer::new(code).lex().map_or(0, |tokens| of_tokens(&tokens))
}

fn of_tokens(tokens: &[Token<&str>]) -> usize {
    tokens.len() + tokens.iter().map(inside).max().unwrap_or(0)
}

fn inside(Token(_, token): &Token<&str>) -> usize {
    match token {
        Tok::Block(tokens) => of_tokens(tokens),
        Tok::Str(parts) => parts.iter().map(of_part).max().unwrap_or(0),
        _ => 0,
    }
}

fn of_part(part: &StrPart<&str, Token<&str>>) -> usize {
    match part {
        StrPart::Term(token) => 1 + inside(token),
        StrPart::Str(_) | StrPart::Char(_) => 1,
    }
}
