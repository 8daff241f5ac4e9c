//! What of a crate's text can decide its types: everything but the bodies of functions that cannot.
//!
//! Two texts of one shape give types of the same names the same layout, so that they may have one identity (`-C metadata`),
//! one `TypeId` for each type, and be compiled incrementally, one after the other. A wrong "the same" would be unsound: what is not known
//! for certain to be harmless is part of the shape. The other way round, a new shape only costs time.
//!
//! ```text
//! trust    which names of macros and derives mean the standard library's
//! body     whether a body makes no type and no constant that could be seen from outside
//! (here)   the tokens of all files without such bodies, as a hash
//! ```
//!
//! Bodies can be left out because the language infers no type across them, but for `impl Trait` in the place of a result
//! and `async`. A body that is left out has no closure that captures anything (its layout), no item, no `async`, and calls no
//! macro but the standard library's. Those of `const fn` are computed with by the compiler, and count.
//!
//! Where a token *stands* may count too, by `line!()`: so macros and attributes that are not the standard library's are
//! taken with their lines and columns.
//!
//! # What it takes for granted
//! - A macro of another crate depends on nothing but its input, on where that stands, and on files and variables that rustc lists.
//! - No `const fn` of another crate makes its caller's place a part of a type (`Location::caller` in an array's length).
//! - No macro of another crate defines a macro by a name of the standard library's without being given that name.

mod body;
#[cfg(test)]
mod tests;
mod trust;

use std::collections::HashSet;
use std::ops::Range;

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};

use super::SurveyedFile;
use super::items::{Item, Kind, Level, split};
use super::tokens::{DEEPEST, group, ident, is_mark, prefix};
use crate::own_thread::on_own_thread;
use trust::Trust;

/// The name by which a constant function can tell where it is called: then every place counts.
const TELLS_PLACES: &str = "Location";

/// The shape of a crate that has these files, and is given these other crates. None when a text is not understood.
pub(crate) fn shape(files: &[SurveyedFile], crates: &[&str]) -> Option<[u8; 32]> {
    on_own_thread(|| shape_here(files, crates))
}

fn shape_here(files: &[SurveyedFile], crates: &[&str]) -> Option<[u8; 32]> {
    let mut lexed = Vec::new();
    for file in files {
        let text = &file.text[prefix(&file.text)..];
        let stream: TokenStream = text.parse().ok()?;
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        if deeper_than(&tokens, DEEPEST) {
            return None;
        }
        lexed.push(tokens);
    }
    let trust = Trust::new(&lexed, crates);
    let mut hash = Hash::default();
    for (tokens, file) in lexed.iter().zip(files) {
        let mut parts = Parts {
            trust: &trust,
            left_out: HashSet::new(),
            placed: Vec::new(),
        };
        parts.of_level(tokens, true)?;
        // Which file is which, and how many there are.
        hash.text(&format!("{:?} {}", file.path, parts.left_out.len()));
        parts.placed.sort_by_key(|range| range.start);
        hash.tokens(tokens, &parts, false);
    }
    if hash.places_count {
        for file in files {
            hash.text(&file.text);
        }
    }
    Some(hash.hash.finalize().into())
}

/// What of a file is to be treated in a special way, by where it stands, in bytes.
struct Parts<'a> {
    trust: &'a Trust,
    /// Where the braces open of bodies that are left out.
    left_out: HashSet<usize>,
    /// Items that are taken with the places of all their tokens. None overlap.
    placed: Vec<Range<usize>>,
}

impl Parts<'_> {
    /// Finds them among the items of a module or of the braces of an `impl` or `trait`. `plain` is whether no attribute
    /// around it is unknown.
    fn of_level(&mut self, tokens: &[TokenTree], plain: bool) -> Option<()> {
        let Level { items, attributes } = split(tokens).ok()?;
        let plain = plain && attributes.iter().all(|inside| self.trust.attribute(inside));
        let mut after_last = 0;
        for item in items {
            // Its attributes come first.
            let begin = std::mem::replace(&mut after_last, item.body + 1);
            let known = plain && item.attributes.iter().all(|one| self.trust.attribute(one));
            if !known {
                let end = tokens[item.body].span().byte_range().end;
                self.placed.push(begin_of(&tokens[begin])..end);
                continue;
            }
            let braces = group(tokens.get(item.body), Delimiter::Brace);
            let Some(braces) = braces else { continue };
            let holds_items = match item.kind {
                Kind::Module | Kind::Impl => true,
                Kind::Type => ident(tokens.get(item.keyword)).is_some_and(|word| word == "trait"),
                _ => false,
            };
            if holds_items {
                let inside: Vec<TokenTree> = braces.stream().into_iter().collect();
                self.of_level(&inside, plain)?;
            } else if item.kind == Kind::Function && self.may_be_left_out(tokens, &item, braces) {
                self.left_out.insert(braces.span_open().byte_range().start);
            }
        }
        Some(())
    }

    fn is_placed(&self, at: usize) -> bool {
        let after = self.placed.partition_point(|range| range.start <= at);
        after > 0 && self.placed[after - 1].contains(&at)
    }

    fn may_be_left_out(&self, tokens: &[TokenTree], item: &Item, braces: &Group) -> bool {
        let computed = ["const", "async", "gen"];
        let modifiers = &tokens[item.head..item.keyword];
        let signature = &tokens[item.keyword..item.body];
        let plain_head = !modifiers
            .iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if computed.iter().any(|one| word == one)));
        plain_head && !results_in_impl(signature) && body::is_plain(signature, braces, self.trust)
    }
}

/// Whether `impl` stands anywhere after the first arrow of a signature.
fn results_in_impl(signature: &[TokenTree]) -> bool {
    let arrow = signature.windows(2).position(|pair| {
        matches!(&pair[0], TokenTree::Punct(dash) if dash.as_char() == '-' && dash.spacing() == Spacing::Joint)
            && is_mark(Some(&pair[1]), '>')
    });
    let Some(arrow) = arrow else { return false };
    let mut found = false;
    each(&signature[arrow..], |token| {
        found |= matches!(token, TokenTree::Ident(word) if word == "impl");
    });
    found
}

/// Calls `see` with each level of tokens: these, and the insides of all groups.
fn levels(tokens: &[TokenTree], mut see: impl FnMut(&[TokenTree])) {
    let mut waiting = vec![tokens.to_vec()];
    while let Some(level) = waiting.pop() {
        see(&level);
        for token in level {
            if let TokenTree::Group(group) = token {
                waiting.push(group.stream().into_iter().collect());
            }
        }
    }
}

/// Calls `see` with each token, those in groups included.
fn each(tokens: &[TokenTree], mut see: impl FnMut(&TokenTree)) {
    levels(tokens, |level| level.iter().for_each(&mut see));
}

fn deeper_than(tokens: &[TokenTree], limit: usize) -> bool {
    let mut waiting = vec![(tokens.to_vec(), 0)];
    while let Some((level, depth)) = waiting.pop() {
        if depth > limit {
            return true;
        }
        for token in level {
            if let TokenTree::Group(group) = token {
                waiting.push((group.stream().into_iter().collect(), depth + 1));
            }
        }
    }
    false
}

fn begin_of(token: &TokenTree) -> usize {
    let span = match token {
        TokenTree::Group(group) => group.span_open(),
        other => other.span(),
    };
    span.byte_range().start
}

#[derive(Default)]
struct Hash {
    hash: blake3::Hasher,
    /// Whether a name was met that tells places.
    places_count: bool,
}

impl Hash {
    /// Preceded by its length, so that texts cannot run into each other.
    fn text(&mut self, text: &str) {
        self.hash.update(&(text.len() as u64).to_le_bytes());
        self.hash.update(text.as_bytes());
    }

    fn place(&mut self, span: Span) {
        let start = span.start();
        self.text(&format!("{}:{}", start.line, start.column));
    }

    /// The tokens of one level and all below it. The depth has been looked at.
    fn tokens(&mut self, tokens: &[TokenTree], parts: &Parts<'_>, mut placed: bool) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let mut here = placed || parts.is_placed(begin_of(token));
            if !here && let Some((inside, after)) = attribute(tokens, at) {
                if is_doc_comment(&inside) {
                    at = after;
                    continue;
                }
                // Of an item in a body: how far it reaches is not known.
                placed = !parts.trust.attribute(&inside);
                here = placed;
            }
            if here || parts.trust.is_unknown_macro(tokens, at) {
                self.place(token.span());
            }
            match token {
                TokenTree::Ident(word) => {
                    self.places_count |= word == TELLS_PLACES;
                    self.text(&word.to_string());
                }
                TokenTree::Punct(mark) => {
                    self.text(&format!("{} {:?}", mark.as_char(), mark.spacing()));
                }
                TokenTree::Literal(literal) => self.text(&literal.to_string()),
                TokenTree::Group(inner) => {
                    self.text(&format!("{:?}", inner.delimiter()));
                    if !parts.left_out.contains(&begin_of(token)) {
                        let inside: Vec<TokenTree> = inner.stream().into_iter().collect();
                        let of_macro = is_argument_of_unknown_macro(tokens, at, parts.trust);
                        self.tokens(&inside, parts, here || of_macro);
                    }
                    self.text("end");
                }
            }
            at += 1;
        }
    }
}

/// The inside of the attribute that begins here, and the place after it.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<(TokenStream, usize)> {
    if !is_mark(tokens.get(at), '#') {
        return None;
    }
    let bang = usize::from(is_mark(tokens.get(at + 1), '!'));
    let brackets = group(tokens.get(at + 1 + bang), Delimiter::Bracket)?;
    Some((brackets.stream(), at + 2 + bang))
}

/// `#[doc = …]`. If it is `include_str!("x")`, the file is looked after elsewhere.
fn is_doc_comment(inside: &TokenStream) -> bool {
    let mut tokens = inside.clone().into_iter();
    let (first, second) = (tokens.next(), tokens.next());
    ident(first.as_ref()).is_some_and(|word| word == "doc") && is_mark(second.as_ref(), '=')
}

fn is_argument_of_unknown_macro(tokens: &[TokenTree], at: usize, trust: &Trust) -> bool {
    [2, 3].iter().any(|back| {
        let name = at.checked_sub(*back);
        name.is_some_and(|name| trust.is_unknown_macro(tokens, name))
    })
}
