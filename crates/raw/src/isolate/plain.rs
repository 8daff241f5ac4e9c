//! Data that code in a worker may be given by pointer: copied there, and copied back.

/// A type that is no more than its bytes.
///
/// # Safety
/// Every pattern of bytes is a value of the type, it has no padding, and nothing in it is an address that would be
/// followed: untrusted code writes what it likes there.
///
/// ```
/// use jitney_raw::isolate::Plain;
///
/// #[derive(Clone, Copy)]
/// #[repr(C)]
/// struct Operands {
///     a: f64,
///     b: f64,
///     sum: f64,
/// }
///
/// // SAFETY: three floats, one after the other.
/// unsafe impl Plain for Operands {}
/// ```
pub unsafe trait Plain: Copy + 'static {}

macro_rules! plain {
    ($($type:ty)*) => {$(
        // SAFETY: a number.
        unsafe impl Plain for $type {}
    )*};
}

plain!(u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 usize isize f32 f64);

// SAFETY: its elements, one after the other.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

/// The bytes of plain data.
pub(super) fn bytes<T: Plain>(data: &[T]) -> &[u8] {
    // SAFETY: plain data has no padding, so that all of its bytes are there.
    unsafe { std::slice::from_raw_parts(data.as_ptr().cast(), size_of_val(data)) }
}

/// The bytes of plain data, to be written.
pub(super) fn bytes_mut<T: Plain>(data: &mut [T]) -> &mut [u8] {
    // SAFETY: as above, and any bytes are values of the type.
    unsafe { std::slice::from_raw_parts_mut(data.as_mut_ptr().cast(), size_of_val(data)) }
}
