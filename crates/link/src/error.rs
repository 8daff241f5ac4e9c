//! What can go wrong in a link, and what to do about it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::names::demangled;

/// A link that did not happen. Nothing of it is left: no mapping, no registration.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no relocatable object.
    NotAnObject {
        /// The object's name.
        object: String,
        /// What the bytes look like.
        found: String,
    },
    /// The object is for another machine than this process.
    WrongMachine {
        /// The object's name.
        object: String,
        /// The machine it is for.
        found: String,
    },
    /// The object contradicts itself or is cut off.
    Damaged {
        /// The object's name.
        object: String,
        /// What does not hold.
        reason: String,
    },
    /// The object uses something that this linker does not know.
    Unsupported {
        /// The object's name.
        object: String,
        /// What it uses.
        what: String,
    },
    /// Two objects of one link define the same symbol, and neither says that the other's will do.
    Duplicate {
        /// The symbol's name as the objects spell it.
        symbol: String,
        /// Where they define it: object, section and offset there.
        places: [String; 2],
    },
    /// An archive cannot be used.
    Archive {
        /// The archive's path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file cannot be read.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: SharedIoError,
    },
    /// The toolchain's folder holds no standard library.
    NoStandardLibrary {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no standard library to link with: this process's linker was made without a toolchain, and the objects
    /// bring none along.
    NoToolchain,
    /// Parts of libraries that were taken along with objects cannot be read.
    Parts {
        /// What does not hold.
        reason: String,
    },
    /// Parts of the standard library are of another build than this program's.
    OtherStandardLibrary,
    /// The running program cannot be linked against.
    Host(HostError),
    /// Symbols that nothing defines: all of them at once.
    Undefined(Vec<Undefined>),
    /// A relocation that cannot be carried out.
    Relocation {
        /// The object's name.
        object: String,
        /// The section that the relocation is in.
        section: String,
        /// The offset in that section, in bytes.
        offset: u64,
        /// The symbol it refers to.
        symbol: String,
        /// Why it cannot be carried out.
        reason: String,
    },
    /// A shared library that the object needs could not be opened.
    SharedLibrary {
        /// The library's name.
        name: String,
        /// The loader's message.
        reason: String,
    },
    /// The initial contents of thread-locals could not be written where new threads get them from.
    ThreadLocalTemplate {
        /// The system's reason.
        source: SharedIoError,
    },
    /// A symbol to be explained that no object of the link mentions.
    NoSuchSymbol {
        /// The name that was asked for.
        symbol: String,
    },
    /// The objects hold nothing that anybody asked for.
    NothingToLink,
    /// The objects need more memory than one image can have.
    TooLarge {
        /// What they need in all, in bytes.
        needed: u64,
        /// What an image can have, in bytes.
        limit: u64,
        /// The object with the largest section of all.
        object: String,
        /// That section.
        section: String,
        /// Its size in bytes.
        size: u64,
    },
    /// No memory for the image.
    Memory(Arc<jitney_memory::Error>),
}

/// The system's error for a file, shareable.
#[derive(Clone, Debug)]
pub struct SharedIoError(Arc<std::io::Error>);

/// Why the running program cannot be linked against.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostError {
    /// The program has no symbol table, and no symbol file was found.
    Stripped,
    /// A symbol file cannot be used, or none can be made.
    SymbolFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file that the program was loaded from is not there any more.
    Replaced {
        /// Where it was.
        path: PathBuf,
    },
    /// Link-time optimization left nothing of a variable that loaded code must share.
    Optimized {
        /// What the variable holds.
        what: String,
    },
    /// The standard library is in a shared library of its own (`-C prefer-dynamic`).
    SharedStandardLibrary {
        /// That library.
        path: PathBuf,
    },
    /// The executable's own file cannot be read or understood.
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// A symbol that nothing defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undefined {
    /// The symbol's name as the object spells it.
    pub symbol: String,
    /// The objects and sections that need it, the first few.
    pub needed_by: Vec<String>,
}

impl From<std::io::Error> for SharedIoError {
    fn from(error: std::io::Error) -> SharedIoError {
        SharedIoError(Arc::new(error))
    }
}

impl From<jitney_memory::Error> for Error {
    fn from(error: jitney_memory::Error) -> Error {
        Error::Memory(Arc::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotAnObject { object, found } => {
                write!(f, "`{object}` is no relocatable object: it is {found}")
            }
            Error::WrongMachine { object, found } => {
                write!(
                    f,
                    "`{object}` is for {found}; this process needs objects for x86_64"
                )
            }
            Error::Damaged { object, reason } => {
                write!(
                    f,
                    "the object `{object}` is damaged: {reason}; compile it again"
                )
            }
            Error::Unsupported { object, what } => {
                write!(f, "the object `{object}` cannot be linked: {what}")
            }
            Error::Duplicate {
                symbol,
                places: [first, second],
            } => write!(
                f,
                "`{}` is defined by {first} and by {second}: link only one of them, or make one definition \
                 `static` or weak",
                demangled(symbol.as_bytes())
            ),
            Error::Archive { path, reason } => {
                write!(f, "the archive {} cannot be used: {reason}", path.display())
            }
            Error::Io { path, source } => write!(f, "{}: {}", path.display(), source.0),
            Error::NoStandardLibrary { folder } => write!(
                f,
                "no standard library in {}: install the toolchain's `rust-std` component for this target",
                folder.display()
            ),
            Error::NoToolchain => f.write_str(
                "there is no standard library to link with: install the toolchain that built this program",
            ),
            Error::Parts { reason } => {
                write!(f, "the library parts that come with the objects are damaged: {reason}")
            }
            Error::OtherStandardLibrary => f.write_str(
                "it was made with another build of the standard library than this program's: make it again with the \
                 toolchain that built this program, or rebuild this program",
            ),
            Error::Host(error) => error.fmt(f),
            Error::Undefined(symbols) => {
                match symbols.len() {
                    1 => write!(f, "undefined symbol")?,
                    n => write!(f, "{n} undefined symbols")?,
                }
                for symbol in symbols {
                    write!(f, "\n  `{}`", demangled(symbol.symbol.as_bytes()))?;
                    for user in &symbol.needed_by {
                        write!(f, "\n    needed by {user}")?;
                    }
                    if let Some(advice) = advice(&symbol.symbol) {
                        write!(f, "\n    {advice}")?;
                    }
                }
                write!(
                    f,
                    "\nlink the object, archive or library that defines what is missing"
                )
            }
            Error::Relocation {
                object,
                section,
                offset,
                symbol,
                reason,
            } => write!(
                f,
                "`{object}`, section {section}+{offset:#x}: the reference to `{}` cannot be made: {reason}",
                demangled(symbol.as_bytes())
            ),
            Error::SharedLibrary { name, reason } => {
                write!(f, "the shared library `{name}` cannot be opened: {reason}")
            }
            Error::ThreadLocalTemplate { source } => {
                write!(
                    f,
                    "this program's thread-local template cannot be written: {}",
                    source.0
                )
            }
            Error::NoSuchSymbol { symbol } => {
                write!(
                    f,
                    "no object of the link defines or uses a symbol `{symbol}`"
                )
            }
            Error::NothingToLink => {
                f.write_str("the objects hold none of the symbols that were asked for")
            }
            Error::TooLarge {
                needed,
                limit,
                object,
                section,
                size,
            } => write!(
                f,
                "the objects need {needed} bytes of memory, and {limit} can be loaded at a time; section {section} \
                 of `{object}` alone has {size}: take large buffers from `malloc`"
            ),
            Error::Memory(error) => error.fmt(f),
        }
    }
}

/// What to do about an undefined symbol that a compiler's option brings along.
fn advice(symbol: &str) -> Option<&'static str> {
    const SANITIZER: &str = "of a sanitizer that has to be there when the process starts: compile \
                             without this -fsanitize";
    const ADVICE: [(&str, &str); 9] = [
        ("__asan_", SANITIZER),
        ("__tsan_", SANITIZER),
        ("__msan_", SANITIZER),
        ("__hwasan_", SANITIZER),
        (
            "__ubsan_",
            "of -fsanitize=undefined: link the library `ubsan`",
        ),
        (
            "__gcov_",
            "of --coverage: link the archive that `gcc -print-file-name=libgcov.a` names",
        ),
        (
            "__llvm_profile_",
            "of clang's profiles: compile without -fprofile-instr-generate",
        ),
        (
            "__morestack",
            "of -fsplit-stack: link the archive that `gcc -print-libgcc-file-name` names",
        ),
        ("__start_", "the first byte of a section that no object has"),
    ];
    let found = ADVICE.iter().find(|(start, _)| symbol.starts_with(start));
    found.map(|(_, advice)| *advice)
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostError::Stripped => f.write_str(
                "this program was stripped of its symbols, and loaded code has nothing to link against: \
                 keep them with `strip = \"debuginfo\"` (or `strip = false`) in its Cargo profile, or write them to a file \
                 beside it before it is stripped: `jitney symbols PROGRAM -o PROGRAM.symbols`",
            ),
            HostError::SymbolFile { path, reason } => {
                write!(f, "the symbols in {} cannot be used: {reason}", path.display())
            }
            HostError::Replaced { path } => write!(
                f,
                "this program was loaded from {}, where another file is now: start it again",
                path.display()
            ),
            HostError::Optimized { what } => write!(
                f,
                "link-time optimization removed what loaded code must share with this program ({what}): set \
                 `lto = \"thin\"` or `lto = false` in its Cargo profile"
            ),
            HostError::SharedStandardLibrary { path } => write!(
                f,
                "this program has its standard library in {}, and loaded code would get a second one: build it without \
                 `-C prefer-dynamic`, and without dependencies of the crate type `dylib`",
                path.display()
            ),
            HostError::Unreadable { reason } => {
                write!(f, "this program's own executable cannot be read: {reason}")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(&*source.0),
            Error::Memory(error) => Some(&**error),
            _ => None,
        }
    }
}

impl std::error::Error for HostError {}
