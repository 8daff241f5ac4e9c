//! What a user of the crate can reach, and under which paths: public items in public modules, and what `pub use` brings.

use std::collections::{HashMap, HashSet, VecDeque};

use super::definition::Meaning;
use super::items::Reach;
use super::names::{Names, Space};
use super::tree::{DefinitionId, ModuleId};

/// How many public paths of one module are followed. Modules that re-export each other have endlessly many.
const PATHS_OF_A_MODULE: usize = 4;

/// A definition under one of its public paths.
pub(super) struct Exposure {
    pub(super) path: String,
    pub(super) definition: DefinitionId,
    /// The `#[cfg]`s of the imports that lead to it.
    pub(super) repeated: String,
}

/// All that can be reached, the shortest paths first.
pub(super) struct Public {
    pub(super) exposures: Vec<Exposure>,
    /// Indexes into `exposures`.
    of_definition: HashMap<DefinitionId, Vec<usize>>,
    /// The public paths of modules, each with its `::`; the root's is empty.
    modules: HashMap<ModuleId, Vec<String>>,
}

struct Waiting {
    module: ModuleId,
    /// The public path, with its `::`.
    prefix: String,
    repeated: String,
    /// The modules on the way here.
    chain: Vec<ModuleId>,
}

impl Public {
    pub(super) fn new(names: &Names<'_>) -> Public {
        let mut public = Public {
            exposures: Vec::new(),
            of_definition: HashMap::new(),
            modules: HashMap::new(),
        };
        let root = Waiting {
            module: 0,
            prefix: String::new(),
            repeated: String::new(),
            chain: Vec::new(),
        };
        let mut waiting = VecDeque::from([root]);
        while let Some(next) = waiting.pop_front() {
            let paths = public.modules.entry(next.module).or_default();
            if paths.len() == PATHS_OF_A_MODULE
                || next.chain.contains(&next.module)
                || paths.contains(&next.prefix)
            {
                continue;
            }
            paths.push(next.prefix.clone());
            public.module(names, &next, &mut waiting);
        }
        public
    }

    /// The ways in which `definition` can be reached.
    pub(super) fn ways(&self, definition: DefinitionId) -> impl Iterator<Item = &Exposure> {
        self.of_definition
            .get(&definition)
            .into_iter()
            .flatten()
            .map(|&index| &self.exposures[index])
    }

    pub(super) fn reaches(&self, definition: DefinitionId) -> bool {
        self.of_definition.contains_key(&definition)
    }

    /// The public paths of a module, each with its `::`.
    pub(super) fn prefixes(&self, module: ModuleId) -> &[String] {
        self.modules.get(&module).map_or(&[], Vec::as_slice)
    }

    fn module(&mut self, names: &Names<'_>, at: &Waiting, waiting: &mut VecDeque<Waiting>) {
        let mut explicit: HashSet<(String, Space)> = HashSet::new();
        let mut visited = vec![at.module];
        for (name, id, repeated) in own(names, at.module) {
            explicit.insert((name.clone(), names.space_of(id)));
            self.expose(names, at, name, id, repeated, waiting);
        }
        let mut globs = vec![(at.module, String::new())];
        while let Some((module, repeated)) = globs.pop() {
            for (index, import) in names.tree.modules[module].uses.iter().enumerate() {
                if import.reach != Reach::Public {
                    continue;
                }
                for &target in names.globbed(module, index) {
                    if visited.contains(&target) {
                        continue;
                    }
                    visited.push(target);
                    let repeated = format!("{repeated}{}", import.repeated);
                    for (name, id, inner) in own(names, target) {
                        if !explicit.contains(&(name.clone(), names.space_of(id))) {
                            self.expose(names, at, name, id, format!("{repeated}{inner}"), waiting);
                        }
                    }
                    globs.push((target, repeated));
                }
            }
        }
    }

    fn expose(
        &mut self,
        names: &Names<'_>,
        at: &Waiting,
        name: String,
        definition: DefinitionId,
        repeated: String,
        waiting: &mut VecDeque<Waiting>,
    ) {
        let repeated = format!("{}{repeated}", at.repeated);
        let path = format!("{}{name}", at.prefix);
        if let Meaning::Module(module) = names.tree.definition(definition).meaning {
            let chain = at.chain.iter().copied().chain([at.module]).collect();
            waiting.push_back(Waiting {
                module,
                prefix: path + "::",
                repeated,
                chain,
            });
            return;
        }
        let known = self.of_definition.entry(definition).or_default();
        if known
            .iter()
            .all(|&index| self.exposures[index].path != path)
        {
            known.push(self.exposures.len());
            self.exposures.push(Exposure {
                path,
                definition,
                repeated,
            });
        }
    }
}

/// What `module` offers by its own words: its public items, and what its `pub use`s name.
fn own(names: &Names<'_>, module: ModuleId) -> Vec<(String, DefinitionId, String)> {
    let here = &names.tree.modules[module];
    let public = |id: DefinitionId| names.tree.definition(id).reach == Reach::Public;
    let mut offered = Vec::new();
    for (index, definition) in here.definitions.iter().enumerate() {
        let id = DefinitionId { module, index };
        if public(id) {
            offered.push((definition.name.clone(), id, String::new()));
        }
    }
    for import in here
        .uses
        .iter()
        .filter(|import| import.reach == Reach::Public)
    {
        let Some(name) = &import.name else { continue };
        for space in [Space::Types, Space::Values] {
            let found = names
                .imported(module, import, space)
                .into_iter()
                .filter(|&id| public(id));
            offered.extend(found.map(|id| (name.clone(), id, import.repeated.clone())));
        }
    }
    offered
}
