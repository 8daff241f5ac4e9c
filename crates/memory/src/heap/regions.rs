//! The memory that all shards of a heap take chunks from, and the functions that are too long for a chunk.

use std::{io, ops::Range, sync::Arc};

use super::{HeapOptions, Writing, chunk::Place};
use crate::{Error, free_ranges::FreeRanges, lookup::Entered, reach, sys, sys::CodeMemory};

/// The length of a region when nothing stands against it. It costs addresses and, with what finds code by address, 32
/// KiB of memory.
const MAX_REGION: usize = 16 << 20;
/// The shortest region worth having.
const MIN_REGION: usize = 1 << 20;
/// Functions longer than this have a region of their own, whose memory goes back to the system with them.
pub(super) const LONGEST_SHARED: usize = 1 << 20;

pub(super) struct Regions {
    near: Option<Range<usize>>,
    /// The least range that holds `near` and all regions.
    window: Range<usize>,
    /// How functions are written; found out with the first region where the user left it open.
    writing: Option<Writing>,
    free: FreeRanges,
    regions: Vec<Arc<Region>>,
    pub(super) reserved: usize,
    /// Functions that have no chunk, and their bytes.
    pub(super) functions: usize,
    pub(super) used: usize,
    /// The heap's last handle is gone: what is left are functions to be freed.
    pub(super) closing: bool,
}

/// Memory and its entry among all code; the entry goes first.
pub(super) struct Region {
    _entered: Entered,
    memory: Arc<CodeMemory>,
    len: usize,
}

impl Regions {
    pub(super) fn new(options: &HeapOptions) -> Result<Regions, Error> {
        if let Some(near) = &options.near
            && (near.start > near.end || near.end - near.start > reach::REACH)
        {
            return Err(Error::BadNear { near: near.clone() });
        }
        let mut regions = Regions {
            window: options.near.clone().unwrap_or_default(),
            near: options.near.clone(),
            writing: options.writing,
            free: FreeRanges::default(),
            regions: Vec::new(),
            reserved: 0,
            functions: 0,
            used: 0,
            closing: false,
        };
        regions.grow(MIN_REGION)?;
        Ok(regions)
    }

    /// `len` bytes, a multiple of the page size, with memory behind them.
    pub(super) fn take(&mut self, len: usize) -> Result<Place, Error> {
        let address = match self.free.take(len) {
            Some(address) => address,
            None => {
                self.grow(len)?;
                // What was added has that many.
                self.free.take(len).unwrap_or_default()
            }
        };
        let place = Place::new(self.memory_at(address), address);
        if let Err(source) = place.memory.commit(place.offset(), len) {
            self.free.give(address, len);
            return Err(Error::Refused {
                action: "get memory for",
                address: Some(address),
                len,
                source,
            });
        }
        Ok(place)
    }

    /// Takes back what was taken; its memory is kept for the next.
    pub(super) fn give(&mut self, address: usize, len: usize) {
        self.free.give(address, len);
    }

    /// A region for one function of `len` bytes.
    pub(super) fn take_own(&mut self, len: usize) -> Result<Arc<Region>, Error> {
        let region = self.map(len.next_multiple_of(sys::granularity()))?;
        if let Err(source) = region.memory.commit(0, region.len) {
            return Err(Error::Refused {
                action: "get memory for",
                address: None,
                len,
                source,
            });
        }
        self.reserved += region.len;
        Ok(Arc::new(region))
    }

    /// That region is about to be dropped.
    pub(super) fn give_own(&mut self, region: &Region) {
        self.reserved -= region.len;
    }

    pub(super) fn writing(&self) -> Option<Writing> {
        self.writing
    }

    pub(super) fn count(&self) -> usize {
        self.regions.len()
    }

    fn memory_at(&self, address: usize) -> Arc<CodeMemory> {
        // Few, and only asked when a chunk is taken.
        let holds = |region: &&Arc<Region>| {
            let start = region.memory.executable();
            (start..start + region.len).contains(&address)
        };
        match self.regions.iter().find(holds) {
            Some(region) => region.memory.clone(),
            None => unreachable!("free addresses lie in regions"),
        }
    }

    /// A further region that has room for `wanted` bytes.
    fn grow(&mut self, wanted: usize) -> Result<(), Error> {
        let unit = sys::granularity();
        let least = wanted.max(MIN_REGION).next_multiple_of(unit);
        let mut len = least.max(MAX_REGION);
        let region = loop {
            match self.map(len) {
                Ok(region) => break region,
                Err(error) if len == least => return Err(error),
                Err(_) => len = (len / 2).next_multiple_of(unit).max(least),
            }
        };
        self.free.give(region.memory.executable(), region.len);
        self.reserved += region.len;
        self.regions.push(Arc::new(region));
        Ok(())
    }

    fn map(&mut self, len: usize) -> Result<Region, Error> {
        let ways = match self.writing {
            Some(Writing::TwoViews) => &[Writing::TwoViews][..],
            Some(Writing::Flips) => &[Writing::Flips],
            None => &[Writing::TwoViews, Writing::Flips],
        };
        let mut answer = io::ErrorKind::Unsupported.into();
        for &writing in ways {
            match self.map_for(len, writing) {
                Ok(memory) => {
                    self.writing = Some(writing);
                    let start = memory.executable();
                    return Ok(Region {
                        _entered: Entered::empty(start..start + len),
                        memory: Arc::new(memory),
                        len,
                    });
                }
                Err(error) => {
                    let other_way = error.kind() == io::ErrorKind::Unsupported;
                    answer = error;
                    if !other_way {
                        break;
                    }
                }
            }
        }
        Err(match &self.near {
            Some(near) if answer.kind() != io::ErrorKind::Unsupported => Error::NoAddressSpace {
                near: near.clone(),
                len,
                source: answer,
            },
            _ => Error::Refused {
                action: "map as executable memory",
                address: None,
                len,
                source: answer,
            },
        })
    }

    fn map_for(&mut self, len: usize, writing: Writing) -> io::Result<CodeMemory> {
        match &self.near {
            Some(near) => {
                let map = |address| CodeMemory::map(len, Some(address), writing);
                reach::place(&mut self.window, near, len, map).map(|(_, memory)| memory)
            }
            None => CodeMemory::map(len, None, writing),
        }
    }
}

impl Region {
    pub(super) fn place(&self) -> Place {
        Place::new(self.memory.clone(), self.memory.executable())
    }
}
