//! Making written bytes seen by instruction fetches, on Linux, for each processor.

/// x86 keeps the instruction caches of all processors coherent with stores by itself, found by physical address, so
/// that writing through another mapping is noticed too (Intel SDM volume 3, 9.1.3 "Handling Self- and Cross-Modifying
/// Code" and 13.6 "Self-Modifying Code"; AMD APM volume 2, 7.6.1 "Cache Organization and Operation").
///
/// What is left is that a processor may have fetched old bytes ahead of the stores. The manuals ask for a serializing
/// instruction when the writer used another address; `mfence` waits until the stores are out, and on AMD processors is
/// one (APM volume 2, 7.6.4). It does not cost but save time (56 to 48 ns for a write and the call that follows, on
/// Zen 4): the fetch no longer runs into stores that are under way, for which the processor would start over.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
pub(crate) fn code_written(_address: usize, _len: usize) {
    #[cfg(target_arch = "x86")]
    use std::arch::x86::_mm_mfence;
    #[cfg(target_arch = "x86_64")]
    use std::arch::x86_64::_mm_mfence;
    #[cfg(target_feature = "sse2")]
    // SAFETY: the processor has the instruction, since this is compiled for ones that do.
    unsafe {
        _mm_mfence()
    }
    #[cfg(not(target_feature = "sse2"))]
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

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
