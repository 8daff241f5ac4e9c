//! A part of an object: the sections that are needed, with all that belongs to them, at the places that they have in the
//! whole. The rest of the file is zero.
//!
//! So sections and symbols keep their numbers, two parts of one object fit together, and so do a part and the whole:
//! what is known of a section by its number holds for all of them.

use std::ops::Range;

use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::{FxHashMap, FxHashSet};

use super::object::{Relocation, Symbol};
use super::{Bytes, Class, Object, Origin, SymbolPlace, table};
use crate::error::Error;

/// The largest file of which a part is read, in bytes.
const LARGEST: usize = 1 << 30;

/// Runs that lie closer than this are one run: to say where another begins takes about as much.
const NEAR: u32 = 4;

/// What of an object's file is there.
#[derive(Clone, Debug)]
pub(crate) struct Partial {
    /// BLAKE3 of the whole file; zeros where the name tells enough.
    pub(super) hash: [u8; 32],
    /// In order, and apart from one another.
    pub(super) runs: Vec<Range<u32>>,
}

/// Runs of a file: where, and what is there.
pub(crate) type Runs<'a> = Vec<(u32, &'a [u8])>;

impl Object {
    /// An object of which only these runs are there. They are in order.
    ///
    /// # Errors
    /// As for [`Object::parse`], and when the runs do not fit a file of this length.
    pub(crate) fn of_runs(
        name: String,
        origin: Origin,
        hash: [u8; 32],
        len: usize,
        runs: &[(u32, &[u8])],
    ) -> Result<Object, Error> {
        let damaged = |reason: &str| Error::Damaged {
            object: name.clone(),
            reason: reason.to_owned(),
        };
        if len > LARGEST {
            return Err(damaged("it is too large to be a part of"));
        }
        let mut ranges: Vec<Range<u32>> = Vec::with_capacity(runs.len());
        for (start, run) in runs {
            let end = (*start as usize).checked_add(run.len());
            let end = end.filter(|end| *end <= len);
            let end = end.ok_or_else(|| damaged("a part of it lies past its end"))? as u32;
            if ranges.last().is_some_and(|last| last.end > *start) {
                return Err(damaged("its parts are out of order"));
            }
            ranges.push(*start..end);
        }
        let bytes = Bytes::sparse(len, |bytes| {
            for (start, run) in runs {
                bytes[*start as usize..][..run.len()].copy_from_slice(run);
            }
        });
        let bytes =
            bytes.map_err(|error| damaged(&format!("there is no memory for it: {error}")))?;
        let partial = Partial { hash, runs: ranges };
        Object::parse_part(name, origin, bytes, Some(partial))
    }

    /// Whether it is not all of its file.
    pub(crate) fn is_partial(&self) -> bool {
        self.partial.is_some()
    }

    /// Whether it is the same file as another object, or another part of the same.
    pub(crate) fn is_of_same_file(&self, other: &Object) -> bool {
        (self.origin, self.bytes.len(), &self.name)
            == (other.origin, other.bytes.len(), &other.name)
            && self.file_hash() == other.file_hash()
    }

    /// What tells its file from others of the same name and size.
    pub(crate) fn file_hash(&self) -> [u8; 32] {
        match &self.partial {
            Some(partial) => partial.hash,
            // There is one standard library for one compiler, and its archives' names hold a hash.
            None if self.origin == Origin::Standard => [0; 32],
            None => *self
                .hash
                .get_or_init(|| *blake3::hash(&self.bytes).as_bytes()),
        }
    }

    /// Whether all that is there of the other is there of this one. They are of the same file.
    pub(crate) fn covers(&self, other: &Object) -> bool {
        let Some(own) = &self.partial else {
            return true;
        };
        let Some(others) = &other.partial else {
            return false;
        };
        let mut own = own.runs.iter().peekable();
        others.runs.iter().all(|run| {
            while own.next_if(|own| own.end < run.end).is_some() {}
            run.is_empty()
                || own
                    .peek()
                    .is_some_and(|own| own.start <= run.start && run.end <= own.end)
        })
    }

    /// What is there of this and of the other together. They are of the same file, and neither is all of it.
    ///
    /// # Errors
    /// When they differ where both are, which parts of one file do not.
    pub(crate) fn with(&self, other: &Object) -> Result<Object, Error> {
        let hash = self.file_hash();
        let mut ranges: Vec<Range<u32>> = [self, other]
            .into_iter()
            .filter_map(|object| object.partial.as_ref())
            .flat_map(|partial| partial.runs.iter().cloned())
            .collect();
        join(&mut ranges, 0);
        let mut differ = false;
        let bytes = Bytes::sparse(self.bytes.len(), |bytes| {
            for object in [self, other] {
                for run in object.partial.iter().flat_map(|partial| &partial.runs) {
                    let run = run.start as usize..run.end as usize;
                    bytes[run.clone()].copy_from_slice(&object.bytes[run]);
                }
            }
            // The first was written over where both are.
            for run in self.partial.iter().flat_map(|partial| &partial.runs) {
                let run = run.start as usize..run.end as usize;
                differ |= bytes[run.clone()] != self.bytes[run];
            }
        });
        let damaged = |reason: String| Error::Damaged {
            object: self.name.clone(),
            reason,
        };
        let bytes =
            bytes.map_err(|error| damaged(format!("there is no memory for it: {error}")))?;
        if differ {
            return Err(damaged("two parts of it are not of one file".to_owned()));
        }
        let partial = Partial { hash, runs: ranges };
        Object::parse_part(self.name.clone(), self.origin, bytes, Some(partial))
    }

    /// The runs of its file that make up these sections, with their names, relocations, symbols and unwind entries.
    ///
    /// # Errors
    /// When its unwind table is damaged.
    pub(crate) fn runs_of(&self, sections: &[u32]) -> Result<Runs<'_>, Error> {
        let mut choice = Choice {
            object: self,
            sections: sections.iter().copied().collect(),
            symbols: FxHashSet::default(),
            runs: Vec::new(),
        };
        choice.take_tables();
        choice.take_sections();
        choice.take_frames()?;
        choice.take_symbols();
        let mut runs = choice.runs;
        join(&mut runs, NEAR);
        let with_bytes =
            |run: Range<u32>| (run.start, &self.bytes[run.start as usize..run.end as usize]);
        Ok(runs.into_iter().map(with_bytes).collect())
    }

    fn section_headers(&self) -> &[elf::SectionHeader64<LE>] {
        table(&self.bytes, self.headers.0, self.headers.1).unwrap_or_default()
    }
}

/// Puts runs in order, and joins those that overlap or lie near each other.
fn join(runs: &mut Vec<Range<u32>>, near: u32) {
    runs.retain(|run| !run.is_empty());
    runs.sort_unstable_by_key(|run| run.start);
    let mut joined: Vec<Range<u32>> = Vec::with_capacity(runs.len());
    for run in runs.drain(..) {
        match joined.last_mut() {
            Some(last) if run.start <= last.end.saturating_add(near) => {
                last.end = last.end.max(run.end)
            }
            _ => joined.push(run),
        }
    }
    *runs = joined;
}

/// Runs of an object's file as they are chosen.
struct Choice<'o> {
    object: &'o Object,
    sections: FxHashSet<u32>,
    symbols: FxHashSet<u32>,
    runs: Vec<Range<u32>>,
}

impl<'o> Choice<'o> {
    /// Takes what the slice, which is a part of the object's bytes, holds.
    fn take<T>(&mut self, slice: &'o [T]) {
        let start = slice
            .as_ptr()
            .addr()
            .wrapping_sub(self.object.bytes.as_ptr().addr());
        // An empty slice need not be a part of them.
        if !slice.is_empty() {
            self.runs
                .push(start as u32..(start + size_of_val(slice)) as u32);
        }
    }

    /// The ELF header, and the headers of the tables of names and symbols.
    fn take_tables(&mut self) {
        let object = self.object;
        self.take(&object.bytes[..size_of::<elf::FileHeader64<LE>>().min(object.bytes.len())]);
        let headers = object.section_headers();
        self.take(&headers[..1]);
        for (number, header) in headers.iter().enumerate() {
            let kind = header.sh_type.get(LE);
            if matches!(
                kind,
                elf::SHT_SYMTAB | elf::SHT_SYMTAB_SHNDX | elf::SHT_STRTAB
            ) {
                self.take(std::slice::from_ref(header));
            }
            if kind == elf::SHT_SYMTAB_SHNDX {
                self.take(object.data(number as u32));
            }
        }
    }

    fn take_sections(&mut self) {
        let object = self.object;
        let headers = object.section_headers();
        let mut of_relocations = FxHashMap::default();
        for header in headers {
            if header.sh_type.get(LE) == elf::SHT_RELA {
                of_relocations.insert(header.sh_info.get(LE), header);
            }
        }
        let sections: Vec<u32> = self.sections.iter().copied().collect();
        for section in sections {
            self.take_header(section, &of_relocations);
            self.take(object.data(section));
            self.take_relocations(object.relocations(section));
        }
        // Unwind entries are taken one by one.
        for section in 0..headers.len() as u32 {
            if is_frames(object, section) {
                self.take_header(section, &of_relocations);
            }
        }
    }

    fn take_header(
        &mut self,
        section: u32,
        of_relocations: &FxHashMap<u32, &'o elf::SectionHeader64<LE>>,
    ) {
        let object = self.object;
        // A COMMON symbol's section has no header.
        if let Some(header) = object.section_headers().get(section as usize) {
            self.take(std::slice::from_ref(header));
            self.take(object.section_name(section));
        }
        if let Some(header) = of_relocations.get(&section) {
            self.take(std::slice::from_ref(*header));
        }
    }

    fn take_relocations(&mut self, relocations: &'o [Relocation]) {
        self.take(relocations);
        let symbols = relocations
            .iter()
            .map(|relocation| relocation.r_sym(LE, false));
        self.symbols.extend(symbols);
    }

    fn take_frames(&mut self) -> Result<(), Error> {
        let object = self.object;
        let frames = object.frames()?;
        let mut sections: Vec<u32> = self.sections.iter().copied().collect();
        sections.sort_unstable();
        for section in sections {
            for fde in frames.covering(section) {
                let (_, cie) = frames.cie(fde);
                for entry in [fde, cie] {
                    self.take(entry.data(object));
                    self.take_relocations(entry.relocations(object));
                }
            }
        }
        Ok(())
    }

    /// The symbols that are referred to, and those that the sections define. All COMMON ones: each makes a section, and
    /// they are numbered.
    fn take_symbols(&mut self) {
        let object = self.object;
        for (number, symbol) in (0u32..).zip(object.symbols()) {
            let defined = match object.place(number) {
                SymbolPlace::Section(section) => self.sections.contains(&section),
                _ => false,
            };
            if number == 0 || defined || object.is_common(number) || self.symbols.contains(&number)
            {
                self.take::<Symbol>(std::slice::from_ref(symbol));
                self.take(object.symbol_name(number));
            }
        }
    }
}

fn is_frames(object: &Object, section: u32) -> bool {
    object.sections[section as usize].class != Class::NotLoaded
        && object.section_name(section) == b".eh_frame"
}
