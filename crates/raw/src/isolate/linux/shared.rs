//! What host, template and worker tell each other in shared memory. The layouts are read by the assembly of `arch/`
//! through the offsets of these fields.
//!
//! | area | host | template | worker |
//! |---|---|---|---|
//! | [`Orders`], tasks, code | writes | reads | reads |
//! | [`Answers`], results, data | reads, writes | rings the bell | writes whatever it likes |
//! | [`Nursery`] | reads | writes | has it not |
//!
//! The host believes nothing that it reads from a worker: every index is compared with what the host itself wrote, and
//! there are no pointers.

use std::sync::atomic::{AtomicI64, AtomicU32};

use super::arch::{FLOATS, INTEGERS, STACK_WORDS};

/// System calls to be made in order, by a process that can do nothing else. See `script.rs`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct ScriptAt {
    /// Where the first [`Step`] lies, in the address space of the process that makes them.
    pub(super) steps: u64,
    pub(super) count: u64,
}

/// One system call.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Step {
    pub(super) number: u64,
    pub(super) arguments: [u64; 6],
    /// Not zero: the process ends if the call fails.
    pub(super) required: u64,
}

/// What [`start`](super::arch) needs: the part of a template's life that happens in the host's address space.
#[repr(C)]
pub(super) struct Plan {
    pub(super) script: ScriptAt,
    /// Where the results of the script go: in shared memory, at the host's address.
    pub(super) results: u64,
    /// Where the template goes on, in its own address space.
    pub(super) next: u64,
    /// The flags of the first `clone`.
    pub(super) flags: u64,
    /// Not zero: the first `clone` makes the template, not a helper that makes it.
    pub(super) direct: u64,
    /// Written: the process id of the template, or a negative error number.
    pub(super) child: i64,
}

/// The head of what the host tells a worker.
#[repr(C)]
pub(super) struct Orders {
    /// Zero: what the register for Go's current goroutine leads to, whose stack then has room by Go's own check.
    pub(super) goroutine: [u64; 64],
    /// Counted up for each hand-over; a futex on which an idle worker sleeps.
    pub(super) request: AtomicU32,
    /// Whether the host sleeps on the bell.
    pub(super) host_sleeps: AtomicU32,
    /// The index of the evaluation that has had its time. A worker that gets the signal for another one ignores it.
    pub(super) overdue: AtomicU32,
    /// The number of tasks.
    pub(super) count: u32,
    /// How often an idle worker looks at `request` before it sleeps.
    pub(super) spins: u32,
    /// The control word that floating-point code starts with.
    pub(super) float_control: u32,
    pub(super) answers: u64,
    pub(super) nursery: u64,
    pub(super) stack_top: u64,
    pub(super) code_start: u64,
    /// How many bytes of code there are at the moment: where a worker's instruction cache may be out of date.
    pub(super) code_used: u64,
    pub(super) template: ScriptAt,
    pub(super) worker: ScriptAt,
}

/// Arguments and address of one evaluation, as registers.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Task {
    /// Where the code starts, in the worker's address space.
    pub(super) code: u64,
    /// How many of the words below are passed on the stack.
    pub(super) stack_words: u64,
    pub(super) integers: [u64; INTEGERS],
    pub(super) floats: [u64; FLOATS],
    pub(super) stack: [usize; STACK_WORDS],
}

/// The head of what a worker tells the host. Any of it may be a lie.
#[repr(C)]
pub(super) struct Answers {
    /// The last request that was carried out.
    pub(super) finished: AtomicU32,
    /// Counted up, by worker or template, when a sleeping host has to look; a futex.
    pub(super) bell: AtomicU32,
    /// Whether the worker sleeps on `request`.
    pub(super) worker_sleeps: AtomicU32,
    /// The index of the evaluation that runs.
    pub(super) progress: AtomicU32,
    /// 1 once the worker has locked itself in. Nothing that it was handed runs before.
    pub(super) ready: AtomicU32,
    /// What the steps of the worker's script returned; to be believed as long as `ready` is 0, or was so when last
    /// read.
    pub(super) steps: [AtomicI64; WORKER_STEPS],
}

/// How an evaluation ended and what was in the registers, in words that the host reads one by one.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Record {
    /// [`NOT_YET`], [`RETURNED`] or [`SIGNALLED`].
    pub(super) status: u32,
    pub(super) signal: u32,
    /// `si_code`.
    pub(super) code: i32,
    /// `si_syscall`, for `SIGSYS`.
    pub(super) number: u32,
    /// `si_addr`.
    pub(super) address: u64,
    pub(super) instruction: u64,
    pub(super) stack_pointer: u64,
    /// The processor's number for the exception, on x86.
    pub(super) trap: u64,
    pub(super) integers: [u64; INTEGERS],
    pub(super) floats: [u64; FLOATS],
    /// The words that were passed on the stack, as they are now.
    pub(super) stack: [usize; STACK_WORDS],
}

pub(super) const NOT_YET: u32 = 0;
pub(super) const RETURNED: u32 = 1;
pub(super) const SIGNALLED: u32 = 2;

/// One file descriptor of `ppoll`.
#[repr(C)]
pub(super) struct Poll {
    pub(super) descriptor: i32,
    pub(super) events: i16,
    pub(super) returned: i16,
}

/// The template's own notes. No worker ever has this page: it is not copied when a process is forked.
#[repr(C)]
pub(super) struct Nursery {
    /// Commands from the host; its end closes when the host ends, or becomes another program.
    pub(super) commands: Poll,
    /// The host itself, for a host that shares the other end with a process that it forked.
    pub(super) host: Poll,
    pub(super) worker_end: Poll,
    /// The template's own process id.
    pub(super) template: i64,
    /// The worker's process id; 0 before the first, or a negative error number.
    pub(super) worker: AtomicI64,
    /// 1 once the worker has ended; `end` says how.
    pub(super) dead: AtomicU32,
    pub(super) command: u32,
    /// A `siginfo_t` as `waitid` writes it.
    pub(super) end: [u64; 16],
    /// What the steps of the template's script returned.
    pub(super) steps: [AtomicI64; TEMPLATE_STEPS],
}

/// Room for the results of a template's steps: one a signal, and some more.
pub(super) const TEMPLATE_STEPS: usize = 128;
/// Where in that room the results of the first steps lie, those made in the copy of the host's memory.
pub(super) const MOVING_RESULTS: usize = 112;
/// Room for the results of a worker's steps.
pub(super) const WORKER_STEPS: usize = 32;
/// What a step is said to have returned before it was made.
pub(super) const NOT_MADE: i64 = i64::MIN;
