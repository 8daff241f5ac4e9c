//! Which function a name means.

use std::collections::BTreeSet;

use super::Error;
use super::archive::Member;
use super::parts::Function;

/// How many near names an error offers.
const OFFERED: usize = 3;
/// How like the wanted one an offered name is at least, of 1.
const LIKENESS: f64 = 0.6;

/// The function that is meant, with the index of its member: of those that the name fits best the global one.
pub(super) fn choose(
    name: &str,
    members: &[Member<'_>],
    functions: Vec<(usize, Function)>,
) -> Result<(usize, Function), Error> {
    let fits = |function: &Function| fit(name, &function.name);
    let Some(best) = functions
        .iter()
        .filter_map(|(_, function)| fits(function))
        .min()
    else {
        return Err(Error::NoFunction {
            name: name.to_owned(),
            nearest: nearest(name, &functions),
        });
    };
    let mut candidates: Vec<_> = functions
        .into_iter()
        .filter(|(_, function)| fits(function) == Some(best))
        .collect();
    if candidates.iter().any(|(_, function)| function.global) {
        candidates.retain(|(_, function)| function.global);
    }
    // The same definition in several members is any of them, as for a linker; two different ones are not.
    let symbols: BTreeSet<_> = candidates.iter().map(|(_, it)| it.name.clone()).collect();
    match candidates.as_slice() {
        [_] => Ok(candidates.remove(0)),
        [(_, first), ..] if symbols.len() == 1 && first.global => Ok(candidates.remove(0)),
        _ => Err(Error::Ambiguous {
            name: name.to_owned(),
            candidates: candidates.iter().map(|it| described(members, it)).collect(),
        }),
    }
}

fn described(members: &[Member<'_>], (member, function): &(usize, Function)) -> String {
    match &members[*member].name {
        Some(member) => format!("{} of {member}", function.name),
        None => format!("{} at {:#x}", function.name, function.range.start),
    }
}

/// How well a name fits a symbol, the best first; `None` if not at all.
fn fit(name: &str, symbol: &str) -> Option<u8> {
    if symbol == name {
        return Some(0);
    }
    if undecorated(symbol) == name {
        return Some(1);
    }
    let readable = readable(symbol);
    if readable == name {
        return Some(2);
    }
    let ends = |separator| {
        readable
            .strip_suffix(name)
            .is_some_and(|before| before.ends_with(separator))
    };
    (ends("::") || ends(".")).then_some(3)
}

/// A C name without the platform's underscore and the size of its arguments.
fn undecorated(symbol: &str) -> &str {
    let symbol = symbol.strip_prefix('_').unwrap_or(symbol);
    match symbol.rsplit_once('@') {
        Some((name, size)) if size.parse::<u32>().is_ok() => name,
        _ => symbol,
    }
}

/// A symbol as its author would write it: Rust's without the hash.
fn readable(symbol: &str) -> String {
    let mangled = rustc_demangle::try_demangle(symbol);
    mangled.map_or_else(|_| symbol.to_owned(), |name| format!("{name:#}"))
}

/// The names that are nearest to one that is missing.
fn nearest(name: &str, functions: &[(usize, Function)]) -> Vec<String> {
    let names: BTreeSet<_> = functions.iter().map(|(_, it)| readable(&it.name)).collect();
    let mut near: Vec<_> = names
        .into_iter()
        .map(|offered| {
            let last = offered.rsplit([':', '.']).next().unwrap_or(&offered);
            let likeness =
                strsim::jaro_winkler(name, last).max(strsim::jaro_winkler(name, &offered));
            (likeness, offered)
        })
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter()
        .take(OFFERED)
        .map(|(_, name)| name)
        .collect()
}
