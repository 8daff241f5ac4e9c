//! The memory that host, template and worker share, and where all of it lies on either side.
//!
//! Two files without a name: one that only the host may ever map writable (runtime, orders, code), and one that both
//! sides write (answers, nursery, data). The host has each in one piece; a worker has the parts at constant addresses
//! with gaps between them.

use std::{io, ops::Range, os::fd::OwnedFd, ptr::NonNull};

use rustix::{
    fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create},
    mm::{MapFlags, ProtFlags, mmap, munmap},
};

use super::{
    arch::{GAP, ORDERS, RECORDS, RUNTIME, TASKS},
    shared::{Answers, Nursery, Orders, Record, Task},
};

/// How many evaluations a worker is handed at once: enough to forget what a hand-over costs, even on a busy machine,
/// few enough for what is used of them to stay in a processor's cache.
pub(super) const TASKS_AT_ONCE: usize = 1024;

/// Where things lie: addresses in the worker, offsets in the two files.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) orders: Range<u64>,
    pub(super) answers: Range<u64>,
    pub(super) nursery: Range<u64>,
    pub(super) signal_stack: Range<u64>,
    pub(super) stack: Range<u64>,
    pub(super) code: Range<u64>,
    pub(super) data: Range<u64>,
}

impl Layout {
    pub(super) fn new(stack: usize, code: usize, data: usize) -> Layout {
        let mut next = ORDERS;
        let mut take = |bytes: usize, gap: u64| {
            let start = next;
            let end = start + (bytes as u64).next_multiple_of(GAP);
            next = end + gap;
            start..end
        };
        Layout {
            orders: take(TASKS + TASKS_AT_ONCE * size_of::<Task>(), GAP),
            answers: take(RECORDS + TASKS_AT_ONCE * size_of::<Record>(), GAP),
            nursery: take(size_of::<Nursery>(), GAP),
            // The gap catches a stack that ran over, and a frame that skipped a good deal as well.
            signal_stack: take(1 << 16, 16 * GAP),
            stack: take(stack, GAP),
            code: take(code, GAP),
            data: take(data, GAP),
        }
    }

    /// All of it, the runtime included.
    pub(super) fn span(&self) -> Range<u64> {
        RUNTIME..self.data.end
    }

    /// What the guard pages below the stack cover.
    pub(super) fn below_stack(&self) -> Range<u64> {
        self.signal_stack.end..self.stack.start
    }
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

/// A part of one of the files, as the host has it, and where it is in its file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) start: NonNull<u8>,
    pub(super) offset: u64,
    pub(super) len: usize,
}

impl Part {
    /// Copies bytes to `at`.
    ///
    /// # Panics
    /// If they do not fit, which callers check in their users' words.
    pub(super) fn write(&self, at: usize, bytes: &[u8]) {
        assert!(
            at <= self.len && bytes.len() <= self.len - at,
            "it was checked that it fits"
        );
        // SAFETY: within the part, which is mapped as long as its area is there; nobody refers to these bytes.
        unsafe {
            self.start
                .as_ptr()
                .add(at)
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len())
        };
    }
}

/// The two files themselves, which a template maps before it closes them.
#[derive(Debug)]
pub(super) struct Files {
    /// What workers cannot write.
    pub(super) trusted: OwnedFd,
    /// What they can.
    pub(super) open: OwnedFd,
}

/// The two files, mapped into the host.
#[derive(Debug)]
pub(super) struct Area {
    pub(super) layout: Layout,
    pub(super) runtime: Part,
    pub(super) orders: Part,
    pub(super) code: Part,
    pub(super) answers: Part,
    pub(super) nursery: Part,
    pub(super) data: Part,
    _mappings: [Mapping; 2],
}

// SAFETY: the pointers lead to mappings that the value owns; what is shared through them is accessed atomically or
// under `&mut`.
unsafe impl Send for Area {}
// SAFETY: as above; through `&Area` alone only atomics are read.
unsafe impl Sync for Area {}

impl Area {
    pub(super) fn new(layout: Layout) -> io::Result<(Area, Files)> {
        let trusted = file(c"jitney-orders")?;
        let open = file(c"jitney-answers")?;
        let in_trusted = [GAP, length(&layout.orders), length(&layout.code)];
        let in_open = [
            length(&layout.answers),
            length(&layout.nursery),
            length(&layout.data),
        ];
        let first = Mapping::new(&trusted, in_trusted.iter().sum())?;
        let second = Mapping::new(&open, in_open.iter().sum())?;
        // From now on nobody maps it writable any more, and a mapping that is not writable stays so.
        fcntl_add_seals(
            &trusted,
            SealFlags::SHRINK | SealFlags::GROW | SealFlags::FUTURE_WRITE | SealFlags::SEAL,
        )?;
        fcntl_add_seals(&open, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let [runtime, orders, code] = first.parts(in_trusted);
        let [answers, nursery, data] = second.parts(in_open);
        let area = Area {
            layout,
            runtime,
            orders,
            code,
            answers,
            nursery,
            data,
            _mappings: [first, second],
        };
        Ok((area, Files { trusted, open }))
    }

    pub(super) fn orders(&self) -> *mut Orders {
        self.orders.start.as_ptr().cast()
    }

    pub(super) fn answers(&self) -> &Answers {
        // SAFETY: zeroed, aligned, as large, made of atomics, and mapped as long as `self` is there.
        unsafe { self.answers.start.cast().as_ref() }
    }

    pub(super) fn nursery(&self) -> *mut Nursery {
        self.nursery.start.as_ptr().cast()
    }

    /// The task at `index`.
    pub(super) fn task(&self, index: usize) -> *mut Task {
        assert!(index < TASKS_AT_ONCE, "the host's own index");
        // SAFETY: the orders have room for as many tasks from there on.
        unsafe {
            self.orders
                .start
                .as_ptr()
                .add(TASKS)
                .cast::<Task>()
                .add(index)
        }
    }

    /// The record at `index`.
    pub(super) fn record(&self, index: usize) -> *mut Record {
        assert!(index < TASKS_AT_ONCE, "the host's own index");
        // SAFETY: the answers have room for as many records from there on.
        unsafe {
            self.answers
                .start
                .as_ptr()
                .add(RECORDS)
                .cast::<Record>()
                .add(index)
        }
    }
}

/// A file in memory that no program is run from and whose size will be fixed.
fn file(name: &std::ffi::CStr) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    match memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        // Kernels before 6.3 do not know the flag.
        Err(rustix::io::Errno::INVAL) => Ok(memfd_create(name, flags)?),
        file => Ok(file?),
    }
}

/// All of a file, mapped readable and writable.
#[derive(Debug)]
struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

impl Mapping {
    /// Gives the file its size and maps it.
    fn new(file: &OwnedFd, len: u64) -> io::Result<Mapping> {
        ftruncate(file, len)?;
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        // SAFETY: a new mapping, wherever the kernel likes.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                len,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                file,
                0,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Mapping { start, len })
    }

    fn parts(&self, lengths: [u64; 3]) -> [Part; 3] {
        let mut offset = 0;
        lengths.map(|len| {
            // SAFETY: the lengths add up to the mapping's.
            let start = unsafe { self.start.add(offset as usize) };
            let part = Part {
                start,
                offset,
                len: len as usize,
            };
            offset += len;
            part
        })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and all pointers into it live in the `Area` that goes as well.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.len) };
    }
}
