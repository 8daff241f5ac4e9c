//! Closures as C functions.
//!
//! A closure has data of its own, and a C function has no place for it. A trampoline is made for each
//! closure: a few instructions that pass the closure's address as one argument more to a function that
//! the compiler made for its type.

use std::any::Any;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use jitney_link::Trampoline;

use crate::error::Error;

/// What a closure that stands in for a C function may take: a number, a `bool`, or a raw pointer.
pub trait Argument: Copy + 'static + sealed::Sealed {
    /// Whether it is passed in a floating point register.
    #[doc(hidden)]
    const IS_FLOAT: bool;
}

/// What such a closure may return: what it may take, or nothing.
pub trait Answer: 'static + sealed::Sealed {}

/// A closure that can stand in for a C function of type `F`, as in
/// [`Source::define_closure`](crate::Source::define_closure). Any thread may call it.
pub trait Callback<F>: Send + Sync + Sized + 'static + sealed::Closure<F> {}

mod sealed {
    pub trait Sealed {}

    /// How a closure is called through a trampoline.
    pub trait Closure<F>: Sized {
        /// How many of the arguments are passed in integer registers.
        const INTEGERS: usize;
        /// The function that takes the arguments and the closure's address.
        fn entry() -> usize;
    }
}

macro_rules! arguments {
    ($is_float:literal: $($type:ty)*) => {$(
        impl sealed::Sealed for $type {}
        impl Argument for $type {
            const IS_FLOAT: bool = $is_float;
        }
        impl Answer for $type {}
    )*};
}

arguments!(false: i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool);
arguments!(true: f32 f64);

impl<T: 'static> sealed::Sealed for *const T {}
impl<T: 'static> Argument for *const T {
    const IS_FLOAT: bool = false;
}
impl<T: 'static> Answer for *const T {}

impl<T: 'static> sealed::Sealed for *mut T {}
impl<T: 'static> Argument for *mut T {
    const IS_FLOAT: bool = false;
}
impl<T: 'static> Answer for *mut T {}

impl sealed::Sealed for () {}
impl Answer for () {}

macro_rules! closures {
    ($($argument:ident)*) => {
        impl<C, R: Answer, $($argument: Argument),*> Callback<fn($($argument),*) -> R> for C
        where
            C: Fn($($argument),*) -> R + Send + Sync + 'static,
        {
        }

        impl<C, R: Answer, $($argument: Argument),*> sealed::Closure<fn($($argument),*) -> R> for C
        where
            C: Fn($($argument),*) -> R + Send + Sync + 'static,
        {
            const INTEGERS: usize = {
                let integers = 0 $(+ !$argument::IS_FLOAT as usize)*;
                assert!(integers <= Trampoline::MOST_INTEGERS, "at most 5 arguments that are no floats");
                integers
            };

            fn entry() -> usize {
                #[allow(non_snake_case, reason = "the arguments are called as their types are")]
                unsafe extern "C-unwind" fn enter<C, R, $($argument),*>(
                    $($argument: $argument,)*
                    closure: *const C,
                ) -> R
                where
                    C: Fn($($argument),*) -> R,
                {
                    // SAFETY: the trampoline passes the closure's address, and is gone before it is.
                    (unsafe { &*closure })($($argument),*)
                }
                enter::<C, R, $($argument),*> as *const () as usize
            }
        }
    };
}

closures!();
closures!(A1);
closures!(A1 A2);
closures!(A1 A2 A3);
closures!(A1 A2 A3 A4);
closures!(A1 A2 A3 A4 A5);
closures!(A1 A2 A3 A4 A5 A6);
closures!(A1 A2 A3 A4 A5 A6 A7);
closures!(A1 A2 A3 A4 A5 A6 A7 A8);

/// A closure and the C function made for it.
#[derive(Clone)]
pub(crate) struct Trampolined {
    // Dropped first: it refers to the closure.
    function: Arc<Trampoline>,
    _closure: Arc<dyn Any + Send + Sync>,
}

// A closure is called as any function is: what a panic leaves behind in what it refers to is for it to
// care about. Without these, no handle to a function of the module could cross `catch_unwind`.
impl UnwindSafe for Trampolined {}
impl RefUnwindSafe for Trampolined {}

impl Trampolined {
    /// Makes a C function of a closure.
    ///
    /// # Errors
    /// When there is no memory.
    pub(crate) fn new<F, C: Callback<F>>(closure: C) -> Result<Trampolined, Error> {
        let closure = Arc::new(closure);
        let data = Arc::as_ptr(&closure).addr();
        Ok(Trampolined {
            function: Arc::new(Trampoline::new(C::entry(), data, C::INTEGERS)?),
            _closure: closure,
        })
    }

    pub(crate) fn address(&self) -> usize {
        self.function.address()
    }
}

impl fmt::Debug for Trampolined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trampolined({:#x})", self.address())
    }
}
