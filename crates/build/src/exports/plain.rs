//! The signatures that need no parser: those of free functions that name neither a generic nor a type of the source.
//!
//! Most functions of a large text are of this kind, and reading them here takes a fifth of the time. Whatever is in
//! doubt is left to [`super::pointer`].

use proc_macro2::{Delimiter, TokenTree};

use super::pointer::Pointer;
use super::print::raw;
use super::tokens::{Cursor, group, ident, is_mark, split_at_commas};

/// How deep the brackets of a type may nest here.
const DEEPEST: usize = 8;

/// Words that make a type one for the parser.
const OTHERS: [&str; 7] = ["impl", "Self", "self", "super", "crate", "for", "where"];

/// The pointer of the free function whose words (`const unsafe fn name(…) -> …`) these are, if it is a plain one.
///
/// `known` says whether a name stands for a type, trait or module of the source; then the function is no plain one.
pub(super) fn plain_pointer(
    tokens: &[TokenTree],
    only_unsafe: bool,
    known: &dyn Fn(&str) -> bool,
) -> Option<Pointer> {
    let mut cursor = Cursor::new(tokens);
    cursor.skip_word("const");
    let mut ty = String::new();
    if cursor.skip_word("unsafe") || only_unsafe {
        ty.push_str("unsafe ");
    }
    if cursor.skip_word("extern") {
        ty.push_str("extern ");
        if let Some(TokenTree::Literal(abi)) = cursor.token() {
            ty.push_str(&abi.to_string());
            ty.push(' ');
            cursor.at += 1;
        }
    }
    if !cursor.skip_word("fn") {
        return None;
    }
    let name = cursor.ident()?.to_string();
    let parameters: Vec<TokenTree> = group(cursor.ahead(1), Delimiter::Parenthesis)?
        .stream()
        .into_iter()
        .collect();
    ty.push_str("fn(");
    for parameter in split_at_commas(&parameters) {
        let skipped = usize::from(ident(parameter.first()).is_some_and(|word| word == "mut"));
        let [TokenTree::Ident(_), colon, of @ ..] = &parameter[skipped..] else {
            return None;
        };
        if !is_mark(Some(colon), ':') || of.is_empty() || !is_plain(of, known, DEEPEST) {
            return None;
        }
        ty.push_str(&raw(of));
        ty.push(',');
    }
    ty.push(')');
    let output = &tokens[cursor.at + 2..];
    if !is_plain(output, known, DEEPEST) {
        return None;
    }
    ty.push_str(&raw(output));
    Some(Pointer {
        ty,
        value: name,
        beside: String::new(),
    })
}

fn is_plain(tokens: &[TokenTree], known: &dyn Fn(&str) -> bool, deepest: usize) -> bool {
    let mut tick = false;
    tokens.iter().all(|token| {
        let after_tick = std::mem::replace(&mut tick, is_mark(Some(token), '\''));
        match token {
            TokenTree::Ident(_) if after_tick => true,
            TokenTree::Ident(word) => {
                let word = word.to_string();
                !OTHERS.contains(&word.as_str()) && !known(word.trim_start_matches("r#"))
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                deepest > 0 && is_plain(&inner, known, deepest - 1)
            }
            // An attribute, a binding, `...`.
            TokenTree::Punct(mark) => !matches!(mark.as_char(), '#' | '=' | '.'),
            TokenTree::Literal(_) => true,
        }
    })
}
