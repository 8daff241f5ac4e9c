//! Relocations of x86_64.
//!
//! Numbers and formulas: System V ABI, AMD64 Architecture Processor Supplement, "Relocation" and
//! "Thread-Local Storage", <https://gitlab.com/x86-psABIs/x86-64-ABI>. S is the symbol's address, A
//! the addend, P the place that is written, G the GOT entry's address.

use object::elf::{self, RelocationType};

use crate::place::Need;
use crate::target::{ObjectId, Target};

/// A stub jumps through a GOT entry: `jmp *offset(%rip)`, padded to eight bytes.
pub(crate) const STUB_SIZE: u64 = 8;

/// What a relocation takes that is not there, found before its symbol is looked for: the large code
/// model refers to the GOT as a whole, by a symbol that only a linker defines.
pub(crate) fn unsupported(kind: RelocationType) -> Option<&'static str> {
    match kind {
        elf::R_X86_64_GOTOFF64
        | elf::R_X86_64_GOT64
        | elf::R_X86_64_GOTPC64
        | elf::R_X86_64_PLTOFF64 => {
            Some("it is of the large code model: compile it without -mcmodel=large")
        }
        _ => None,
    }
}

/// What a relocation needs in its image beside the section it is in.
pub(crate) fn needs(kind: RelocationType, target: Target, object: ObjectId) -> Option<Need> {
    match kind {
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
            Some(Need::Address(target))
        }
        elf::R_X86_64_GOTTPOFF => Some(Need::Address(target)),
        elf::R_X86_64_TLSGD => Some(Need::ThreadLocal(target)),
        elf::R_X86_64_TLSLD => Some(Need::ThreadBlock(object)),
        elf::R_X86_64_PLT32 | elf::R_X86_64_PC32 if matches!(target, Target::Far(_)) => {
            Some(Need::Stub(target))
        }
        _ => None,
    }
}

/// Where values come from while an image is relocated.
pub(crate) trait Values {
    /// S: the address of a target, or the offset of a thread-local one.
    fn value(&self, target: Target) -> u64;
    /// G: the address of the GOT entry that holds a target's value.
    fn got(&mut self, target: Target) -> u64;
    /// The address of the GOT entries with a thread-local's image and its offset there.
    fn thread_local_index(&mut self, target: Target) -> Result<u64, String>;
    /// Whether the host's thread-locals are at fixed offsets from the thread pointer: whether it is
    /// an executable.
    fn host_is_fixed(&self) -> bool;
    /// The address of the stub for a far target.
    fn stub(&mut self, target: Target) -> u64;
    /// The address of the GOT entries for the block that the local-dynamic accesses of the section
    /// being relocated go to; `None` for the host's.
    fn local_block(&mut self, object: ObjectId) -> Result<Option<u64>, String>;
}

/// A section in its image, while it is relocated.
pub(crate) struct Site<'image> {
    pub(crate) bytes: &'image mut [u8],
    pub(crate) address: u64,
}

impl Site<'_> {
    fn place<const N: usize>(&mut self, offset: u64) -> Result<&mut [u8; N], String> {
        let start = offset as usize;
        self.bytes
            .get_mut(start..start.saturating_add(N))
            .and_then(|place| place.try_into().ok())
            .ok_or_else(|| format!("{N} bytes at {offset:#x} lie past the section's end"))
    }

    fn before<const N: usize>(
        &mut self,
        offset: u64,
        distance: u64,
    ) -> Result<&mut [u8; N], String> {
        let start = offset
            .checked_sub(distance)
            .ok_or("an instruction begins before its section")?;
        self.place(start)
    }

    fn write_signed(&mut self, offset: u64, value: i64) -> Result<(), String> {
        let narrow = i32::try_from(value).map_err(|_| out_of_range(value))?;
        *self.place(offset)? = narrow.to_le_bytes();
        Ok(())
    }

    fn write_word(&mut self, offset: u64, value: u64) -> Result<(), String> {
        *self.place(offset)? = value.to_le_bytes();
        Ok(())
    }
}

fn out_of_range(value: i64) -> String {
    format!(
        "the distance {value:#x} does not fit 32 bits; data of a shared library can be that far: compile with -fPIC"
    )
}

fn not_low(value: u64) -> String {
    format!(
        "the address {value:#x} does not fit 32 bits; the object is for a program at low addresses: compile with -fPIC"
    )
}

/// The jump of a stub at `stub` through the GOT entry at `got`.
pub(crate) fn fill_stub(bytes: &mut [u8], stub: u64, got: u64) {
    let displacement = (got.wrapping_sub(stub + 6)) as i32;
    bytes[..2].copy_from_slice(&[0xff, 0x25]);
    bytes[2..6].copy_from_slice(&displacement.to_le_bytes());
    bytes[6..8].copy_from_slice(&[0xcc, 0xcc]);
}

/// Carries out one relocation. Returns the offset of a following relocation that a relaxation has
/// made void.
pub(crate) fn apply(
    kind: RelocationType,
    site: &mut Site<'_>,
    offset: u64,
    target: Target,
    addend: i64,
    object: ObjectId,
    values: &mut dyn Values,
) -> Result<Option<u64>, String> {
    let place = site.address.wrapping_add(offset) as i64;
    let relative = |value: u64| (value as i64).wrapping_add(addend).wrapping_sub(place);
    match kind {
        elf::R_X86_64_NONE => {}
        elf::R_X86_64_64 => site.write_word(
            offset,
            absolute(target, values)?.wrapping_add_signed(addend),
        )?,
        elf::R_X86_64_PC64 => {
            site.write_word(offset, relative(absolute(target, values)?) as u64)?
        }
        elf::R_X86_64_32S => {
            let value = absolute(target, values)?.wrapping_add_signed(addend);
            let narrow = i32::try_from(value as i64).map_err(|_| not_low(value))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        elf::R_X86_64_32 => {
            let value = absolute(target, values)?.wrapping_add_signed(addend);
            let narrow = u32::try_from(value).map_err(|_| not_low(value))?;
            *site.place(offset)? = narrow.to_le_bytes();
        }
        elf::R_X86_64_PLT32 | elf::R_X86_64_PC32 => {
            let direct = relative(absolute(target, values)?);
            let far = matches!(target, Target::Far(_)) && i32::try_from(direct).is_err();
            // A stub stands in for code only; a reference to far data has to fail.
            let value = if far && (kind == elf::R_X86_64_PLT32 || is_branch(site, offset)) {
                relative(values.stub(target))
            } else {
                direct
            };
            site.write_signed(offset, value)?;
        }
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
            absolute(target, values)?;
            let got = values.got(target);
            site.write_signed(offset, relative(got))?;
        }
        elf::R_X86_64_TLSGD => return general_dynamic(site, offset, target, relative, values),
        elf::R_X86_64_TLSLD => return local_dynamic(site, offset, relative, object, values),
        elf::R_X86_64_DTPOFF32 => {
            thread_local(target)?;
            let value = values.value(target) as i64;
            site.write_signed(offset, value.wrapping_add(addend))?;
        }
        elf::R_X86_64_DTPOFF64 => {
            thread_local(target)?;
            let value = values.value(target).wrapping_add_signed(addend);
            site.write_word(offset, value)?;
        }
        elf::R_X86_64_GOTTPOFF => {
            host_thread_local(target, values)?;
            let got = values.got(target);
            site.write_signed(offset, relative(got))?;
        }
        elf::R_X86_64_TPOFF32 => {
            let value = host_thread_local(target, values)?;
            site.write_signed(offset, value.wrapping_add(addend))?;
        }
        elf::R_X86_64_TPOFF64 => {
            let value = host_thread_local(target, values)?;
            site.write_word(offset, value.wrapping_add(addend) as u64)?;
        }
        other => return Err(format!("relocation type {} is not supported", other.0)),
    }
    Ok(None)
}

/// General dynamic: a call of `__tls_get_addr`. For a variable of the executable it becomes local
/// exec: an offset from the thread pointer, which needs no call.
fn general_dynamic(
    site: &mut Site<'_>,
    offset: u64,
    target: Target,
    relative: impl Fn(u64) -> i64,
    values: &mut dyn Values,
) -> Result<Option<u64>, String> {
    let thread_offset = match target {
        Target::HostThreadLocal(thread_offset) if values.host_is_fixed() => thread_offset,
        _ => {
            thread_local(target)?;
            let got = values.thread_local_index(target)?;
            site.write_signed(offset, relative(got))?;
            return Ok(None);
        }
    };
    // data16 lea x@tlsgd(%rip), %rdi; data16 data16 rex.W call __tls_get_addr
    // or, without a PLT, data16 rex.W call *__tls_get_addr@GOTPCREL(%rip)
    let code: &mut [u8; 16] = site.before(offset, 4)?;
    let lea = code[..4] == [0x66, 0x48, 0x8d, 0x3d];
    let call = code[8..12] == [0x66, 0x66, 0x48, 0xe8] || code[8..12] == [0x66, 0x48, 0xff, 0x15];
    if !lea || !call {
        return Err(format!("an unknown general-dynamic sequence {code:02x?}"));
    }
    // mov %fs:0, %rax; lea x@tpoff(%rax), %rax
    code[..12].copy_from_slice(&[0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80]);
    let thread_offset = i32::try_from(thread_offset).map_err(|_| out_of_range(thread_offset))?;
    code[12..].copy_from_slice(&thread_offset.to_le_bytes());
    Ok(Some(offset + 8))
}

/// Local dynamic: one call for the block, then offsets in it. For the host's block the call becomes
/// a load of the thread pointer, and the offsets are from there.
fn local_dynamic(
    site: &mut Site<'_>,
    offset: u64,
    relative: impl Fn(u64) -> i64,
    object: ObjectId,
    values: &mut dyn Values,
) -> Result<Option<u64>, String> {
    if let Some(got) = values.local_block(object)? {
        site.write_signed(offset, relative(got))?;
        return Ok(None);
    }
    // lea x@tlsld(%rip), %rdi, then call __tls_get_addr or call *__tls_get_addr@GOTPCREL(%rip)
    let code: &mut [u8; 12] = site.before(offset, 3)?;
    if code[..3] != [0x48, 0x8d, 0x3d] {
        return Err(format!("an unknown local-dynamic sequence {code:02x?}"));
    }
    // mov %fs:0, %rax, with prefixes to fill the space
    match code[7..9] {
        [0xe8, _] => {
            *code = [0x66, 0x66, 0x66, 0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0];
            Ok(Some(offset + 5))
        }
        [0xff, 0x15] => {
            let code: &mut [u8; 13] = site.before(offset, 3)?;
            *code = [
                0x66, 0x66, 0x66, 0x66, 0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0,
            ];
            Ok(Some(offset + 6))
        }
        _ => Err(format!("an unknown local-dynamic sequence {code:02x?}")),
    }
}

fn absolute(target: Target, values: &dyn Values) -> Result<u64, String> {
    match target {
        Target::HostThreadLocal(_) | Target::ThreadLocal { .. } => {
            Err("a thread-local variable is referred to as if it were a plain one".into())
        }
        other => Ok(values.value(other)),
    }
}

fn thread_local(target: Target) -> Result<(), String> {
    match target {
        Target::HostThreadLocal(_) | Target::ThreadLocal { .. } => Ok(()),
        _ => Err("a plain variable is referred to as if it were thread-local".into()),
    }
}

fn host_thread_local(target: Target, values: &dyn Values) -> Result<i64, String> {
    match target {
        Target::HostThreadLocal(offset) if values.host_is_fixed() => Ok(offset),
        Target::HostThreadLocal(_) => Err("the object was compiled for a thread-local variable at a fixed offset, and \
             this program is a shared library, whose own have none: compile it with -fPIC"
            .into()),
        Target::ThreadLocal { .. } => Err("the object was compiled for a thread-local variable at a fixed offset, \
             which only the executable's own have: compile it with -ftls-model=global-dynamic or -fPIC"
            .into()),
        _ => Err("a plain variable is referred to as if it were thread-local".into()),
    }
}

/// Whether the 32 bits at `offset` are the displacement of a call or jump.
fn is_branch(site: &Site<'_>, offset: u64) -> bool {
    let before = |distance: usize| {
        (offset as usize)
            .checked_sub(distance)
            .and_then(|at| site.bytes.get(at))
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
