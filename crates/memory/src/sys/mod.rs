//! The one place to port: what this crate asks of the operating system and the processor. Everything above it is the
//! same everywhere. A backend is one file, and what goes with it in a folder of its name.
//!
//! **Pages**: `page_size`, `granularity`, `allocate`, `reserve`, `reserve_at`, `commit`, `protect`, `populate`, `decommit`,
//! `unmap` and `advice`. None of them keeps state, and none can make a page writable and executable at once:
//! [`Protection`](crate::Protection) has no such value. `protect` with `ReadExecute` also makes the bytes seen by
//! instruction fetches.
//!
//! **Memory of a heap**: `CodeMemory`, executable from its first moment on, and still written while other threads run
//! what lies in it:
//! - `CodeMemory::map(len, at, writing) -> io::Result<CodeMemory>`: `len` bytes, a multiple of `granularity()`, at that
//!   address or, without one, anywhere. Never replaces what is at the address. [`Unsupported`](std::io::ErrorKind::Unsupported) where the
//!   system or its policy has no such way of writing; with `writing` left open by the user, the heap then tries the
//!   next one of [`Writing`](crate::Writing).
//! - `executable() -> usize`: where it can be run and read.
//! - `view() -> Option<usize>`: where the same bytes can always be written, if there is such a place.
//! - `commit(offset, len) -> io::Result<()>`: that memory is there, so that later writes cannot fail for want of it.
//! - `unsafe write(offset, &[u8]) -> io::Result<()>`: puts bytes in where there is no view. Functions in the same pages
//!   stay runnable throughout. It takes bytes, not a callback, because a callback could install functions itself.
//! - Dropping it gives all of it back.
//!
//! `code_written(address, len)` makes bytes written through a view or `write` seen by instruction fetches of all
//! threads, at their executable address. `process()` gives a number that is another one in a forked child which shares
//! heap memory with its parent (a constant where it shares none); it is asked at each install and so has to be cheap.

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

#[cfg(not(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")))]
compile_error!(
    "jitney-memory does not know how to make the instruction cache of this processor see new code: add it to src/sys/"
);
