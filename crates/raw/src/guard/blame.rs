//! Whose fault it was: whether a stopped thread is to go back to one of its guards, and to which.

use std::ffi::c_void;
use std::ptr;
use std::time::Duration;

use super::call_sites;
use super::code::{code_at, is_raw_code};
use super::enter::{WayBack, enter};
use super::record::{Record, Scope, Thread};
use super::watchdog::Call;
use crate::{Fault, FaultKind};

/// No page is smaller.
const MEMORY_STEP: usize = 4096;

/// A thread stopped by the processor, as its platform's handler describes it.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) kind: FaultKind,
    /// The instruction that did it. After a breakpoint the program counter is already past it: this is the breakpoint.
    pub(super) instruction: usize,
    /// What it touched.
    pub(super) address: Option<usize>,
    pub(super) stack_pointer: usize,
    /// What the processor would return to, where that is a register.
    pub(super) link: Option<usize>,
    /// Whether there is no instruction at `instruction`: fetching it is what failed.
    pub(super) no_code_there: bool,
    /// Whether it stopped because of a processor flag that no compiler's code sets (single steps, alignment checks).
    pub(super) by_flag: bool,
}

/// Finds the guarded call that this stop ends, notes the fault there, makes it the innermost one and returns the way
/// back to it. `None`: it is none of the guard's business.
///
/// Runs in a signal handler: no allocation, no lock, no panic.
///
/// # Safety
/// The chain of `thread`, which must be the thread that stopped, is intact.
pub(super) unsafe fn catch(thread: &Thread, stop: &Stop) -> Option<WayBack> {
    let mut to_blame = is_raw_code(stop.instruction)
        || stop.no_code_there
        || stop.by_flag
        || stop.link.is_some_and(call_sites::returns_to_raw_code);
    let mut unread = None;
    let mut record = thread.innermost();
    // SAFETY: records are linked only while their frames are alive, and this thread stands still.
    while let Some(guard) = unsafe { record.as_mut() } {
        if guard.landing.in_progress() {
            let pointer = guard.landing.stack_pointer();
            let everything = guard.scope == Scope::Everything;
            to_blame = to_blame
                || !everything && {
                    let start = unread.unwrap_or_else(|| lowest_live_word(thread, stop));
                    unread = Some(start.max(pointer));
                    holds_return(thread, start, pointer.min(highest_word(start, stop)))
                };
            if to_blame || everything {
                return Some(settle(
                    thread,
                    guard,
                    stop.kind,
                    stop.instruction,
                    stop.address,
                ));
            }
        }
        record = guard.outer;
    }
    None
}

/// The same for a thread that the watchdog has interrupted at `instruction`: finds the outermost guarded call whose time
/// is over. Only raw code can be left at any point; other code gets the time to finish, and the watchdog will be back.
///
/// # Safety
/// As for [`catch`].
pub(super) unsafe fn catch_late(thread: &Thread, instruction: usize) -> Option<WayBack> {
    let in_raw_code = is_raw_code(instruction);
    let may_be_left = |scope| in_raw_code || scope == Scope::Everything;
    // SAFETY: the caller's promise.
    let (guard, limit) = unsafe { outermost_late(thread, may_be_left) }?;
    // SAFETY: as in `catch`.
    let guard = unsafe { &mut *guard };
    let kind = FaultKind::TimeLimit(limit);
    Some(settle(thread, guard, kind, instruction, None))
}

/// Whether time is over for raw code that has called what runs now. `None`: no call's time is over.
///
/// # Safety
/// As for [`catch`].
#[cfg(unix)]
pub(super) unsafe fn is_waited_for_by_late_raw_code(
    thread: &Thread,
    stack_pointer: usize,
    link: Option<usize>,
) -> bool {
    // SAFETY: the caller's promise.
    let Some((guard, _)) = (unsafe { outermost_late(thread, |_| true) }) else {
        return false;
    };
    // SAFETY: as in `catch`.
    let end = unsafe { (*guard).landing.stack_pointer() };
    link.is_some_and(call_sites::returns_to_raw_code)
        || stack_pointer >= thread.stack.low() && holds_return(thread, aligned(stack_pointer), end)
}

/// Whether time is over for any call of this thread.
///
/// # Safety
/// As for [`catch`].
#[cfg(unix)]
pub(super) unsafe fn is_late(thread: &Thread) -> bool {
    // SAFETY: the caller's promise.
    unsafe { outermost_late(thread, |_| true) }.is_some()
}

/// The outermost guarded call of such a scope whose time is over, and its limit.
///
/// # Safety
/// As for [`catch`].
unsafe fn outermost_late(
    thread: &Thread,
    of: impl Fn(Scope) -> bool,
) -> Option<(*mut Record, Duration)> {
    let mut outermost = None;
    let mut record = thread.innermost();
    // SAFETY: as in `catch`; the calls are this thread's.
    unsafe {
        while let Some(guard) = record.as_ref() {
            if let Some(limit) = guard.call.expired()
                && guard.landing.in_progress()
                && of(guard.scope)
            {
                outermost = Some((record, limit));
            }
            record = guard.outer;
        }
    }
    outermost
}

/// Notes in `guard` what happened, ends what lay within it, and takes its way back.
fn settle(
    thread: &Thread,
    guard: &mut Record,
    kind: FaultKind,
    instruction: usize,
    address: Option<usize>,
) -> WayBack {
    guard.fault = Some(Fault {
        kind,
        instruction,
        offset: code_at(instruction).map(|code| instruction.wrapping_sub(code.start)),
        address,
    });
    thread.unlink(guard);
    guard.landing.way_back()
}

/// Where the frames of the stopped code begin. A stack pointer that is not in this thread's stack (another one, a wild
/// one) gives an address above all of it: then nothing is known of the callers.
fn lowest_live_word(thread: &Thread, stop: &Stop) -> usize {
    let low = thread.stack.low();
    let lowest = match (stop.kind, stop.address) {
        // The word at the stack pointer is the one that is not there.
        (FaultKind::StackOverflow, Some(address)) => {
            let next_page = (address | (MEMORY_STEP - 1)).saturating_add(1);
            stop.stack_pointer.max(low).max(next_page)
        }
        _ if stop.stack_pointer < low => usize::MAX,
        _ => stop.stack_pointer,
    };
    aligned(lowest)
}

/// How far up to look for raw code that called the stopped code.
///
/// Most of a stack that is used up is frames of what used it up. Raw code that did so by way of the host's functions
/// has frames all over it; what is found only far up may as well have been left there by raw code that has returned,
/// and an overflow by Rust code alone is the standard library's to report.
fn highest_word(lowest: usize, stop: &Stop) -> usize {
    match stop.kind {
        FaultKind::StackOverflow => lowest.saturating_add(64 << 10),
        _ => usize::MAX,
    }
}

/// The first whole word from here on.
fn aligned(address: usize) -> usize {
    const WORD: usize = size_of::<usize>();
    address.saturating_add(WORD - 1) & !(WORD - 1)
}

/// Whether the stack from `start` to `end` holds a return address into raw code: then raw code called what runs now.
///
/// The frames are not unwound: unwinders lock and allocate. Any word that looks like a return address counts, also one
/// left behind in a part of a frame that was never written.
fn holds_return(thread: &Thread, start: usize, end: usize) -> bool {
    struct Search {
        start: usize,
        end: usize,
        found: bool,
    }
    unsafe extern "C" fn search(data: *mut c_void) {
        // SAFETY: the `Search` below, which nobody else uses meanwhile.
        let search = unsafe { &mut *data.cast::<Search>() };
        let mut words = (search.start..search.end).step_by(size_of::<usize>());
        search.found = words.any(|word| {
            // SAFETY: a word of the thread's own stack; where it cannot be read after all, a guard ends the search.
            let word = unsafe { ptr::read_volatile(word as *const usize) };
            call_sites::returns_to_raw_code(word)
        });
    }
    if start >= end {
        return false;
    }
    let mut data = Search {
        start,
        end,
        found: false,
    };
    let mut record = Record::new(Scope::Everything, Call::unlimited());
    let outer = thread.innermost();
    // SAFETY: unlinked below, in this frame. `search` has nothing to clean up and takes no lock.
    let left = unsafe {
        thread.link(&raw mut record);
        enter(&raw mut record.landing, search, (&raw mut data).cast())
    };
    thread.unlink(outer);
    !left && data.found
}
