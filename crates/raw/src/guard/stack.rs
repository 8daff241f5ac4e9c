//! Where a thread's stack ends, so that running off it is told from touching any other memory that is not there.

use std::cell::Cell;

/// How far below the end of its stack a stack pointer may be and still be taken for one that ran off it: a frame of
/// this size is a mistake in a program; a pointer farther off was never a stack pointer.
const LARGEST_FRAME: usize = 64 << 20;

/// How far from the stack pointer an access is still one to the frame that is being built: a `push` or `call` touches
/// the word below, a leaf function its red zone (128 bytes), a probe of a large frame the page below.
const NEAR: usize = 64 << 10;

/// One thread's stack.
#[derive(Debug)]
pub(super) struct Stack {
    /// The lowest address that may be used; zero when it is not known.
    low: Cell<usize>,
    /// One past the highest.
    high: Cell<usize>,
    /// Bytes below `low` that are kept free of anything else.
    guard: Cell<usize>,
    /// Whether it grows when touched, down to a limit that may change: then `low` is what it is for now.
    grows: Cell<bool>,
}

impl Stack {
    pub(super) const fn unknown() -> Stack {
        Stack {
            low: Cell::new(0),
            high: Cell::new(0),
            guard: Cell::new(0),
            grows: Cell::new(false),
        }
    }

    /// Notes a stack from `low` to `high` with `guard` bytes below it that fault.
    pub(super) fn set(&self, low: usize, high: usize, guard: usize, grows: bool) {
        self.low.set(low);
        self.high.set(high);
        self.guard.set(guard);
        self.grows.set(grows);
    }

    /// Its lowest address at this moment; zero when there is no limit.
    pub(super) fn low(&self) -> usize {
        if !self.grows.get() {
            return self.low.get();
        }
        match super::platform::stack_limit() {
            Some(limit) => self.high.get().saturating_sub(limit),
            None => 0,
        }
    }

    /// Whether an access to `address`, which the system refused, was an attempt to use more stack than there is, by code
    /// whose stack pointer is `pointer`.
    ///
    /// Three ways to do so: into the guard area; past it with one large frame, so that the stack pointer itself is below
    /// the end; and, where the stack grows, to a place within the limit where it could not (another mapping is in the way).
    pub(super) fn is_overflow(&self, address: usize, pointer: usize) -> bool {
        if self.high.get() == 0 {
            return false;
        }
        let low = self.low();
        let guard = self.guard.get();
        // Old C libraries count the guard area as part of the stack (<https://sourceware.org/bugzilla/show_bug.cgi?id=22637>).
        let guard_area = low.saturating_sub(guard)..match self.grows.get() {
            true => low,
            false => low.saturating_add(guard),
        };
        let near_pointer = pointer.saturating_sub(NEAR)..pointer.saturating_add(NEAR);
        let fell_off = pointer < low
            && low - pointer <= LARGEST_FRAME
            && address < low
            && address >= near_pointer.start;
        let could_not_grow = self.grows.get()
            && (low..self.high.get()).contains(&address)
            && near_pointer.contains(&address);
        guard_area.contains(&address) || fell_off || could_not_grow
    }
}
