//! The C conventions, a file for each processor.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86")]
mod x86;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(super) use aarch64::{CONVENTION, ENTER};
#[cfg(target_arch = "x86")]
pub(super) use x86::{CONVENTION, ENTER};
#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::{CONVENTION, ENTER, SYSV64, WIN64, enter_sysv64, enter_win64};
