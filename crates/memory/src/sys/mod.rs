//! The one place to port: what this crate asks of the operating system. Everything above it is the same everywhere.
//!
//! A backend offers `page_size`, `granularity`, `allocate`, `reserve_at`, `commit`, `protect`, `populate`, `decommit`,
//! `unmap` and `advice`. None of them keeps state, and none can make a page writable and executable at once: [`Protection`](crate::Protection) has no
//! such value.
//!
//! There is no instruction-cache maintenance here because x86 keeps instruction fetches coherent with stores by
//! itself (Intel SDM volume 3, 11.6 "Self-modifying code"), and because the `mprotect` that seals a block makes every
//! other processor that runs this process flush its translations before it can fetch from the pages. A processor
//! that needs more has to do it in its backend's `protect`; until then it is refused below rather than run wrongly.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(target_os = "macos")]
mod apple;
#[cfg(target_os = "macos")]
pub(crate) use apple::*;

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
compile_error!("jitney-memory has no backend for this system: add one under src/sys/");

#[cfg(not(any(target_arch = "x86_64", target_arch = "x86")))]
compile_error!(
    "jitney-memory does not yet make the instruction cache of this processor see new code: add it to src/sys/"
);
