//! One function's bytes out of an object file, an archive or a program. The first step for code that a compiler made; what
//! comes out is good at any address, or it is refused.
//!
//! ```text
//! file ──object_file, go_object──▶ parts ──gather──▶ bytes ──reach──▶ bytes that refer to nothing else
//! ```

mod archive;
mod error;
mod gather;
mod go_object;
mod names;
mod object_file;
mod parts;
mod reach;
mod relocation;

use object::FileKind;

pub use error::Error;

use gather::{Company, Gathering};
use go_object::GoObject;
use object_file::ObjectFile;
use parts::{Function, Parts};

use crate::Machine;

/// Takes the bytes of one function out of a file: good at any address, the function's first instruction first.
///
/// [`Extraction`] says more, and can take along what the function needs.
///
/// # Errors
/// When the file is of no known format or damaged, when it has no such function, and when the bytes would not stand alone.
///
/// # Example
/// ```no_run
/// let code = jitney_raw::extract(&std::fs::read("inc.o")?, "inc")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn extract(file: &[u8], function: &str) -> Result<Vec<u8>, Error> {
    Extraction::new(file).function(function)
}

/// A file to take functions out of: an ELF, COFF or Mach-O object or program, an object of Go's compiler (1.18 and
/// later), or an archive of any of these.
///
/// # What is checked
/// Relocations: each has to be a distance within the bytes, or it is refused by name. And the instructions: an assembler
/// leaves no relocation for a jump to what lies beside the function in its section, so the code is followed from its
/// start. Not seen is what code computes: an address that a linked program holds as a plain number.
#[derive(Clone, Debug)]
pub struct Extraction<'d> {
    file: &'d [u8],
    company: Company,
}

impl<'d> Extraction<'d> {
    /// A file, as it was read from disk.
    pub fn new(file: &'d [u8]) -> Extraction<'d> {
        Extraction {
            file,
            company: Company::None,
        }
    }

    /// Takes along the constants and other functions of the same object that the function refers to, after its own
    /// bytes. Variables are not taken along: code cannot write to itself.
    #[must_use]
    pub fn with_needed(mut self, with: bool) -> Extraction<'d> {
        self.company = match with {
            true => Company::Needed,
            false => Company::None,
        };
        self
    }

    /// The bytes of a function. Its name may be the symbol itself; the symbol without what a platform puts before or behind it (`_inc` on macOS, `_inc@4` on Windows); a Rust path (`shapes::area`) or its end (`area`);
    /// for Go, `package.inc` or `inc`.
    ///
    /// # Errors
    /// As for [`extract()`].
    pub fn function(&self, name: &str) -> Result<Vec<u8>, Error> {
        let members = archive::members(self.file)?;
        let mut functions = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let found = parts(member.bytes)?.functions()?;
            functions.extend(found.into_iter().map(|function| (index, function)));
        }
        let (member, function) = names::choose(name, &members, functions)?;
        of_function(&*parts(members[member].bytes)?, &function, self.company)
    }

    /// The processor that it is for.
    ///
    /// # Errors
    /// When the file is of no known format or damaged, and when it is for another processor than those.
    pub fn machine(&self) -> Result<Machine, Error> {
        match archive::members(self.file)?.first() {
            Some(member) => parts(member.bytes)?.machine(),
            None => Err(Error::Format),
        }
    }

    /// The symbols of all functions in it, in the file's order.
    ///
    /// # Errors
    /// When the file is of no known format or damaged.
    pub fn functions(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for member in archive::members(self.file)? {
            let functions = parts(member.bytes)?.functions()?;
            names.extend(functions.into_iter().map(|function| function.name));
        }
        Ok(names)
    }
}

/// All code and constants of an object, the code first.
#[cfg(feature = "assemble")]
pub(crate) fn everything(file: &[u8]) -> Result<Vec<u8>, Error> {
    let object = ObjectFile::parse(file)?;
    let mut gathering = Gathering::new(&object, Company::None);
    for (index, range) in object.wanted()? {
        gathering.add(index, range)?;
    }
    gathering.finish()
}

fn of_function(parts: &dyn Parts, function: &Function, company: Company) -> Result<Vec<u8>, Error> {
    if function.indirect {
        return Err(Error::Indirect {
            name: function.name.clone(),
        });
    }
    let part = parts.part(function.part)?;
    let mut range = function.range.clone();
    let code = part.bytes.get(range.start as usize..range.end as usize);
    if let Some(code) = code.filter(|_| function.padded) {
        let own = reach::without_padding(parts.machine()?, code);
        range.end = range.start + own as u64;
    }
    if range.is_empty() {
        return Err(Error::NoBytes {
            name: function.name.clone(),
        });
    }
    let mut gathering = Gathering::new(parts, company);
    gathering.add(function.part, range)?;
    gathering.finish()
}

/// The parts of one object.
fn parts<'d>(file: &'d [u8]) -> Result<Box<dyn Parts + 'd>, Error> {
    match GoObject::is_one(file) {
        true => Ok(Box::new(GoObject::parse(file)?)),
        false => Ok(Box::new(ObjectFile::parse(file)?)),
    }
}

/// Whether a file is an object or a program of a known kind.
fn is_object(file: &[u8]) -> bool {
    GoObject::is_one(file)
        || matches!(
            FileKind::parse(file),
            Ok(FileKind::Elf32
                | FileKind::Elf64
                | FileKind::Coff
                | FileKind::CoffBig
                | FileKind::MachO32
                | FileKind::MachO64)
        )
}
