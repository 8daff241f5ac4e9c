//! The values that machine code is given one by one: what each of them looks like in a register.

/// The type of a value that fits into one register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `bool`: 0 or 1.
    Bool,
    /// A signed whole number of this many bytes: 1, 2, 4 or 8.
    Signed(u8),
    /// An unsigned whole number or a pointer of this many bytes: 1, 2, 4 or 8.
    Unsigned(u8),
    /// `f32`.
    F32,
    /// `f64`.
    F64,
}

impl Kind {
    /// A pointer, and a number of the same size.
    pub const POINTER: Kind = Kind::Unsigned(size_of::<usize>() as u8);

    /// How many bytes it takes in memory.
    pub const fn size(self) -> usize {
        match self {
            Kind::Bool => 1,
            Kind::Signed(size) | Kind::Unsigned(size) => size as usize,
            Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// Whether it goes through the registers for floats.
    pub const fn is_float(self) -> bool {
        matches!(self, Kind::F32 | Kind::F64)
    }
}

/// A value with its type: its bits, those of a whole number extended to 64 by its sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar {
    pub(crate) kind: Kind,
    pub(crate) bits: u64,
}

impl Scalar {
    #[inline]
    pub(crate) fn address<T>(address: *const T) -> Scalar {
        Scalar::size(address.expose_provenance())
    }

    #[inline]
    pub(crate) fn size(size: usize) -> Scalar {
        Scalar {
            kind: Kind::POINTER,
            bits: size as u64,
        }
    }
}
