//! A whole program, run in this process.

use std::ffi::{CString, NulError, OsStr, c_char, c_int};
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Mutex, PoisonError};

use jitney_build::{Built, Diagnostic};
use jitney_link::{Error as LinkError, Image};

use crate::allocator::{self, AllocatorFunctions};
use crate::error::Error;
use crate::jit::Jit;
use crate::loadable::Linkable;

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
    /// Address of the C symbol.
    main: usize,
    /// What rustc made of a `#[global_allocator]`.
    allocator: Option<AllocatorFunctions>,
}

impl Program {
    pub(crate) fn new(jit: Jit, built: Built) -> Result<Program, Error> {
        let (linkable, ..) = Linkable::new(built)?;
        let of_allocator = |symbol: &[u8], name: &str| symbol.ends_with(name.as_bytes());
        let is_root = |symbol: &[u8]| {
            symbol == b"main"
                || allocator::NAMES
                    .iter()
                    .any(|name| of_allocator(symbol, name))
        };
        let linked = linkable.link(&jit, &is_root);
        let Linkable { name, warnings, .. } = linkable;
        let image = match linked {
            Err(Error::Link(LinkError::NothingToLink)) => return Err(Error::NoMain { name }),
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
            // It has constructors alone. They have run, and what they left behind may need the image.
            std::mem::forget(image);
            return Err(Error::NoMain { name });
        };
        Ok(Program {
            name,
            warnings,
            image,
            main,
            allocator,
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

    /// Runs the program's `main` as the operating system would, and ends the process with its exit
    /// code.
    ///
    /// `arguments` are what the program sees as its own, the first being its name. It shares this
    /// process's standard streams, environment and working folder. It does not return, because a
    /// Rust `main` ends its process: its standard library is shut down afterwards, and it is this
    /// process's too. Call it on the main thread for the stack size and thread name that a program
    /// expects.
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
        let mut pointers: Vec<*const c_char> =
            arguments.iter().map(|argument| argument.as_ptr()).collect();
        pointers.push(std::ptr::null());
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.image);
        // Registered before any handler of the program, so that it runs after them: where the system
        // runs an executable's own `.fini_array`.
        // SAFETY: `finalize` is a function of this program, which stays.
        unsafe { libc::atexit(finalize) };
        type Main = extern "C" fn(c_int, *const *const c_char) -> c_int;
        // SAFETY: the root symbol is the object's `main`, which has this signature in every Rust and C
        // program.
        let main = unsafe { std::mem::transmute::<usize, Main>(self.main) };
        // std keeps the pointers for `std::env::args`, until the very end.
        let pointers = ManuallyDrop::new(pointers);
        if let (Some(functions), Some(lent)) = (self.allocator, allocator::lent()) {
            lent.switch(functions);
        }
        // What the process is called in `/proc` and in a list of processes; children inherit it.
        if let Ok(name) = CString::new(self.name.as_bytes()) {
            // SAFETY: the kernel copies 15 bytes of a C string.
            unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) };
        }
        // A program begins with no error on record; building it may have left one.
        // SAFETY: the C library's answer is the place of this thread's `errno`.
        unsafe { *libc::__errno_location() = 0 };
        let code = main(arguments.len() as c_int, pointers.as_ptr());
        // SAFETY: this is how a C `main` ends. `std::process::exit` would find that std has been
        // shut down already.
        unsafe { libc::exit(code) }
    }
}
