//! Which names of macros, derives and attributes mean those of the language and its standard library, in this crate.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::super::tokens::{group, ident, is_mark, split_at_commas};

/// Macros that make no item, and no type that could be seen from outside.
const MACROS: [&str; 21] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

const DERIVES: [&str; 9] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

/// Attributes of the language's own, which change no type. Another crate's cannot have their names: it would be ambiguous.
const ATTRIBUTES: [&str; 32] = [
    "allow",
    "automatically_derived",
    "cfg",
    "cold",
    "crate_name",
    "crate_type",
    "default",
    "deny",
    "deprecated",
    "diagnostic",
    "doc",
    "expect",
    "export_name",
    "feature",
    "forbid",
    "inline",
    "link",
    "link_name",
    "link_section",
    "macro_export",
    "must_use",
    "no_mangle",
    "no_std",
    "non_exhaustive",
    "path",
    "recursion_limit",
    "repr",
    "rustfmt",
    "clippy",
    "target_feature",
    "track_caller",
    "warn",
];

/// Words that an operand comes after.
const BEFORE_OPERANDS: [&str; 15] = [
    "as", "box", "break", "else", "if", "in", "let", "loop", "match", "mut", "ref", "return",
    "unsafe", "where", "while",
];

/// Where the names of a glob import come from that cannot bring in macros of other crates under std's names: std itself,
/// and this crate, whose own imports are looked at.
const SAFE_ROOTS: [&str; 6] = ["alloc", "core", "crate", "self", "std", "super"];

/// What is known of a crate's names.
pub(super) struct Trust {
    /// Names that this crate defines as macros, or imports.
    taken: HashSet<String>,
    /// Whether names may come in that cannot be seen.
    any: bool,
}

impl Trust {
    /// Reads all files of a crate that is given these others.
    pub(super) fn new(files: &[Vec<TokenTree>], crates: &[&str]) -> Trust {
        let mut seen = Seen::default();
        for tokens in files {
            super::levels(tokens, |level| seen.level(level));
        }
        let foreign = |root: &String| {
            let is_type = root.starts_with(char::is_uppercase);
            let is_own = seen.modules.contains(root) && !crates.contains(&root.as_str());
            !is_type && !is_own && !SAFE_ROOTS.contains(&root.as_str())
        };
        let own_std = ["alloc", "core", "std"]
            .iter()
            .any(|name| seen.modules.contains(*name));
        Trust {
            any: seen.unseen || own_std || seen.globs.iter().any(foreign),
            taken: seen.names,
        }
    }

    fn is(&self, name: &str, known: &[&str]) -> bool {
        !self.any && known.contains(&name) && !self.taken.contains(name)
    }

    /// Whether another macro than std's is called, or one is defined, by the name at this place.
    pub(super) fn is_unknown_macro(&self, tokens: &[TokenTree], at: usize) -> bool {
        let in_path = at > 0 && is_mark(tokens.get(at - 1), ':');
        let is_std = |name: &Ident| !in_path && self.is(&name.to_string(), &MACROS);
        macro_at(tokens, at).is_some_and(|name| !is_std(name))
    }

    /// Whether an attribute, by what stands in its brackets, is one of the language's own.
    pub(super) fn attribute(&self, inside: &TokenStream) -> bool {
        let tokens: Vec<TokenTree> = inside.clone().into_iter().collect();
        let mut waiting = vec![tokens];
        while let Some(tokens) = waiting.pop() {
            let Some(name) = ident(tokens.first()) else {
                return false;
            };
            let list = || -> Vec<Vec<TokenTree>> {
                let inside = group(tokens.get(1), Delimiter::Parenthesis);
                let inside: Vec<TokenTree> = inside
                    .map(|group| group.stream().into_iter().collect())
                    .unwrap_or_default();
                let pieces = split_at_commas(&inside).into_iter();
                pieces.map(<[TokenTree]>::to_vec).collect()
            };
            if name == "cfg_attr" {
                waiting.extend(list().into_iter().skip(1));
            } else if name == "unsafe" {
                waiting.extend(list());
            } else if name == "derive" {
                let is_std = |piece: &Vec<TokenTree>| match &piece[..] {
                    [TokenTree::Ident(name)] => self.is(&name.to_string(), &DERIVES),
                    _ => false,
                };
                if !list().iter().all(is_std) {
                    return false;
                }
            } else if !ATTRIBUTES.iter().any(|known| name == known) {
                return false;
            }
        }
        true
    }
}

/// The name of the macro that is called, or defined, at this place: `name!(…)`, `macro_rules! x {…}`.
pub(super) fn macro_at(tokens: &[TokenTree], at: usize) -> Option<&Ident> {
    let name = ident(tokens.get(at)).filter(|name| !is_before_operand(name))?;
    let argument = match tokens.get(at + 2)? {
        TokenTree::Ident(_) => tokens.get(at + 3)?,
        other => other,
    };
    let is_called = is_mark(tokens.get(at + 1), '!') && matches!(argument, TokenTree::Group(_));
    is_called.then_some(name)
}

/// Whether an operand comes after this word, so that what follows is no operator.
pub(super) fn is_before_operand(word: &Ident) -> bool {
    BEFORE_OPERANDS.iter().any(|one| word == one)
}

/// What a crate brings in.
#[derive(Default)]
struct Seen {
    names: HashSet<String>,
    modules: HashSet<String>,
    /// The first names of paths that end with `*`.
    globs: Vec<String>,
    /// `#[macro_use] extern crate`.
    unseen: bool,
}

impl Seen {
    fn level(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            let Some(word) = ident(Some(token)) else {
                continue;
            };
            let next = ident(tokens.get(at + 1));
            // Not `impl Trait + use<'a>`.
            if word == "use" && !is_mark(tokens.get(at + 1), '<') {
                let end = tokens[at..]
                    .iter()
                    .position(|token| is_mark(Some(token), ';'));
                let end = end.map_or(tokens.len(), |length| at + length);
                self.import(&tokens[at + 1..end]);
            } else if word == "mod"
                && let Some(name) = next
            {
                self.modules.insert(name.to_string());
            } else if word == "macro_rules" || word == "macro" {
                // `macro_rules! name`, also as it stands in what another macro is given.
                let name = tokens[at + 1..].iter().find_map(|token| ident(Some(token)));
                self.names.extend(name.map(Ident::to_string));
            } else if word == "extern" && next.is_some_and(|next| next == "crate") {
                let before = tokens[..at].iter().rev().take(8);
                let is_macro_use = |token: &TokenTree| {
                    let brackets = group(Some(token), Delimiter::Bracket);
                    brackets.is_some_and(|group| group.stream().to_string().contains("macro_use"))
                };
                // `extern crate odd as std`
                let renamed = ident(tokens.get(at + 3)).is_some_and(|word| word == "as");
                self.unseen |= renamed || before.into_iter().any(is_macro_use);
            }
        }
    }

    /// All names of an import that is not std's own count as taken: which of them are leaves is no matter.
    fn import(&mut self, tokens: &[TokenTree]) {
        // `{a::*, b::c}` has several roots.
        let several = matches!(tokens.first(), Some(TokenTree::Group(_)));
        let first = tokens.iter().find_map(|token| ident(Some(token)));
        let root = first
            .filter(|_| !several)
            .map_or(String::new(), Ident::to_string);
        let (mut names, mut ends_with_star) = (Vec::new(), false);
        super::each(tokens, |token| {
            names.extend(ident(Some(token)).map(Ident::to_string));
            ends_with_star |= is_mark(Some(token), '*');
        });
        let is_std = ["alloc", "core", "std"].contains(&root.as_str());
        if !is_std || names.iter().any(|name| name == "as") {
            self.names.extend(names);
        }
        if ends_with_star {
            // `::name` is another crate, whatever modules there are.
            let absolute = is_mark(tokens.first(), ':') && !is_std;
            self.globs.push(if absolute { String::new() } else { root });
        }
    }
}
