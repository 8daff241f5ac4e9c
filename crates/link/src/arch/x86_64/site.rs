//! The bytes that relocations change.

use crate::target::{ObjectId, Target};

/// A section in its image, while it is relocated.
pub(crate) struct Site<'image> {
    pub(crate) bytes: &'image mut [u8],
    pub(crate) address: u64,
}

/// What a relocation refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    /// The object that the relocation is in, and the symbol there.
    pub(crate) object: ObjectId,
    pub(crate) symbol: u32,
    pub(crate) target: Target,
    pub(crate) addend: i64,
}

/// Where values come from while an image is relocated.
pub(crate) trait Values {
    /// S: the address of a target, or the offset of a thread-local one.
    fn value(&mut self, target: Target) -> u64;
    /// G: the address of the GOT entry that holds a target's value.
    fn got(&mut self, target: Target) -> u64;
    /// GOT: the address of the GOT's first entry.
    fn got_start(&self) -> u64;
    /// Z: the size of what a symbol names.
    fn size(&self, object: ObjectId, symbol: u32) -> u64;
    /// Whether every place of the image reaches the target by 32 bits.
    fn is_near(&self, target: Target) -> bool;
    /// The address of the GOT entries with a thread-local's image and its offset there.
    fn thread_local_index(&mut self, target: Target) -> Result<u64, String>;
    /// The address of a thread-local's descriptor in the GOT.
    fn thread_local_descriptor(&mut self, target: Target) -> Result<u64, String>;
    /// The address of the stub for a far target.
    fn stub(&mut self, target: Target) -> u64;
    /// The number of the image or library whose block the local-dynamic accesses of the section being
    /// relocated go to; `None` for the host's.
    fn block_number(&mut self) -> Result<Option<u64>, String>;
    /// The address of the GOT entries for the block that the local-dynamic accesses of the section
    /// being relocated go to; `None` for the host's.
    fn local_block(&mut self, object: ObjectId) -> Result<Option<u64>, String>;
}

impl Site<'_> {
    #[inline]
    pub(super) fn place<const N: usize>(&mut self, offset: u64) -> Result<&mut [u8; N], String> {
        let start = offset as usize;
        self.bytes
            .get_mut(start..start.saturating_add(N))
            .and_then(|place| place.try_into().ok())
            .ok_or_else(|| format!("{N} bytes at {offset:#x} lie past the section's end"))
    }

    pub(super) fn before<const N: usize>(
        &mut self,
        offset: u64,
        distance: u64,
    ) -> Result<&mut [u8; N], String> {
        let start = offset
            .checked_sub(distance)
            .ok_or("an instruction begins before its section")?;
        self.place(start)
    }

    /// Writes a distance.
    pub(super) fn write_signed(&mut self, offset: u64, value: i64) -> Result<(), String> {
        let narrow = i32::try_from(value).map_err(|_| out_of_range(value))?;
        *self.place(offset)? = narrow.to_le_bytes();
        Ok(())
    }

    pub(super) fn write_word(&mut self, offset: u64, value: u64) -> Result<(), String> {
        *self.place(offset)? = value.to_le_bytes();
        Ok(())
    }
}

pub(super) fn out_of_range(value: i64) -> String {
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    format!(
        "the distance {sign}{size:#x} does not fit 32 bits; data of a shared library can be that far: compile with -fPIC"
    )
}

pub(super) fn not_low(value: u64) -> String {
    format!(
        "the address {value:#x} does not fit 32 bits; the object is for a program at low addresses: compile with -fPIC"
    )
}
