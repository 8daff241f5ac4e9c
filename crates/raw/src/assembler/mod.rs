//! Machine code built byte by byte in the program, with labels: places that code refers to before or after they are
//! known. It knows no instructions, only how they hold distances.

mod error;
mod fix;
#[cfg(feature = "iced")]
pub mod iced;
mod install;

pub use error::Error;
pub use fix::Field;

use fix::{Fix, Width};

/// Machine code under construction.
///
/// Bytes are appended; a [`Label`] stands for a place among them and may be referred to before it is [bound](Self::bind).
/// Every method that appends gives the assembler back, so that calls can be chained. What is wrong is said by
/// [`finish`](Self::finish).
///
/// # Example
/// A string after the code, and its address taken relative to the instruction pointer:
/// ```
/// use jitney_raw::Assembler;
///
/// let mut code = Assembler::new();
/// let text = code.data(1, b"Hello\n");
/// code.bytes(&[0x48, 0x8d, 0x05]).relative32(text); // lea rax, [rip + text]
/// code.bytes(&[0xc3]); // ret
/// assert_eq!(code.finish()?, b"\x48\x8d\x05\x01\0\0\0\xc3Hello\n");
/// # Ok::<(), jitney_raw::assembler::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    bytes: Vec<u8>,
    labels: Vec<Named>,
    fixes: Vec<Fix>,
    /// What comes after the code, in this order.
    data: Vec<Data>,
    /// The first label that was bound twice.
    bound_twice: Option<Label>,
}

/// A place in the code of the [`Assembler`] that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(usize);

#[derive(Clone, Debug)]
struct Named {
    name: Option<String>,
    offset: Option<usize>,
}

#[derive(Clone, Debug)]
struct Data {
    label: Label,
    align: usize,
    bytes: Vec<u8>,
}

impl Assembler {
    /// Nothing yet.
    pub fn new() -> Assembler {
        Assembler::default()
    }

    /// How many bytes of code there are so far: the offset of what is appended next.
    pub fn offset(&self) -> usize {
        self.bytes.len()
    }

    /// Appends bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Assembler {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Appends a byte.
    pub fn u8(&mut self, value: u8) -> &mut Assembler {
        self.bytes(&[value])
    }

    /// Appends two bytes, the low one first.
    pub fn u16(&mut self, value: u16) -> &mut Assembler {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends four bytes, the lowest first; an instruction of aarch64.
    pub fn u32(&mut self, value: u32) -> &mut Assembler {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends eight bytes, the lowest first.
    pub fn u64(&mut self, value: u64) -> &mut Assembler {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends `fill` until the offset is a multiple of `align`.
    ///
    /// Where the code will lie is another matter: a heap places it at a multiple of its granule, pages at one of theirs.
    ///
    /// # Panics
    /// When `align` is 0.
    pub fn align(&mut self, align: usize, fill: u8) -> &mut Assembler {
        self.bytes
            .resize(self.bytes.len().next_multiple_of(align), fill);
        self
    }

    /// A new label, to be bound later.
    pub fn label(&mut self) -> Label {
        self.new_label(None)
    }

    /// A new label that errors call by its name.
    pub fn named_label(&mut self, name: &str) -> Label {
        self.new_label(Some(name.to_owned()))
    }

    fn new_label(&mut self, name: Option<String>) -> Label {
        self.labels.push(Named { name, offset: None });
        Label(self.labels.len() - 1)
    }

    /// Puts a label here, before what is appended next.
    ///
    /// # Panics
    /// When the label is of another assembler, which has made more of them.
    pub fn bind(&mut self, label: Label) -> &mut Assembler {
        let here = self.bytes.len();
        match &mut self.labels[label.0].offset {
            None => self.labels[label.0].offset = Some(here),
            Some(_) => self.bound_twice = self.bound_twice.or(Some(label)),
        }
        self
    }

    /// Keeps bytes for after the code, at an offset that is a multiple of `align`, and gives the label of the place.
    ///
    /// # Panics
    /// When `align` is 0.
    pub fn data(&mut self, align: usize, bytes: &[u8]) -> Label {
        assert!(align > 0, "data is aligned to 1 byte at least");
        let label = self.label();
        self.data.push(Data {
            label,
            align,
            bytes: bytes.to_owned(),
        });
        label
    }

    /// Appends the distance to a label in one byte, counted from the byte after it: the end of a short jump.
    pub fn relative8(&mut self, label: Label) -> &mut Assembler {
        self.fix(label, Width::Relative { bytes: 1, after: 0 })
    }

    /// Appends the distance to a label in four bytes, counted from the byte after them: the end of a jump, a call, or of
    /// an instruction with an operand relative to the instruction pointer.
    pub fn relative32(&mut self, label: Label) -> &mut Assembler {
        self.relative32_before(label, 0)
    }

    /// As [`relative32`](Self::relative32), for an instruction of which `after` more bytes follow, a constant: the
    /// distance is counted from its end.
    pub fn relative32_before(&mut self, label: Label, after: u8) -> &mut Assembler {
        self.fix(label, Width::Relative { bytes: 4, after })
    }

    /// Appends the address of a label, in eight bytes. Such code is good in one place alone: it is finished
    /// [for that place](Self::finish_at), or [installed](Self::install).
    pub fn address64(&mut self, label: Label) -> &mut Assembler {
        self.fix(label, Width::Address)
    }

    /// Appends an instruction of aarch64 whose `field` is the distance to a label, counted from the instruction; the
    /// field is zero in `word`.
    pub fn word(&mut self, word: u32, field: Field, label: Label) -> &mut Assembler {
        self.fix(label, Width::Word(field));
        let at = self.bytes.len() - 4;
        self.bytes[at..].copy_from_slice(&word.to_le_bytes());
        self
    }

    fn fix(&mut self, label: Label, width: Width) -> &mut Assembler {
        self.fixes.push(Fix {
            at: self.bytes.len(),
            label,
            width,
        });
        self.bytes.resize(self.bytes.len() + width.bytes(), 0);
        self
    }

    /// The code and its data, good at any address.
    ///
    /// # Errors
    /// [`Error::Unbound`] and [`Error::BoundTwice`] for a label, [`Error::TooFar`] where a distance does not fit into
    /// its field, [`Error::NeedsAddress`] where an [address](Self::address64) is held.
    pub fn finish(&self) -> Result<Vec<u8>, Error> {
        self.fixed(None)
    }

    /// The code and its data, good at one address.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish), but for [`Error::NeedsAddress`].
    pub fn finish_at(&self, address: usize) -> Result<Vec<u8>, Error> {
        self.fixed(Some(address))
    }

    fn fixed(&self, address: Option<usize>) -> Result<Vec<u8>, Error> {
        if let Some(label) = self.bound_twice {
            return Err(Error::BoundTwice {
                label: self.name(label),
            });
        }
        let mut bytes = self.bytes.clone();
        let mut offsets: Vec<_> = self.labels.iter().map(|label| label.offset).collect();
        for data in &self.data {
            bytes.resize(bytes.len().next_multiple_of(data.align), 0);
            offsets[data.label.0] = Some(bytes.len());
            bytes.extend_from_slice(&data.bytes);
        }
        for fix in &self.fixes {
            let name = || self.name(fix.label);
            let target = offsets.get(fix.label.0).copied().flatten();
            let target = target.ok_or_else(|| Error::Unbound {
                label: name(),
                offset: fix.at,
            })?;
            fix.apply(&mut bytes, target, address, name)?;
        }
        Ok(bytes)
    }

    fn name(&self, label: Label) -> String {
        let name = self.labels.get(label.0).and_then(|it| it.name.clone());
        name.unwrap_or_else(|| format!("number {}", label.0))
    }
}
