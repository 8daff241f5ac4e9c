//! Puts the values of a signature into a frame, and what they point to into memory.

use super::{Error, Signature, Type, Value};
use crate::{
    abi::Abi,
    frame::{Frame, Kind, Layout, Scalar},
};

/// Enough for every type, and for instructions that ask for 16 bytes at once.
const ALIGN: usize = 16;

impl Signature {
    /// How many bytes of memory [`lay_out`](Signature::lay_out) needs for what these values point to.
    pub fn memory_len(&self, values: &[Value]) -> usize {
        let mut memory = Memory::new(None, 0);
        for (of, value) in self.parameters().iter().zip(values) {
            memory.put(of, value);
        }
        memory.len
    }

    /// Lays out a call with these values.
    ///
    /// What arguments point to is written into `memory`, which the code that is called will find at `address`, a
    /// multiple of 16.
    ///
    /// # Errors
    /// For the wrong number of values, a value of another type than its parameter, a type that means nothing in this
    /// convention, and for too little memory.
    pub fn lay_out(
        &self,
        abi: Abi,
        values: &[Value],
        memory: &mut [u8],
        address: usize,
    ) -> Result<Frame, Error> {
        if values.len() != self.parameters().len() {
            return Err(Error::Count {
                wanted: self.parameters().len(),
                given: values.len(),
            });
        }
        let (needed, given) = (self.memory_len(values), memory.len());
        if needed > given {
            return Err(Error::Memory { needed, given });
        }
        let mut memory = Memory::new(Some(memory), address);
        let mut frame = Frame::empty();
        let mut layout = Layout::new(abi.convention(), frame.slots_mut());
        for (index, (of, value)) in self.parameters().iter().zip(values).enumerate() {
            if !is_of(of, value) {
                return Err(Error::Value {
                    position: index + 1,
                    text: value.to_string(),
                    name: of.to_string(),
                    reason: "it is of another type".to_owned(),
                });
            }
            let address = Scalar::size(memory.put(of, value));
            match (of, value) {
                (Type::Str, Value::Str(text)) if abi == Abi::Go => {
                    layout.push(&[address, Scalar::size(text.len())]);
                }
                (Type::Str, _) => {
                    return Err(Error::Convention {
                        name: of.to_string(),
                        instead: "for C, `*const c_char` is a text",
                    });
                }
                (Type::Slice { .. }, Value::Slice(elements)) if abi == Abi::Go => {
                    let len = Scalar::size(elements.len());
                    layout.push(&[address, len, len]);
                }
                _ => match (of.kind(), value.bits()) {
                    (Some(kind), Some(bits)) => layout.push(&[Scalar { kind, bits }]),
                    _ => layout.push(&[address]),
                },
            }
        }
        match self.result().and_then(Type::kind) {
            Some(kind) => layout.finish(&[&[kind]]),
            None => layout.finish(&[]),
        }
        Ok(frame)
    }

    /// What stands in memory after the call: the structs and the `&mut` slices among the arguments, in their order.
    ///
    /// `memory` is what [`lay_out`](Signature::lay_out) had written to for these values.
    pub fn written(&self, values: &[Value], memory: &[u8]) -> Vec<Value> {
        let mut place = Memory::new(None, 0);
        let mut written = Vec::new();
        for (of, value) in self.parameters().iter().zip(values) {
            let mut at = place.put(of, value);
            let types: Vec<&Type> = match (of, value) {
                (Type::Struct(fields), _) => fields.iter().collect(),
                (
                    Type::Slice {
                        mutable: true,
                        element,
                    },
                    Value::Slice(elements),
                ) => vec![&**element; elements.len()],
                _ => continue,
            };
            let read = types.into_iter().filter_map(|of| {
                let kind = of.kind()?;
                at = at.next_multiple_of(align(kind));
                let mut bits = [0; 8];
                bits[..kind.size()].copy_from_slice(memory.get(at..at + kind.size())?);
                at += kind.size();
                Value::of_bits(of, u64::from_le_bytes(bits))
            });
            let read = read.collect();
            written.push(match of {
                Type::Struct(_) => Value::Struct(read),
                _ => Value::Slice(read),
            });
        }
        written
    }
}

/// Whether a value is of this type. A text for C may be given as an address.
fn is_of(of: &Type, value: &Value) -> bool {
    match (of, value) {
        (Type::CString, Value::CString(_)) | (Type::Str, Value::Str(_)) => true,
        (Type::Slice { element, .. }, Value::Slice(values)) => {
            values.iter().all(|value| is_scalar_of(element, value))
        }
        (Type::Struct(fields), Value::Struct(values)) => {
            fields.len() == values.len()
                && fields
                    .iter()
                    .zip(values)
                    .all(|(of, value)| is_scalar_of(of, value))
        }
        _ => is_scalar_of(of, value),
    }
}

fn is_scalar_of(of: &Type, value: &Value) -> bool {
    let same = value.bits().and_then(|bits| Value::of_bits(of, bits));
    same.is_some_and(|same| std::mem::discriminant(&same) == std::mem::discriminant(value))
}

/// The alignment of a scalar in memory: that of 8 bytes is 4 on some systems.
fn align(kind: Kind) -> usize {
    kind.size().min(align_of::<u64>())
}

/// Memory that is filled from its start; without any, the places are only counted.
struct Memory<'a> {
    bytes: Option<&'a mut [u8]>,
    address: usize,
    len: usize,
}

impl<'a> Memory<'a> {
    fn new(bytes: Option<&'a mut [u8]>, address: usize) -> Memory<'a> {
        Memory {
            bytes,
            address,
            len: 0,
        }
    }

    /// Writes what a value points to, and gives its address; nothing for one that does not point.
    fn put(&mut self, of: &Type, value: &Value) -> usize {
        self.len = self.len.next_multiple_of(ALIGN);
        let address = self.address + self.len;
        match (of, value) {
            (Type::CString, Value::CString(text)) => self.write(text.as_bytes_with_nul()),
            (Type::Str, Value::Str(text)) => self.write(text.as_bytes()),
            (Type::Slice { element, .. }, Value::Slice(values)) => {
                values.iter().for_each(|value| self.scalar(element, value));
            }
            (Type::Struct(fields), Value::Struct(values)) => {
                let fields = fields.iter().zip(values);
                fields.for_each(|(field, value)| self.scalar(field, value));
            }
            _ => {}
        }
        address
    }

    fn scalar(&mut self, of: &Type, value: &Value) {
        if let (Some(kind), Some(bits)) = (of.kind(), value.bits()) {
            self.len = self.len.next_multiple_of(align(kind));
            self.write(&bits.to_le_bytes()[..kind.size()]);
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        let place = self
            .bytes
            .as_mut()
            .and_then(|memory| memory.get_mut(self.len..end));
        if let Some(place) = place {
            place.copy_from_slice(bytes);
        }
        self.len = end;
    }
}
