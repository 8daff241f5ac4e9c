//! A whole program, run in this process.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ffi::{CString, NulError, OsStr};
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Mutex, PoisonError};

use jitney_build::{Built, Diagnostic, Native};
use jitney_link::{Error as LinkError, Image, Interposition};

use crate::allocator::{self, AllocatorFunctions};
use crate::error::Error;
use crate::fresh_process::Start;
use crate::jit::Jit;
use crate::loadable::Linkable;
use crate::threads;

/// The program that runs: its image must stay to the very end.
static RUNNING: Mutex<Option<Image>> = Mutex::new(None);

extern "C" fn finalize() {
    // The image stays mapped: this only takes it out for the length of the call, which ends with the
    // process.
    let image = RUNNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(mut image) = image.map(ManuallyDrop::new) {
        // SAFETY: the process is exiting, which is when a program's `.fini_array` is to run.
        unsafe { image.finalize() }
    }
}

/// A program with a `main`, linked into this process and ready to run.
#[derive(Debug)]
pub struct Program {
    name: String,
    warnings: Vec<Diagnostic>,
    image: Image,
    /// Where shared libraries refer to what the program defines.
    interposition: Interposition,
    /// Address of the C symbol.
    main: usize,
    /// What rustc made of a `#[global_allocator]`.
    allocator: Option<AllocatorFunctions>,
    /// Whether its `main` is Rust's, whose standard library sets up what it needs of the process.
    is_rust: bool,
    /// Whether its code wants to run on the stack.
    executable_stack: bool,
    environment: Vec<(String, String)>,
}

/// What is known of a program before it is linked.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) is_rust: bool,
    pub(crate) executable_stack: bool,
    /// What a program without Rust defines for others to use.
    pub(crate) own_names: HashSet<String>,
    /// What cargo sets for a package's program.
    pub(crate) environment: Vec<(String, String)>,
}

impl Facts {
    pub(crate) fn of(built: &Option<Built>, native: &Option<Native>) -> Facts {
        let is_rust = built.is_some();
        let exports = native.iter().flat_map(|native| &native.exports);
        let names = exports.map(|export| export.name.clone());
        Facts {
            is_rust,
            executable_stack: native
                .as_ref()
                .is_some_and(|native| native.executable_stack),
            own_names: names.filter(|_| !is_rust).collect(),
            environment: built
                .as_ref()
                .map(|built| built.environment.clone())
                .unwrap_or_default(),
        }
    }

    /// Whether a symbol may have to be in the program, whatever shared libraries it meets.
    pub(crate) fn is_root(&self, symbol: &[u8]) -> bool {
        let own = std::str::from_utf8(symbol).is_ok_and(|name| self.own_names.contains(name));
        symbol == b"main" || own || is_of_allocator(symbol)
    }

    pub(crate) fn no_main(&self, name: String) -> Error {
        match self.is_rust {
            true => Error::NoMain { name },
            false => Error::NoForeignMain { name },
        }
    }
}

fn is_of_allocator(symbol: &[u8]) -> bool {
    let mut names = allocator::NAMES.iter();
    names.any(|name| symbol.ends_with(name.as_bytes()))
}

impl Program {
    pub(crate) fn of_linkable(
        jit: &Jit,
        mut linkable: Linkable,
        facts: Facts,
    ) -> Result<Program, Error> {
        let Facts {
            is_rust,
            executable_stack,
            ..
        } = facts;
        if !is_rust {
            linkable.definitions.instead = threads::functions(executable_stack);
        }
        let linkable = linkable.holding_constructors();
        let of_allocator = |symbol: &[u8], name: &str| symbol.ends_with(name.as_bytes());
        // What a shared library refers to by name is the program's where that defines it. The libraries
        // that the program asks for are open by the time the linker asks.
        let own: HashSet<&[u8]> = facts.own_names.iter().map(String::as_bytes).collect();
        let interposition = OnceCell::new();
        let is_interposed = |symbol: &[u8]| {
            let interposition = interposition.get_or_init(|| Interposition::of_names(&own));
            own.contains(symbol) && interposition.wants(symbol)
        };
        let is_root =
            |symbol: &[u8]| symbol == b"main" || is_interposed(symbol) || is_of_allocator(symbol);
        let linked = linkable.link(jit, &is_root);
        let Linkable {
            name,
            warnings,
            definitions,
            ..
        } = linkable;
        // The program may call them to the very end of the process.
        std::mem::forget(definitions);
        let image = match linked {
            Err(Error::Link(LinkError::NothingToLink)) => return Err(facts.no_main(name)),
            linked => linked?,
        };
        let address_of = |wanted: &dyn Fn(&[u8]) -> bool| {
            let mut symbols = image.symbols();
            symbols
                .find(|symbol| wanted(symbol.name.as_bytes()))
                .map(|symbol| symbol.address)
        };
        let functions: Option<Vec<usize>> = allocator::NAMES
            .iter()
            .map(|name| address_of(&|symbol| of_allocator(symbol, name)))
            .collect();
        let allocator = functions.and_then(|addresses| {
            // SAFETY: they are the functions of these names that the compiler wrote.
            Some(unsafe { AllocatorFunctions::at(addresses.try_into().ok()?) })
        });
        let Some(main) = address_of(&|symbol| symbol == b"main") else {
            return Err(facts.no_main(name));
        };
        Ok(Program {
            name,
            warnings,
            interposition: interposition.into_inner().unwrap_or_default(),
            image,
            main,
            allocator,
            is_rust,
            executable_stack,
            environment: facts.environment,
        })
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The compiler's warnings.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The variables that `cargo run` would set for the program of a package: `CARGO_MANIFEST_DIR`,
    /// `CARGO_PKG_NAME` and others. They are for the caller to set, who knows whether other threads run.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Runs the program's `main` as the operating system would, and ends the process with its exit
    /// code.
    ///
    /// `arguments` are what the program sees as its own, the first being its name. It shares this
    /// process's standard streams, environment and working folder. It does not return, because a
    /// Rust `main` ends its process: its standard library is shut down afterwards, and it is this
    /// process's too. Call it on the main thread for the stack size and thread name that a program
    /// expects.
    ///
    /// A program without Rust finds the process as the system hands it over: signals that Rust's
    /// runtime handles are handled by default again, and the C library knows the program's name.
    ///
    /// # Errors
    /// When an argument contains a NUL byte; then nothing has run.
    pub fn run<A: AsRef<OsStr>>(
        self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<std::convert::Infallible, NulError> {
        let arguments = arguments
            .into_iter()
            .map(|argument| CString::new(argument.as_ref().as_bytes()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut image = self.image;
        let constructors = image.take_constructors();
        for symbol in image.symbols() {
            // SAFETY: the program defines the name for all to use, and stays to the end of the process. It has not begun,
            // and jitney has no threads left.
            unsafe {
                self.interposition
                    .bind(symbol.name.as_bytes(), symbol.address)
            };
        }
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(image);
        // Registered before any handler of the program, so that it runs after them: where the system
        // runs an executable's own `.fini_array`.
        // SAFETY: `finalize` is a function of this program, which stays.
        unsafe { libc::atexit(finalize) };
        if let Some(lent) = allocator::lent() {
            match self.is_rust {
                true => lent.switch(self.allocator),
                false => lent.stay(),
            }
        }
        let start = Start {
            constructors,
            main: self.main,
            name: self.name,
            arguments,
        };
        if self.executable_stack {
            threads::allow_code_on_the_main_stack();
        }
        match self.is_rust {
            true => start.rust(),
            false => start.foreign(),
        }
    }
}
