//! From tokens to items: where each item of a module or `impl` begins and ends, what kind it is and how visible.
//!
//! Only an item's outline is read. Bodies, initializers and anything that this reader has never heard of are passed
//! over, so syntax newer than this crate costs nothing but the export of the items that carry it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::{Angles, Cursor, Unreadable, group, ident, is_mark};

/// Who may name an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// `pub`
    Public,
    /// `pub(crate)`, `pub(super)`, `pub(in path)`
    Restricted,
    Private,
}

/// What an item is, as far as exports care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Module,
    Impl,
    /// `struct`, `enum`, `union`, `trait`
    Type,
    Alias,
    Use,
    Static,
    Constant,
    /// Macros, `extern` blocks, `extern crate`, and whatever is not known here.
    Other,
}

/// The outline of one item: indexes into the tokens it was found in.
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) reach: Reach,
    /// The insides of `#[…]`.
    pub(super) attributes: Vec<TokenStream>,
    /// Where the visibility begins.
    pub(super) start: usize,
    /// Where the item's own words begin, after the visibility.
    pub(super) head: usize,
    /// Where `fn`, `mod`, `struct`… stands.
    pub(super) keyword: usize,
    /// Where the item's outline ends: at its `{…}` or `;`.
    pub(super) body: usize,
}

/// The items of one level, and the insides of the `#![…]` among them.
pub(super) struct Level {
    pub(super) items: Vec<Item>,
    pub(super) attributes: Vec<TokenStream>,
}

/// Splits the tokens of a module, or of an `impl`'s braces, into items.
///
/// An item that does not end is an error: the text cannot compile, and whatever is appended to it would only make
/// rustc's message worse.
pub(super) fn split(tokens: &[TokenTree]) -> Result<Level, Unreadable> {
    let mut level = Level {
        items: Vec::new(),
        attributes: Vec::new(),
    };
    let mut cursor = Cursor::new(tokens);
    while cursor.token().is_some() {
        if cursor.skip_mark(';') {
            continue;
        }
        let before = cursor.at;
        let attributes = attributes(&mut cursor, &mut level.attributes);
        let Some(first) = cursor.token() else {
            if attributes.is_empty() {
                break;
            }
            return Err(Unreadable::at(
                tokens[before].span(),
                "an attribute or doc comment with no item after it",
            ));
        };
        let begin = first.span();
        let start = cursor.at;
        let reach = visibility(&mut cursor);
        let head = cursor.at;
        let (kind, keyword) = kind(cursor);
        let body = end(tokens, kind, keyword)
            .ok_or_else(|| Unreadable::at(begin, "an item that does not end"))?;
        cursor.at = body + 1;
        level.items.push(Item {
            kind,
            reach,
            attributes,
            start,
            head,
            keyword,
            body,
        });
    }
    Ok(level)
}

/// Moves past the attributes that stand here. Outer ones are returned, inner ones pushed to `inner`.
fn attributes(cursor: &mut Cursor<'_>, inner: &mut Vec<TokenStream>) -> Vec<TokenStream> {
    let mut outer = Vec::new();
    while is_mark(cursor.token(), '#') {
        let bang = usize::from(is_mark(cursor.ahead(1), '!'));
        let Some(brackets) = group(cursor.ahead(1 + bang), Delimiter::Bracket) else {
            break;
        };
        if bang == 1 { &mut *inner } else { &mut outer }.push(brackets.stream());
        cursor.at += 2 + bang;
    }
    outer
}

fn visibility(cursor: &mut Cursor<'_>) -> Reach {
    if !cursor.skip_word("pub") {
        return Reach::Private;
    }
    if group(cursor.token(), Delimiter::Parenthesis).is_some() {
        cursor.at += 1;
        return Reach::Restricted;
    }
    Reach::Public
}

/// What the item is whose words begin here, and where the word stands that says so.
fn kind(mut cursor: Cursor<'_>) -> (Kind, usize) {
    let begin = cursor.at;
    while let Some(word) = cursor.ident() {
        let next = ident(cursor.ahead(1));
        let kind = if word == "fn" {
            Kind::Function
        } else if word == "mod" && next.is_some() {
            Kind::Module
        } else if word == "impl" {
            Kind::Impl
        } else if word == "struct"
            || word == "enum"
            || word == "trait"
            || (word == "union" && next.is_some())
        {
            Kind::Type
        } else if word == "type" {
            Kind::Alias
        } else if word == "use" {
            Kind::Use
        } else if word == "static" {
            Kind::Static
        } else if word == "const"
            && !next.is_some_and(|next| MODIFIERS.iter().any(|word| next == word))
        {
            Kind::Constant
        } else if MODIFIERS.iter().any(|modifier| word == modifier) {
            cursor.at += 1;
            // The ABI of `extern "C" fn`.
            cursor.at += usize::from(matches!(cursor.token(), Some(TokenTree::Literal(_))));
            continue;
        } else {
            break;
        };
        return (kind, cursor.at);
    }
    (Kind::Other, begin)
}

/// What may stand before `fn`, `impl` or `trait`, and `fn` and its kin for what may follow `const` when it is one of those.
const MODIFIERS: [&str; 11] = [
    "default", "const", "async", "gen", "unsafe", "safe", "extern", "auto", "fn", "impl", "trait",
];

/// Where the outline of the item ends whose keyword stands at `keyword`.
fn end(tokens: &[TokenTree], kind: Kind, keyword: usize) -> Option<usize> {
    let semicolon_only = matches!(
        kind,
        Kind::Use | Kind::Alias | Kind::Static | Kind::Constant
    );
    let mut angles = Angles::default();
    for (at, token) in tokens.iter().enumerate().skip(keyword) {
        angles.pass(token);
        if is_mark(Some(token), ';') {
            return Some(at);
        }
        // The braces in `Foo<{ N }>` are an argument and not a body. Outside a header `<` may be "less than".
        let nested = !angles.closed() && kind != Kind::Other;
        if !semicolon_only && !nested && group(Some(token), Delimiter::Brace).is_some() {
            return Some(at);
        }
    }
    None
}
