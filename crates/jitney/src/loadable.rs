//! A source that has been compiled and can be loaded, many times if need be.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jitney_build::{Built, Diagnostic, Event, Export, InUse, Native, Package, Progress, Status};
use jitney_link::{
    Bytes, Error as LinkError, Explanation, HostLibrary, Image, Input, Library, LinkMap, Parts,
    Taken,
};

use crate::bundle;
use crate::definitions::Definitions;
use crate::error::Error;
use crate::host_library;
use crate::jit::Jit;
use crate::module::{Module, Offer};
use crate::registry;

/// A compiled source. Each load is a module of its own, with statics of its own.
#[derive(Clone, Debug)]
pub struct Loadable {
    jit: Jit,
    compiled: Arc<Compiled>,
    progress: Option<Progress>,
    only_here: bool,
}

#[derive(Debug)]
struct Compiled {
    linkable: Linkable,
    offer: Arc<Offer>,
    /// The crates of this program's own that the source uses.
    shared: Vec<String>,
    loads: AtomicU64,
}

/// The objects of a built source and what they are linked with.
#[derive(Debug, Default)]
pub(crate) struct Linkable {
    pub(crate) name: String,
    pub(crate) warnings: Vec<Diagnostic>,
    objects: Vec<(String, Bytes)>,
    /// Archives whose members become part of the module.
    archives: Option<Library>,
    whole_archives: bool,
    dependencies: Option<Library>,
    host_crates: Option<Arc<HostLibrary>>,
    /// What a bundle brings along in place of libraries, and where it is.
    parts: Option<(PathBuf, Parts)>,
    shared_libraries: Vec<String>,
    keep_literals: bool,
    hold_constructors: bool,
    pub(crate) definitions: Definitions,
}

impl Linkable {
    /// Puts together a source's Rust and what else it is made of.
    pub(crate) fn new(
        built: Option<Built>,
        native: Option<Native>,
        definitions: Definitions,
    ) -> Result<Linkable, Error> {
        let mut linkable = Linkable {
            definitions,
            ..Linkable::default()
        };
        let (mut own, mut dependencies) = (Vec::new(), Vec::new());
        // Held until all archives are open.
        let mut in_use = InUse::default();
        if let Some(built) = built {
            let name = format!("{}.o", built.name);
            let objects = built.objects.into_iter();
            linkable.objects = objects
                .map(|object| (name.clone(), Bytes::from(object)))
                .collect();
            linkable.name = built.name;
            linkable.warnings = built.warnings;
            linkable.shared_libraries = built.shared_libraries;
            dependencies = built.archives;
            linkable.host_crates = host_library::of(&built.host_archives);
            in_use = built.in_use;
        }
        if let Some(native) = native {
            let objects = native.objects.into_iter();
            linkable
                .objects
                .extend(objects.map(|(name, object)| (name, Bytes::from(object))));
            if linkable.name.is_empty() {
                linkable.name = native.name;
            }
            linkable.warnings.extend(native.warnings);
            linkable.shared_libraries.extend(native.shared_libraries);
            linkable.whole_archives = native.whole_archives;
            own = native.archives;
            // Of these only what is needed is taken, in any case.
            match native.whole_archives {
                true => dependencies.extend(native.libraries),
                false => own.extend(native.libraries),
            }
        }
        if !own.is_empty() {
            linkable.archives = Some(Library::archives(&own)?);
        }
        if !dependencies.is_empty() {
            linkable.dependencies = Some(Library::dependencies(&dependencies)?);
        }
        drop(in_use);
        Ok(linkable)
    }

    /// What a bundle holds.
    pub(crate) fn of_bundle(
        path: PathBuf,
        built: &Built,
        objects: Vec<(String, Bytes)>,
        parts: Parts,
        definitions: Definitions,
    ) -> Linkable {
        Linkable {
            name: built.name.clone(),
            warnings: built.warnings.clone(),
            shared_libraries: built.shared_libraries.clone(),
            parts: Some((path, parts)),
            objects,
            definitions,
            ..Linkable::default()
        }
    }

    /// The bundle that it came from.
    pub(crate) fn bundle(&self) -> Option<&PathBuf> {
        self.parts.as_ref().map(|(path, _)| path)
    }

    pub(crate) fn shared_libraries(&self) -> &[String] {
        &self.shared_libraries
    }

    pub(crate) fn keeps_literals(&self) -> bool {
        self.keep_literals
    }

    /// All that a link would need in a program that has nothing.
    pub(crate) fn take_along(
        &self,
        jit: &Jit,
        is_root: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Taken, Error> {
        Ok(self.with_input(|input| jit.linker.take_along(input, is_root))?)
    }

    /// Has literals outlive the module, as a `&'static str` must.
    pub(crate) fn keeping_literals(mut self) -> Linkable {
        self.keep_literals = true;
        self
    }

    /// Leaves the constructors to whoever runs the program.
    pub(crate) fn holding_constructors(mut self) -> Linkable {
        self.hold_constructors = true;
        self
    }

    /// Leaves out what nothing needs of the archives.
    pub(crate) fn taking_what_is_needed(mut self) -> Linkable {
        self.whole_archives = false;
        self
    }

    pub(crate) fn link(&self, jit: &Jit, is_root: &dyn Fn(&[u8]) -> bool) -> Result<Image, Error> {
        // SAFETY: what the compiler that built this program made of Rust, it vouches for. What a C
        // compiler made, and objects and archives that the user names, are linked as a system linker
        // would link them into this program; constructors are part of what the user asked to load.
        Ok(self.with_input(|input| unsafe { jit.linker.link(input, is_root) })?)
    }

    pub(crate) fn explain(
        &self,
        jit: &Jit,
        is_root: &dyn Fn(&[u8]) -> bool,
        symbol: &str,
    ) -> Result<Explanation, Error> {
        Ok(self.with_input(|input| jit.linker.explain(input, is_root, symbol))?)
    }

    pub(crate) fn map(&self, jit: &Jit, is_root: &dyn Fn(&[u8]) -> bool) -> Result<LinkMap, Error> {
        Ok(self.with_input(|input| jit.linker.map(input, is_root))?)
    }

    fn with_input<T>(&self, link: impl FnOnce(Input<'_>) -> T) -> T {
        self.definitions.give(|definitions| {
            link(Input {
                objects: self.objects.clone(),
                archives: self.archives.as_ref(),
                whole_archives: self.whole_archives,
                dependencies: self.dependencies.as_ref(),
                host_crates: self.host_crates.as_deref(),
                parts: self.parts.as_ref().map(|(_, parts)| parts),
                shared_libraries: &self.shared_libraries,
                keep_literals: self.keep_literals,
                hold_constructors: self.hold_constructors,
                definitions: Some(definitions),
                map: false,
            })
        })
    }
}

impl Loadable {
    /// The function of a module made by [`Source::build_expression`](crate::Source::build_expression).
    pub const EXPRESSION: &'static str = "__jitney_call";

    pub(crate) fn new(
        jit: Jit,
        mut built: Option<Built>,
        mut native: Option<Native>,
        definitions: Definitions,
        shared: Vec<String>,
    ) -> Result<Loadable, Error> {
        let mut offer = Offer::default();
        let is_rust = built.is_some();
        if let Some(built) = &mut built {
            offer.exports.append(&mut built.exports);
            offer.private.append(&mut built.private);
            offer.package = built.package.take();
        }
        if let Some(native) = &mut native {
            offer.exports.append(&mut native.exports);
        }
        let mut linkable = Linkable::new(built, native, definitions)?;
        if is_rust {
            linkable = linkable.keeping_literals();
        }
        Ok(Loadable::of_linkable(jit, linkable, offer, shared))
    }

    pub(crate) fn of_linkable(
        jit: Jit,
        linkable: Linkable,
        mut offer: Offer,
        shared: Vec<String>,
    ) -> Loadable {
        offer.name.clone_from(&linkable.name);
        let compiled = Compiled {
            linkable,
            offer: Arc::new(offer),
            shared,
            loads: AtomicU64::new(0),
        };
        Loadable {
            jit,
            compiled: Arc::new(compiled),
            progress: None,
            only_here: false,
        }
    }

    pub(crate) fn jit(&self) -> &Jit {
        &self.jit
    }

    pub(crate) fn linkable(&self) -> &Linkable {
        &self.compiled.linkable
    }

    pub(crate) fn shared(&self) -> &[String] {
        &self.compiled.shared
    }

    pub(crate) fn private(&self) -> &[String] {
        &self.compiled.offer.private
    }

    /// Which symbols a module of it is made for.
    pub(crate) fn is_root(&self) -> impl Fn(&[u8]) -> bool + '_ {
        let foreign: HashSet<&[u8]> = self
            .exports()
            .iter()
            .filter(|export| matches!(export.status, Status::Foreign { .. }))
            .map(|export| export.name.as_bytes())
            .collect();
        move |symbol| registry::is_entry(symbol) || foreign.contains(symbol)
    }

    /// Has loads told to the function that the build was told to.
    pub(crate) fn telling(mut self, progress: Option<Progress>) -> Loadable {
        self.progress = progress;
        self
    }

    /// It may never be part of a bundle.
    pub(crate) fn for_this_process(mut self) -> Loadable {
        self.only_here = true;
        self
    }

    pub(crate) fn is_for_this_process(&self) -> bool {
        self.only_here
    }

    fn tell(&self, event: impl FnOnce(String) -> Event) {
        if let Some(progress) = &self.progress {
            progress.tell(&event(self.name().to_owned()));
        }
    }

    /// Links the compiled source into this process.
    ///
    /// # Errors
    /// [`Error::Link`] when a symbol is defined nowhere or there is no memory; nothing is left of
    /// the module then.
    pub fn load(&self) -> Result<Module, Error> {
        let Compiled {
            linkable,
            offer,
            loads,
            ..
        } = &*self.compiled;
        self.tell(|name| Event::Linking { name });
        let image = linkable
            .link(&self.jit, &self.is_root())
            .map_err(|error| match error {
                Error::Link(LinkError::NothingToLink) => self.offers_nothing(),
                other => other,
            })?;
        if let Some(path) = linkable.bundle() {
            bundle::check_exports(path, &image, &offer.exports)?;
        }
        let version = loads.fetch_add(1, Ordering::Relaxed) + 1;
        self.tell(|name| Event::Loaded { name, version });
        Ok(Module::new(
            offer.clone(),
            version,
            image,
            linkable.definitions.closures.clone(),
        ))
    }

    pub(crate) fn offers_nothing(&self) -> Error {
        let refused = |export: &Export| Some((export.name.clone(), export.reason()?.to_owned()));
        Error::NothingOffered {
            name: self.name().to_owned(),
            reasons: self.exports().iter().filter_map(refused).collect(),
        }
    }

    /// The name that modules made from it have.
    pub fn name(&self) -> &str {
        &self.compiled.linkable.name
    }

    /// What the source offers, and what of it cannot be handed out.
    pub fn exports(&self) -> &[Export] {
        &self.compiled.offer.exports
    }

    /// The package that it was built from, with its exact version; none for another source.
    pub fn package(&self) -> Option<&Package> {
        self.compiled.offer.package.as_ref()
    }

    /// The compiler's warnings.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.compiled.linkable.warnings
    }
}
