//! The file format of what was built: named sections of bytes behind a magic number, a version and a checksum. The cache
//! and bundles keep a [`Built`](crate::Built) in it (`built_form.rs` says in which sections).
//!
//! ```text
//! 0   magic      8 bytes
//! 8   version    u32
//! 12  reserved   u32, zero
//! 16  checksum   32 bytes: BLAKE3 of all that follows
//! 48  sections   one after the other, to the end of the file; each begins at a multiple of 16:
//!                  size of the data   u64
//!                  size of the name   u32
//!                  reserved           u32, zero
//!                  the data, then the name, then zeros up to the next multiple of 16
//! ```
//!
//! Numbers are little-endian. A file is read in place: sections are slices of it, at multiples of 16 from its beginning.
//! Nothing of a file is believed before the checksum is found right, and nothing of it is believed after that either, as
//! anybody can write a right one: whatever the bytes are, reading gives sections or says what is wrong.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

const MAGIC: [u8; 8] = *b"\x7fjitney\n";

/// Grows with every change of this format, or of what `built_form.rs` writes into it.
pub(crate) const VERSION: u32 = 2;

const HEADER: usize = 48;
const SECTION_HEADER: usize = 16;
const ALIGNMENT: usize = 16;

/// A section's name is for programs; none needs more.
const LONGEST_NAME: usize = 4096;

/// What is wrong with a file that should be a container. Said as a clause, after the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// It does not begin as such a file does.
    #[error("it is not a file that jitney wrote")]
    Foreign,
    /// Another version of jitney wrote it.
    #[error(
        "it has format version {found}, and this jitney reads version {}",
        VERSION
    )]
    Version {
        /// The version that the file says.
        found: u32,
    },
    /// It is shorter than its own words say.
    #[error("it is cut off: {what} does not end within its {size} bytes")]
    CutOff {
        /// What should be there.
        what: String,
        /// The file's size.
        size: usize,
    },
    /// Its bytes are not those that were written.
    #[error("its checksum is wrong: it was changed or damaged after it was written")]
    Checksum,
    /// The checksum is right, but no jitney writes such a file.
    #[error("{0}")]
    Malformed(String),
    /// It lacks a section.
    #[error("it has no section `{0}`")]
    Missing(String),
}

/// Whether a file that begins so is meant to be a container.
pub(crate) fn is_beginning(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Puts a container together.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    names: BTreeSet<String>,
}

impl Writer {
    pub(crate) fn new() -> Writer {
        let mut bytes = Vec::with_capacity(4096);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.resize(HEADER, 0);
        Writer {
            bytes,
            names: BTreeSet::new(),
        }
    }

    /// Adds a section.
    ///
    /// # Panics
    /// When there is one of that name already, or the name is empty or longer than 4,096 bytes: jitney chooses the names.
    pub(crate) fn section(&mut self, name: &str, data: &[u8]) {
        assert!(
            !name.is_empty() && name.len() <= LONGEST_NAME,
            "a section needs a name"
        );
        assert!(
            self.names.insert(name.to_owned()),
            "the section `{name}` is there already"
        );
        self.bytes
            .reserve(SECTION_HEADER + data.len() + name.len() + ALIGNMENT);
        self.bytes.extend((data.len() as u64).to_le_bytes());
        self.bytes.extend((name.len() as u32).to_le_bytes());
        self.bytes.extend([0; 4]);
        self.bytes.extend(data);
        self.bytes.extend(name.as_bytes());
        self.bytes
            .resize(self.bytes.len().next_multiple_of(ALIGNMENT), 0);
    }

    /// The whole file.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        seal(&mut self.bytes);
        self.bytes
    }
}

/// Puts the right checksum into a file that has room for one.
pub(crate) fn seal(file: &mut [u8]) {
    if let Some((header, rest)) = file.split_at_mut_checked(HEADER) {
        header[16..].copy_from_slice(blake3::hash(rest).as_bytes());
    }
}

/// The sections of a container, borrowed from its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Container<'b> {
    /// In the order of the file.
    sections: Vec<(&'b str, &'b [u8])>,
    /// Each name's place in the list.
    index: BTreeMap<&'b str, usize>,
}

impl<'b> Container<'b> {
    /// Finds the sections, after the checksum has been found right.
    ///
    /// # Errors
    /// [`Damage`], whatever the bytes are.
    pub(crate) fn read(file: &'b [u8]) -> Result<Container<'b>, Damage> {
        let cut_off = |what: &str| Damage::CutOff {
            what: what.to_owned(),
            size: file.len(),
        };
        if !file.starts_with(&MAGIC) {
            // The beginning of a magic number is the beginning of a file that was not written to its end.
            return Err(match MAGIC.starts_with(file) {
                true => cut_off("its header"),
                false => Damage::Foreign,
            });
        }
        let version = number(file, 8).ok_or_else(|| cut_off("its header"))?;
        if version != VERSION {
            return Err(Damage::Version { found: version });
        }
        let (header, rest) = file
            .split_at_checked(HEADER)
            .ok_or_else(|| cut_off("its header"))?;
        if blake3::hash(rest) != *<&[u8; 32]>::try_from(&header[16..]).unwrap_or(&[0; 32])
            || number(file, 12) != Some(0)
        {
            return Err(Damage::Checksum);
        }
        Sections { file, at: HEADER }.all()
    }

    /// The bytes of a section.
    ///
    /// # Errors
    /// [`Damage::Missing`].
    pub(crate) fn section(&self, name: &str) -> Result<&'b [u8], Damage> {
        let number = self.index.get(name);
        number
            .and_then(|number| self.sections.get(*number))
            .map(|(_, data)| *data)
            .ok_or_else(|| Damage::Missing(name.to_owned()))
    }

    /// All sections, in the order in which they were written.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn sections(&self) -> impl Iterator<Item = (&'b str, &'b [u8])> + '_ {
        self.sections.iter().copied()
    }
}

/// Walks through a file's sections.
struct Sections<'b> {
    file: &'b [u8],
    at: usize,
}

impl<'b> Sections<'b> {
    fn all(mut self) -> Result<Container<'b>, Damage> {
        let mut sections = Vec::new();
        let mut index = BTreeMap::new();
        while self.at < self.file.len() {
            let (name, data) = self.next()?;
            if index.insert(name, sections.len()).is_some() {
                return Err(Damage::Malformed(format!(
                    "it has two sections of the name `{name}`"
                )));
            }
            sections.push((name, data));
        }
        Ok(Container { sections, index })
    }

    fn next(&mut self) -> Result<(&'b str, &'b [u8]), Damage> {
        let at = self.at;
        let malformed =
            |what: &str| Damage::Malformed(format!("{what} of its section at byte {at}"));
        let cut_off = |what: String| Damage::CutOff {
            what,
            size: self.file.len(),
        };
        let header = || format!("the header of the section at byte {at}");
        let data_size = long_number(self.file, at).ok_or_else(|| cut_off(header()))?;
        let name_size = number(self.file, at + 8).ok_or_else(|| cut_off(header()))?;
        if number(self.file, at + 12).ok_or_else(|| cut_off(header()))? != 0 {
            return Err(malformed("unknown flags are set in the header"));
        }
        if name_size == 0 || name_size as usize > LONGEST_NAME {
            return Err(malformed(&format!(
                "{name_size} bytes cannot be the size of the name"
            )));
        }
        let data_start = at + SECTION_HEADER;
        let data_end = usize::try_from(data_size)
            .ok()
            .and_then(|size| data_start.checked_add(size));
        let name_end = data_end.and_then(|end| end.checked_add(name_size as usize));
        let next = name_end.and_then(|end| end.checked_next_multiple_of(ALIGNMENT));
        let (Some(data_end), Some(name_end), Some(next)) = (data_end, name_end, next) else {
            return Err(cut_off(format!("the section at byte {at}")));
        };
        let (Some(data), Some(name), Some(filling)) = (
            self.file.get(data_start..data_end),
            self.file.get(data_end..name_end),
            self.file.get(name_end..next),
        ) else {
            return Err(cut_off(format!("the section at byte {at}")));
        };
        if filling.iter().any(|byte| *byte != 0) {
            return Err(malformed("the bytes after the name are not zero"));
        }
        let name = std::str::from_utf8(name).map_err(|_| malformed("the name is not UTF-8"))?;
        self.at = next;
        Ok((name, data))
    }
}

fn number(file: &[u8], at: usize) -> Option<u32> {
    let bytes = file.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn long_number(file: &[u8], at: usize) -> Option<u64> {
    let bytes = file.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}
