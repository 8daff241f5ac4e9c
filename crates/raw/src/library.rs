//! Bytes that hold several functions, or a function and the data beside it.

use std::{fmt, ops::Deref, sync::Arc};

use jitney_memory::{Heap, Installed};

use crate::{error::Error, pointer};

/// Machine code with more than one entry: functions are found by their offsets.
///
/// ```
/// # #[cfg(target_arch = "x86_64")] {
/// # use jitney_raw::Library;
/// let library = Library::new(&[
///     0x8d, 0x04, 0x37, 0xc3, // lea eax, [rdi + rsi]; ret
///     0x89, 0xf8, 0x29, 0xf0, 0xc3, // mov eax, edi; sub eax, esi; ret
/// ])?;
/// // SAFETY: functions of these types begin at these offsets.
/// let (add, subtract) = unsafe {
///     (
///         library.function::<extern "sysv64" fn(i32, i32) -> i32>(0)?,
///         library.function::<extern "sysv64" fn(i32, i32) -> i32>(4)?,
///     )
/// };
/// drop(library); // the functions keep it
/// assert_eq!((add(5, 6), subtract(5, 6)), (11, -1));
/// # }
/// # Ok::<(), jitney_raw::Error>(())
/// ```
#[derive(Clone)]
pub struct Library {
    code: Arc<Installed>,
}

impl Library {
    /// A library of these bytes. They are copied, into the [heap of the process](Heap::global).
    ///
    /// # Errors
    /// For no bytes, and where the system gives no executable memory.
    pub fn new(bytes: &[u8]) -> Result<Library, Error> {
        Library::new_in(Heap::global()?, bytes)
    }

    /// The same in another heap: one that is near something, or that is given up as a whole.
    ///
    /// # Errors
    /// As for [`new`](Library::new).
    pub fn new_in(heap: &Heap, bytes: &[u8]) -> Result<Library, Error> {
        let code = Arc::new(heap.install(bytes)?);
        Ok(Library { code })
    }

    /// The address of its first byte.
    pub fn base(&self) -> usize {
        self.code.address()
    }

    /// Its bytes.
    pub fn as_slice(&self) -> &[u8] {
        self.code.as_slice()
    }

    /// The function that begins at this offset.
    ///
    /// # Errors
    /// For an offset outside of the library, and for a type that is not a function pointer with a fixed convention.
    ///
    /// # Safety
    /// A function of type `F` begins there. What is said of [`Raw::new`](crate::Raw::new) holds here too, except that
    /// the code stays for as long as any of the handles to it.
    pub unsafe fn function<F: Copy>(&self, offset: usize) -> Result<LibraryFunction<F>, Error> {
        pointer::check::<F>()?;
        let address = self.address(offset)?;
        // SAFETY: the type is checked, and the caller vouches for the bytes.
        let function = unsafe { pointer::from_address(address) };
        Ok(LibraryFunction {
            function,
            library: self.clone(),
        })
    }

    /// The address of an offset, to be called through a [frame](crate::frame::Frame).
    ///
    /// # Errors
    /// For an offset outside of the library.
    pub fn address(&self, offset: usize) -> Result<usize, Error> {
        let len = self.as_slice().len();
        match offset < len {
            true => Ok(self.base() + offset),
            false => Err(Error::Outside { offset, len }),
        }
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (base, len) = (self.base(), self.as_slice().len());
        write!(f, "Library of {len} bytes at {base:#x}")
    }
}

/// A function of a [`Library`]: derefs to the function pointer `F`, and keeps the library.
#[derive(Clone)]
pub struct LibraryFunction<F> {
    function: F,
    library: Library,
}

impl<F> LibraryFunction<F> {
    /// The library that it belongs to.
    pub fn library(&self) -> &Library {
        &self.library
    }
}

impl<F> Deref for LibraryFunction<F> {
    type Target = F;

    #[inline]
    fn deref(&self) -> &F {
        &self.function
    }
}

impl<F> fmt::Debug for LibraryFunction<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = std::any::type_name::<F>();
        write!(f, "LibraryFunction<{name}> of {:?}", self.library)
    }
}
