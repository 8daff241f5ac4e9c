//! The modules of a source, with everything in them that an export can depend on.
//!
//! Built once, from the root text and the files of its out-of-line modules, then only read: by `names` (what does this
//! path mean here?), by `public` (what can a user of the crate reach?) and by `entries` (the exports).

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use proc_macro2::Delimiter;

use super::SurveyedFile;
use super::attributes::Attributes;
use super::definition::{
    Definition, Impl, Meaning, Use, alias, constant, function, implementation, imports, nominal,
    value,
};
use super::folders::Folder;
use super::inclusion::includes_files;
use super::items::{Item, Kind, split};
use super::tokens::{DEEPEST, Lexed, group, ident, plain};

/// An index into [`Tree::modules`].
pub(super) type ModuleId = usize;

/// Where a definition is: its module, and its place in [`Module::definitions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct DefinitionId {
    pub(super) module: ModuleId,
    pub(super) index: usize,
}

/// One module.
pub(super) struct Module {
    pub(super) name: String,
    pub(super) parent: Option<ModuleId>,
    /// The file it stands in, an index into [`Tree::files`].
    pub(super) file: usize,
    /// Where in that file its registry entries go, in bytes.
    pub(super) end: usize,
    pub(super) definitions: Vec<Definition>,
    /// Indexes into `definitions`.
    pub(super) by_name: HashMap<String, Vec<usize>>,
    pub(super) uses: Vec<Use>,
    pub(super) impls: Vec<Impl>,
}

/// All modules of a source; the first is the root.
pub(super) struct Tree {
    pub(super) modules: Vec<Module>,
    /// The root text first.
    pub(super) files: Vec<SurveyedFile>,
    /// Whether the source is more than its root text.
    pub(super) reads_files: bool,
    /// The line of a `#[global_allocator]`.
    pub(super) global_allocator: Option<usize>,
    /// Whether the root file holds no item.
    pub(super) is_empty: bool,
}

/// A module whose tokens wait to be read.
struct Waiting {
    module: ModuleId,
    lexed: Lexed,
    folder: Option<Folder>,
    depth: usize,
}

impl Tree {
    /// Reads the source whose root text this is, and the files of its modules, which are looked for beside `root`.
    ///
    /// A module's file that is missing or is not UTF-8 is passed over, since rustc will say so. The error is a text
    /// that is not a sequence of items, with its file, line and column.
    pub(super) fn read(text: &str, root: Option<&Path>) -> Result<Tree, String> {
        let shown = root.map_or("the source".to_owned(), |path| path.display().to_string());
        let lexed = Lexed::new(text).map_err(|error| format!("{shown}:{error}"))?;
        let mut tree = Tree {
            modules: vec![Module::new(String::new(), None, 0, text.len())],
            files: vec![SurveyedFile {
                path: None,
                text: text.to_owned(),
            }],
            reads_files: includes_files(text),
            global_allocator: None,
            is_empty: true,
        };
        let mut seen: HashSet<PathBuf> = root
            .and_then(|path| path.canonicalize().ok())
            .into_iter()
            .collect();
        let mut waiting = vec![Waiting {
            module: 0,
            lexed,
            folder: root.map(Folder::of_file),
            depth: 0,
        }];
        while let Some(next) = waiting.pop() {
            let file = tree.modules[next.module].file;
            tree.level(next, &mut seen, &mut waiting).map_err(|error| {
                match &tree.files[file].path {
                    Some(path) => format!("{}:{error}", path.display()),
                    None => format!("{shown}:{error}"),
                }
            })?;
        }
        Ok(tree)
    }

    pub(super) fn definition(&self, id: DefinitionId) -> &Definition {
        &self.modules[id.module].definitions[id.index]
    }

    /// A definition's path as it is written in the source, whether or not it can be reached that way.
    pub(super) fn written_path(&self, id: DefinitionId) -> String {
        let mut path = self.definition(id).name.clone();
        let mut module = id.module;
        while let Some(parent) = self.modules[module].parent {
            path = format!("{}::{path}", self.modules[module].name);
            module = parent;
        }
        path
    }

    /// Whether `inner` is `outer` or lies in it: then it may name `outer`'s private items.
    pub(super) fn is_within(&self, inner: ModuleId, outer: ModuleId) -> bool {
        let mut module = Some(inner);
        while let Some(id) = module {
            if id == outer {
                return true;
            }
            module = self.modules[id].parent;
        }
        false
    }

    fn level(
        &mut self,
        from: Waiting,
        seen: &mut HashSet<PathBuf>,
        waiting: &mut Vec<Waiting>,
    ) -> Result<(), String> {
        let tokens = &from.lexed.tokens;
        let level = split(tokens).map_err(|error| error.to_string())?;
        if from.module == 0 {
            self.is_empty = level.items.is_empty();
        }
        let mut inner = Vec::new();
        for item in &level.items {
            let attributes = Attributes::new(&item.attributes);
            self.reads_files |= attributes.path.is_some() || !attributes.possible_paths.is_empty();
            if attributes.global_allocator {
                self.global_allocator
                    .get_or_insert_with(|| tokens[item.keyword].span().start().line);
            }
            match item.kind {
                Kind::Module => self.submodule(&from, item, attributes, seen, &mut inner)?,
                Kind::Use => self.modules[from.module].uses.extend(imports(tokens, item)),
                Kind::Impl => self.modules[from.module]
                    .impls
                    .extend(implementation(tokens, item, attributes)),
                Kind::Function => self.define(from.module, function(tokens, item, attributes)),
                Kind::Static => self.define(from.module, value(tokens, item, attributes)),
                Kind::Constant => self.define(from.module, constant(tokens, item, attributes)),
                Kind::Type => self.define(from.module, nominal(tokens, item, attributes)),
                Kind::Alias => self.define(from.module, alias(tokens, item, attributes)),
                Kind::Other => {}
            }
        }
        // The stack gives the last one first, and modules are to be read in the order in which they are written.
        waiting.extend(inner.into_iter().rev());
        Ok(())
    }

    fn define(&mut self, module: ModuleId, definition: Option<Definition>) {
        let Some(definition) = definition else { return };
        let module = &mut self.modules[module];
        module
            .by_name
            .entry(definition.name.clone())
            .or_default()
            .push(module.definitions.len());
        module.definitions.push(definition);
    }

    fn submodule(
        &mut self,
        from: &Waiting,
        item: &Item,
        attributes: Attributes,
        seen: &mut HashSet<PathBuf>,
        inner: &mut Vec<Waiting>,
    ) -> Result<(), String> {
        let tokens = &from.lexed.tokens;
        let Some(name) = ident(tokens.get(item.keyword + 1)) else {
            return Ok(());
        };
        let name_written = name.to_string();
        let name = plain(name);
        let depth = from.depth + 1;
        if depth > DEEPEST {
            return Ok(());
        }
        let mut bodies = Vec::new();
        if let Some(braces) = group(tokens.get(item.body), Delimiter::Brace) {
            let folder = from
                .folder
                .as_ref()
                .map(|folder| folder.inline(&name, &attributes));
            let file = self.modules[from.module].file;
            bodies.push((
                file,
                from.lexed.close_of(braces),
                from.lexed.inside(braces),
                folder,
            ));
        } else {
            self.reads_files = true;
            let files = from
                .folder
                .as_ref()
                .map(|folder| folder.files(&name, &attributes))
                .unwrap_or_default();
            for (path, folder) in files {
                // One text can carry one set of entries only, so a file that is read as two modules counts once.
                if !path.canonicalize().is_ok_and(|path| seen.insert(path)) {
                    continue;
                }
                let Ok(text) = std::fs::read_to_string(&path) else {
                    continue;
                };
                let lexed = Lexed::new(&text)
                    .map_err(|error| format!("mod {name}: {}:{error}", path.display()))?;
                bodies.push((self.files.len(), text.len(), lexed, Some(folder)));
                self.files.push(SurveyedFile {
                    path: Some(path),
                    text,
                });
            }
        }
        for (file, end, lexed, folder) in bodies {
            let module = self.modules.len();
            self.modules
                .push(Module::new(name.clone(), Some(from.module), file, end));
            let definition = Definition {
                name: name.clone(),
                written: name_written.clone(),
                reach: item.reach,
                attributes: Attributes {
                    doc: attributes.doc.clone(),
                    ..Attributes::default()
                },
                signature: String::new(),
                meaning: Meaning::Module(module),
            };
            self.define(from.module, Some(definition));
            inner.push(Waiting {
                module,
                lexed,
                folder,
                depth,
            });
        }
        Ok(())
    }
}

impl Module {
    fn new(name: String, parent: Option<ModuleId>, file: usize, end: usize) -> Module {
        Module {
            name,
            parent,
            file,
            end,
            definitions: Vec::new(),
            by_name: HashMap::new(),
            uses: Vec::new(),
            impls: Vec::new(),
        }
    }
}
