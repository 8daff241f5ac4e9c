//! From a signature to a function pointer type, and to an expression that has it.
//!
//! The one place that knows which functions have a pointer type at all; those that have none are refused here, each
//! with the reason and a way out.

use std::collections::BTreeSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericParam, Generics, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type,
    parse_quote,
};

use super::lifetimes::{Hidden, SPELLED, lifetime, mentioned, name_all, replace, spell_output};
use super::tokens::is_mark;

/// The `impl` block that a method stands in.
pub(super) struct Holder<'h> {
    pub(super) generics: &'h Generics,
    pub(super) self_type: &'h Type,
}

/// A function as a value.
pub(super) struct Pointer {
    /// Its function pointer type.
    pub(super) ty: String,
    /// An expression that coerces to `ty`.
    pub(super) value: String,
    /// A function that `value` names and that has to stand beside the registry entry, or nothing.
    pub(super) beside: String,
}

/// Finds the pointer of the function with this signature, which is to be exported as `path`.
///
/// `written` is its name in the source, `adapter` a free name for a function that calls it. `only_unsafe` says that it
/// has `#[target_feature]`, so that safe code may not call it everywhere. The error is a reason, as half a sentence.
pub(super) fn pointer(
    signature: &Signature,
    holder: Option<&Holder<'_>>,
    path: &str,
    only_unsafe: bool,
    adapter: &str,
    hidden: Hidden<'_>,
) -> Result<Pointer, String> {
    refuse_generics(signature, holder, path)?;
    refuse_shape(signature, path)?;
    refuse_lifetime_bounds(signature)?;

    let mut inputs: Vec<Type> = signature.inputs.iter().map(input_type).collect();
    let mut output = match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    let spelled = match (holder, &mut output) {
        (Some(_), Some(output)) => {
            spell_output(&mut inputs, signature.receiver().is_some(), output, hidden)
        }
        _ => false,
    };
    let holder = holder.map(|holder| Owner::new(holder, hidden));

    let substituted = |ty: &Type| match &holder {
        Some(owner) => replace_self(ty.to_token_stream(), &owner.ty),
        None => ty.to_token_stream(),
    };
    let attributes = signature.inputs.iter().map(conditions);
    let types: Vec<TokenStream> = inputs.iter().map(substituted).collect();
    let parameters: Vec<TokenStream> = attributes
        .zip(&types)
        .map(|(cfg, ty)| quote!(#cfg #ty))
        .collect();

    let own = signature
        .generics
        .lifetimes()
        .map(|parameter| parameter.lifetime.to_string());
    let mut declared: BTreeSet<String> = own.collect();
    declared.extend(spelled.then(|| SPELLED.to_owned()));
    declared.extend(
        holder
            .iter()
            .flat_map(|owner| owner.lifetimes.iter().cloned()),
    );
    let taken = match declared.is_empty() {
        true => BTreeSet::new(),
        false => mentioned(&parameters.iter().cloned().collect()),
    };
    // A lifetime of the result alone is the caller's to choose: the longest one serves everybody.
    let only_returned: BTreeSet<String> = declared.difference(&taken).cloned().collect();
    let output = output.map(|ty| replace(substituted(&ty), &only_returned, "'static"));
    let output = output.map(|ty| quote!(-> #ty));

    let bound: Vec<_> = declared
        .intersection(&taken)
        .map(|name| lifetime(name))
        .collect();
    let binder = (!bound.is_empty()).then(|| quote!(<#(#bound),*>));
    let for_all = binder.as_ref().map(|binder| quote!(for #binder));
    let unsafety =
        (only_unsafe || matches!(signature.safety, Safety::Unsafe(_))).then(|| quote!(unsafe));
    let abi = &signature.abi;
    let ty = quote!(#for_all #unsafety #abi fn(#(#parameters),*) #output);

    let name = &signature.ident;
    let (value, beside) = match &holder {
        None => (quote!(#name), TokenStream::new()),
        Some(owner) if owner.lifetimes.is_empty() => {
            let ty = &owner.ty;
            (quote!(<#ty>::#name), TokenStream::new())
        }
        // The lifetimes of an `impl` header are fixed when the function is named, so a pointer that is to work for
        // all of them needs a function that declares them itself.
        Some(owner) => {
            let adapter = format_ident!("{adapter}");
            let names: Vec<_> = (0..types.len())
                .map(|index| format_ident!("a{index}"))
                .collect();
            let ty = replace(owner.ty.clone(), &owner.lifetimes, "'_");
            let call = quote!(<#ty>::#name(#(#names),*));
            let call = if unsafety.is_some() {
                quote!(unsafe { #call })
            } else {
                call
            };
            let takes = names
                .iter()
                .zip(&types)
                .map(|(name, ty)| quote!(#name: #ty));
            let function =
                quote!(#unsafety #abi fn #adapter #binder(#(#takes),*) #output { #call });
            (quote!(#adapter), function)
        }
    };
    Ok(Pointer {
        ty: ty.to_string(),
        value: value.to_string(),
        beside: beside.to_string(),
    })
}

/// A holder whose self type leaves no lifetime out.
struct Owner {
    /// What `Self` stands for.
    ty: TokenStream,
    /// The lifetimes of the header.
    lifetimes: BTreeSet<String>,
}

impl Owner {
    fn new(holder: &Holder<'_>, hidden: Hidden<'_>) -> Owner {
        let mut lifetimes: BTreeSet<String> = holder
            .generics
            .lifetimes()
            .map(|parameter| parameter.lifetime.to_string())
            .collect();
        let mut ty = holder.self_type.clone();
        name_all(&mut ty, hidden, &mut || {
            let name = format!("'__jitney_{}", lifetimes.len());
            lifetimes.insert(name.clone());
            lifetime(&name)
        });
        let ty = match ty {
            // `impl dyn Trait` is about `dyn Trait + 'static`, while `&dyn Trait` in a signature is not.
            Type::TraitObject(object) => {
                let free = !object
                    .bounds
                    .iter()
                    .any(|bound| matches!(bound, syn::TypeParamBound::Lifetime(_)));
                let forever = free.then(|| quote!(+ 'static));
                quote!((#object #forever))
            }
            ty => ty.into_token_stream(),
        };
        Owner { ty, lifetimes }
    }
}

fn input_type(argument: &FnArg) -> Type {
    match argument {
        FnArg::Typed(typed) => (*typed.ty).clone(),
        FnArg::Receiver(Receiver {
            kind: ReceiverKind::Reference(_, lifetime, mutability),
            ..
        }) => {
            parse_quote!(& #lifetime #mutability Self)
        }
        FnArg::Receiver(Receiver {
            kind: ReceiverKind::Typed(_, ty),
            ..
        }) => (**ty).clone(),
        FnArg::Receiver(_) => parse_quote!(Self),
    }
}

/// The `#[cfg]`s of a parameter.
fn conditions(argument: &FnArg) -> TokenStream {
    let attributes = match argument {
        FnArg::Typed(typed) => &typed.attrs,
        FnArg::Receiver(receiver) => &receiver.attrs,
    };
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .map(ToTokens::to_token_stream)
        .collect()
}

/// `tokens` with `Self` replaced by `ty`.
fn replace_self(tokens: TokenStream, ty: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut replaced = TokenStream::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if word == "Self" => {
                // `Self::LENGTH` becomes `<Type>::LENGTH`.
                let leads = is_mark(tokens.get(at + 1), ':') && is_mark(tokens.get(at + 2), ':');
                replaced.extend(if leads { quote!(<#ty>) } else { ty.clone() });
            }
            TokenTree::Group(group) => {
                let inner = replace_self(group.stream(), ty);
                replaced.extend([TokenTree::from(Group::new(group.delimiter(), inner))]);
            }
            token => replaced.extend([token.clone()]),
        }
    }
    replaced
}

fn refuse_generics(
    signature: &Signature,
    holder: Option<&Holder<'_>>,
    path: &str,
) -> Result<(), String> {
    let outer = holder
        .into_iter()
        .flat_map(|holder| &holder.generics.params);
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(parameter) => Some(format!("`{}`", parameter.ident)),
        GenericParam::Const(parameter) => Some(format!("`const {}`", parameter.ident)),
    };
    let of_type: Vec<String> = outer.filter_map(name).collect();
    let of_function: Vec<String> = signature.generics.params.iter().filter_map(name).collect();
    let all = [&of_type[..], &of_function[..]].concat();
    if all.is_empty() {
        return Ok(());
    }
    // An instance of a generic type has to be named in the path; that of a function follows from the type.
    let example = match path.rsplit_once("::") {
        Some((ty, function)) if !of_type.is_empty() => format!("{ty}::<…>::{function}"),
        _ => path.to_owned(),
    };
    let over = all.join(" and ");
    Err(format!(
        "it is generic over {over}: only an instance has an address; name one with .export(\"{example}\", \"fn(…)\")"
    ))
}

/// Refuses what has no function pointer type whatever its parameters.
fn refuse_shape(signature: &Signature, path: &str) -> Result<(), String> {
    let name = &signature.ident;
    if signature.asyncness.is_some() {
        return Err(format!(
            "it is async: the future it returns has a type without a name; return \
             Pin<Box<dyn Future<Output = …>>> from a plain function that boxes `{name}`"
        ));
    }
    if signature.variadic.is_some() {
        return Err("it takes a variable number of arguments (`...`), which no checked function type describes".to_owned());
    }
    let mut finder = FindImpl(None);
    finder.visit_return_type(&signature.output);
    if let Some(written) = finder.0 {
        return Err(format!(
            "it returns `{written}`, a type without a name; return a type that has one, or a Box<dyn …>"
        ));
    }
    signature
        .inputs
        .iter()
        .for_each(|argument| finder.visit_fn_arg(argument));
    if let Some(written) = finder.0 {
        return Err(format!(
            "its parameter of type `{written}` makes it generic: only an instance has an address; name one with \
             .export(\"{path}\", \"fn(…)\"), or take a &dyn …"
        ));
    }
    Ok(())
}

/// The first `impl Trait` in a type, as it is written.
struct FindImpl(Option<String>);

impl<'ast> Visit<'ast> for FindImpl {
    fn visit_type_impl_trait(&mut self, ty: &'ast syn::TypeImplTrait) {
        let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
        self.0
            .get_or_insert_with(|| super::print::one_line(&tokens));
    }

    fn visit_fn_arg(&mut self, argument: &'ast FnArg) {
        if let FnArg::Typed(typed) = argument {
            visit::visit_type(self, &typed.ty);
        }
    }
}

/// Refuses lifetimes that are fixed when the function is named: those of a bound or a `where` clause.
fn refuse_lifetime_bounds(signature: &Signature) -> Result<(), String> {
    let mut bounded = signature
        .generics
        .lifetimes()
        .filter(|parameter| !parameter.bounds.is_empty());
    let bound = bounded.next().map(|parameter| {
        let tokens: Vec<TokenTree> = parameter.to_token_stream().into_iter().collect();
        (
            parameter.lifetime.to_string(),
            super::print::one_line(&tokens),
        )
    });
    let clause = signature.generics.where_clause.as_ref().and_then(|clause| {
        clause.predicates.iter().find_map(|predicate| {
            let tokens = predicate.to_token_stream();
            let named = mentioned(&tokens);
            let parameter = signature
                .generics
                .lifetimes()
                .map(|own| own.lifetime.to_string());
            let fixed = parameter.into_iter().find(|own| named.contains(own))?;
            let tokens: Vec<TokenTree> = tokens.into_iter().collect();
            Some((fixed, super::print::one_line(&tokens)))
        })
    });
    match bound.or(clause) {
        None => Ok(()),
        Some((name, bound)) => Err(format!(
            "its lifetime `{name}` has the bound `{bound}`, which a function pointer type cannot express; export a \
             function without the bound that calls it"
        )),
    }
}
