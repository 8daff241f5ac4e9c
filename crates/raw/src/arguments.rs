//! Which Rust types may stand for the arguments and results of machine code that is called through a
//! [`Frame`](crate::frame::Frame): numbers, `bool`, raw pointers, and tuples of these.

use crate::frame::{Kind, Layout, ResultLayout, Scalar};

/// The arguments of a call: a tuple of up to twelve numbers, `bool`s and raw pointers, for Go also of
/// [slices](crate::abi::go::Slice) and [strings](crate::abi::go::Str).
///
/// One argument is a tuple as well: `(13i64,)`.
pub trait Arguments: sealed::Arguments {}

/// What a call gives back: `()`, a number, a `bool` or a raw pointer.
pub trait Returned: Results {}

/// What a call of a Go function gives back: the same, a slice, a string, or a tuple of up to six of them.
pub trait Results: sealed::Results {}

pub(crate) mod sealed {
    use super::{Kind, Layout, ResultLayout};

    pub trait Arguments: Copy {
        fn lay_out(self, layout: &mut Layout<'_>);
    }

    pub trait Results: Copy {
        /// The scalars of each result.
        const VALUES: &'static [&'static [Kind]];

        fn read(results: &mut ResultLayout<'_>) -> Self;
    }

    /// One argument or result.
    pub trait Value: Copy {
        const KINDS: &'static [Kind];

        fn push(self, layout: &mut Layout<'_>);
        fn read(results: &mut ResultLayout<'_>) -> Self;
    }
}

use sealed::Value;

impl Returned for () {}
impl Results for () {}

impl sealed::Results for () {
    const VALUES: &'static [&'static [Kind]] = &[];

    fn read(_: &mut ResultLayout<'_>) {}
}

/// A type that is passed as one scalar: its kind, how it becomes bits, and how bits become it.
macro_rules! scalar {
    ([$($generic:tt)*] $type:ty, $kind:expr, |$value:ident| $to:expr, |$bits:ident| $from:expr) => {
        impl<$($generic)*> Value for $type {
            const KINDS: &'static [Kind] = &[$kind];

            #[inline]
            fn push(self, layout: &mut Layout<'_>) {
                let $value = self;
                layout.push(&[Scalar { kind: $kind, bits: $to }]);
            }

            #[inline]
            fn read(results: &mut ResultLayout<'_>) -> Self {
                let [$bits] = results.next([$kind]);
                $from
            }
        }

        impl<$($generic)*> Returned for $type {}
        one_result!([$($generic)*] $type);
    };
}

/// A value is a result by itself.
macro_rules! one_result {
    ([$($generic:tt)*] $type:ty) => {
        impl<$($generic)*> $crate::arguments::Results for $type {}

        impl<$($generic)*> $crate::arguments::sealed::Results for $type {
            const VALUES: &'static [&'static [$crate::frame::Kind]] =
                &[<$type as $crate::arguments::sealed::Value>::KINDS];

            #[inline]
            fn read(results: &mut $crate::frame::ResultLayout<'_>) -> Self {
                <$type as $crate::arguments::sealed::Value>::read(results)
            }
        }
    };
}

pub(crate) use one_result;

macro_rules! numbers {
    ($($signed:ty, $unsigned:ty;)*) => {$(
        scalar!([] $signed, Kind::Signed(size_of::<$signed>() as u8), |v| v as i64 as u64, |b| b as $signed);
        scalar!([] $unsigned, Kind::Unsigned(size_of::<$unsigned>() as u8), |v| v as u64, |b| b as $unsigned);
    )*};
}

numbers! {
    i8, u8;
    i16, u16;
    i32, u32;
    i64, u64;
    isize, usize;
}

scalar!([] bool, Kind::Bool, |v| u64::from(v), |b| b as u8 != 0);
scalar!([] f32, Kind::F32, |v| u64::from(v.to_bits()), |b| f32::from_bits(b as u32));
scalar!([] f64, Kind::F64, |v| v.to_bits(), |b| f64::from_bits(b));
scalar!([T] *const T, Kind::POINTER, |v| v.expose_provenance() as u64,
    |b| std::ptr::with_exposed_provenance(b as usize));
scalar!([T] *mut T, Kind::POINTER, |v| v.expose_provenance() as u64,
    |b| std::ptr::with_exposed_provenance_mut(b as usize));

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: Value),*> Arguments for ($($name,)*) {}

        impl<$($name: Value),*> sealed::Arguments for ($($name,)*) {
            #[inline]
            fn lay_out(self, _layout: &mut Layout<'_>) {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                $($name.push(_layout);)*
            }
        }
    };
}

macro_rules! results {
    ($($name:ident)*) => {
        impl<$($name: Value),*> Results for ($($name,)*) {}

        impl<$($name: Value),*> sealed::Results for ($($name,)*) {
            const VALUES: &'static [&'static [Kind]] = &[$($name::KINDS),*];

            #[inline]
            fn read(results: &mut ResultLayout<'_>) -> Self {
                ($($name::read(results),)*)
            }
        }
    };
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);
arguments!(A B C D E F G H);
arguments!(A B C D E F G H I);
arguments!(A B C D E F G H I J);
arguments!(A B C D E F G H I J K);
arguments!(A B C D E F G H I J K L);

results!(A);
results!(A B);
results!(A B C);
results!(A B C D);
results!(A B C D E);
results!(A B C D E F);
