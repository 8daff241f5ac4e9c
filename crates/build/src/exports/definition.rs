//! What is remembered of each item: definitions, imports and `impl` blocks, read from their outlines.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parse;
use syn::{Generics, ItemImpl, ItemUse, Type, UseTree};

use super::attributes::Attributes;
use super::items::{Item, Kind, Reach, split};
use super::print::one_line;
use super::tokens::{Angles, Cursor, DEEPEST, depth, group, is_mark, plain};
use super::tree::ModuleId;

/// A named item.
pub(super) struct Definition {
    /// Without `r#`.
    pub(super) name: String,
    /// As the source writes it.
    pub(super) written: String,
    pub(super) reach: Reach,
    pub(super) attributes: Attributes,
    /// The item on one line without its body, if it is public.
    pub(super) signature: String,
    pub(super) meaning: Meaning,
}

/// What a name stands for.
pub(super) enum Meaning {
    /// If it is public, its words up to the body.
    Function(Option<Vec<TokenTree>>),
    Static {
        mutable: bool,
        ty: Result<Box<Type>, String>,
    },
    Constant,
    Type {
        /// How many lifetime parameters it has.
        lifetimes: usize,
        /// What `type Name = …;` stands for.
        alias: Option<Box<Type>>,
    },
    Module(ModuleId),
}

/// One name, or all names, that a `use` brings into a module.
pub(super) struct Use {
    pub(super) path: Vec<String>,
    /// None for `*`.
    pub(super) name: Option<String>,
    /// `use a::b::{self}` imports no function `b`.
    pub(super) types_only: bool,
    pub(super) reach: Reach,
    /// Its `#[cfg]`s.
    pub(super) repeated: String,
}

/// An inherent `impl` block.
pub(super) struct Impl {
    pub(super) generics: Generics,
    pub(super) self_type: Type,
    pub(super) attributes: Attributes,
    /// Its functions and constants.
    pub(super) definitions: Vec<Definition>,
}

/// Parses tokens as `T`, unless they nest so deep that it would take too much stack.
pub(super) fn parse<T: Parse>(tokens: &[TokenTree]) -> Result<T, String> {
    if depth(tokens) > DEEPEST {
        return Err(format!("it is nested more than {DEEPEST} levels deep"));
    }
    syn::parse2(tokens.iter().cloned().collect())
        .map_err(|error| format!("it could not be read ({error})"))
}

/// The start of every definition: the name that stands at `at`.
fn named(
    tokens: &[TokenTree],
    at: usize,
    item: &Item,
    attributes: Attributes,
    meaning: Meaning,
) -> Option<Definition> {
    let name = super::tokens::ident(tokens.get(at))?;
    let signature = String::new();
    Some(Definition {
        name: plain(name),
        written: name.to_string(),
        reach: item.reach,
        attributes,
        signature,
        meaning,
    })
}

pub(super) fn function(
    tokens: &[TokenTree],
    item: &Item,
    attributes: Attributes,
) -> Option<Definition> {
    // A function without a body is an error that rustc will report.
    group(tokens.get(item.body), Delimiter::Brace)?;
    let public = item.reach == Reach::Public && !attributes.test;
    let words = public.then(|| tokens[item.head..item.body].to_vec());
    let mut definition = named(
        tokens,
        item.keyword + 1,
        item,
        attributes,
        Meaning::Function(words),
    )?;
    if public {
        definition.signature = one_line(&tokens[item.start..item.body]);
    }
    Some(definition)
}

pub(super) fn value(
    tokens: &[TokenTree],
    item: &Item,
    attributes: Attributes,
) -> Option<Definition> {
    let mut cursor = Cursor {
        tokens,
        at: item.keyword + 1,
    };
    let mutable = cursor.skip_word("mut");
    let name = cursor.at;
    cursor.at += 1;
    if !cursor.skip_mark(':') {
        return None;
    }
    let end = before_equals(tokens, cursor.at, item.body);
    let ty = parse(&tokens[cursor.at..end]).map(Box::new);
    let mut definition = named(
        tokens,
        name,
        item,
        attributes,
        Meaning::Static { mutable, ty },
    )?;
    definition.signature = one_line(&tokens[item.start..end]);
    Some(definition)
}

pub(super) fn constant(
    tokens: &[TokenTree],
    item: &Item,
    attributes: Attributes,
) -> Option<Definition> {
    let mut definition = named(
        tokens,
        item.keyword + 1,
        item,
        attributes,
        Meaning::Constant,
    )?;
    if item.reach == Reach::Public {
        let end = before_equals(tokens, item.keyword, item.body);
        definition.signature = one_line(&tokens[item.start..end]);
    }
    (definition.name != "_").then_some(definition)
}

/// `struct`, `enum`, `union` and `trait`.
pub(super) fn nominal(
    tokens: &[TokenTree],
    item: &Item,
    attributes: Attributes,
) -> Option<Definition> {
    let lifetimes = lifetime_parameters(&tokens[item.keyword..item.body]);
    let meaning = Meaning::Type {
        lifetimes,
        alias: None,
    };
    let mut definition = named(tokens, item.keyword + 1, item, attributes, meaning)?;
    if item.reach == Reach::Public {
        // The fields of `struct Name(…) where …;` are its body, although more may follow.
        let fields = |token: &&TokenTree| group(Some(token), Delimiter::Parenthesis).is_some();
        let tuple = super::tokens::ident(tokens.get(item.keyword))
            .is_some_and(|word| word == "struct")
            && is_mark(tokens.get(item.body), ';');
        let outline = &tokens[item.start..item.body];
        let kept: Vec<TokenTree> = match tuple {
            true => outline
                .iter()
                .filter(|token| !fields(token))
                .cloned()
                .collect(),
            false => outline.to_vec(),
        };
        definition.signature = one_line(&kept);
    }
    Some(definition)
}

pub(super) fn alias(
    tokens: &[TokenTree],
    item: &Item,
    attributes: Attributes,
) -> Option<Definition> {
    let end = before_equals(tokens, item.keyword, item.body);
    let lifetimes = lifetime_parameters(&tokens[item.keyword..end]);
    let target = tokens
        .get(end + 1..item.body)
        .and_then(|target| parse(target).ok())
        .map(Box::new);
    let meaning = Meaning::Type {
        lifetimes,
        alias: target,
    };
    let mut definition = named(tokens, item.keyword + 1, item, attributes, meaning)?;
    if item.reach == Reach::Public {
        definition.signature = one_line(&tokens[item.start..item.body]);
    }
    Some(definition)
}

/// The names that a `use` item brings in.
pub(super) fn imports(tokens: &[TokenTree], item: &Item) -> Vec<Use> {
    let Ok(parsed) = parse::<ItemUse>(&tokens[item.keyword..=item.body]) else {
        return Vec::new();
    };
    let repeated = Attributes::new(&item.attributes).repeated;
    let mut uses = Vec::new();
    // An empty first name stands for the `::` of a path to another crate.
    let root: Vec<String> = parsed
        .leading_colon
        .map(|_| String::new())
        .into_iter()
        .collect();
    let mut waiting = vec![(root, parsed.tree)];
    while let Some((mut path, tree)) = waiting.pop() {
        let (name, types_only) = match tree {
            UseTree::Path(step) => {
                path.push(plain(&step.ident));
                waiting.push((path, *step.tree));
                continue;
            }
            UseTree::Group(list) => {
                waiting.extend(
                    list.items
                        .into_iter()
                        .rev()
                        .map(|tree| (path.clone(), tree)),
                );
                continue;
            }
            UseTree::Glob(_) => (None, false),
            UseTree::Name(leaf) if leaf.ident == "self" => (path.last().cloned(), true),
            UseTree::Rename(leaf) if leaf.ident == "self" && !path.is_empty() => {
                (Some(plain(&leaf.rename)), true)
            }
            UseTree::Name(leaf) => {
                path.push(plain(&leaf.ident));
                (path.last().cloned(), false)
            }
            UseTree::Rename(leaf) => {
                path.push(plain(&leaf.ident));
                (Some(plain(&leaf.rename)), false)
            }
        };
        uses.push(Use {
            path,
            name,
            types_only,
            reach: item.reach,
            repeated: repeated.clone(),
        });
    }
    uses
}

/// An `impl` block, if it is an inherent one.
pub(super) fn implementation(
    tokens: &[TokenTree],
    item: &Item,
    mut attributes: Attributes,
) -> Option<Impl> {
    let body = group(tokens.get(item.body), Delimiter::Brace)?;
    let mut header = tokens[item.head..item.body].to_vec();
    header.push(proc_macro2::Group::new(Delimiter::Brace, TokenStream::new()).into());
    let header: ItemImpl = parse(&header).ok()?;
    if header.trait_.is_some() {
        return None;
    }
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let level = split(&tokens).ok()?;
    attributes
        .repeated
        .push_str(&Attributes::new(&level.attributes).repeated);
    let definitions = level.items.iter().filter_map(|item| {
        let attributes = Attributes::new(&item.attributes);
        match item.kind {
            Kind::Function => function(&tokens, item, attributes),
            Kind::Constant => constant(&tokens, item, attributes),
            _ => None,
        }
    });
    let definitions = definitions.collect();
    Some(Impl {
        generics: header.generics,
        self_type: *header.self_ty,
        attributes,
        definitions,
    })
}

/// Where the `=` of a definition stands that ends at `end`; else `end`.
fn before_equals(tokens: &[TokenTree], from: usize, end: usize) -> usize {
    let mut angles = Angles::default();
    (from..end)
        .find(|&at| {
            angles.pass(&tokens[at]);
            angles.closed() && is_mark(tokens.get(at), '=')
        })
        .unwrap_or(end)
}

/// How many lifetimes the first `<…>` declares.
fn lifetime_parameters(tokens: &[TokenTree]) -> usize {
    let Some(open) = tokens
        .get(2)
        .filter(|token| is_mark(Some(token), '<'))
        .map(|_| 3)
    else {
        return 0;
    };
    let mut angles = Angles::default();
    angles.pass(&tokens[2]);
    let mut count = 0;
    for at in open..tokens.len() {
        let starts = is_mark(tokens.get(at - 1), ',')
            || at == open
            || matches!(tokens[at - 1], TokenTree::Group(_));
        count += usize::from(angles.open() == 1 && starts && is_mark(tokens.get(at), '\''));
        angles.pass(&tokens[at]);
        if angles.closed() {
            break;
        }
    }
    count
}
