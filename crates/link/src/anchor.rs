//! Where an image lies in the address space.
//!
//! Images lie near the host, so that what they have in common with it is within reach of 32 bits.
//! Two kinds of objects cannot: those that hold addresses in 32 bits, and those that refer to a
//! shared library's variables directly. A system linker gives both an executable of their own to lie
//! in; here they get a place where their references reach, and everything else is far for them.

use std::ops::Range;

use crate::arch::Wish;
use crate::target::Target;

/// What an image lies near.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The host, and every other image there.
    #[default]
    Host,
    /// The lowest 2 GiB.
    Low,
    /// An address of a shared library.
    Library(u64),
}

/// The lowest 2 GiB, which 32 bits with a sign reach. The last page is left out: an image's end has
/// an address too.
const LOW_END: usize = (1 << 31) - 4096;

/// The last page of the first megabyte.
const FIRST_MEGABYTE: usize = (1 << 20) - 4096;

impl Anchor {
    /// The place that a wish asks for, where that is not near the host anyway.
    pub(crate) fn of_wish(wish: Wish, host: Range<usize>) -> Option<Anchor> {
        match wish {
            Wish::Low if host.end < LOW_END => None,
            Wish::Low => Some(Anchor::Low),
            Wish::Near(address) => Some(Anchor::Library(address)),
        }
    }

    /// What an arena has to be near, for an image here.
    pub(crate) fn range(self, host: Range<usize>) -> Range<usize> {
        match self {
            // What is within reach of the first megabyte is in the lowest 2 GiB, as a program at a
            // fixed address is itself: objects made for such a program fit everywhere then.
            Anchor::Host if host.end < LOW_END => FIRST_MEGABYTE.min(host.start)..host.end,
            Anchor::Host => host,
            Anchor::Low => LOW_END..LOW_END,
            Anchor::Library(address) => address as usize..address as usize + 1,
        }
    }

    /// Whether all of an image here reaches a target by 32 bits, wherever in the image it will lie.
    #[inline]
    pub(crate) fn reaches(self, target: Target) -> bool {
        match target {
            Target::Far(_) => false,
            _ if self == Anchor::Host => true,
            Target::Section { section, .. } => section.object.is_module(),
            Target::Address(_) => false,
            _ => true,
        }
    }
}
