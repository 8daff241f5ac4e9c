//! An image: a linked object in memory.

use std::ops::Range;
use std::sync::Arc;

use jitney_announce::FrameRegistration;
use jitney_memory::Code;

use crate::destructors::Registrant;
use crate::exit_handlers;
use crate::map::PlacedSection;
use crate::roots::{Symbol, Symbols};

/// A linked object in memory, relocated, executable and known to the unwinder.
///
/// Dropping it takes the registration back and returns the memory: whoever drops it must know that
/// no thread is in its code and nothing points into it. Code that a program may still hold pointers
/// to belongs into a [`ManuallyDrop`](std::mem::ManuallyDrop).
#[derive(Debug)]
pub struct Image {
    // Fields drop in order: first what announces the memory, then the memory.
    frames: Option<FrameRegistration>,
    registrant: Arc<Registrant>,
    memory: Code,
    code: Range<usize>,
    symbols: Symbols,
    finalizers: Vec<usize>,
    /// Constructors that have not run.
    held: Vec<usize>,
    sections: Vec<PlacedSection>,
}

impl Image {
    pub(crate) fn new(
        frames: Option<FrameRegistration>,
        registrant: Arc<Registrant>,
        memory: Code,
        code: Range<usize>,
    ) -> Image {
        Image {
            frames,
            registrant,
            memory,
            code,
            symbols: Symbols::default(),
            finalizers: Vec::new(),
            held: Vec::new(),
            sections: Vec::new(),
        }
    }

    pub(crate) fn set_symbols(&mut self, symbols: Symbols, finalizers: Vec<usize>) {
        self.symbols = symbols;
        self.finalizers = finalizers;
    }

    pub(crate) fn set_sections(&mut self, sections: Vec<PlacedSection>) {
        self.sections = sections;
    }

    pub(crate) fn hold_constructors(&mut self, constructors: Vec<usize>) {
        self.held = constructors;
    }

    /// The addresses of the constructors that have not run, in their order: those of a link with
    /// `hold_constructors`, once. Each is an
    /// `extern "C" fn(c_int, *const *const c_char, *const *const c_char)` and wants the program's
    /// arguments and environment.
    pub fn take_constructors(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.held)
    }

    /// The root symbols that the link was asked for, in the order of the objects.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol<'_>> {
        self.symbols.iter()
    }

    /// The sections of the objects, in the order of their addresses; of a link without
    /// [`Input::map`](crate::Input::map) none.
    pub fn sections(&self) -> &[PlacedSection] {
        &self.sections
    }

    /// The bytes of memory it occupies, in whole pages.
    pub fn memory(&self) -> usize {
        self.memory.len()
    }

    /// The addresses it occupies.
    pub fn range(&self) -> Range<usize> {
        self.memory.address()..self.memory.address() + self.memory.len()
    }

    /// The addresses of its code.
    pub fn code(&self) -> Range<usize> {
        self.code.clone()
    }

    /// Whether the unwinder knows its code.
    pub fn has_unwind_entries(&self) -> bool {
        self.frames.is_some()
    }

    /// How many destructors of thread-local variables are still to run in its code, on all threads.
    pub fn pending_destructors(&self) -> usize {
        self.registrant.pending()
    }

    /// Runs what the objects want run at their end, in the order of a program's exit: what they gave
    /// to `atexit` and `__cxa_atexit` (destructors of C++'s static objects), the last first; then
    /// their `.fini_array`, last entry first. It also forgets what they gave to `at_quick_exit` and
    /// `pthread_atfork`. A second call runs only what was registered since.
    ///
    /// An image whose code registered anything must be finalized before it is dropped, or the process
    /// calls into freed memory when it exits.
    ///
    /// # Safety
    /// The functions are the objects'; they must be fit to run now.
    pub unsafe fn finalize(&mut self) {
        let handle = self.registrant.handle();
        // SAFETY: the caller's promise, here and below.
        unsafe { exit_handlers::run(handle) };
        if self.finalizers.is_empty() {
            return;
        }
        while let Some(finalizer) = self.finalizers.pop() {
            // SAFETY: the address came from the object's `.fini_array`; the caller vouches for it.
            let finalizer = unsafe { std::mem::transmute::<usize, extern "C" fn()>(finalizer) };
            finalizer();
        }
        // What those registered.
        // SAFETY: as above.
        unsafe { exit_handlers::run(handle) };
    }
}
