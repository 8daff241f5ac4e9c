//! What differs from processor to processor: the runtime of template and worker, its registers, and where its parts
//! lie.

mod operands;
#[cfg_attr(target_arch = "aarch64", path = "aarch64/mod.rs")]
#[cfg_attr(target_arch = "x86", path = "x86/mod.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64/mod.rs")]
mod this;

use operands::naked_runtime;

use super::{
    script::step,
    shared::{Plan, Step},
};

pub(super) use this::{
    AUDIT, BASE, BEYOND, FLOAT_CONTROL, FLOATS, FORGET, INTEGERS, STACK_WORDS, TRAP, code_written,
    places, returned_float, user_end,
};

/// The distance between areas that never touch, and the alignment of each: the largest page of any Linux.
pub(super) const GAP: u64 = 1 << 16;
/// Where the runtime lies in template and worker. A constant, so that no code learns where the host has its memory.
pub(super) const RUNTIME: u64 = BASE;
/// Where the orders lie there.
pub(super) const ORDERS: u64 = RUNTIME + GAP;
/// Where the tasks lie in the orders.
pub(super) const TASKS: usize = 1 << 14;
/// Where the records lie in the answers.
pub(super) const RECORDS: usize = 512;

/// `mmap`.
pub(super) fn map(at: u64, len: u64, protection: i32, flags: i32, file: i32, offset: u64) -> Step {
    let (call, unit) = this::MMAP;
    let file = i64::from(file) as u64;
    step(
        call,
        &[
            at,
            len,
            protection as u64,
            flags as u64,
            file,
            offset / unit,
        ],
    )
}

/// The code of the runtime and where to enter it.
pub(super) struct Runtime {
    /// To be copied to [`RUNTIME`].
    pub(super) bytes: &'static [u8],
    /// Makes the template; runs in the host.
    pub(super) start: unsafe extern "C" fn(*mut Plan) -> isize,
    /// Where the template goes on, there.
    pub(super) template: u64,
    /// The signal handler, there.
    pub(super) handler: u64,
    /// What a signal handler returns to, there.
    pub(super) restorer: u64,
}

impl Runtime {
    pub(super) fn get() -> Runtime {
        let base = this::runtime as *const () as *const u8;
        // SAFETY: the runtime starts with a table of five offsets.
        let [start, template, handler, restorer, end]: [u32; 5] =
            unsafe { base.cast::<[u32; 5]>().read_unaligned() };
        // SAFETY: the last offset is the runtime's length, and code is never written to.
        let bytes = unsafe { std::slice::from_raw_parts(base, end as usize) };
        // SAFETY: at the first offset starts a function of this type.
        let start = unsafe {
            std::mem::transmute::<*const u8, unsafe extern "C" fn(*mut Plan) -> isize>(
                base.add(start as usize),
            )
        };
        let at = |offset: u32| RUNTIME + u64::from(offset);
        Runtime {
            bytes,
            start,
            template: at(template),
            handler: at(handler),
            restorer: at(restorer),
        }
    }
}

/// `struct sigaction` as the kernel has it.
#[derive(Default)]
#[repr(C)]
pub(super) struct KernelAction {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: [u32; 2],
}

impl KernelAction {
    /// A handler that gets all there is to know, on the signal stack, and may itself be interrupted: it is often left
    /// for good, with nobody to unblock the signal again.
    pub(super) fn handler(handler: u64, restorer: u64) -> KernelAction {
        const SA_RESTORER: usize = 0x0400_0000;
        let flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
        KernelAction {
            handler: handler as usize,
            flags: flags as usize | SA_RESTORER,
            restorer: restorer as usize,
            mask: [0; 2],
        }
    }
}
