//! What stands between an isolated evaluation and the rest of the system.

use std::fmt;

/// One of the things that keep a worker from doing harm. That it is a process of its own, without any of the host's
/// memory and files, is not among them: without that there is no isolate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// A filter (seccomp) that lets no evaluation make any system call.
    SystemCalls,
    /// A Landlock domain without rights to files, ports or other processes: for the case that the filter has a hole.
    Landlock,
    /// Limits on resources: no open files, no new processes, no more memory, no core dumps.
    Resources,
}

impl Protection {
    const ALL: [Protection; 3] = [
        Protection::SystemCalls,
        Protection::Landlock,
        Protection::Resources,
    ];
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Protection::SystemCalls => "a filter of system calls (seccomp)",
            Protection::Landlock => "a Landlock domain",
            Protection::Resources => "limits on resources",
        })
    }
}

/// A set of protections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protections(u8);

impl Protections {
    /// Each there is.
    #[must_use]
    pub fn all() -> Protections {
        let mut all = Protections::none();
        Protection::ALL
            .into_iter()
            .for_each(|protection| all.insert(protection));
        all
    }

    /// The empty set.
    #[must_use]
    pub const fn none() -> Protections {
        Protections(0)
    }

    /// Whether a protection is in the set.
    #[must_use]
    pub const fn contains(&self, protection: Protection) -> bool {
        self.0 & 1 << protection as u8 != 0
    }

    /// Puts a protection into the set.
    pub const fn insert(&mut self, protection: Protection) {
        self.0 |= 1 << protection as u8;
    }

    /// Takes a protection out of the set.
    pub const fn remove(&mut self, protection: Protection) {
        self.0 &= !(1 << protection as u8);
    }

    /// The protections in the set.
    pub fn iter(&self) -> impl Iterator<Item = Protection> {
        let set = *self;
        Protection::ALL
            .into_iter()
            .filter(move |&protection| set.contains(protection))
    }
}

impl fmt::Display for Protections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, protection) in self.iter().enumerate() {
            write!(f, "{}{protection}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
