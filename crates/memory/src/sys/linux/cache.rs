//! Making written bytes seen by instruction fetches, on Linux, for each processor.

/// Nothing: x86 keeps the instruction caches of all processors coherent with stores by itself, and starts over with
/// instructions that it fetched ahead of a store to them. It finds them by physical address, so that stores through
/// another mapping are noticed too (Intel SDM volume 3, 9.1.3 "Handling Self- and Cross-Modifying Code" and 13.6
/// "Self-Modifying Code"; AMD APM volume 2, 7.6.1 "Cache Organization and Operation").
///
/// For code that is changed through another address the manuals ask for a serializing instruction before it runs. It is
/// left out here, as in other compilers that map their memory twice: there is none that is cheap on all processors, and
/// heaps do not change code that anybody may run. New functions are handed to other threads by an atomic, a lock or a
/// channel, and room is used again last (see the bitmap of a chunk).
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
#[inline]
pub(crate) fn code_written(_address: usize, _len: usize) {}

/// ARM keeps nothing coherent by itself: data goes out to where both kinds of cache meet, instruction caches forget
/// (seen by all processors of the process), and then each thread that runs on another processor must forget what it
/// fetched ahead (Arm ARM, B2.7.4.2 and K14.5.2 "Ordering of cache maintenance and instruction fetch").
#[cfg(target_arch = "aarch64")]
pub(crate) fn code_written(address: usize, len: usize) {
    use std::arch::asm;

    // Log2 of the words in the shortest line of each kind of cache: Arm ARM, D24.2.34 "CTR_EL0".
    let kinds: usize;
    // SAFETY: reading this register is allowed to user programs on Linux, or done for them by the kernel:
    // https://docs.kernel.org/arch/arm64/cpu-feature-registers.html
    unsafe { asm!("mrs {}, ctr_el0", out(reg) kinds, options(nomem, nostack, preserves_flags)) };
    let (data_line, instruction_line) = (4 << (kinds >> 16 & 0xf), 4 << (kinds & 0xf));
    let end = address + len;
    // DIC and IDC (bits 29 and 28) say that a step is not needed; the barriers always are.
    if kinds >> 28 & 1 == 0 {
        for line in (address & !(data_line - 1)..end).step_by(data_line) {
            // SAFETY: the bytes are mapped and readable; nothing in them changes.
            unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
        }
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    if kinds >> 29 & 1 == 0 {
        for line in (address & !(instruction_line - 1)..end).step_by(instruction_line) {
            // SAFETY: as above.
            unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
        }
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
    other_threads();
}

/// Has every thread of this process that runs at this moment start over with its fetches: `membarrier`,
/// <https://man7.org/linux/man-pages/man2/membarrier.2.html>. Where it is the only one the kernel returns at once.
#[cfg(target_arch = "aarch64")]
fn other_threads() {
    use rustix::thread::{MembarrierCommand, membarrier};

    let barrier = || membarrier(MembarrierCommand::PrivateExpeditedSyncCore);
    // The kernel refuses processes that did not announce themselves; kernels before 4.16, and policies that keep the
    // call away, leave it to the program to hand new functions to other threads with more than a store.
    if barrier().is_err() && membarrier(MembarrierCommand::RegisterPrivateExpeditedSyncCore).is_ok()
    {
        let _ = barrier();
    }
}
