//! What an item's attributes say about its export.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::print::raw;
use super::tokens::{DEEPEST, depth, group, ident, is_mark, split_at_commas};

/// The attributes of one item, as far as exports care.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    /// `#[cfg(…)]`, `#[cfg_attr(…, cfg(…))]` and `#[allow(…)]`, as text to be repeated on the registry entry: the entry
    /// has to be there exactly when the item is, and whatever lint the item was allowed to trip the entry may trip too.
    pub(super) repeated: String,
    /// The doc comment, without the space after `///`.
    pub(super) doc: Option<String>,
    /// `#[path = "…"]`, and those inside `#[cfg_attr(…)]`, which may or may not hold.
    pub(super) path: Option<String>,
    pub(super) possible_paths: Vec<String>,
    pub(super) deprecated: bool,
    pub(super) target_feature: bool,
    /// `#[test]` and `#[bench]` functions exist in test builds only.
    pub(super) test: bool,
    pub(super) global_allocator: bool,
}

impl Attributes {
    /// Reads the insides of an item's `#[…]`.
    pub(super) fn new(insides: &[TokenStream]) -> Attributes {
        let mut attributes = Attributes::default();
        let mut doc: Vec<String> = Vec::new();
        for inside in insides {
            let tokens: Vec<TokenTree> = inside.clone().into_iter().collect();
            let Some(name) = ident(tokens.first()) else {
                continue;
            };
            if depth(&tokens) > DEEPEST {
                continue;
            }
            if name == "doc" {
                doc.extend(text(&tokens));
            } else if name == "cfg" || name == "allow" {
                attributes.repeat(&tokens);
            } else if name == "cfg_attr" {
                conditional_paths(&tokens, &mut attributes.possible_paths);
                if let Some(kept) = only_cfg(&tokens) {
                    attributes.repeat(&kept);
                }
            } else if name == "path" {
                attributes.path = text(&tokens);
            } else {
                attributes.deprecated |= name == "deprecated";
                attributes.target_feature |= name == "target_feature";
                attributes.test |= name == "test" || name == "bench";
                attributes.global_allocator |= name == "global_allocator";
            }
        }
        if !doc.is_empty() {
            attributes.doc = Some(comment(&doc));
        }
        attributes
    }

    fn repeat(&mut self, inside: &[TokenTree]) {
        self.repeated.push_str("#[");
        self.repeated.push_str(&raw(inside));
        self.repeated.push(']');
    }
}

/// The string of `name = "string"`.
fn text(tokens: &[TokenTree]) -> Option<String> {
    let [_, equals, TokenTree::Literal(value)] = tokens else {
        return None;
    };
    match syn::Lit::new(value.clone()) {
        syn::Lit::Str(text) if is_mark(Some(equals), '=') => Some(text.value()),
        _ => None,
    }
}

/// A doc comment's lines as one text, without the indentation that they all share.
fn comment(parts: &[String]) -> String {
    let lines = || parts.iter().flat_map(|part| part.split('\n'));
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let shared = lines()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let stripped: Vec<&str> = lines()
        .map(|line| line.get(shared..).unwrap_or("").trim_end())
        .collect();
    stripped.join("\n").trim_matches('\n').to_owned()
}

/// The pieces of `cfg_attr(predicate, piece, piece…)`.
fn pieces(tokens: &[TokenTree]) -> Option<Vec<Vec<TokenTree>>> {
    let inside: Vec<TokenTree> = group(tokens.get(1), Delimiter::Parenthesis)?
        .stream()
        .into_iter()
        .collect();
    Some(
        split_at_commas(&inside)
            .into_iter()
            .map(<[TokenTree]>::to_vec)
            .collect(),
    )
}

/// A `cfg_attr` reduced to the `cfg`s it applies; nothing when it applies none.
fn only_cfg(tokens: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let mut pieces = pieces(tokens)?.into_iter();
    let mut inside = pieces.next()?;
    let predicate = inside.len();
    for piece in pieces {
        let kept = match ident(piece.first()) {
            Some(name) if name == "cfg" => piece,
            Some(name) if name == "cfg_attr" => match only_cfg(&piece) {
                Some(kept) => kept,
                None => continue,
            },
            _ => continue,
        };
        inside.push(proc_macro2::Punct::new(',', proc_macro2::Spacing::Alone).into());
        inside.extend(kept);
    }
    if inside.len() == predicate {
        return None;
    }
    let list = proc_macro2::Group::new(Delimiter::Parenthesis, inside.into_iter().collect());
    Some(vec![tokens[0].clone(), list.into()])
}

/// Collects the `path = "…"` that a `cfg_attr` may apply.
fn conditional_paths(tokens: &[TokenTree], paths: &mut Vec<String>) {
    for piece in pieces(tokens).unwrap_or_default().iter().skip(1) {
        match ident(piece.first()) {
            Some(name) if name == "path" => paths.extend(text(piece)),
            Some(name) if name == "cfg_attr" => conditional_paths(piece, paths),
            _ => {}
        }
    }
}
