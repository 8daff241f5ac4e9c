//! Lifetimes that a signature leaves out, and the ones it names.
//!
//! A method's lifetimes cannot be copied into a function pointer type as they stand: there, `self` is a parameter like
//! any other, so a returned `&str` would no longer mean "as long as `self`". The rules are those of the Rust Reference,
//! "Lifetime elision".

use std::collections::BTreeSet;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Lifetime, Path, PathArguments, Type};

use super::tokens::is_mark;

/// How many lifetime parameters a path leaves out (`Parser` for `Parser<'_>`).
pub(super) type Hidden<'h> = &'h dyn Fn(&Path) -> usize;

/// Gives a name to each lifetime that a type leaves out: `&T`, `'_`, and the hidden ones of paths.
///
/// `fn(…)` and `Fn(…)` within the type are left alone, since lifetimes left out there are their own.
struct Namer<'n> {
    name: &'n mut dyn FnMut() -> Lifetime,
    hidden: Hidden<'n>,
}

impl VisitMut for Namer<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some((self.name)());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = (self.name)();
        }
    }

    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        if path.qself.is_none() {
            let missing = (self.hidden)(&path.path);
            if let Some(last) = path.path.segments.last_mut().filter(|_| missing > 0) {
                insert(
                    &mut last.arguments,
                    (0..missing).map(|_| (self.name)()).collect(),
                );
            }
        }
        visit_mut::visit_type_path_mut(self, path);
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
    fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
}

fn insert(arguments: &mut PathArguments, lifetimes: Vec<Lifetime>) {
    if let PathArguments::None = arguments {
        *arguments = PathArguments::AngleBracketed(syn::AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token: Default::default(),
            args: Default::default(),
            gt_token: Default::default(),
        });
    }
    if let PathArguments::AngleBracketed(list) = arguments {
        let lifetimes = lifetimes.into_iter().map(GenericArgument::Lifetime);
        list.args = lifetimes.chain(std::mem::take(&mut list.args)).collect();
    }
}

/// Names every left-out lifetime of `ty` by calling `name`.
pub(super) fn name_all(ty: &mut Type, hidden: Hidden<'_>, name: &mut dyn FnMut() -> Lifetime) {
    Namer { name, hidden }.visit_type_mut(ty);
}

/// How many lifetimes `ty` leaves out.
pub(super) fn left_out(ty: &Type, hidden: Hidden<'_>) -> usize {
    let mut count = 0;
    name_all(&mut ty.clone(), hidden, &mut || {
        count += 1;
        lifetime("'__jitney")
    });
    count
}

/// The lifetimes that a type names outside of `fn(…)` and `Fn(…)`.
struct Named(BTreeSet<String>);

impl<'ast> Visit<'ast> for Named {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "_" {
            self.0.insert(lifetime.to_string());
        }
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        // The lifetimes of `for<'a> Trait<'a>` are its own.
        if bound.lifetimes.is_none() {
            visit::visit_trait_bound(self, bound);
        }
    }

    fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(
        &mut self,
        _: &'ast syn::ParenthesizedGenericArguments,
    ) {
    }
    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
}

/// The name that [`spell_output`] gives to a lifetime without one.
pub(super) const SPELLED: &str = "'__jitney_self";

/// Spells out the left-out lifetimes of a method's `output`; says whether there were any.
///
/// They are the one of the reference to `Self` in the receiver's type, if there is one; else the only lifetime that the
/// parameters have. Where neither is there, the signature is wrong and rustc has the word.
pub(super) fn spell_output(
    inputs: &mut [Type],
    has_receiver: bool,
    output: &mut Type,
    hidden: Hidden<'_>,
) -> bool {
    if left_out(output, hidden) == 0 {
        return false;
    }
    let fresh = lifetime(SPELLED);
    let receiver = inputs.first_mut().filter(|_| has_receiver);
    let source = match receiver.and_then(|ty| reference_to_self(ty)) {
        Some(place) => {
            let kept = place
                .take()
                .filter(|lifetime| lifetime.ident != "_")
                .unwrap_or(fresh);
            place.insert(kept).clone()
        }
        None => {
            let mut named = Named(BTreeSet::new());
            inputs.iter().for_each(|ty| named.visit_type(ty));
            let count: usize = inputs.iter().map(|ty| left_out(ty, hidden)).sum();
            match (count, named.0.first()) {
                (1, None) => {
                    inputs
                        .iter_mut()
                        .for_each(|ty| name_all(ty, hidden, &mut || fresh.clone()));
                    fresh
                }
                (0, Some(only)) if named.0.len() == 1 => lifetime(only),
                _ => return false,
            }
        }
    };
    name_all(output, hidden, &mut || source.clone());
    true
}

/// The lifetime of the first `&Self` in a receiver's type, such as `Pin<&mut Self>`.
fn reference_to_self(ty: &mut Type) -> Option<&mut Option<Lifetime>> {
    match ty {
        Type::Reference(reference) => match is_self(&reference.elem) {
            true => Some(&mut reference.lifetime),
            false => reference_to_self(&mut reference.elem),
        },
        Type::Paren(inner) => reference_to_self(&mut inner.elem),
        Type::Path(path) => {
            path.path
                .segments
                .iter_mut()
                .find_map(|segment| match &mut segment.arguments {
                    PathArguments::AngleBracketed(list) => {
                        list.args.iter_mut().find_map(|argument| match argument {
                            GenericArgument::Type(ty) => reference_to_self(ty),
                            _ => None,
                        })
                    }
                    _ => None,
                })
        }
        _ => None,
    }
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident("Self"))
}

/// A lifetime by its name, tick included.
pub(super) fn lifetime(name: &str) -> Lifetime {
    Lifetime::new(name, Span::call_site())
}

/// All lifetimes that stand in `tokens`, at any depth.
pub(super) fn mentioned(tokens: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![tokens.clone()];
    while let Some(stream) = waiting.pop() {
        let mut tick = false;
        for token in stream {
            if let (TokenTree::Ident(name), true) = (&token, tick) {
                found.insert(format!("'{name}"));
            }
            tick = is_mark(Some(&token), '\'');
            if let TokenTree::Group(group) = token {
                waiting.push(group.stream());
            }
        }
    }
    found
}

/// `tokens` with each lifetime in `names` replaced by `by`.
pub(super) fn replace(tokens: TokenStream, names: &BTreeSet<String>, by: &str) -> TokenStream {
    if names.is_empty() {
        return tokens;
    }
    let mut tick = false;
    let replaced = tokens.into_iter().map(|token| {
        let after_tick = std::mem::replace(&mut tick, is_mark(Some(&token), '\''));
        match token {
            TokenTree::Ident(name) if after_tick && names.contains(&format!("'{name}")) => {
                lifetime(by).ident.into()
            }
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), replace(group.stream(), names, by)).into()
            }
            token => token,
        }
    });
    replaced.collect()
}
