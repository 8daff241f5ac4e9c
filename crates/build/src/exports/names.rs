//! What a path means at some place in the source, as far as it leads to the source's own items.
//!
//! A simplified form of rustc's name resolution: definitions and named imports come before glob imports, and a path
//! that leads out of the source (to std, to a dependency, to something a macro made) means nothing here.

use std::collections::HashSet;

use super::definition::{Definition, Meaning, Use};
use super::items::Reach;
use super::tree::{DefinitionId, ModuleId, Tree};

/// Types and modules share one space of names; functions, statics and constants share another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Space {
    Types,
    Values,
}

/// How many imports may lead from one to the next before a chain counts as a circle.
const LONGEST_CHAIN: usize = 16;

/// A tree with its glob imports worked out.
pub(super) struct Names<'t> {
    pub(super) tree: &'t Tree,
    /// For each module, the modules that each of its `uses` takes all names from (none for a named import).
    globs: Vec<Vec<Vec<ModuleId>>>,
    /// All names of types and modules, under whatever module and condition.
    known: HashSet<&'t str>,
    /// For each module, all modules whose names it sees through globs, and through the globs of those.
    through: Vec<Vec<ModuleId>>,
}

impl<'t> Names<'t> {
    pub(super) fn new(tree: &'t Tree) -> Names<'t> {
        let nothing = vec![Vec::new(); tree.modules.len()];
        let through = vec![Vec::new(); tree.modules.len()];
        let mut names = Names {
            tree,
            globs: nothing,
            known: HashSet::new(),
            through,
        };
        for module in &tree.modules {
            let types = module
                .definitions
                .iter()
                .filter(|definition| space_of(definition) == Space::Types);
            names
                .known
                .extend(types.map(|definition| definition.name.as_str()));
            names.known.extend(
                module
                    .uses
                    .iter()
                    .filter_map(|import| import.name.as_deref()),
            );
        }
        // The path of a glob may itself begin with a name that another glob brings: the second round finds those.
        for _ in 0..2 {
            names.globs = (0..tree.modules.len())
                .map(|module| names.targets(module))
                .collect();
            names.through = (0..tree.modules.len())
                .map(|module| names.closure(module))
                .collect();
            if names.through.iter().all(Vec::is_empty) {
                break;
            }
        }
        names
    }

    /// What `path` means in `module`: several definitions if `#[cfg]` chooses between them, none if it leads elsewhere.
    ///
    /// If a name on the way stands for a type (`Shape::Circle`), that type is the answer.
    pub(super) fn resolve(
        &self,
        module: ModuleId,
        path: &[String],
        space: Space,
    ) -> Vec<DefinitionId> {
        self.follow(module, path, space, false, LONGEST_CHAIN)
    }

    /// What a named import stands for, in `space`.
    pub(super) fn imported(
        &self,
        module: ModuleId,
        import: &Use,
        space: Space,
    ) -> Vec<DefinitionId> {
        self.import(module, import, space, LONGEST_CHAIN)
    }

    /// The modules that the `index`th import of `module` takes all names from.
    pub(super) fn globbed(&self, module: ModuleId, index: usize) -> &[ModuleId] {
        &self.globs[module][index]
    }

    pub(super) fn space_of(&self, id: DefinitionId) -> Space {
        space_of(self.tree.definition(id))
    }

    /// Whether `name` is the name of a type or module, or an imported one, anywhere in the source.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    fn targets(&self, module: ModuleId) -> Vec<Vec<ModuleId>> {
        let target = |import: &Use| {
            if import.name.is_some() {
                return Vec::new();
            }
            match self.start(module, &import.path) {
                // `use super::*`, `use crate::*`: no definition stands for such a module.
                Some((at, [])) => vec![at],
                _ => self.modules_of(&self.follow(
                    module,
                    &import.path,
                    Space::Types,
                    true,
                    LONGEST_CHAIN,
                )),
            }
        };
        self.tree.modules[module].uses.iter().map(target).collect()
    }

    fn closure(&self, viewer: ModuleId) -> Vec<ModuleId> {
        let mut found: Vec<ModuleId> = Vec::new();
        let mut seen = vec![false; self.tree.modules.len()];
        seen[viewer] = true;
        let mut waiting = vec![viewer];
        while let Some(module) = waiting.pop() {
            let inside = self.tree.is_within(viewer, module);
            for (import, targets) in self.tree.modules[module]
                .uses
                .iter()
                .zip(&self.globs[module])
            {
                for &target in targets {
                    let visible = inside || import.reach != Reach::Private;
                    if visible && !std::mem::replace(&mut seen[target], true) {
                        found.push(target);
                        waiting.push(target);
                    }
                }
            }
        }
        found
    }

    fn modules_of(&self, found: &[DefinitionId]) -> Vec<ModuleId> {
        let module = |&id: &DefinitionId| match self.tree.definition(id).meaning {
            Meaning::Module(module) => Some(module),
            _ => None,
        };
        found.iter().filter_map(module).collect()
    }

    fn import(
        &self,
        module: ModuleId,
        import: &Use,
        space: Space,
        left: usize,
    ) -> Vec<DefinitionId> {
        if import.types_only && space == Space::Values {
            return Vec::new();
        }
        self.follow(module, &import.path, space, true, left)
    }

    /// Walks the `crate`, `self` and `super` that `path` begins with; gives the module reached and the rest.
    fn start<'p>(&self, module: ModuleId, path: &'p [String]) -> Option<(ModuleId, &'p [String])> {
        let mut at = module;
        let mut rest = path;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => at = 0,
                "self" => {}
                "super" => at = self.tree.modules[at].parent?,
                _ => break,
            }
            rest = after;
        }
        Some((at, rest))
    }

    fn follow(
        &self,
        module: ModuleId,
        path: &[String],
        space: Space,
        import: bool,
        left: usize,
    ) -> Vec<DefinitionId> {
        let Some((at, rest)) = self.start(module, path) else {
            return Vec::new();
        };
        let Some((first, _)) = rest.split_first() else {
            return Vec::new();
        };
        let space_at = |step: usize| {
            if step + 1 == rest.len() {
                space
            } else {
                Space::Types
            }
        };
        let mut found = self.look_up(at, first, space_at(0), module, left);
        if found.is_empty() && rest.len() == path.len() && import {
            // The paths of imports begin at the crate root in edition 2015.
            found = self.look_up(0, first, space_at(0), module, left);
        }
        for (step, name) in rest.iter().enumerate().skip(1) {
            let modules = self.modules_of(&found);
            if modules.is_empty() {
                return if space == Space::Types {
                    found
                } else {
                    Vec::new()
                };
            }
            found = modules
                .iter()
                .flat_map(|&inner| self.look_up(inner, name, space_at(step), module, left))
                .collect();
        }
        found
    }

    /// What the single name `name` means in `module`, to someone in `viewer`.
    fn look_up(
        &self,
        module: ModuleId,
        name: &str,
        space: Space,
        viewer: ModuleId,
        left: usize,
    ) -> Vec<DefinitionId> {
        if left == 0 || (space == Space::Types && !self.is_known(name)) {
            return Vec::new();
        }
        if let Some(found) = self.named(module, name, space, module, left) {
            return found;
        }
        let mut found = Vec::new();
        for &other in &self.through[module] {
            let brought = self
                .named(other, name, space, viewer, left)
                .unwrap_or_default();
            found.extend(
                brought
                    .into_iter()
                    .filter(|id| !found.contains(id))
                    .collect::<Vec<_>>(),
            );
        }
        found
    }

    /// What `module` itself defines or imports as `name`, as far as `viewer` may see it; None if it does neither.
    fn named(
        &self,
        module: ModuleId,
        name: &str,
        space: Space,
        viewer: ModuleId,
        left: usize,
    ) -> Option<Vec<DefinitionId>> {
        let here = &self.tree.modules[module];
        let inside = self.tree.is_within(viewer, module);
        let own = here
            .by_name
            .get(name)
            .into_iter()
            .flatten()
            .map(|&index| DefinitionId { module, index });
        let mut found: Vec<DefinitionId> = own
            .filter(|&id| self.space_of(id) == space)
            .filter(|&id| inside || self.tree.definition(id).reach != Reach::Private)
            .collect();
        let mut named = !found.is_empty();
        for import in here
            .uses
            .iter()
            .filter(|import| import.name.as_deref() == Some(name))
        {
            if inside || import.reach != Reach::Private {
                // An import that leads out of the source hides what a glob would bring, too.
                named |= space == Space::Types || !import.types_only;
                found.extend(self.import(module, import, space, left - 1));
            }
        }
        named.then_some(found)
    }
}

fn space_of(definition: &Definition) -> Space {
    match definition.meaning {
        Meaning::Type { .. } | Meaning::Module(_) => Space::Types,
        Meaning::Function(_) | Meaning::Static { .. } | Meaning::Constant => Space::Values,
    }
}
