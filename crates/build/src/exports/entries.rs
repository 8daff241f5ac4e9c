//! The exports of a source, and the registry entry of each.

use std::collections::HashSet;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

use super::definition::{Definition, Impl, Meaning};
use super::names::Names;
use super::plain::plain_pointer;
use super::pointer::{Holder, Pointer, pointer};
use super::print::one_line;
use super::privacy::Privacy;
use super::public::Public;
use super::splice::Entry;
use super::tree::{DefinitionId, ModuleId};
use super::{Export, ExportKind, Status};

/// Everything that is found out about exports.
#[derive(Default)]
pub(super) struct Found {
    pub(super) exports: Vec<Export>,
    pub(super) entries: Vec<Entry>,
    /// The paths of functions that nobody outside can reach, as they are written.
    pub(super) private: Vec<String>,
    /// The paths of functions that can be exported, and the types of their pointers.
    pub(super) function_types: Vec<(String, String)>,
}

/// One export on its way into the list.
struct Candidate<'c> {
    path: String,
    definition: &'c Definition,
    module: ModuleId,
    holder: Option<&'c Impl>,
    /// Attributes to be repeated on the entry, beside the definition's own.
    repeated: String,
}

/// Walks all definitions; `extra` are pairs of a path and a function pointer type that the user asks for.
pub(super) fn find(names: &Names<'_>, public: &Public, extra: &[(String, String)]) -> Found {
    let mut finder = Finder {
        names,
        privacy: Privacy { names, public },
        asked: extra.iter().map(|(path, _)| path.as_str()).collect(),
        found: Found::default(),
    };
    for exposure in &public.exposures {
        finder.export(Candidate {
            path: exposure.path.clone(),
            definition: names.tree.definition(exposure.definition),
            module: exposure.definition.module,
            holder: None,
            repeated: exposure.repeated.clone(),
        });
    }
    for module in 0..names.tree.modules.len() {
        finder.unreached(public, module);
        names.tree.modules[module]
            .impls
            .iter()
            .for_each(|block| finder.methods(public, module, block));
    }
    extra
        .iter()
        .for_each(|(path, ty)| finder.on_demand(path, ty));
    finder.found
}

struct Finder<'f> {
    names: &'f Names<'f>,
    privacy: Privacy<'f>,
    asked: HashSet<&'f str>,
    found: Found,
}

impl Finder<'_> {
    fn export(&mut self, candidate: Candidate<'_>) {
        // What the user asks for by name takes the place of what is there under that name.
        if self.asked.contains(candidate.path.as_str()) || candidate.definition.attributes.test {
            return;
        }
        let (kind, made) = match &candidate.definition.meaning {
            Meaning::Function(Some(words)) => {
                (ExportKind::Function, Some(self.function(&candidate, words)))
            }
            Meaning::Function(None) | Meaning::Module(_) => return,
            Meaning::Static { mutable, ty } => (
                ExportKind::Global,
                Some(self.global(&candidate, *mutable, ty)),
            ),
            Meaning::Constant => {
                let reason = "it is a constant, which has no address; make it a static, or return it from a function";
                (ExportKind::Global, Some(Err(reason.to_owned())))
            }
            Meaning::Type { .. } => (ExportKind::Type, None),
        };
        let status = match made {
            None => Status::Informational,
            Some(Err(reason)) => Status::Refused { reason },
            Some(Ok(pointer)) => {
                // Of one with an adapter beside it, the type names lifetimes of the adapter's.
                if kind == ExportKind::Function && pointer.beside.is_empty() {
                    let of = (candidate.path.clone(), pointer.ty.clone());
                    self.found.function_types.push(of);
                }
                self.enter(candidate.module, &repeated(&candidate), &pointer);
                Status::Exported {
                    marker: marker(self.found.exports.len()),
                }
            }
        };
        self.found.exports.push(Export {
            name: candidate.path,
            kind,
            signature: candidate.definition.signature.clone(),
            doc: candidate.definition.attributes.doc.clone(),
            status,
        });
    }

    fn function(&self, candidate: &Candidate<'_>, words: &[TokenTree]) -> Result<Pointer, String> {
        let only_unsafe = candidate.definition.attributes.target_feature;
        let plain = match candidate.holder {
            Some(_) => None,
            None => plain_pointer(words, only_unsafe, &|name| self.names.is_known(name)),
        };
        if let Some(pointer) = plain {
            return Ok(pointer);
        }
        let signature: syn::Signature = super::definition::parse(words)
            .map_err(|error| format!("its signature cannot be followed: {error}"))?;
        let module = candidate.module;
        let hidden = |path: &syn::Path| self.privacy.hidden_lifetimes(path, module);
        let holder = candidate.holder.map(|block| Holder {
            generics: &block.generics,
            self_type: &block.self_type,
        });
        let adapter = format!("__jitney_call_{}__", self.found.exports.len());
        let pointer = pointer(
            &signature,
            holder.as_ref(),
            &candidate.path,
            only_unsafe,
            &adapter,
            &hidden,
        )?;
        let private = self.privacy.in_signature(&signature, module);
        match private.or_else(|| self.privacy.in_type(&candidate.holder?.self_type, module)) {
            Some(name) => Err(format!(
                "its signature names the private type `{name}`; make that type pub"
            )),
            None => Ok(pointer),
        }
    }

    fn global(
        &self,
        candidate: &Candidate<'_>,
        mutable: bool,
        ty: &Result<Box<Type>, String>,
    ) -> Result<Pointer, String> {
        let ty = ty
            .as_ref()
            .map_err(|error| format!("its type cannot be followed: {error}"))?;
        if let Some(name) = self.privacy.in_type(ty, candidate.module) {
            return Err(format!(
                "its type names the private type `{name}`; make that type pub"
            ));
        }
        let borrow = if mutable { "&raw mut" } else { "&raw const" };
        let value = format!("{borrow} {}", candidate.definition.written);
        Ok(Pointer {
            ty: ty.to_token_stream().to_string(),
            value,
            beside: String::new(),
        })
    }

    /// Writes the entry of the export that comes next.
    fn enter(&mut self, module: ModuleId, repeated: &str, pointer: &Pointer) {
        let export = self.found.exports.len();
        let Pointer { ty, value, beside } = pointer;
        let marker = marker(export);
        // An unneeded `crate::` is what the lint `unused_qualifications` looks for.
        let registry = if module == 0 {
            "__jitney::Entry"
        } else {
            "crate::__jitney::Entry"
        };
        let (beside, repeated) = if beside.is_empty() {
            (String::new(), repeated.to_owned())
        } else {
            // The lifetimes of an `impl` header are named even where one use is all that there is.
            let repeated = format!("{repeated}#[allow(single_use_lifetimes)]");
            (format!("{repeated}{beside} "), repeated)
        };
        let address = if value.starts_with('&') {
            format!("{value} as *mut ()")
        } else {
            // By way of a variable, because the lint `trivial_casts` rejects `function as fn()`.
            format!("{{ let __jitney_f: {ty} = {value}; __jitney_f as *mut () }}")
        };
        let text = format!(
            "{beside}{repeated}#[used] static {marker}: {registry} = {registry}::new::<{ty}>({address});"
        );
        let at = &self.names.tree.modules[module];
        self.found.entries.push(Entry {
            export,
            file: at.file,
            at: at.end,
            text,
        });
    }

    /// Lists the functions of `module` that cannot be reached.
    fn unreached(&mut self, public: &Public, module: ModuleId) {
        for (index, definition) in self.names.tree.modules[module]
            .definitions
            .iter()
            .enumerate()
        {
            let id = DefinitionId { module, index };
            if matches!(definition.meaning, Meaning::Function(_)) && !public.reaches(id) {
                self.found.private.push(self.names.tree.written_path(id));
            }
        }
    }

    fn methods(&mut self, public: &Public, module: ModuleId, block: &Impl) {
        let (paths, written) = self.paths_of_type(public, module, &block.self_type);
        for definition in &block.definitions {
            let is_function = matches!(definition.meaning, Meaning::Function(_));
            if definition.reach != super::items::Reach::Public || paths.is_empty() {
                if is_function {
                    self.found
                        .private
                        .push(format!("{written}::{}", definition.name));
                }
                continue;
            }
            for (path, repeated) in &paths {
                self.export(Candidate {
                    path: format!("{path}::{}", definition.name),
                    definition,
                    module,
                    holder: Some(block),
                    repeated: format!("{repeated}{}", block.attributes.repeated),
                });
            }
        }
    }

    /// The public paths of the type that an `impl` is for, each with the attributes to be repeated; and the path it has
    /// in the source.
    fn paths_of_type(
        &self,
        public: &Public,
        module: ModuleId,
        ty: &Type,
    ) -> (Vec<(String, String)>, String) {
        let Some(path) = type_path(ty) else {
            return (Vec::new(), one_line(&tokens(ty)));
        };
        let arguments = arguments(path);
        let types = self.behind_alias(path, module, 8);
        let Some(&first) = types.first() else {
            // A macro made this type. Whether it is public cannot be seen; if it is not, its methods are of no use to
            // anybody, and do no harm.
            let name = path
                .segments
                .last()
                .map(|last| super::tokens::plain(&last.ident))
                .unwrap_or_default();
            let prefixes = public.prefixes(module).iter();
            return (
                prefixes
                    .map(|prefix| (format!("{prefix}{name}{arguments}"), String::new()))
                    .collect(),
                name,
            );
        };
        let deprecated = self.names.tree.definition(first).attributes.deprecated;
        let allow = if deprecated {
            "#[allow(deprecated)]"
        } else {
            ""
        };
        let ways = types.iter().flat_map(|&id| public.ways(id));
        let mut paths: Vec<(String, String)> = ways
            .map(|way| {
                (
                    format!("{}{arguments}", way.path),
                    format!("{allow}{}", way.repeated),
                )
            })
            .collect();
        // `#[cfg]` may choose between several types of one path; the `impl` is one.
        paths.sort();
        paths.dedup_by(|one, other| one.0 == other.0);
        (paths, self.names.tree.written_path(first))
    }

    fn behind_alias(&self, path: &syn::Path, module: ModuleId, left: usize) -> Vec<DefinitionId> {
        let types = self.privacy.types(path, module);
        let target = types
            .first()
            .and_then(|&id| match &self.names.tree.definition(id).meaning {
                Meaning::Type {
                    alias: Some(alias), ..
                } if left > 0 => Some((id.module, type_path(alias)?)),
                _ => None,
            });
        match target {
            Some((module, path)) => self.behind_alias(path, module, left - 1),
            None => types,
        }
    }

    /// An export that the user asked for, of whatever `path` means at the crate root.
    fn on_demand(&mut self, path: &str, ty: &str) {
        let (signature, status) = match asked(path, ty) {
            Ok((pointer, written)) => {
                self.enter(0, "", &pointer);
                (
                    written,
                    Status::Exported {
                        marker: marker(self.found.exports.len()),
                    },
                )
            }
            Err(reason) => (ty.to_owned(), Status::Refused { reason }),
        };
        self.found.exports.push(Export {
            name: path.to_owned(),
            kind: ExportKind::Function,
            signature,
            doc: None,
            status,
        });
    }
}

/// The pointer that the user describes by a path and a type, and the type on one line.
fn asked(path: &str, ty: &str) -> Result<(Pointer, String), String> {
    let read = |text: &str| {
        text.parse()
            .map(|stream: proc_macro2::TokenStream| stream.into_iter().collect::<Vec<_>>())
    };
    let value = read(path).map_err(|_| format!("`{path}` is not a path"))?;
    let value: syn::ExprPath =
        super::definition::parse(&value).map_err(|_| format!("`{path}` is not a path"))?;
    let wrong = || format!("`{ty}` is not a function pointer type such as `fn(i32) -> i32`");
    let written = read(ty).map_err(|_| wrong())?;
    let Ok(Type::FnPtr(parsed)) = super::definition::parse::<Type>(&written) else {
        return Err(wrong());
    };
    let value = value.to_token_stream().to_string();
    let pointer = Pointer {
        value: match takes_any_lifetime(&parsed, &written) {
            true => {
                let parameters =
                    (0..parsed.inputs.len()).map(|number| format!("__jitney_{number}"));
                let parameters: Vec<String> = parameters.collect();
                let parameters = parameters.join(", ");
                format!("|{parameters}| {value}({parameters})")
            }
            false => value,
        },
        ty: parsed.to_token_stream().to_string(),
        beside: String::new(),
    };
    Ok((pointer, one_line(&written)))
}

/// Whether a function may have to be called by way of a closure to be of this type: one instance of `fn f<T: AsRef<[u8]>>(t: T)`
/// takes references of one lifetime alone, as the lifetime is a part of `T`, but a closure those of any.
fn takes_any_lifetime(ty: &syn::TypeFnPtr, written: &[TokenTree]) -> bool {
    fn borrows(tokens: &[TokenTree]) -> bool {
        tokens.iter().any(|token| match token {
            TokenTree::Punct(mark) => matches!(mark.as_char(), '&' | '\''),
            TokenTree::Group(group) => borrows(&group.stream().into_iter().collect::<Vec<_>>()),
            _ => false,
        })
    }
    ty.unsafety.is_none() && ty.abi.is_none() && ty.variadic.is_none() && borrows(written)
}

/// The part of an entry's symbol name that no other symbol has.
fn marker(export: usize) -> String {
    format!("__JITNEY_EXPORT_{export}__")
}

fn repeated(candidate: &Candidate<'_>) -> String {
    let own = &candidate.definition.attributes;
    let allow = if own.deprecated {
        "#[allow(deprecated)]"
    } else {
        ""
    };
    format!("{}{}{allow}", candidate.repeated, own.repeated)
}

/// The path in the type of an `impl` header: of the type itself, or of the trait in `dyn Trait`.
fn type_path(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        Type::Paren(inner) => type_path(&inner.elem),
        Type::TraitObject(object) => object.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(&bound.path),
            _ => None,
        }),
        _ => None,
    }
}

/// The type arguments of `impl Pair<u8, u16>`, which tell its functions from those of `impl Pair<f32, f64>`.
fn arguments(path: &syn::Path) -> String {
    let Some(PathArguments::AngleBracketed(list)) =
        path.segments.last().map(|last| &last.arguments)
    else {
        return String::new();
    };
    let types = list
        .args
        .iter()
        .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)));
    let types: Vec<String> = types.map(|argument| one_line(&tokens(argument))).collect();
    if types.is_empty() {
        String::new()
    } else {
        format!("<{}>", types.join(", "))
    }
}

fn tokens(part: &impl ToTokens) -> Vec<TokenTree> {
    part.to_token_stream().into_iter().collect()
}
