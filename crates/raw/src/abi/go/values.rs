//! Go's values of more than one word, taken apart into the words that its convention passes.

use crate::{
    arguments::{one_result, sealed::Value},
    frame::{Kind, Layout, ResultLayout, Scalar},
};

/// A Go slice, `[]T`: three words.
///
/// It borrows nothing: who passes one to Go keeps its memory alive for as long as the code uses it.
#[derive(Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Slice<T> {
    /// The first element.
    pub data: *mut T,
    /// How many elements it has.
    pub len: usize,
    /// How many fit into its memory.
    pub capacity: usize,
}

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slice<T> {}

impl<T> From<&mut [T]> for Slice<T> {
    fn from(elements: &mut [T]) -> Slice<T> {
        Slice {
            data: elements.as_mut_ptr(),
            len: elements.len(),
            capacity: elements.len(),
        }
    }
}

impl<T> Value for Slice<T> {
    const KINDS: &'static [Kind] = &[Kind::POINTER; 3];

    #[inline]
    fn push(self, layout: &mut Layout<'_>) {
        layout.push(&[
            Scalar::address(self.data),
            Scalar::size(self.len),
            Scalar::size(self.capacity),
        ]);
    }

    #[inline]
    fn read(results: &mut ResultLayout<'_>) -> Self {
        let [data, len, capacity] = results.next([Kind::POINTER; 3]);
        Slice {
            data: std::ptr::with_exposed_provenance_mut(data as usize),
            len: len as usize,
            capacity: capacity as usize,
        }
    }
}

one_result!([T] Slice<T>);

/// A Go string: two words, its bytes and their number.
///
/// It borrows nothing: who passes one to Go keeps its memory alive for as long as the code uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Str {
    /// The first byte.
    pub data: *const u8,
    /// How many bytes it has.
    pub len: usize,
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str {
            data: text.as_ptr(),
            len: text.len(),
        }
    }
}

impl Value for Str {
    const KINDS: &'static [Kind] = &[Kind::POINTER; 2];

    #[inline]
    fn push(self, layout: &mut Layout<'_>) {
        layout.push(&[Scalar::address(self.data), Scalar::size(self.len)]);
    }

    #[inline]
    fn read(results: &mut ResultLayout<'_>) -> Self {
        let [data, len] = results.next([Kind::POINTER; 2]);
        Str {
            data: std::ptr::with_exposed_provenance(data as usize),
            len: len as usize,
        }
    }
}

one_result!([] Str);
