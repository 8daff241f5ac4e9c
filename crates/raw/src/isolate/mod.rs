//! Isolate.

mod error;
mod limits;
mod linux;
mod protection;
mod verdict;

pub use error::Error;
pub use limits::{Limits, Renew};
pub use protection::{Protection, Protections};
pub use verdict::Verdict;
