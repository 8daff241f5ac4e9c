//! A source that has been compiled and can be loaded, many times if need be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jitney_build::{Built, Diagnostic, Export};
use jitney_link::{Bytes, Image, Input, Library};

use crate::error::Error;
use crate::jit::Jit;
use crate::module::Module;
use crate::registry;

/// A compiled source. Each load is a module of its own, with statics of its own.
#[derive(Clone, Debug)]
pub struct Loadable {
    jit: Jit,
    compiled: Arc<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    linkable: Linkable,
    exports: Vec<Export>,
    private: Vec<String>,
    loads: AtomicU64,
}

/// The objects of a built source and what they are linked with.
#[derive(Debug)]
pub(crate) struct Linkable {
    pub(crate) name: String,
    pub(crate) warnings: Vec<Diagnostic>,
    objects: Vec<(String, Bytes)>,
    dependencies: Option<Library>,
    shared_libraries: Vec<String>,
}

impl Linkable {
    pub(crate) fn new(built: Built) -> Result<(Linkable, Vec<Export>, Vec<String>), Error> {
        let Built {
            name,
            objects,
            archives,
            shared_libraries,
            exports,
            private,
            warnings,
        } = built;
        let dependencies = match archives.is_empty() {
            true => None,
            false => Some(Library::dependencies(&archives)?),
        };
        let objects = objects
            .into_iter()
            .map(|object| (format!("{name}.o"), Bytes::from(object)))
            .collect();
        Ok((
            Linkable {
                name,
                warnings,
                objects,
                dependencies,
                shared_libraries,
            },
            exports,
            private,
        ))
    }

    pub(crate) fn link(&self, jit: &Jit, is_root: &dyn Fn(&[u8]) -> bool) -> Result<Image, Error> {
        let input = Input {
            objects: self.objects.clone(),
            dependencies: self.dependencies.as_ref(),
            shared_libraries: &self.shared_libraries,
            keep_literals: true,
            ..Input::default()
        };
        // SAFETY: the objects and archives come from the compiler that built this program, which
        // vouches for safe code; constructors are part of what the user asked to load.
        Ok(unsafe { jit.linker.link(input, is_root)? })
    }
}

impl Loadable {
    /// The function of a module made by [`Source::build_expression`](crate::Source::build_expression).
    pub const EXPRESSION: &'static str = "__jitney_call";

    pub(crate) fn new(jit: Jit, built: Built) -> Result<Loadable, Error> {
        let (linkable, exports, private) = Linkable::new(built)?;
        let compiled = Compiled {
            linkable,
            exports,
            private,
            loads: AtomicU64::new(0),
        };
        Ok(Loadable {
            jit,
            compiled: Arc::new(compiled),
        })
    }

    /// Links the compiled source into this process.
    ///
    /// # Errors
    /// [`Error::Link`] when a symbol is defined nowhere or there is no memory; nothing is left of
    /// the module then.
    pub fn load(&self) -> Result<Module, Error> {
        let Compiled {
            linkable,
            exports,
            private,
            loads,
        } = &*self.compiled;
        let image = linkable.link(&self.jit, &registry::is_entry)?;
        let version = loads.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Module::new(
            &linkable.name,
            version,
            image,
            exports,
            private,
        ))
    }

    /// The name that modules made from it have.
    pub fn name(&self) -> &str {
        &self.compiled.linkable.name
    }

    /// What the source offers, and what of it cannot be handed out.
    pub fn exports(&self) -> &[Export] {
        &self.compiled.exports
    }

    /// The compiler's warnings.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.compiled.linkable.warnings
    }
}
