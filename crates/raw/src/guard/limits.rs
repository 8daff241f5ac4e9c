//! What a guarded call may use.

use std::time::Duration;

/// What a guarded call may use, beside the memory and the stack that the process has anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// `u64::MAX`: no limit.
    pub(super) nanoseconds: u64,
}

impl Limits {
    /// No limits: the call may run for ever.
    #[must_use]
    pub const fn none() -> Limits {
        Limits {
            nanoseconds: u64::MAX,
        }
    }

    /// It may take as long as this by the clock on the wall, waiting included; see the [module](super) for how exactly
    /// that is kept. A limit of 584 years or more is none.
    #[must_use]
    pub const fn time(limit: Duration) -> Limits {
        let nanoseconds = limit.as_nanos();
        Limits {
            nanoseconds: if nanoseconds < u64::MAX as u128 {
                nanoseconds as u64
            } else {
                u64::MAX
            },
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::none()
    }
}
