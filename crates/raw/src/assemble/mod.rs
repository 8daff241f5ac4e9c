//! Text to machine code, through an assembler that is installed. The first step for code that is not built in the program;
//! what comes out is good at any address, or it is refused.
//!
//! Intel and AT&T syntax go through rustc, which is there wherever this crate was compiled and needs no other tool: the
//! text becomes a `global_asm!` of an empty crate, and its object's sections are taken out. fasm and nasm write their
//! bytes themselves.

mod error;
mod flat;
mod lines;
mod process;
mod rustc;

use std::path::Path;

pub use error::Error;

/// The syntax of a text, which decides which assembler reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Syntax {
    /// Intel's, as in Rust's `asm!`, with the directives of GNU as; on other processors than Intel's, their own. Read by
    /// rustc.
    #[default]
    Intel,
    /// AT&T's, as GNU as takes it by default. Read by rustc.
    Att,
    /// That of fasm.
    Fasm,
    /// That of nasm.
    Nasm,
}

impl Syntax {
    /// The syntax of a file by its name: fasm's and nasm's where it ends in `.fasm` and `.nasm`, AT&T's where it ends in
    /// `.s`, and Intel's elsewhere.
    pub fn of_file(path: &Path) -> Syntax {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("fasm") => Syntax::Fasm,
            Some("nasm") => Syntax::Nasm,
            Some("s") => Syntax::Att,
            _ => Syntax::Intel,
        }
    }
}

/// Assembles a text for this machine: its bytes, good at any address, the first instruction first.
///
/// [`Assembly`] has more to say about the text.
///
/// # Errors
/// When the assembler is missing or refuses the text, and when the bytes would depend on where they are or on anything
/// beside them.
///
/// # Example
/// ```
/// use jitney_raw::assemble::{assemble, Syntax};
///
/// # #[cfg(all(target_os = "linux", target_arch = "x86_64"))] {
/// let code = assemble("lea rax, [rdi + 1]\nret", Syntax::Intel)?;
/// assert_eq!(code, [0x48, 0x8d, 0x47, 0x01, 0xc3]);
/// # }
/// # Ok::<(), jitney_raw::assemble::Error>(())
/// ```
pub fn assemble(text: &str, syntax: Syntax) -> Result<Vec<u8>, Error> {
    Assembly::new(text).syntax(syntax).bytes()
}

/// A text and how to assemble it.
#[derive(Clone, Debug)]
pub struct Assembly<'a> {
    text: &'a str,
    name: &'a str,
    syntax: Syntax,
    target: Option<&'a str>,
}

impl<'a> Assembly<'a> {
    /// A text in [Intel syntax](Syntax::Intel), for this machine.
    pub fn new(text: &'a str) -> Assembly<'a> {
        Assembly {
            text,
            name: "asm",
            syntax: Syntax::default(),
            target: None,
        }
    }

    /// What messages call the text: its file's name.
    #[must_use]
    pub fn name(mut self, name: &'a str) -> Assembly<'a> {
        self.name = name;
        self
    }

    /// The syntax it is in.
    #[must_use]
    pub fn syntax(mut self, syntax: Syntax) -> Assembly<'a> {
        self.syntax = syntax;
        self
    }

    /// The machine it is for, as rustc names it (`aarch64-unknown-linux-gnu`); its standard library has to be
    /// installed. fasm and nasm, which are for Intel's processors, take from it only whether code is of 32 or 64 bits.
    #[must_use]
    pub fn target(mut self, target: &'a str) -> Assembly<'a> {
        self.target = Some(target);
        self
    }

    /// Assembles it.
    ///
    /// Read-only sections beside the code follow it. The text's labels are its own; nothing is left on disk. Files that
    /// the text includes are looked for from the current folder.
    ///
    /// For fasm and nasm, code is of this machine's width unless the text says otherwise, and nasm's addresses are
    /// relative to the instruction pointer (`default rel`).
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Start`] for the assembler itself, [`Error::Refused`] with its message as it
    /// wrote it, but with the text's own name and lines, [`Error::Standalone`] where a relocation remains,
    /// [`Error::Address`] where the bytes hold their own address, [`Error::Format`] where the text asks fasm for an
    /// object, [`Error::Empty`], and [`Error::Files`].
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = match self.syntax {
            Syntax::Intel | Syntax::Att => rustc::assemble(self)?,
            Syntax::Fasm => flat::assemble(self, flat::FASM)?,
            Syntax::Nasm => flat::assemble(self, flat::NASM)?,
        };
        match bytes.is_empty() {
            true => Err(Error::Empty {
                name: self.name.to_owned(),
            }),
            false => Ok(bytes),
        }
    }

    /// Whether the code is of 32 bits.
    fn is_32_bits(&self) -> bool {
        match self.target {
            Some(target) => {
                target.starts_with('i') && target[1..].starts_with(|c: char| c.is_ascii_digit())
            }
            None => cfg!(target_pointer_width = "32"),
        }
    }
}
