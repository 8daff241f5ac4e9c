//! Bytes that become a function of a type that the caller names: the shortest way from machine code to a call.

use std::{fmt, ops::Deref};

use jitney_memory::{Heap, Installed};

use crate::{error::Error, pointer};

/// A function made of bytes: derefs to the function pointer `F`, and frees the bytes when dropped.
///
/// `F` is a function pointer with a fixed calling convention: `extern "C"`, `extern "sysv64"`, `extern "win64"`,
/// `extern "cdecl"` and the like, `unsafe` or not. A call is the very instructions of a call through a pointer of that
/// type, and allocates nothing.
///
/// ```
/// # #[cfg(target_arch = "x86_64")] {
/// # use jitney_raw::Raw;
/// // lea eax, [rdi + rsi]; ret
/// let bytes = [0x8d, 0x04, 0x37, 0xc3];
/// // SAFETY: these bytes are a function of this type.
/// let add = unsafe { Raw::<extern "sysv64" fn(i32, i32) -> i32>::new(&bytes) }?;
/// assert_eq!(add(5, 6), 11);
/// # }
/// # Ok::<(), jitney_raw::Error>(())
/// ```
///
/// Code that takes one pointer to a struct is called with a reference:
///
/// ```
/// # #[cfg(target_arch = "x86_64")] {
/// # use jitney_raw::Raw;
/// #[repr(C)]
/// struct Sum { a: f64, b: f64, sum: f64 }
///
/// // movsd xmm0, [rdi]; addsd xmm0, [rdi + 8]; movsd [rdi + 16], xmm0; ret
/// let bytes = [
///     0xf2, 0x0f, 0x10, 0x07, 0xf2, 0x0f, 0x58, 0x47, 0x08, 0xf2, 0x0f, 0x11, 0x47, 0x10, 0xc3,
/// ];
/// // SAFETY: these bytes read and write what lies in a `Sum`, and nothing else.
/// let add = unsafe { Raw::<extern "sysv64" fn(&mut Sum)>::new(&bytes) }?;
/// let mut sum = Sum { a: 1000.0, b: 2456.0, sum: 0.0 };
/// add(&mut sum);
/// assert_eq!(sum.sum, 3456.0);
/// # }
/// # Ok::<(), jitney_raw::Error>(())
/// ```
pub struct Raw<F> {
    function: F,
    code: Installed,
}

impl<F: Copy> Raw<F> {
    /// The function that these bytes are. They are copied, into the [heap of the process](Heap::global).
    ///
    /// # Errors
    /// For no bytes, for a type that is not a function pointer with a fixed convention, and where the system gives no
    /// executable memory.
    ///
    /// # Safety
    /// The bytes are a function of type `F`, at whatever address they are put. It can be called by safe code where `F`
    /// is a safe function, and then keeps Rust's rules whatever its arguments are. A copy of the pointer is not called
    /// after this handle is dropped.
    pub unsafe fn new(bytes: &[u8]) -> Result<Raw<F>, Error> {
        // SAFETY: as promised by the caller.
        unsafe { Raw::new_in(Heap::global()?, bytes) }
    }

    /// The same in another heap: one that is near something, or that is given up as a whole.
    ///
    /// # Errors
    /// As for [`new`](Raw::new).
    ///
    /// # Safety
    /// As for [`new`](Raw::new).
    #[inline]
    pub unsafe fn new_in(heap: &Heap, bytes: &[u8]) -> Result<Raw<F>, Error> {
        pointer::check::<F>()?;
        let code = heap.install(bytes)?;
        // SAFETY: the type is checked, and the caller vouches for the bytes.
        let function = unsafe { pointer::from_address(code.address()) };
        Ok(Raw { function, code })
    }

    /// Keeps the code for the rest of the process's life.
    pub fn leak(self) -> F {
        self.code.leak();
        self.function
    }

    /// Where the code is.
    pub fn address(&self) -> usize {
        self.code.address()
    }

    /// The code's bytes.
    pub fn as_slice(&self) -> &[u8] {
        self.code.as_slice()
    }
}

impl<F> Deref for Raw<F> {
    type Target = F;

    #[inline]
    fn deref(&self) -> &F {
        &self.function
    }
}

impl<F> fmt::Debug for Raw<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.code.address();
        write!(f, "Raw<{}> at {address:#x}", std::any::type_name::<F>())
    }
}
