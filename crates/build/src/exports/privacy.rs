//! Whether a signature names a type that the host could never name.

use syn::visit::{self, Visit};
use syn::{Path, PathArguments, Signature, Type};

use super::definition::Meaning;
use super::names::{Names, Space};
use super::public::Public;
use super::tree::{DefinitionId, ModuleId};

/// How many type aliases are looked through, one behind the other.
const ALIASES: usize = 16;

/// Looks for the source's own types in a signature that stands in one of its modules.
pub(super) struct Privacy<'p> {
    pub(super) names: &'p Names<'p>,
    pub(super) public: &'p Public,
}

impl Privacy<'_> {
    /// The private type that `signature` names, if there is one.
    pub(super) fn in_signature(&self, signature: &Signature, module: ModuleId) -> Option<String> {
        let mut search = Search {
            privacy: self,
            module,
            aliases: ALIASES,
            found: None,
        };
        signature
            .inputs
            .iter()
            .for_each(|argument| search.visit_fn_arg(argument));
        search.visit_return_type(&signature.output);
        search.found
    }

    /// The private type that `ty` names, if there is one.
    pub(super) fn in_type(&self, ty: &Type, module: ModuleId) -> Option<String> {
        self.behind_aliases(ty, module, ALIASES)
    }

    /// How many lifetime parameters `path`, a type's name in `module`, leaves out.
    pub(super) fn hidden_lifetimes(&self, path: &Path, module: ModuleId) -> usize {
        let given = match path.segments.last().map(|last| &last.arguments) {
            Some(PathArguments::AngleBracketed(list)) => list
                .args
                .iter()
                .any(|argument| matches!(argument, syn::GenericArgument::Lifetime(_))),
            Some(PathArguments::Parenthesized(_)) => true,
            _ => false,
        };
        if given {
            return 0;
        }
        let parameters = |id: &DefinitionId| match self.names.tree.definition(*id).meaning {
            Meaning::Type { lifetimes, .. } => lifetimes,
            _ => 0,
        };
        self.types(path, module)
            .iter()
            .map(parameters)
            .max()
            .unwrap_or(0)
    }

    /// The source's own types that `path` names in `module`.
    pub(super) fn types(&self, path: &Path, module: ModuleId) -> Vec<DefinitionId> {
        if path.leading_colon.is_some() || path.is_ident("Self") {
            return Vec::new();
        }
        let steps: Vec<String> = path
            .segments
            .iter()
            .map(|segment| super::tokens::plain(&segment.ident))
            .collect();
        let is_type = |id: &DefinitionId| {
            matches!(
                self.names.tree.definition(*id).meaning,
                Meaning::Type { .. }
            )
        };
        self.names
            .resolve(module, &steps, Space::Types)
            .into_iter()
            .filter(is_type)
            .collect()
    }

    fn behind_aliases(&self, ty: &Type, module: ModuleId, aliases: usize) -> Option<String> {
        let mut search = Search {
            privacy: self,
            module,
            aliases,
            found: None,
        };
        search.visit_type(ty);
        search.found
    }
}

struct Search<'s> {
    privacy: &'s Privacy<'s>,
    module: ModuleId,
    aliases: usize,
    found: Option<String>,
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        let named = self.privacy.types(path, self.module);
        let reached = named.iter().any(|&id| self.privacy.public.reaches(id));
        for &id in if reached { &[] } else { &named[..] } {
            if self.found.is_some() {
                break;
            }
            let definition = self.privacy.names.tree.definition(id);
            match &definition.meaning {
                // A private name for public types hides nothing.
                Meaning::Type {
                    alias: Some(target),
                    ..
                } if self.aliases > 0 => {
                    self.found = self
                        .privacy
                        .behind_aliases(target, id.module, self.aliases - 1);
                }
                _ => self.found = Some(definition.written.clone()),
            }
        }
        visit::visit_path(self, path);
    }

    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        // `<A as B>::C` names neither A nor B in the end, but C's value.
        if path.qself.is_none() {
            visit::visit_type_path(self, path);
        }
    }

    fn visit_fn_arg(&mut self, argument: &'ast syn::FnArg) {
        match argument {
            syn::FnArg::Typed(typed) => self.visit_type(&typed.ty),
            syn::FnArg::Receiver(receiver) => {
                if let syn::ReceiverKind::Typed(_, ty) = &receiver.kind {
                    self.visit_type(ty);
                }
            }
        }
    }

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
