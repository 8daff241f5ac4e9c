//! The rules by which values are put into registers and on the stack, as numbers that differ between conventions.

use super::{Kind, REGISTERS, STACK_LEN, Scalar, Slots};

/// What tells one calling convention from another, as far as the types that are passed here go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Convention {
    /// Registers for whole numbers.
    pub(crate) integers: usize,
    /// Registers for floats.
    pub(crate) floats: usize,
    /// The n-th argument takes the n-th register of its sort, and the n-th one of the other sort is left out.
    pub(crate) counted_together: bool,
    /// Arguments on the stack take only their own size and alignment, not a word or more each.
    pub(crate) packed: bool,
    /// Results come back through the argument registers and, where these do not suffice, on the stack behind the
    /// arguments. Otherwise there is one result, in the first register.
    pub(crate) results_on_stack: bool,
}

const WORD: usize = size_of::<usize>();

/// Where a value of several scalars goes.
enum Place {
    /// In the registers for whole numbers and for floats from these on.
    Registers(usize, usize),
    Stack,
}

/// How much of the registers and of the stack is taken.
#[derive(Clone, Copy, Default)]
struct Cursor {
    integers: usize,
    floats: usize,
    stack: usize,
}

impl Cursor {
    /// The place of the next value, which is in registers or on the stack as a whole.
    #[inline]
    fn place(
        &mut self,
        convention: Convention,
        kinds: impl Iterator<Item = Kind> + Clone,
    ) -> Place {
        let floats = kinds.clone().filter(|kind| kind.is_float()).count();
        let integers = kinds.count() - floats;
        let first = (self.integers, self.floats);
        let (integers, floats) = match convention.counted_together {
            true => (integers + floats, integers + floats),
            false => (integers, floats),
        };
        let fits = (integers == 0 || self.integers + integers <= convention.integers)
            && (floats == 0 || self.floats + floats <= convention.floats);
        if !fits {
            return Place::Stack;
        }
        self.integers += integers;
        self.floats += floats;
        Place::Registers(first.0, first.1)
    }

    /// The offset on the stack of a scalar of this size.
    #[inline]
    fn on_stack(&mut self, convention: Convention, size: usize) -> usize {
        let (align, len) = match convention.packed {
            true => (size.min(WORD), size),
            false => (WORD, size.next_multiple_of(WORD)),
        };
        let at = self.stack.next_multiple_of(align);
        self.stack = at + len;
        at
    }
}

/// Lays out arguments in a frame, in their order.
pub struct Layout<'a> {
    convention: Convention,
    frame: &'a mut Slots,
    cursor: Cursor,
}

impl<'a> Layout<'a> {
    #[inline]
    pub(crate) fn new(convention: Convention, frame: &'a mut Slots) -> Layout<'a> {
        Layout {
            convention,
            frame,
            cursor: Cursor::default(),
        }
    }

    /// Adds one argument: a scalar, or several that belong together.
    #[inline]
    pub(crate) fn push(&mut self, value: &[Scalar]) {
        let kinds = value.iter().map(|scalar| scalar.kind);
        match self.cursor.place(self.convention, kinds) {
            Place::Registers(mut integers, mut floats) => {
                for scalar in value {
                    let (registers, next) = match scalar.kind.is_float() {
                        true => (&mut self.frame.floats, &mut floats),
                        false => (&mut self.frame.integers, &mut integers),
                    };
                    registers[*next % REGISTERS].write(scalar.bits);
                    self.frame.takes_floats |= u32::from(scalar.kind.is_float());
                    *next += 1;
                }
            }
            Place::Stack => {
                for scalar in value {
                    let size = scalar.kind.size();
                    let at = self.cursor.on_stack(self.convention, size);
                    // A word that is not packed is filled whole: C code may read an extended number.
                    let len = match self.convention.packed {
                        true => size,
                        false => size.max(WORD),
                    };
                    if let Some(place) = self.frame.stack.get_mut(at..at + len) {
                        place.write_copy_of_slice(&scalar.bits.to_le_bytes()[..len]);
                    }
                }
            }
        }
    }

    /// Sets room for the results aside, after the last argument; each is given by its scalars.
    #[inline]
    pub(crate) fn finish(mut self, results: &[&[Kind]]) {
        self.cursor.stack = self.cursor.stack.next_multiple_of(WORD);
        self.frame.results = self.cursor.stack as u32;
        match self.convention.results_on_stack {
            true => {
                let mut cursor = Cursor {
                    stack: self.cursor.stack,
                    ..Cursor::default()
                };
                for kinds in results {
                    let floats = kinds.iter().filter(|kind| kind.is_float());
                    self.frame.returns_float |=
                        floats.map(|kind| kind.size()).sum::<usize>() as u32;
                    if let Place::Stack = cursor.place(self.convention, kinds.iter().copied()) {
                        for kind in *kinds {
                            cursor.on_stack(self.convention, kind.size());
                        }
                    }
                }
                self.frame.stack_len = cursor.stack as u32;
            }
            false => {
                self.frame.stack_len = self.cursor.stack as u32;
                if let [[kind]] = results
                    && kind.is_float()
                {
                    self.frame.returns_float = kind.size() as u32;
                }
            }
        }
    }
}

/// Finds results in a frame, in their order.
pub struct ResultLayout<'a> {
    convention: Convention,
    frame: &'a Slots,
    cursor: Cursor,
}

impl<'a> ResultLayout<'a> {
    /// # Safety
    /// A call with the results that will be asked for has been laid out in `frame` for this convention and made, or all of
    /// the frame has contents.
    #[inline]
    pub(crate) unsafe fn new(convention: Convention, frame: &'a Slots) -> ResultLayout<'a> {
        let cursor = Cursor {
            stack: (frame.results as usize).min(STACK_LEN),
            ..Cursor::default()
        };
        ResultLayout {
            convention,
            frame,
            cursor,
        }
    }

    /// The bits of the next result, which consists of scalars of these types. Beyond its size, the bits of each are
    /// whatever was there.
    #[inline]
    pub(crate) fn next<const N: usize>(&mut self, kinds: [Kind; N]) -> [u64; N] {
        if !self.convention.results_on_stack {
            return kinds.map(|kind| self.register(kind, 0, 0));
        }
        match self.cursor.place(self.convention, kinds.iter().copied()) {
            Place::Registers(mut integers, mut floats) => kinds.map(|kind| {
                let bits = self.register(kind, integers, floats);
                match kind.is_float() {
                    true => floats += 1,
                    false => integers += 1,
                }
                bits
            }),
            Place::Stack => kinds.map(|kind| {
                let at = self.cursor.on_stack(self.convention, kind.size());
                let mut bits = [0; 8];
                if let Some(bytes) = self.frame.stack.get(at..at + kind.size()) {
                    // SAFETY: as promised to `new`: a call writes all up to the end of its results.
                    bits[..bytes.len()].copy_from_slice(unsafe { bytes.assume_init_ref() });
                }
                u64::from_le_bytes(bits)
            }),
        }
    }

    #[inline]
    fn register(&self, kind: Kind, integer: usize, float: usize) -> u64 {
        let register = match kind.is_float() {
            true => self.frame.floats[float % REGISTERS],
            false => self.frame.integers[integer % REGISTERS],
        };
        // SAFETY: as promised to `new`: a call writes the registers of its results.
        unsafe { register.assume_init() }
    }
}
