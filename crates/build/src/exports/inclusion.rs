//! Whether a text takes other files in: then it is not the whole source.

use proc_macro2::{TokenStream, TokenTree};

use super::tokens::{ident, is_mark, prefix};

const MACROS: [&str; 3] = ["include", "include_str", "include_bytes"];

/// Whether `include!` or one of its kin, or `mod name;`, stands anywhere in a text, function bodies included.
///
/// Making tokens of a text takes far longer than a search, so they are made only if the text looks as if. A text that
/// is not made of tokens counts as one that does.
pub(super) fn includes_files(text: &str) -> bool {
    if !text.contains("include") && !mentions_module(text) {
        return false;
    }
    let Ok(stream) = text[prefix(text)..].parse() else {
        return true;
    };
    let mut waiting: Vec<TokenStream> = vec![stream];
    let mut found = false;
    while let (false, Some(stream)) = (found, waiting.pop()) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        found = level(&tokens, &mut waiting);
    }
    found
}

fn mentions_module(text: &str) -> bool {
    text.match_indices("mod").any(|(at, word)| {
        let after = text[at + word.len()..].trim_start();
        let name = after.trim_start_matches(|letter: char| {
            letter.is_alphanumeric() || matches!(letter, '_' | '#')
        });
        name.len() < after.len() && name.trim_start().starts_with(';')
    })
}

fn level(tokens: &[TokenTree], waiting: &mut Vec<TokenStream>) -> bool {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => waiting.push(group.stream()),
            TokenTree::Ident(word) => {
                let called =
                    is_mark(tokens.get(at + 1), '!') && MACROS.iter().any(|name| word == name);
                let declared = word == "mod"
                    && ident(tokens.get(at + 1)).is_some()
                    && is_mark(tokens.get(at + 2), ';');
                if called || declared {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
