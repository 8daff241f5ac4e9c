//! Indirect functions (IFUNC): functions whose code a resolver chooses at load time.
//!
//! Every reference to one refers to a stub in its image, which jumps through a slot. The resolvers
//! run once the image can: after everything is relocated and sealed, before any constructor, as the
//! dynamic loader does it (System V ABI, GNU extension `STT_GNU_IFUNC`).

/// Fills slots: each an address in an image's writable memory, and a resolver's address.
///
/// # Safety
/// The slots belong to images that are sealed, whose resolvers are fit to run.
pub(crate) unsafe fn fill(slots: &[(u64, u64)]) {
    for (slot, resolver) in slots {
        // SAFETY: the caller's promise.
        let function = unsafe { choose(*resolver) };
        // SAFETY: the slot is a word of the image's writable pages, and nothing runs through it yet.
        unsafe { (*slot as *mut u64).write(function) };
    }
}

/// The address of the function that a resolver chooses.
///
/// # Safety
/// There is a resolver at that address, fit to run.
pub(crate) unsafe fn choose(resolver: u64) -> u64 {
    // SAFETY: a resolver takes nothing on this machine and returns the address of the function.
    let resolver =
        unsafe { std::mem::transmute::<usize, extern "C" fn() -> u64>(resolver as usize) };
    resolver()
}
