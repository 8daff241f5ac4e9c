//! Relocations of thread-local variables, and the shorter instructions for those at a fixed offset
//! from the thread pointer.
//!
//! Ulrich Drepper, "ELF Handling For Thread-Local Storage", and for descriptors Alexandre Oliva and
//! Glauber de Oliveira Costa, "Speeding Up Thread-Local Storage Access in Dynamic Libraries",
//! <https://www.fsfla.org/~lxoliva/writeups/TLS/RFC-TLSDESC-x86.txt>.

use object::elf::{self, RelocationType};

use super::site::{Reference, Site, Values, out_of_range};
use crate::target::{ObjectId, Target};

pub(super) fn apply<V: Values>(
    kind: RelocationType,
    site: &mut Site<'_>,
    offset: u64,
    reference: Reference,
    values: &mut V,
) -> Result<Option<u64>, String> {
    let Reference {
        object,
        target,
        addend,
        ..
    } = reference;
    let target = match target {
        Target::ThreadBlock => block(values)?,
        target => target,
    };
    let place = site.address.wrapping_add(offset);
    let relative = |value: u64| value.wrapping_add_signed(addend).wrapping_sub(place) as i64;
    match kind {
        elf::R_X86_64_TLSGD => return general_dynamic(site, offset, target, relative, values),
        elf::R_X86_64_TLSLD => return local_dynamic(site, offset, relative, object, values),
        elf::R_X86_64_GOTPC32_TLSDESC => load_descriptor(site, offset, target, relative, values)?,
        elf::R_X86_64_TLSDESC_CALL => call_descriptor(site, offset, target)?,
        elf::R_X86_64_DTPOFF32 => {
            check(target)?;
            let value = values.value(target) as i64;
            site.write_signed(offset, value.wrapping_add(addend))?;
        }
        elf::R_X86_64_DTPOFF64 => {
            check(target)?;
            let value = values.value(target).wrapping_add_signed(addend);
            site.write_word(offset, value)?;
        }
        elf::R_X86_64_GOTTPOFF => {
            fixed(target)?;
            let got = values.got(target);
            site.write_signed(offset, relative(got))?;
        }
        elf::R_X86_64_TPOFF32 => {
            let value = fixed(target)?;
            site.write_signed(offset, value.wrapping_add(addend))?;
        }
        elf::R_X86_64_TPOFF64 => {
            let value = fixed(target)?;
            site.write_word(offset, value.wrapping_add(addend) as u64)?;
        }
        other => return Err(format!("relocation type {} is not supported", other.0)),
    }
    Ok(None)
}

/// The beginning of a block, as if it were a variable there.
fn block<V: Values>(values: &mut V) -> Result<Target, String> {
    Ok(match values.block_number()? {
        Some(module) => Target::LibraryThreadLocal { module, offset: 0 },
        None => Target::HostThreadLocal(0),
    })
}

/// General dynamic: a call of `__tls_get_addr`. For a variable at a fixed offset it becomes local
/// exec: an offset from the thread pointer, which needs no call.
fn general_dynamic<V: Values>(
    site: &mut Site<'_>,
    offset: u64,
    target: Target,
    relative: impl Fn(u64) -> i64,
    values: &mut V,
) -> Result<Option<u64>, String> {
    let Target::HostThreadLocal(thread_offset) = target else {
        check(target)?;
        let got = values.thread_local_index(target)?;
        site.write_signed(offset, relative(got))?;
        return Ok(None);
    };
    // The large code model calls by `movabs $__tls_get_addr@pltoff, %rax; add %rbx, %rax; call *%rax`.
    if let Ok(code) = site.before::<22>(offset, 3)
        && code[..3] == [0x48, 0x8d, 0x3d]
        && code[7..9] == [0x48, 0xb8]
        && code[20..] == [0xff, 0xd0]
    {
        // mov %fs:0, %rax; lea x@tpoff(%rax), %rax; nopw 0(%rax,%rax)
        code[..12].copy_from_slice(&[0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80]);
        code[12..16].copy_from_slice(&narrow(thread_offset)?);
        code[16..].copy_from_slice(&[0x66, 0x0f, 0x1f, 0x44, 0, 0]);
        return Ok(Some(offset + 6));
    }
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
    code[12..].copy_from_slice(&narrow(thread_offset)?);
    Ok(Some(offset + 8))
}

/// Local dynamic: one call for the block, then offsets in it. For the host's block the call becomes
/// a load of the thread pointer, and the offsets are from there.
fn local_dynamic<V: Values>(
    site: &mut Site<'_>,
    offset: u64,
    relative: impl Fn(u64) -> i64,
    object: ObjectId,
    values: &mut V,
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
        // movabs $__tls_get_addr@pltoff, %rax; add %rbx, %rax; call *%rax
        [0x48, 0xb8] => {
            let code: &mut [u8; 22] = site.before(offset, 3)?;
            // Prefixed no-operations fill the space.
            *code = [
                0x66, 0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0, 0x90, 0x64, 0x48, 0x8b,
                0x04, 0x25, 0, 0, 0, 0,
            ];
            Ok(Some(offset + 6))
        }
        _ => Err(format!("an unknown local-dynamic sequence {code:02x?}")),
    }
}

/// `lea x@tlsdesc(%rip), %rax`; for a variable at a fixed offset `mov $x@tpoff, %rax`.
fn load_descriptor<V: Values>(
    site: &mut Site<'_>,
    offset: u64,
    target: Target,
    relative: impl Fn(u64) -> i64,
    values: &mut V,
) -> Result<(), String> {
    let Target::HostThreadLocal(thread_offset) = target else {
        check(target)?;
        let got = values.thread_local_descriptor(target)?;
        return site.write_signed(offset, relative(got));
    };
    let code: &mut [u8; 7] = site.before(offset, 3)?;
    let (rex, modrm) = (code[0], code[2]);
    if rex & 0xfb != 0x48 || code[1] != 0x8d || modrm & 0xc7 != 0x05 {
        return Err(format!("an unknown load of a descriptor {code:02x?}"));
    }
    // The register moves from the field for one to the field for the other.
    code[..3].copy_from_slice(&[0x48 | (rex >> 2) & 1, 0xc7, 0xc0 | (modrm >> 3) & 7]);
    code[3..].copy_from_slice(&narrow(thread_offset)?);
    Ok(())
}

/// `call *x@tlscall(%rax)`; for a variable at a fixed offset nothing is left to do.
fn call_descriptor(site: &mut Site<'_>, offset: u64, target: Target) -> Result<(), String> {
    if let Target::HostThreadLocal(_) = target {
        let code: &mut [u8; 2] = site.place(offset)?;
        if *code != [0xff, 0x10] {
            return Err(format!("an unknown call of a descriptor {code:02x?}"));
        }
        *code = [0x66, 0x90];
    }
    check(target)
}

fn narrow(offset: i64) -> Result<[u8; 4], String> {
    let narrow = i32::try_from(offset).map_err(|_| out_of_range(offset))?;
    Ok(narrow.to_le_bytes())
}

fn check(target: Target) -> Result<(), String> {
    match target {
        Target::HostThreadLocal(_)
        | Target::LibraryThreadLocal { .. }
        | Target::ThreadLocal { .. } => Ok(()),
        _ => Err("a plain variable is referred to as if it were thread-local".into()),
    }
}

fn fixed(target: Target) -> Result<i64, String> {
    match target {
        Target::HostThreadLocal(offset) => Ok(offset),
        Target::ThreadLocal { .. } | Target::LibraryThreadLocal { .. } => Err(
            "the object was compiled for a thread-local variable at a fixed offset, \
             which only the executable's own have: compile it with -ftls-model=global-dynamic or -fPIC"
                .into(),
        ),
        _ => Err("a plain variable is referred to as if it were thread-local".into()),
    }
}
