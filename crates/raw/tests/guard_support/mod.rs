//! Raw code that goes wrong in known ways, for the tests of the guard.
#![allow(dead_code, reason = "each test uses some of it")]

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(all(target_arch = "x86_64", unix), path = "x86_64.rs")]
#[cfg_attr(all(target_arch = "x86_64", windows), path = "x86_64_windows.rs")]
pub(crate) mod bytes;

use std::mem;

use jitney_memory::{Heap, Installed};
use jitney_raw::guard::{self, Limits};
use jitney_raw::{Fault, FaultKind};

/// One argument, one result: what all pieces of code here are.
pub(crate) type Function = extern "C" fn(usize) -> usize;

/// A piece of code that can be called.
pub(crate) struct Code {
    installed: Installed,
    pub(crate) function: Function,
}

/// Makes `bytes` callable.
pub(crate) fn code(bytes: &[u8]) -> Code {
    let installed = Heap::global().unwrap().install(bytes).unwrap();
    // SAFETY: all that the tests do with it is to let it go wrong within a guard.
    let function = unsafe { mem::transmute::<usize, Function>(installed.address()) };
    Code {
        installed,
        function,
    }
}

impl Code {
    pub(crate) fn address(&self) -> usize {
        self.installed.address()
    }

    /// Calls it within a guard.
    pub(crate) fn call(&self, argument: usize) -> Result<usize, Fault> {
        guard::call(Limits::none(), || (self.function)(argument))
    }
}

/// What a case touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touches {
    /// Nothing that the processor tells.
    Nothing,
    /// The argument.
    Argument,
    /// Something near the end of the stack.
    Stack,
}

/// A piece of code, what to call it with, and what must come of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) bytes: &'static [u8],
    pub(crate) argument: usize,
    pub(crate) kind: FaultKind,
    /// Of the instruction at fault; `None` when it jumps to the argument.
    pub(crate) offset: Option<usize>,
    pub(crate) touches: Touches,
}

impl Case {
    /// Checks that `fault`, of a call of `code`, is the one that must come.
    pub(crate) fn check(&self, code: &Code, argument: usize, fault: &Fault) {
        let name = self.name;
        assert_eq!(fault.kind, self.kind, "{name}: {fault:?}");
        assert_eq!(fault.offset, self.offset, "{name}: {fault:?}");
        let instruction = self
            .offset
            .map_or(argument, |offset| code.address() + offset);
        assert_eq!(fault.instruction, instruction, "{name}: {fault:?}");
        match self.touches {
            Touches::Nothing => assert_eq!(fault.address, None, "{name}: {fault:?}"),
            Touches::Argument => assert_eq!(fault.address, Some(argument), "{name}: {fault:?}"),
            Touches::Stack => assert!(fault.address.is_some(), "{name}: {fault:?}"),
        }
    }
}
