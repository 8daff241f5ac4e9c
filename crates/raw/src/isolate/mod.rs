//! The same call in a worker process, for code that nobody trusts.
//!
//! [`Isolate`] is one worker, [`Pool`] several. Each evaluation gets a [`Verdict`]: what it returned, or why it was
//! stopped.
//!
//! The worker has none of this process's memory, files or rights, and makes no system calls; see the section "Isolate"
//! of the crate's documentation for what that protects from and what it does not. Linux only, on x86_64, i686 and
//! aarch64: elsewhere [`Isolate::new`] answers with [`Error::Unsupported`].
#![cfg_attr(
    not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")
    )),
    allow(dead_code, reason = "there is nobody to hand work over to")
)]

mod batch;
mod code;
mod error;
mod limits;
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")
))]
mod linux;
mod plain;
mod pool;
mod protection;
mod single;
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")
)))]
mod unsupported;
mod verdict;
mod work;

pub use code::Code;
pub use error::Error;
pub use limits::{Limits, Renew};
pub use plain::Plain;
pub use pool::{Pool, Taken};
pub use protection::{Protection, Protections};
pub use single::Isolate;
pub use verdict::Verdict;

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")
))]
use linux::Worker;
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")
)))]
use unsupported::Worker;
