//! Relocations of x86_64.
//!
//! Numbers and formulas: System V ABI, AMD64 Architecture Processor Supplement, "Relocation" and
//! "Thread-Local Storage", <https://gitlab.com/x86-psABIs/x86-64-ABI>. S is the symbol's address, A
//! the addend, P the place that is written, G the GOT entry's address, GOT that of the first entry,
//! Z the symbol's size. A call needs no PLT: L is S, or a stub where S is far.

mod descriptor;
mod relax;
mod site;
mod thread_local;
mod trampoline;
mod watched_call;

use object::elf::{self, RelocationType};

use crate::needs::Need;
use crate::shared_library::is_code;
use crate::target::{ObjectId, Target};

pub(crate) use descriptor::find_thread_local;
pub(crate) use site::{Reference, Site, Values};
pub(crate) use trampoline::{INTEGER_REGISTERS, trampoline};
pub(crate) use watched_call::call_watched;

use site::not_low;

/// A stub jumps through a GOT entry: `jmp *offset(%rip)`, padded to eight bytes.
pub(crate) const STUB_SIZE: u64 = 8;

/// The jump of a stub at `stub` through the GOT entry at `got`.
pub(crate) fn fill_stub(bytes: &mut [u8], stub: u64, got: u64) {
    let displacement = (got.wrapping_sub(stub + 6)) as i32;
    bytes[..2].copy_from_slice(&[0xff, 0x25]);
    bytes[2..6].copy_from_slice(&displacement.to_le_bytes());
    bytes[6..8].copy_from_slice(&[0xcc, 0xcc]);
}

/// A relocation as it is first visited: before its image has a place.
pub(crate) struct Visit<'o> {
    pub(crate) kind: RelocationType,
    pub(crate) addend: i64,
    pub(crate) offset: u64,
    /// The bytes of the section that it is in.
    pub(crate) bytes: &'o [u8],
}

/// What a relocation needs in its image beside the section it is in. `near` says whether all of the
/// image reaches the target by 32 bits.
pub(crate) fn needs(
    visit: &Visit<'_>,
    target: Target,
    object: ObjectId,
    near: bool,
) -> Option<Need> {
    let need = match visit.kind {
        elf::R_X86_64_PLT32 | elf::R_X86_64_PC32 => (!near).then_some(Need::Stub(target)),
        elf::R_X86_64_64 => None,
        elf::R_X86_64_32 | elf::R_X86_64_32S => {
            (!near && is_far_code(target)).then_some(Need::Stub(target))
        }
        elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX
            if near && relax::is_relaxable(visit.kind, visit.addend, visit.bytes, visit.offset) =>
        {
            None
        }
        elf::R_X86_64_GOTPCREL
        | elf::R_X86_64_GOTPCRELX
        | elf::R_X86_64_REX_GOTPCRELX
        | elf::R_X86_64_CODE_4_GOTPCRELX
        | elf::R_X86_64_GOT32
        | elf::R_X86_64_GOT64
        | elf::R_X86_64_GOTPLT64
        | elf::R_X86_64_GOTPCREL64
        | elf::R_X86_64_GOTTPOFF => Some(Need::Address(target)),
        elf::R_X86_64_TLSGD => Some(Need::ThreadLocal(target)),
        elf::R_X86_64_TLSLD => Some(Need::ThreadBlock(object)),
        elf::R_X86_64_GOTPC32_TLSDESC => Some(Need::ThreadLocalDescriptor(target)),
        _ => None,
    };
    match (need, target) {
        (None | Some(Need::Stub(_)), Target::Indirect { .. }) => Some(Need::Indirect(target)),
        (None | Some(Need::Stub(_)), Target::Image) => Some(Need::Handle),
        _ => need,
    }
}

/// Whether a relocation of this kind asks for nothing but the address of what it refers to, where that
/// is near.
#[inline]
pub(crate) fn is_plain(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 | elf::R_X86_64_64
    )
}

/// Where an image has to lie for a relocation that cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// In the lowest 2 GiB of the address space: the object holds addresses in 32 bits.
    Low,
    /// Within 2 GiB of this address: the object refers directly to a variable there.
    Near(u64),
}

/// What a relocation asks of the place of its image, if that is not where images are anyway.
pub(crate) fn wish(visit: &Visit<'_>, target: Target) -> Option<Wish> {
    match (visit.kind, target) {
        (
            elf::R_X86_64_32 | elf::R_X86_64_32S,
            Target::Section { .. } | Target::Indirect { .. } | Target::Image | Target::Edge(_),
        ) => Some(Wish::Low),
        (elf::R_X86_64_32 | elf::R_X86_64_32S, Target::Far(_)) if is_far_code(target) => {
            Some(Wish::Low)
        }
        (elf::R_X86_64_PC32, Target::Far(address))
            if address > u64::from(u32::MAX)
                && !is_branch(visit.bytes, visit.offset)
                && !is_far_code(target) =>
        {
            Some(Wish::Near(address))
        }
        _ => None,
    }
}

/// Carries out a relocation of the most frequent kinds, for an address that is known. Returns whether
/// it did: another kind, or one that does not fit, is for [`apply`].
#[inline]
pub(crate) fn apply_plain(
    kind: RelocationType,
    site: &mut Site<'_>,
    offset: u64,
    value: u64,
    addend: i64,
) -> bool {
    let value = value.wrapping_add_signed(addend);
    match kind {
        elf::R_X86_64_PLT32 | elf::R_X86_64_PC32 => {
            let distance = value.wrapping_sub(site.address.wrapping_add(offset)) as i64;
            match (i32::try_from(distance), site.place(offset)) {
                (Ok(distance), Ok(place)) => {
                    *place = distance.to_le_bytes();
                    true
                }
                _ => false,
            }
        }
        elf::R_X86_64_64 => match site.place(offset) {
            Ok(place) => {
                *place = value.to_le_bytes();
                true
            }
            Err(_) => false,
        },
        _ => false,
    }
}

/// Carries out one relocation. Returns the offset of a following relocation that a relaxation has
/// made void.
#[inline]
pub(crate) fn apply<V: Values>(
    kind: RelocationType,
    site: &mut Site<'_>,
    offset: u64,
    reference: Reference,
    values: &mut V,
) -> Result<Option<u64>, String> {
    let Reference { target, addend, .. } = reference;
    let place = site.address.wrapping_add(offset) as i64;
    let relative = |value: u64| (value as i64).wrapping_add(addend).wrapping_sub(place);
    match kind {
        elf::R_X86_64_PLT32 | elf::R_X86_64_PC32 => {
            let direct = relative(absolute(target, values)?);
            // A stub stands in for code only; a reference to far data has to fail.
            let value = if i32::try_from(direct).is_err()
                && !values.is_near(target)
                && (kind == elf::R_X86_64_PLT32
                    || is_branch(site.bytes, offset)
                    || is_far_code(target))
            {
                relative(values.stub(target))
            } else {
                direct
            };
            site.write_signed(offset, value)?;
        }
        elf::R_X86_64_64 => {
            let value = absolute(target, values)?.wrapping_add_signed(addend);
            site.write_word(offset, value)?;
        }
        elf::R_X86_64_GOTPCREL
        | elf::R_X86_64_GOTPCRELX
        | elf::R_X86_64_REX_GOTPCRELX
        | elf::R_X86_64_CODE_4_GOTPCRELX => {
            let direct = absolute(target, values)?;
            if values.is_near(target) && relax::is_relaxable(kind, addend, site.bytes, offset) {
                let now = relax::rewrite(kind, site.bytes, offset);
                let moved = (now as i64).wrapping_sub(offset as i64);
                site.write_signed(now, relative(direct).wrapping_sub(moved))?;
            } else {
                let got = values.got(target);
                site.write_signed(offset, relative(got))?;
            }
        }
        _ => return apply_rarer(kind, site, offset, reference, values),
    }
    Ok(None)
}

fn apply_rarer<V: Values>(
    kind: RelocationType,
    site: &mut Site<'_>,
    offset: u64,
    reference: Reference,
    values: &mut V,
) -> Result<Option<u64>, String> {
    let Reference {
        object,
        symbol,
        target,
        addend,
    } = reference;
    let place = site.address.wrapping_add(offset);
    let relative = |value: u64| value.wrapping_add_signed(addend).wrapping_sub(place) as i64;
    match kind {
        elf::R_X86_64_NONE => {}
        elf::R_X86_64_PC64 => {
            let value = relative(absolute(target, values)?);
            site.write_word(offset, value as u64)?;
        }
        elf::R_X86_64_32S => {
            let value = low(target, values)?.wrapping_add_signed(addend);
            let narrow = i32::try_from(value as i64).map_err(|_| not_low(value))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        elf::R_X86_64_32 => {
            let value = low(target, values)?.wrapping_add_signed(addend);
            let narrow = u32::try_from(value).map_err(|_| not_low(value))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        elf::R_X86_64_16 => {
            let value = absolute(target, values)?.wrapping_add_signed(addend);
            let narrow = narrow(value as i64, 16)?;
            *site.place(offset)? = (narrow as u16).to_le_bytes();
        }
        elf::R_X86_64_8 => {
            let value = absolute(target, values)?.wrapping_add_signed(addend);
            let narrow = narrow(value as i64, 8)?;
            *site.place(offset)? = [narrow as u8];
        }
        elf::R_X86_64_PC16 => {
            let value = relative(absolute(target, values)?);
            let narrow = i16::try_from(value).map_err(|_| too_wide(value, 16))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        elf::R_X86_64_PC8 => {
            let value = relative(absolute(target, values)?);
            let narrow = i8::try_from(value).map_err(|_| too_wide(value, 8))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        // Of the large code model: relative to the GOT as a whole.
        elf::R_X86_64_GOTPC32 => site.write_signed(offset, relative(values.got_start()))?,
        elf::R_X86_64_GOTPC64 => site.write_word(offset, relative(values.got_start()) as u64)?,
        elf::R_X86_64_GOTOFF64 | elf::R_X86_64_PLTOFF64 => {
            let value = absolute(target, values)?.wrapping_add_signed(addend);
            site.write_word(offset, value.wrapping_sub(values.got_start()))?;
        }
        elf::R_X86_64_GOT32 => {
            absolute(target, values)?;
            let entry = values.got(target).wrapping_sub(values.got_start());
            site.write_signed(offset, entry.wrapping_add_signed(addend) as i64)?;
        }
        elf::R_X86_64_GOT64 | elf::R_X86_64_GOTPLT64 => {
            absolute(target, values)?;
            let entry = values.got(target).wrapping_sub(values.got_start());
            site.write_word(offset, entry.wrapping_add_signed(addend))?;
        }
        elf::R_X86_64_GOTPCREL64 => {
            absolute(target, values)?;
            let value = relative(values.got(target));
            site.write_word(offset, value as u64)?;
        }
        elf::R_X86_64_SIZE32 => {
            let value = values.size(object, symbol).wrapping_add_signed(addend);
            let narrow = u32::try_from(value).map_err(|_| too_wide(value as i64, 32))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        elf::R_X86_64_SIZE64 => {
            let value = values.size(object, symbol).wrapping_add_signed(addend);
            site.write_word(offset, value)?;
        }
        _ => return thread_local::apply(kind, site, offset, reference, values),
    }
    Ok(None)
}

/// S for a place of 32 bits: for a function far away its stub's address, as a system linker gives that
/// of the PLT entry.
fn low<V: Values>(target: Target, values: &mut V) -> Result<u64, String> {
    let direct = absolute(target, values)?;
    if is_far_code(target) && !values.is_near(target) {
        return Ok(values.stub(target));
    }
    Ok(direct)
}

/// Whether a target is code too far away for 32 bits: a stub can stand in for that.
fn is_far_code(target: Target) -> bool {
    matches!(target, Target::Far(address) if address > u64::from(u32::MAX) && is_code(address))
}

/// A value in `bits` bits, signed or unsigned, as assemblers mean both.
fn narrow(value: i64, bits: u32) -> Result<i64, String> {
    if (-(1 << (bits - 1))..1 << bits).contains(&value) {
        Ok(value)
    } else {
        Err(too_wide(value, bits))
    }
}

fn too_wide(value: i64, bits: u32) -> String {
    format!("the value {value:#x} does not fit {bits} bits")
}

fn absolute<V: Values>(target: Target, values: &mut V) -> Result<u64, String> {
    match target {
        Target::HostThreadLocal(_)
        | Target::LibraryThreadLocal { .. }
        | Target::ThreadBlock
        | Target::ThreadLocal { .. } => {
            Err("a thread-local variable is referred to as if it were a plain one".into())
        }
        other => Ok(values.value(other)),
    }
}

/// Whether the 32 bits at `offset` are the displacement of a call or jump.
fn is_branch(bytes: &[u8], offset: u64) -> bool {
    let before = |distance: usize| {
        (offset as usize)
            .checked_sub(distance)
            .and_then(|at| bytes.get(at))
            .copied()
    };
    matches!(before(1), Some(0xe8 | 0xe9))
        || (before(2) == Some(0x0f) && matches!(before(1), Some(0x80..=0x8f)))
}

/// The calling thread's pointer, from which its thread-local variables are addressed.
pub(crate) fn thread_pointer() -> usize {
    let pointer: usize;
    // SAFETY: the ABI keeps the thread pointer's own value at its first word.
    unsafe {
        std::arch::asm!("mov {}, fs:0", out(reg) pointer, options(nostack, preserves_flags, readonly))
    };
    pointer
}
