//! A Go function made of bytes.

use std::{fmt, marker::PhantomData};

use crate::{
    Library,
    abi::Abi,
    arguments::{Arguments, Results},
    error::Error,
    frame::Slots,
};

/// Machine code by Go's convention: it takes the arguments `A`, a tuple, and gives back `R`, which may be a tuple too.
///
/// ```
/// # #[cfg(target_arch = "x86_64")] {
/// # use jitney_raw::abi::go;
/// // What the Go compiler makes of `func inc(n int) int { return n + 1 }`.
/// let inc = go::Function::<(i64,), i64>::new(&[
///     0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x08, 0x48, 0x89, 0x44, 0x24, 0x18, 0x48, 0xc7, 0x04, 0x24, 0, 0, 0,
///     0, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x04, 0x24, 0x48, 0x83, 0xc4, 0x08, 0x5d, 0xc3,
/// ])?;
/// // SAFETY: it is a function of this type, and needs nothing of Go's runtime.
/// assert_eq!(unsafe { inc.call((13,)) }, 14);
/// # }
/// # Ok::<(), jitney_raw::Error>(())
/// ```
#[derive(Clone)]
pub struct Function<A, R> {
    address: usize,
    library: Library,
    signature: PhantomData<fn(A) -> R>,
}

impl<A: Arguments, R: Results> Function<A, R> {
    /// The function that these bytes are. They are copied.
    ///
    /// # Errors
    /// For no bytes, and where the system gives no executable memory.
    pub fn new(bytes: &[u8]) -> Result<Function<A, R>, Error> {
        Function::in_library(&Library::new(bytes)?, 0)
    }

    /// The function that begins at this offset of a library.
    ///
    /// # Errors
    /// For an offset outside of the library.
    pub fn in_library(library: &Library, offset: usize) -> Result<Function<A, R>, Error> {
        Ok(Function {
            address: library.address(offset)?,
            library: library.clone(),
            signature: PhantomData,
        })
    }

    /// Calls it. No register of the caller's depends on what the code keeps.
    ///
    /// # Safety
    /// The bytes are a function of this type by Go's convention, and keep Rust's rules with these arguments. They use
    /// no runtime of Go's, and no more of the stack than the thread has.
    #[inline]
    pub unsafe fn call(&self, arguments: A) -> R {
        let mut frame = Slots::new();
        frame.lay_out::<A, R>(Abi::Go, arguments);
        // SAFETY: as promised by the caller.
        unsafe {
            frame.call(self.address, Abi::Go);
            frame.results(Abi::Go)
        }
    }

    /// The library that it belongs to.
    pub fn library(&self) -> &Library {
        &self.library
    }
}

impl<A, R> fmt::Debug for Function<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature = std::any::type_name::<fn(A) -> R>();
        write!(f, "go::Function<{signature}> of {:?}", self.library)
    }
}
