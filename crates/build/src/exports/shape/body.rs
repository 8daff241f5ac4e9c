//! Whether the body of a function can be left out of a crate's shape.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Group, Spacing, TokenTree};

use super::super::tokens::{ident, is_mark, plain, split_at_commas};
use super::trust::{Trust, is_before_operand, macro_at};
use super::{attribute, levels};

/// Words that begin what may make a type or a constant.
const REFUSED: [&str; 19] = [
    "async",
    "await",
    "const",
    "enum",
    "extern",
    "fn",
    "gen",
    "impl",
    "macro",
    "macro_rules",
    "mod",
    "move",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "use",
    "yield",
];

/// How many tokens the closures of one body may have, one within another counted with both: more would take long.
const MOST_IN_CLOSURES: usize = 50_000;

/// Names that are never a local variable's.
const NO_VARIABLES: [&str; 45] = [
    "Some", "None", "Ok", "Err", "String", "Vec", "Box", "Option", "Result", "Self", "bool",
    "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64", "true", "false", "_", "as", "break", "continue", "dyn", "else", "for",
    "if", "in", "let", "loop", "match", "mut", "ref", "return", "while",
];

/// Whether the body makes no type and no constant that could be seen from outside, whatever it is.
pub(super) fn is_plain(signature: &[TokenTree], body: &Group, trust: &Trust) -> bool {
    let whole: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut names = Names::default();
    names.add(signature);
    names.add(&whole);
    let mut waiting = vec![whole];
    let mut in_closures = 0;
    while let Some(level) = waiting.pop() {
        if !is_plain_level(&level, trust, &names, &mut in_closures) {
            return false;
        }
        for token in level {
            if let TokenTree::Group(group) = token {
                waiting.push(group.stream().into_iter().collect());
            }
        }
    }
    true
}

fn is_plain_level(
    tokens: &[TokenTree],
    trust: &Trust,
    names: &Names,
    in_closures: &mut usize,
) -> bool {
    // The bar that ends a closure's parameters.
    let mut closing = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) => {
                // `*const T` and `&raw const x` are neither.
                let pointer = word == "const"
                    && at > 0
                    && (is_mark(tokens.get(at - 1), '*')
                        || ident(tokens.get(at - 1)).is_some_and(|word| word == "raw"));
                if REFUSED.iter().any(|refused| word == refused) && !pointer {
                    return false;
                }
                if trust.is_unknown_macro(tokens, at) {
                    return false;
                }
            }
            TokenTree::Punct(mark)
                if mark.as_char() == '#'
                    && !attribute(tokens, at)
                        .is_some_and(|(inside, _)| trust.attribute(&inside)) =>
            {
                return false;
            }
            TokenTree::Punct(mark) if mark.as_char() == '|' && closing != Some(at) => {
                let double = mark.spacing() == Spacing::Joint && is_mark(tokens.get(at + 1), '|');
                if !after_operand(tokens, at) {
                    let Some(closure) = Closure::at(tokens, at, double) else {
                        return false;
                    };
                    *in_closures += closure.whole.len();
                    if *in_closures > MOST_IN_CLOSURES || closure.may_capture(names) {
                        return false;
                    }
                    closing = closure.closing;
                }
                at += usize::from(double);
            }
            _ => {}
        }
        at += 1;
    }
    true
}

/// Whether what stands before is an operand, so that `|` is an operator, or part of a pattern. In doubt it is not: braces
/// may be a block.
fn after_operand(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    match before(1) {
        None => false,
        // After `break 'label` comes another one.
        Some(TokenTree::Ident(word)) => !is_before_operand(word) && !is_mark(before(2), '\''),
        Some(TokenTree::Literal(_)) => true,
        // An attribute comes before one.
        Some(TokenTree::Group(group)) => {
            group.delimiter() != Delimiter::Brace && !is_mark(before(2), '#')
        }
        Some(TokenTree::Punct(mark)) => mark.as_char() == '?',
    }
}

/// A closure, as far as it may reach.
struct Closure<'t> {
    parameters: &'t [TokenTree],
    /// From its first bar to the next comma or semicolon, or further.
    whole: &'t [TokenTree],
    closing: Option<usize>,
}

impl<'t> Closure<'t> {
    fn at(tokens: &'t [TokenTree], at: usize, double: bool) -> Option<Closure<'t>> {
        let closing = match double {
            true => None,
            false => Some(
                at + 1
                    + tokens[at + 1..]
                        .iter()
                        .position(|token| is_mark(Some(token), '|'))?,
            ),
        };
        let body = closing.map_or(at + 2, |closing| closing + 1);
        // A comma in `f::<A, B>(x)` ends nothing: after a `<` none is taken for the end.
        let mut angle = false;
        let ends = |token: &TokenTree| {
            angle |= is_mark(Some(token), '<');
            is_mark(Some(token), ';') || !angle && is_mark(Some(token), ',')
        };
        let length = tokens[body..].iter().position(ends);
        let end = length.map_or(tokens.len(), |length| body + length);
        Some(Closure {
            parameters: closing.map_or(&[], |closing| &tokens[at + 1..closing]),
            whole: &tokens[at..end],
            closing,
        })
    }

    /// Whether a name in it could be that of a variable of the function around it, which would be bound outside of the closure.
    fn may_capture(&self, names: &Names) -> bool {
        let mut inside = Names::default();
        inside.add(self.whole);
        let own = bound(self.parameters);
        let bound_outside = |name: &str| {
            let here = inside.counts.get(name).copied().unwrap_or(0);
            names.counts.get(name).copied().unwrap_or(0) > here
        };
        if inside.escaped {
            return true;
        }
        let used = inside.counts.keys().chain(&inside.quoted);
        let mut foreign = used.filter(|name| !own.contains(*name));
        foreign.any(|name| bound_outside(name))
    }
}

/// The variables that a closure's parameters bind: no types, and no fields.
fn bound(parameters: &[TokenTree]) -> HashSet<String> {
    let mut names = Names::default();
    for parameter in split_at_commas(parameters) {
        // `pattern: type`; in the pattern a colon stands in braces only.
        let colon = parameter
            .iter()
            .position(|token| is_mark(Some(token), ':'))
            .filter(|at| !is_mark(parameter.get(at + 1), ':'));
        let mut waiting = vec![parameter[..colon.unwrap_or(parameter.len())].to_vec()];
        while let Some(level) = waiting.pop() {
            // `field: pattern`
            let is_field =
                |at: usize| is_mark(level.get(at + 1), ':') && !is_mark(level.get(at + 2), ':');
            let kept = level.iter().enumerate().filter(|(at, _)| !is_field(*at));
            let kept: Vec<TokenTree> = kept.map(|(_, token)| token.clone()).collect();
            names.level(&kept);
            for token in kept {
                if let TokenTree::Group(group) = token {
                    waiting.push(group.stream().into_iter().collect());
                }
            }
        }
    }
    names.counts.into_keys().collect()
}

/// The words that could be names of variables.
#[derive(Default)]
struct Names {
    counts: HashMap<String, usize>,
    /// In texts, where `format!` finds them.
    quoted: HashSet<String>,
    /// Whether a text may hold others in another spelling.
    escaped: bool,
}

impl Names {
    fn add(&mut self, tokens: &[TokenTree]) {
        levels(tokens, |level| self.level(level));
    }

    fn level(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            let word = match token {
                TokenTree::Ident(word) => plain(word),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    self.escaped |= text.contains("\\x") || text.contains("\\u");
                    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
                    let words = text.split(|letter| !is_word(letter));
                    self.quoted.extend(words.map(str::to_owned));
                    continue;
                }
                _ => continue,
            };
            let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
            // A field or a method; but `..x` is a range.
            let of_value = is_mark(before(1), '.') && !is_mark(before(2), '.');
            let in_path = is_mark(before(1), ':') && is_mark(before(2), ':')
                || is_mark(tokens.get(at + 1), ':') && is_mark(tokens.get(at + 2), ':');
            let lifetime = is_mark(before(1), '\'');
            let called = macro_at(tokens, at).is_some();
            if of_value || in_path || lifetime || called || NO_VARIABLES.contains(&word.as_str()) {
                continue;
            }
            *self.counts.entry(word).or_default() += 1;
        }
    }
}
