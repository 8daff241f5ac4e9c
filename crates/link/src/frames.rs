//! The unwind table of an image: the entries of the code that it holds, copied, relocated and
//! checked.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::arch::Site;
use crate::error::Error;
use crate::got::Tables;
use crate::read::{Fde, Object};
use crate::relocate::apply_all;
use crate::target::{ObjectId, SectionId};
use crate::unwind_table::{Pointers, check_cie, check_fde};

/// The image's unwind table as it fills up.
pub(crate) struct Frames {
    /// Offset in the image of the next entry.
    pub(crate) at: u64,
    /// Where each object's CIEs were copied to.
    cies: FxHashMap<(ObjectId, u32), (u64, Pointers)>,
}

impl Frames {
    /// Nothing so far, to be written from an offset in the image on.
    pub(crate) fn new(start: u64) -> Frames {
        Frames {
            at: start,
            cies: FxHashMap::default(),
        }
    }

    /// Adds the entries for the functions of a section.
    ///
    /// # Errors
    /// When one cannot be relocated, or is not what the unwinder expects.
    pub(crate) fn add_all(
        &mut self,
        id: SectionId,
        code: Range<u64>,
        object: &Object,
        memory: &mut [u8],
        base: u64,
        tables: &mut Tables<'_>,
    ) -> Result<(), Error> {
        for fde in object.frames()?.covering(id.index) {
            self.add(fde, (id, code.clone()), object, (memory, base), tables)?;
        }
        Ok(())
    }

    /// Adds the entry for a function in the section `id`, whose addresses are `code`.
    fn add(
        &mut self,
        fde: &Fde,
        (id, code): (SectionId, Range<u64>),
        object: &Object,
        image: (&mut [u8], u64),
        tables: &mut Tables<'_>,
    ) -> Result<(), Error> {
        let (memory, base) = image;
        let damaged = |entry: &Fde, reason: String| Error::Damaged {
            object: object.name.clone(),
            reason: format!(".eh_frame+{:#x} holds {reason}", entry.bytes.start),
        };
        let (number, cie) = object.frames()?.cie(fde);
        let (cie_at, pointers) = match self.cies.get(&(id.object, number)) {
            Some(known) => *known,
            None => {
                let at = self.at;
                let bytes = copy(cie, at, id.object, object, (memory, base), tables)?;
                let pointers = check_cie(bytes).map_err(|reason| damaged(cie, reason))?;
                self.at += bytes.len() as u64;
                self.cies.insert((id.object, number), (at, pointers));
                (at, pointers)
            }
        };
        let at = self.at;
        let bytes = copy(fde, at, id.object, object, (memory, base), tables)?;
        // An FDE's second word is the distance back to its CIE.
        let distance = (at + 4 - cie_at) as u32;
        bytes[4..8].copy_from_slice(&distance.to_le_bytes());
        let covers =
            check_fde(bytes, base + at, pointers, code).map_err(|reason| damaged(fde, reason))?;
        if covers {
            self.at += bytes.len() as u64;
        } else {
            // libgcc cannot take back a table that covers nothing.
            bytes.fill(0);
        }
        Ok(())
    }
}

/// Copies an unwind entry to an offset in the image, and relocates it.
fn copy<'image>(
    entry: &Fde,
    at: u64,
    owner: ObjectId,
    object: &Object,
    (memory, base): (&'image mut [u8], u64),
    tables: &mut Tables<'_>,
) -> Result<&'image mut [u8], Error> {
    let data = entry.data(object);
    let bytes = &mut memory[at as usize..][..data.len()];
    bytes.copy_from_slice(data);
    let mut site = Site {
        bytes,
        address: base + at,
    };
    let section = SectionId {
        object: owner,
        index: entry.section,
    };
    let origin = u64::from(entry.bytes.start);
    apply_all(
        &mut site,
        origin,
        entry.relocations(object),
        section,
        object,
        tables,
    )?;
    Ok(site.bytes)
}
