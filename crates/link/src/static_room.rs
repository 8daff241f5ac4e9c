//! Room for thread-local variables at fixed offsets from the thread pointer.
//!
//! A compiler that builds an executable knows that the executable's thread-locals lie at fixed
//! offsets, and addresses them so (the local-exec model). Loaded code has no such place of its own,
//! so a program that is loaded whole needs room in the host's: a thread-local variable that the host
//! declares for the purpose. New threads get their initial contents from the host's own thread-local
//! template, which is written here; so nothing may be placed once there is a second thread.

use std::ops::Range;

use crate::arch;
use crate::host::Host;

/// What is left of the room that the host lends.
#[derive(Clone, Debug)]
pub(crate) struct StaticRoom {
    /// Offsets from the thread pointer that are still free.
    free: Range<i64>,
    /// Address of the template's byte for offset 0 from the thread pointer.
    template: usize,
    /// Whether the template is read-only memory.
    read_only: bool,
    /// What every thread's pointer is aligned to.
    align: u64,
}

impl StaticRoom {
    /// The room that a variable of the calling thread occupies; `None` when that is not in the
    /// executable's thread-local block, or not in the part of it that has initial contents.
    pub(crate) fn of_variable(host: &Host, variable: Range<usize>) -> Option<StaticRoom> {
        let template = host.thread_local_template()?;
        let pointer = arch::thread_pointer() as i64;
        let free = variable.start as i64 - pointer..variable.end as i64 - pointer;
        let first = template.offset_of_first;
        let initialized = first..first + template.initialized.len() as i64;
        if free.is_empty() || free.start < initialized.start || free.end > initialized.end {
            return None;
        }
        let template_zero = template
            .initialized
            .start
            .wrapping_add_signed(-first as isize);
        Some(StaticRoom {
            free,
            template: template_zero,
            read_only: template.read_only,
            align: template.align,
        })
    }

    /// The bytes that are still free.
    pub(crate) fn left(&self) -> u64 {
        self.free.end.saturating_sub(self.free.start).unsigned_abs()
    }

    /// Takes room for variables, as an offset from the thread pointer. `None` when there is not
    /// enough, or when other threads have their copies already.
    pub(crate) fn take(&mut self, size: u64, align: u64) -> Option<i64> {
        // Every thread's pointer is aligned to what the executable's own variables want.
        if align > self.align {
            return None;
        }
        let start = self.free.start + (-self.free.start).rem_euclid(align as i64);
        let end = start.checked_add(i64::try_from(size).ok()?)?;
        if end > self.free.end || !is_only_thread() {
            return None;
        }
        self.free.start = end;
        Some(start)
    }

    /// Gives variables their initial contents: in this thread, and in the template for later ones.
    ///
    /// # Errors
    /// When the system refuses to make the template writable.
    ///
    /// # Safety
    /// `offset` was taken for at least `contents.len()` bytes, and nothing uses the variables yet.
    pub(crate) unsafe fn initialize(&self, offset: i64, contents: &[u8]) -> std::io::Result<()> {
        let page = jitney_memory::page_size();
        let start = self.template.wrapping_add_signed(offset as isize);
        let pages = start - start % page..(start + contents.len()).next_multiple_of(page);
        let protect = |protection| {
            // SAFETY: the pages hold the host's thread-local template, which is data: read by the
            // thread library when it makes a thread, and by nothing else.
            match unsafe { libc::mprotect(pages.start as *mut _, pages.len(), protection) } {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        };
        protect(libc::PROT_READ | libc::PROT_WRITE)?;
        let here = arch::thread_pointer().wrapping_add_signed(offset as isize);
        for place in [start, here] {
            // SAFETY: both are the room that was taken: in the template, writable now, and in this
            // thread's block. The caller vouches that nothing uses it.
            unsafe {
                std::ptr::copy_nonoverlapping(contents.as_ptr(), place as *mut u8, contents.len())
            };
        }
        if self.read_only {
            protect(libc::PROT_READ)
        } else {
            Ok(())
        }
    }
}

/// Whether the calling thread is the process's only one.
fn is_only_thread() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}
