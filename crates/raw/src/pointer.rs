//! From an address to a function pointer of a type that is checked to be one.
//!
//! No trait can say "any function pointer with a fixed calling convention": types with a lifetime of their own, such as
//! `extern "C" fn(&mut Point)`, would not have it. The compiler's name for the type tells it instead.

use crate::error::Error;

/// Refuses what is not a function pointer with a convention that machine code can follow.
#[inline]
pub(crate) fn check<F>() -> Result<(), Error> {
    const {
        assert!(
            size_of::<F>() == size_of::<usize>(),
            "only a function pointer, such as extern \"C\" fn(i32) -> i32, can be called"
        )
    };
    let given = std::any::type_name::<F>();
    // Today's compiler leaves lifetimes of the function's own out; another may write them.
    let name = match given.strip_prefix("for<") {
        Some(name) => name.split_once("> ").map_or(name, |(_, name)| name),
        None => given,
    };
    let name = name.strip_prefix("unsafe ").unwrap_or(name);
    match name.strip_prefix("extern \"") {
        Some(name) if !name.starts_with("Rust\"") && !name.starts_with("rust-") => Ok(()),
        Some(_) => Err(Error::RustConvention { given }),
        None if name.starts_with("fn(") => Err(Error::RustConvention { given }),
        None => Err(Error::NotAFunction { given }),
    }
}

/// The function pointer for an address.
///
/// # Safety
/// `F` has been [checked](check), and a function of this type is at the address.
#[inline]
pub(crate) unsafe fn from_address<F>(address: usize) -> F {
    let pointer = std::ptr::with_exposed_provenance::<()>(address);
    // SAFETY: a function pointer is as long as a pointer, and the caller vouches for what is there.
    unsafe { std::mem::transmute_copy(&pointer) }
}
