//! Code under construction to executable memory: only there is its address known, which it may hold.

use jitney_memory::{Heap, Installed};

use super::{Assembler, Error};

impl Assembler {
    /// Puts the code and its data into executable memory, where [addresses](Self::address64) are filled in.
    ///
    /// # Errors
    /// As for [`finish_at`](Self::finish_at), and [`Error::Memory`].
    ///
    /// # Example
    /// ```
    /// # #[cfg(target_arch = "x86_64")] {
    /// use jitney_raw::Assembler;
    ///
    /// let mut code = Assembler::new();
    /// let here = code.label();
    /// code.bind(here).bytes(&[0x48, 0xb8]).address64(here).u8(0xc3); // mov rax, here; ret
    /// let code = code.install(jitney_memory::Heap::global()?)?;
    /// // SAFETY: this is a function of that type, and `code` is dropped after the call.
    /// let function: extern "C" fn() -> usize = unsafe { std::mem::transmute(code.address()) };
    /// assert_eq!(function(), code.address());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn install(&self, heap: &Heap) -> Result<Installed, Error> {
        // What can go wrong goes wrong at any address alike.
        let len = self.finish_at(0)?.len();
        install_with(heap, len, |address| self.finish_at(address))
    }
}

/// Installs what `bytes` gives for an address, which are `len` bytes at every address.
pub(super) fn install_with(
    heap: &Heap,
    len: usize,
    bytes: impl FnOnce(usize) -> Result<Vec<u8>, Error>,
) -> Result<Installed, Error> {
    let mut outcome = Ok(());
    let installed = heap.install_with(len, |room, address| match bytes(address) {
        Ok(bytes) => room.copy_from_slice(&bytes),
        Err(error) => outcome = Err(error),
    })?;
    outcome.map(|()| installed)
}
