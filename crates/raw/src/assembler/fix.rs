//! How an instruction holds the distance to a label.

use super::{Error, Label};

/// Where an instruction of aarch64 holds a distance; see the Arm Architecture Reference Manual, C4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// `b`, `bl`: ±128 MiB.
    Imm26,
    /// `b.cond`, `cbz`, `cbnz`, `ldr` of a literal: ±1 MiB.
    Imm19,
    /// `tbz`, `tbnz`: ±32 KiB.
    Imm14,
    /// `adr`: ±1 MiB, to the byte.
    Adr,
}

/// A place in the code that waits for where its label is.
#[derive(Clone, Debug)]
pub(super) struct Fix {
    pub(super) at: usize,
    pub(super) label: Label,
    pub(super) width: Width,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Width {
    /// A distance counted from the end of the instruction, of which `after` bytes follow.
    Relative {
        bytes: u8,
        after: u8,
    },
    Address,
    Word(Field),
}

impl Width {
    pub(super) fn bytes(self) -> usize {
        match self {
            Width::Relative { bytes, .. } => bytes.into(),
            Width::Address => 8,
            Width::Word(_) => 4,
        }
    }
}

impl Fix {
    /// Writes the distance to the offset `target`.
    pub(super) fn apply(
        &self,
        code: &mut [u8],
        target: usize,
        address: Option<usize>,
        label: impl Fn() -> String,
    ) -> Result<(), Error> {
        let distance_from = |start: usize| target as i64 - start as i64;
        let too_far = |distance| Error::TooFar {
            label: label(),
            offset: self.at,
            distance,
        };
        let field = &mut code[self.at..self.at + self.width.bytes()];
        match self.width {
            Width::Relative { bytes, after } => {
                let distance = distance_from(self.at + usize::from(bytes) + usize::from(after));
                let spare = 64 - 8 * u32::from(bytes);
                if distance << spare >> spare != distance {
                    return Err(too_far(distance));
                }
                field.copy_from_slice(&distance.to_le_bytes()[..usize::from(bytes)]);
            }
            Width::Address => {
                let address = address.ok_or_else(|| Error::NeedsAddress {
                    label: label(),
                    offset: self.at,
                })?;
                let address = address.wrapping_add(target) as u64;
                field.copy_from_slice(&address.to_le_bytes());
            }
            Width::Word(kind) => {
                let distance = distance_from(self.at);
                let bits = kind.encode(distance).ok_or_else(|| too_far(distance))?;
                for (byte, more) in field.iter_mut().zip(bits.to_le_bytes()) {
                    *byte |= more;
                }
            }
        }
        Ok(())
    }
}

impl Field {
    /// The bits of the instruction that say this distance; `None` when they cannot.
    fn encode(self, distance: i64) -> Option<u32> {
        let (width, lowest) = match self {
            Field::Imm26 => (26, 0),
            Field::Imm19 => (19, 5),
            Field::Imm14 => (14, 5),
            Field::Adr => (21, 0),
        };
        let units = match self {
            Field::Adr => distance,
            _ if distance % 4 != 0 => return None,
            _ => distance / 4,
        };
        if units << (64 - width) >> (64 - width) != units {
            return None;
        }
        let units = units as u32 & ((1 << width) - 1);
        Some(match self {
            // The two lowest bits stand apart from the others.
            Field::Adr => (units & 3) << 29 | units >> 2 << 5,
            _ => units << lowest,
        })
    }
}
