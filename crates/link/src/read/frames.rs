//! Splitting `.eh_frame` into its entries, so that an image carries only those of the code it
//! holds.
//!
//! Format: Linux Standard Base, "Exception Frames". A CIE describes what many FDEs share; an FDE
//! covers one function. std has one `.eh_frame` an object with thousands of entries, of which a
//! module needs a few.

use object::endian::LittleEndian as LE;
use std::ops::Range;

use super::{Class, Object, Relocation, SymbolPlace};

/// One frame description entry, or a common information entry.
#[derive(Clone, Debug)]
pub(crate) struct Fde {
    /// The code section that the entry covers.
    pub(crate) covers: u32,
    /// The `.eh_frame` section the entry is in.
    pub(crate) section: u32,
    /// Its bytes there, the length word included.
    pub(crate) bytes: Range<u32>,
    /// Its relocations, as indexes into those of `section`.
    relocations: Range<u32>,
    /// The entry's CIE, as an index into [`FrameTable::cie`].
    cie: u32,
}

impl Fde {
    /// Its relocations, in `object`, which it is of.
    pub(crate) fn relocations<'o>(&self, object: &'o Object) -> &'o [Relocation] {
        let range = self.relocations.start as usize..self.relocations.end as usize;
        &object.relocations(self.section)[range]
    }

    /// Its bytes before they are relocated.
    pub(crate) fn data<'o>(&self, object: &'o Object) -> &'o [u8] {
        &object.data(self.section)[self.bytes.start as usize..self.bytes.end as usize]
    }
}

/// The unwind entries of one object.
#[derive(Debug, Default)]
pub(crate) struct FrameTable {
    cies: Vec<Fde>,
    /// Ordered by `covers`.
    fdes: Vec<Fde>,
    /// By section: where in `fdes` its entries begin; one more for the end of the last.
    starts: Vec<u32>,
}

impl FrameTable {
    /// The entries that cover a section.
    pub(crate) fn covering(&self, section: u32) -> &[Fde] {
        let at = section as usize;
        match self.starts.get(at..at + 2) {
            Some([start, end]) => &self.fdes[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The CIE that an entry refers to, and its index in this object.
    pub(crate) fn cie(&self, fde: &Fde) -> (u32, &Fde) {
        (fde.cie, &self.cies[fde.cie as usize])
    }

    pub(super) fn split(object: &Object) -> Result<FrameTable, String> {
        let mut table = FrameTable::default();
        for section in 0..object.sections.len() as u32 {
            // Of a section that is not loaded nothing has been checked, and nothing is wanted.
            let loaded = object.sections[section as usize].class != Class::NotLoaded;
            if loaded && object.section_name(section) == b".eh_frame" {
                table.split_section(object, section)?;
            }
        }
        table.fdes.sort_by_key(|fde| fde.covers);
        let mut starts = vec![0; object.sections.len() + 1];
        for fde in &table.fdes {
            starts[fde.covers as usize + 1] += 1;
        }
        for section in 1..starts.len() {
            starts[section] += starts[section - 1];
        }
        table.starts = starts;
        Ok(table)
    }

    fn split_section(&mut self, object: &Object, section: u32) -> Result<(), String> {
        let data = object.data(section);
        let relocations = object.relocations(section);
        // In a part of an object, zeros stand for the entries that were left out: they say nothing.
        let is_one = |relocation: &&Relocation| relocation.r_info.get(LE) != 0;
        let mut in_order = relocations.iter().filter(is_one);
        if !in_order
            .by_ref()
            .is_sorted_by_key(|relocation| relocation.r_offset.get(LE))
        {
            return Err("the relocations of .eh_frame are out of order".into());
        }
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
        };
        let first_cie = self.cies.len();
        let mut at = 0;
        let mut next_relocation = 0;
        while at + 4 <= data.len() {
            let length = word(at).unwrap_or(0) as usize;
            if length == 0 {
                at += 4;
                continue;
            }
            if length == 0xffff_ffff {
                return Err("a 64-bit .eh_frame entry, which no compiler writes for x86_64".into());
            }
            // The second word says what kind of entry it is.
            if length < 4 {
                return Err(format!("an .eh_frame entry of {length} bytes"));
            }
            let end = at + 4 + length;
            let id = word(at + 4)
                .filter(|_| end <= data.len())
                .ok_or("an .eh_frame entry runs past the section")?;
            // An entry has two or three.
            let before = |offset: usize, from: usize| {
                let mut rest = relocations[from..].iter();
                let end = rest.position(|r| is_one(&r) && r.r_offset.get(LE) as usize >= offset);
                end.map_or(relocations.len(), |count| from + count)
            };
            let skip = |from: usize, to: usize| {
                let mut rest = relocations[from..to].iter();
                rest.position(|r| is_one(&r))
                    .map_or(to, |count| from + count)
            };
            let start = before(at, next_relocation);
            next_relocation = before(end, start);
            let mut last = next_relocation;
            while last > start && !is_one(&&relocations[last - 1]) {
                last -= 1;
            }
            let start = skip(start, last);
            let mut entry = Fde {
                covers: 0,
                section,
                bytes: at as u32..end as u32,
                relocations: start as u32..last as u32,
                cie: 0,
            };
            if id == 0 {
                self.cies.push(entry);
            } else {
                let cie = (at + 4)
                    .checked_sub(id as usize)
                    .ok_or("an FDE points before its section")?;
                // Entries are met in order, so the CIEs are sorted by where they start.
                entry.cie = self.cies[first_cie..]
                    .binary_search_by_key(&cie, |candidate| candidate.bytes.start as usize)
                    .map_err(|_| "an FDE refers to a CIE that is not there")?
                    as u32
                    + first_cie as u32;
                let pc_begin = relocations[start..last]
                    .first()
                    .filter(|relocation| relocation.r_offset.get(LE) as usize == at + 8)
                    .ok_or("an FDE without a relocation for its code")?;
                // An entry for code of a discarded group has no section; nothing will ask for it.
                if let SymbolPlace::Section(covers) = object.place(pc_begin.r_sym(LE, false)) {
                    entry.covers = covers;
                    self.fdes.push(entry);
                }
            }
            at = end;
        }
        Ok(())
    }
}
