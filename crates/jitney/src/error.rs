//! What can go wrong between a source and a handle.

use std::fmt;
use std::path::PathBuf;

/// Why something could not be loaded or looked up. Nothing of a failed load is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No toolchain, or a source that does not build; compiler messages are whole.
    #[error(transparent)]
    Build(jitney_build::Error),
    /// A host that cannot be linked against, or a link that failed.
    #[error(transparent)]
    Link(#[from] jitney_link::Error),
    /// A program without an entry point, which only `#![no_main]` allows.
    #[error(
        "`{name}` has no `main` to run: it says `#![no_main]`, so it must define the C function itself, as \
         `#[unsafe(no_mangle)] extern \"C\" fn main() -> i32`"
    )]
    NoMain {
        /// The program's name.
        name: String,
    },
    /// A program in C, or of objects, without an entry point.
    #[error(
        "`{name}` has no `main` to run; its functions can be called from Rust, by `Source::load` and \
         `Module::foreign_function`"
    )]
    NoForeignMain {
        /// The program's name.
        name: String,
    },
    /// A source of which nothing can be handed out.
    #[error(
        "`{name}` offers nothing that can be called or read{}",
        shown_reasons(reasons)
    )]
    NothingOffered {
        /// The source's name.
        name: String,
        /// Its public items, each with the reason why it cannot be handed out.
        reasons: Vec<(String, String)>,
    },
    /// Something that only Rust has was asked of a source without any.
    #[error("`{name}` is not Rust: {what}")]
    NotRust {
        /// The source's name.
        name: String,
        /// What cannot be done with it, and what can.
        what: &'static str,
    },
    /// The compiler found is not the one that built this program.
    #[error(
        "this program was built by {host}, but the compiler found is {found}: loaded code would not fit it. \
         Name the right one with JITNEY_RUSTC or `Jit::with_toolchain`, or rebuild this program"
    )]
    OtherCompiler {
        /// The compiler that built this program.
        host: String,
        /// The compiler that was found.
        found: String,
    },
    /// Something has to be compiled, and this `Jit` was made to do without a compiler.
    #[error(
        "a `Jit` that was made by `Jit::without_compiler` loads bundles only: load other sources by one that \
         `Jit::new` made"
    )]
    WithoutCompiler,
    /// A bundle does not fit this program.
    #[error("the bundle `{}` does not fit this program: {}", path.display(), reasons.join("; "))]
    BundleUnfit {
        /// The bundle.
        path: PathBuf,
        /// What differs, and what to do about it; one or more.
        reasons: Vec<String>,
    },
    /// Something was asked of a bundle that only other sources can do.
    #[error("`{}` is a bundle: {what}", path.display())]
    OfBundle {
        /// The bundle.
        path: PathBuf,
        /// What cannot be done with it, and what can.
        what: String,
    },
    /// A source cannot be put into a bundle.
    #[error("`{name}` cannot be put into a bundle: {reason}")]
    NotBundled {
        /// The source's name.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A crate of this program's own cannot be shared.
    #[error("the program's own crate `{name}` cannot be shared: {reason}")]
    HostCrate {
        /// The crate's name.
        name: String,
        /// Why not, and what to do.
        reason: String,
    },
    /// A call that was given as a text cannot be made.
    #[error("`{call}` cannot be called: {reason}")]
    LiteralCall {
        /// The text.
        call: String,
        /// Why not, with what the function is.
        reason: String,
    },
    /// The module has no export of that name and kind.
    #[error("{0}")]
    NoSuchExport(#[from] NoSuchExport),
    /// The export is there, but cannot be handed out.
    #[error("`{path}` cannot be handed out: {reason}")]
    NotExportable {
        /// The export's path.
        path: String,
        /// Why.
        reason: String,
    },
    /// A variable of an object is smaller than the type that was asked for.
    #[error(
        "the variable `{name}` has {actual} bytes, and the type asked for, `{requested}`, has {size}"
    )]
    WrongSize {
        /// The variable's name.
        name: String,
        /// Its size in bytes.
        actual: u64,
        /// The type that was asked for.
        requested: String,
        /// That type's size in bytes.
        size: usize,
    },
    /// The export has another type than the one asked for.
    #[error("{0}")]
    WrongType(#[from] WrongType),
}

impl From<jitney_build::Error> for Error {
    fn from(error: jitney_build::Error) -> Error {
        match error {
            // Crates are refused here and there, and it is one kind of error to the user.
            jitney_build::Error::HostCrate { name, reason } => Error::HostCrate { name, reason },
            error => Error::Build(error),
        }
    }
}

/// The first few of them: a package may have hundreds.
fn shown_reasons(reasons: &[(String, String)]) -> String {
    const SHOWN: usize = 3;
    if reasons.is_empty() {
        return ": nothing in it is `pub`".to_owned();
    }
    let mut shown: String = reasons
        .iter()
        .take(SHOWN)
        .map(|(name, reason)| format!("\n`{name}`: {reason}"))
        .collect();
    if let Some(more @ 1..) = reasons.len().checked_sub(SHOWN) {
        shown.push_str(&format!("\nand {more} more"));
    }
    shown
}

/// A name that a module does not export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchExport {
    /// `function` or `global`.
    pub kind: &'static str,
    /// The name that was asked for.
    pub name: String,
    /// The module's name.
    pub module: String,
    /// The module's names that come nearest, nearest first.
    pub nearest: Vec<String>,
    /// What else is known about the name.
    pub hint: Option<String>,
}

impl fmt::Display for NoSuchExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "module `{}` has no {} `{}`",
            self.module, self.kind, self.name
        )?;
        if let Some(hint) = &self.hint {
            write!(f, ": {hint}")?;
        }
        match &self.nearest[..] {
            [] => Ok(()),
            [only] => write!(f, "; did you mean `{only}`?"),
            several => {
                let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "; the nearest names are {}", names.join(", "))
            }
        }
    }
}

impl std::error::Error for NoSuchExport {}

/// A type that is not the export's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongType {
    /// `function` or `global`.
    pub kind: &'static str,
    /// The export's path.
    pub path: String,
    /// The type that it has.
    pub actual: String,
    /// The type that was asked for.
    pub requested: String,
}

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WrongType {
            kind,
            path,
            actual,
            requested,
        } = self;
        write!(f, "{kind} `{path}` is `{actual}`, not `{requested}`")?;
        if actual == requested {
            write!(
                f,
                ": the two are spelled alike but name types of different crates, or of two versions or builds of \
                 one crate"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for WrongType {}
