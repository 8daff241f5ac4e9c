//! Tokens as a person would write them on one line: the signatures that are shown to users.
//!
//! `TokenStream`'s own `Display` puts a space around nearly every token (`& str`, `Vec < u8 >`). rustfmt's spacing for
//! what can stand in a signature needs only the two neighbours of each gap.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenTree};

use super::tokens::{DEEPEST, is_mark, split_at_commas};

/// The tokens on one line, spaced as rustfmt would; `…` for what nests deeper than [`DEEPEST`].
pub(super) fn one_line(tokens: &[TokenTree]) -> String {
    let mut out = String::new();
    write(&mut out, tokens, DEEPEST);
    out
}

/// The text of some tokens as a parser needs it, with spaces wherever they do no harm.
pub(super) fn raw(tokens: &[TokenTree]) -> String {
    let mut out = String::new();
    for token in tokens {
        let joint = matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
        // Writing to a String does not fail.
        let _ = write!(out, "{token}{}", if joint { "" } else { " " });
    }
    out.truncate(out.trim_end().len());
    out
}

fn write(out: &mut String, tokens: &[TokenTree], deepest: usize) {
    let mut before = Before::Nothing;
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let closes = at + 1 == tokens.len() || is_mark(tokens.get(at + 1), '>');
        if is_mark(Some(token), ',') && closes {
            // The trailing comma of a list that was written over several lines.
            at += 1;
            continue;
        }
        let (text, length) = operator(&tokens[at..]);
        let gap = gap(&before, token, &text);
        if gap {
            out.push(' ');
        }
        match token {
            TokenTree::Group(_) if deepest == 0 => out.push('…'),
            TokenTree::Group(group) => write_group(out, group, &before, deepest - 1),
            _ => out.push_str(&text),
        }
        before = Before::after(token, text, &before);
        at += length;
    }
}

/// The token before a gap.
enum Before {
    Nothing,
    /// An identifier or literal, and whether it is a word that takes no argument list (`mut`, `as`…).
    Word {
        apart: bool,
    },
    /// An operator; `unary` when what follows belongs to it.
    Operator {
        text: String,
        unary: bool,
    },
    Group,
    /// The tick of `'a`.
    Tick,
}

impl Before {
    fn after(token: &TokenTree, text: String, before: &Before) -> Before {
        match token {
            TokenTree::Group(_) => Before::Group,
            TokenTree::Ident(_) if matches!(before, Before::Tick) => Before::Word { apart: true },
            TokenTree::Ident(ident) => Before::Word {
                apart: APART.iter().any(|word| ident == word),
            },
            TokenTree::Literal(_) => Before::Word { apart: true },
            TokenTree::Punct(_) if text == "'" => Before::Tick,
            TokenTree::Punct(_) => {
                let unary = match text.as_str() {
                    "&" | "*" | "#" | "?" | "~" | "<" => true,
                    "-" => !matches!(before, Before::Word { .. } | Before::Group),
                    _ => false,
                };
                Before::Operator { text, unary }
            }
        }
    }
}

/// Words that a bracket does not lean on.
const APART: [&str; 14] = [
    "as", "async", "const", "dyn", "else", "if", "in", "match", "mut", "ref", "return", "static",
    "unsafe", "where",
];

/// Whether a space goes between `before` and `token` (whose text is `text`, an operator's whole).
fn gap(before: &Before, token: &TokenTree, text: &str) -> bool {
    if matches!(before, Before::Nothing | Before::Tick) {
        return false;
    }
    if matches!(
        text,
        "," | ";" | ":" | "." | "?" | ">" | "..." | ".." | "..="
    ) && matches!(token, TokenTree::Punct(_))
    {
        // `?` in `+ ?Sized` and `..` after a comma stand apart from what is before them.
        return match before {
            Before::Operator { text: earlier, .. } => {
                matches!(text, "?" | "..." | ".." | "..=")
                    && matches!(earlier.as_str(), "," | ":" | "+" | "=" | "->")
            }
            _ => false,
        };
    }
    let leans = match before {
        Before::Operator {
            text: earlier,
            unary,
        } => *unary || matches!(earlier.as_str(), "::" | "." | ".." | "..="),
        _ => false,
    };
    if leans {
        return false;
    }
    match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => true,
            _ => match before {
                Before::Word { apart } => *apart,
                Before::Operator { text: earlier, .. } => !matches!(earlier.as_str(), ">" | "!"),
                Before::Group => group.delimiter() != Delimiter::Parenthesis,
                Before::Nothing | Before::Tick => false,
            },
        },
        TokenTree::Punct(_) if text == "::" || text == "!" => match before {
            Before::Word { apart } => *apart,
            Before::Operator { text: earlier, .. } => earlier != ">",
            _ => text == "!",
        },
        TokenTree::Punct(_) if text == "<" => match before {
            Before::Word { apart } => *apart,
            Before::Operator { text: earlier, .. } => earlier != ">",
            _ => true,
        },
        _ => true,
    }
}

/// The text of the token or multi-character operator at the front, and how many tokens it takes.
fn operator(tokens: &[TokenTree]) -> (String, usize) {
    const LONG: [&str; 8] = ["...", "..=", "->", "=>", "::", "..", "==", "!="];
    match &tokens[0] {
        TokenTree::Punct(_) => {}
        // A group is written part by part.
        TokenTree::Group(_) => return (String::new(), 1),
        token => return (token.to_string(), 1),
    }
    let mut run = String::new();
    for token in tokens.iter().take(3) {
        let TokenTree::Punct(punct) = token else {
            break;
        };
        run.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    for long in LONG {
        if run.starts_with(long) {
            return (long.to_owned(), long.len());
        }
    }
    run.truncate(1);
    (run, 1)
}

fn write_group(out: &mut String, group: &proc_macro2::Group, before: &Before, deepest: usize) {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace if tokens.is_empty() => ("{", "}"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::None => ("", ""),
    };
    out.push_str(open);
    write(out, &tokens, deepest);
    if group.delimiter() == Delimiter::Parenthesis && is_single(&tokens) && !is_list(before) {
        out.push(',');
    }
    out.push_str(close);
}

/// Whether these are the insides of a tuple of one, `(T,)`, whose comma is no decoration.
fn is_single(tokens: &[TokenTree]) -> bool {
    is_mark(tokens.last(), ',') && split_at_commas(tokens).len() == 1
}

/// Whether parentheses that stand after `before` hold arguments or fields.
fn is_list(before: &Before) -> bool {
    match before {
        Before::Word { apart } => !apart,
        Before::Operator { text, .. } => text == ">",
        _ => false,
    }
}
