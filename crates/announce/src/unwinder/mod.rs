//! Telling the stack unwinder where the frames of new code lie, so that panics and exceptions pass through it.
//!
//! The unwinder finds the code of the program and its libraries by itself; of code that appeared in memory later it
//! has to be told. One file a unwinder library: `libgcc.rs` for `libgcc_s`, which Rust's standard library uses on
//! GNU systems.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod libgcc;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use libgcc as library;

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
compile_error!(
    "jitney-announce knows the unwinder of Linux with glibc only: add this system's under src/unwinder/"
);

/// Code that the unwinder knows of for as long as this value lives. Dropping it makes the unwinder forget it.
///
/// Drop it before the section and the code that it describes are unmapped.
#[derive(Debug)]
pub struct FrameRegistration {
    /// What was registered; null where the section describes no function, and nothing was.
    eh_frame: *const u8,
}

// SAFETY: the unwinder library keeps its list under a lock of its own, and nothing is read through the pointer here
// after `new`; it does not matter which thread deregisters.
unsafe impl Send for FrameRegistration {}
// SAFETY: a shared `FrameRegistration` can do nothing.
unsafe impl Sync for FrameRegistration {}

impl FrameRegistration {
    /// Makes the unwinder know all functions that an `.eh_frame` section describes.
    ///
    /// A section that describes none (it begins with the terminator, or has CIEs only) is accepted, and nothing is
    /// registered: some versions of libgcc 13 abort when such a registration is undone, because they find no range
    /// of addresses to remove.
    ///
    /// # Safety
    /// - `eh_frame` points to a well-formed `.eh_frame` section, ended by a zero word, that
    ///   stays mapped and unchanged until this value is dropped. (The terminator matters: libgcc has no other way of
    ///   knowing where the section ends.)
    /// - Every address in it is relocated already, and is of code or data that stays mapped as long.
    /// - The addresses from its first function to the end of its last one hold no function of another registration
    ///   that lives at the same time. (libgcc 13 and later keeps one range of addresses for each section.)
    pub unsafe fn new(eh_frame: *const u8) -> FrameRegistration {
        // SAFETY: passed on to the caller.
        if !unsafe { describes_a_function(eh_frame) } {
            return FrameRegistration {
                eh_frame: std::ptr::null(),
            };
        }
        // SAFETY: the same, and the section is not empty.
        unsafe { library::register(eh_frame) };
        FrameRegistration { eh_frame }
    }
}

impl Drop for FrameRegistration {
    fn drop(&mut self) {
        if !self.eh_frame.is_null() {
            // SAFETY: `new` registered it, and its caller saw to it that it is unchanged.
            unsafe { library::deregister(self.eh_frame) };
        }
    }
}

/// Whether the section has an FDE: a record whose second word, which in a CIE is zero, points back to its CIE.
/// See [Linux Standard Base, 10.6.1](https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/ehframechpt.html).
///
/// # Safety
/// As for [`FrameRegistration::new`].
unsafe fn describes_a_function(eh_frame: *const u8) -> bool {
    let mut record = eh_frame.cast::<u32>();
    loop {
        // SAFETY: the section is well-formed: each record starts with its length without this word, at least 4, and
        // a word of zero stands in place of a record at the end.
        unsafe {
            let len = record.read_unaligned() as usize;
            if len == 0 {
                return false;
            }
            if record.add(1).read_unaligned() != 0 {
                return true;
            }
            record = record.byte_add(4 + len);
        }
    }
}
