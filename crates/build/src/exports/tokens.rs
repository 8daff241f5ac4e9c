//! From text to token trees: the first step of reading a source.
//!
//! Takes a source's text (with its byte order mark or shebang line, if it has them) and gives the tokens together with
//! what is needed to say where in that text a token stands. [`Cursor`] walks one level of them; everything above works
//! on slices of tokens, so that the bodies of functions are lexed once and never looked at again.

use std::fmt;

use super::outline::outline;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// How deep brackets, generics and pointers may nest in one signature, and modules in one source.
///
/// It is rustc's own default `recursion_limit`. Whatever is deeper is left to rustc and not exported, because reading it
/// would take stack in proportion.
pub(super) const DEEPEST: usize = 128;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The tokens of one text.
pub(super) struct Lexed {
    pub(super) tokens: Vec<TokenTree>,
    /// How many bytes of the text come before what was lexed.
    skipped: usize,
}

/// Why a text could not be split into items, and where.
#[derive(Debug)]
pub(super) struct Unreadable {
    line: usize,
    column: usize,
    message: &'static str,
}

impl Unreadable {
    pub(super) fn at(span: Span, message: &'static str) -> Unreadable {
        let start = span.start();
        Unreadable {
            line: start.line,
            column: start.column + 1,
            message,
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl Lexed {
    /// The tokens of `text`, with nothing in the bodies of functions.
    pub(super) fn new(text: &str) -> Result<Lexed, Unreadable> {
        let skipped = prefix(text);
        let stream: TokenStream =
            outline(&text[skipped..])
                .parse()
                .map_err(|error: proc_macro2::LexError| {
                    Unreadable::at(error.span(), "the text is not made of Rust tokens")
                })?;
        Ok(Lexed {
            tokens: stream.into_iter().collect(),
            skipped,
        })
    }

    /// The tokens in `group`, which is one of these.
    pub(super) fn inside(&self, group: &Group) -> Lexed {
        Lexed {
            tokens: group.stream().into_iter().collect(),
            skipped: self.skipped,
        }
    }

    /// Where in the text `group`'s closing bracket stands, in bytes.
    pub(super) fn close_of(&self, group: &Group) -> usize {
        self.skipped + group.span_close().byte_range().start
    }
}

/// The length of what comes before Rust: a byte order mark and a shebang line (without its line end, so that lines keep
/// their numbers).
pub(super) fn prefix(text: &str) -> usize {
    let mark = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let Some(rest) = text[mark..].strip_prefix("#!") else {
        return mark;
    };
    // `#![attribute]` is Rust, also with spaces and comments in between: rustc's `strip_shebang` decides the same way.
    if after_space(rest).starts_with('[') {
        return mark;
    }
    mark + 2 + rest.find(['\r', '\n']).unwrap_or(rest.len())
}

/// `text` without the white space and the comments it begins with.
fn after_space(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if text.starts_with("//") {
            text = text.find('\n').map_or("", |end| &text[end..]);
        } else if let Some(rest) = text.strip_prefix("/*") {
            text = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else {
            return text;
        }
    }
}

/// A place in a slice of tokens.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) tokens: &'t [TokenTree],
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [TokenTree]) -> Cursor<'t> {
        Cursor { tokens, at: 0 }
    }

    pub(super) fn token(&self) -> Option<&'t TokenTree> {
        self.tokens.get(self.at)
    }

    /// The token `ahead` places further on, without moving.
    pub(super) fn ahead(&self, ahead: usize) -> Option<&'t TokenTree> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn ident(&self) -> Option<&'t Ident> {
        ident(self.token())
    }

    /// Moves past the word `word` if it stands here.
    pub(super) fn skip_word(&mut self, word: &str) -> bool {
        let here = self.ident().is_some_and(|ident| ident == word);
        self.at += usize::from(here);
        here
    }

    /// Moves past the punctuation character `mark` if it stands here.
    pub(super) fn skip_mark(&mut self, mark: char) -> bool {
        let here = is_mark(self.token(), mark);
        self.at += usize::from(here);
        here
    }
}

pub(super) fn ident(token: Option<&TokenTree>) -> Option<&Ident> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

pub(super) fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

pub(super) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// A name as the language means it: without the `r#` it may be written with.
pub(super) fn plain(ident: &Ident) -> String {
    let mut written = ident.to_string();
    if written.starts_with("r#") {
        written.drain(..2);
    }
    written
}

/// Splits at the commas that stand in no bracket of any kind, angle brackets included.
pub(super) fn split_at_commas(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut angles = Angles::default();
    for (at, token) in tokens.iter().enumerate() {
        angles.pass(token);
        if angles.closed() && is_mark(Some(token), ',') {
            pieces.push(&tokens[begin..at]);
            begin = at + 1;
        }
    }
    if begin < tokens.len() {
        pieces.push(&tokens[begin..]);
    }
    pieces
}

/// Counts open angle brackets along a run of tokens; the `>` of `->` and `=>` closes none.
#[derive(Default)]
pub(super) struct Angles {
    open: usize,
    arrow: bool,
}

impl Angles {
    pub(super) fn pass(&mut self, token: &TokenTree) {
        let TokenTree::Punct(punct) = token else {
            self.arrow = false;
            return;
        };
        match punct.as_char() {
            '<' => self.open += 1,
            '>' if !self.arrow => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self.arrow =
            matches!(punct.as_char(), '-' | '=') && punct.spacing() == proc_macro2::Spacing::Joint;
    }

    pub(super) fn closed(&self) -> bool {
        self.open == 0
    }

    pub(super) fn open(&self) -> usize {
        self.open
    }
}

/// How deep a parser would have to recurse for these tokens: a safe upper bound, found without recursion.
pub(super) fn depth(tokens: &[TokenTree]) -> usize {
    // No level takes less than a byte.
    let bytes = |group: &Group| {
        group
            .span_close()
            .byte_range()
            .end
            .saturating_sub(group.span_open().byte_range().start)
    };
    let length = |token: &TokenTree| {
        if let TokenTree::Group(group) = token {
            bytes(group)
        } else {
            1
        }
    };
    let bound = tokens.iter().map(length).sum();
    if bound <= DEEPEST {
        return bound;
    }
    let mut deepest = 0;
    let mut waiting: Vec<(TokenStream, usize)> = Vec::new();
    level_depth(&mut tokens.iter().cloned(), 0, &mut deepest, &mut waiting);
    while let Some((stream, base)) = waiting.pop() {
        level_depth(&mut stream.into_iter(), base, &mut deepest, &mut waiting);
    }
    deepest
}

fn level_depth(
    tokens: &mut dyn Iterator<Item = TokenTree>,
    base: usize,
    deepest: &mut usize,
    waiting: &mut Vec<(TokenStream, usize)>,
) {
    let mut angles = Angles::default();
    // What nests to the right without a bracket (`&&T`, `fn() -> fn()`, `else if`), up to the next comma, in halves: an
    // operator may be two tokens.
    let mut prefixes = 0;
    let mut word_before = false;
    for token in tokens {
        angles.pass(&token);
        let word = matches!(token, TokenTree::Ident(_));
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => prefixes = 0,
            TokenTree::Punct(_) => prefixes += 1,
            TokenTree::Ident(name) if word_before || name == "else" => prefixes += 2,
            TokenTree::Group(group) => {
                waiting.push((group.stream(), base + angles.open() + prefixes / 2 + 1))
            }
            _ => {}
        }
        word_before = word;
        *deepest = (*deepest).max(base + angles.open() + prefixes / 2);
    }
}
