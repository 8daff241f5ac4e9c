//! A typed handle to a function of a module.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::module::Loaded;

/// A function of a module: derefs to the function pointer `F`, and keeps the module loaded.
///
/// A call through it costs what a call through `F` costs. The pointer may be copied out; the module
/// stays in memory unless it is unloaded, which is `unsafe` for this reason.
#[derive(Clone)]
pub struct Function<F> {
    pointer: F,
    _module: Arc<Loaded>,
}

impl<F> Function<F> {
    pub(crate) fn new(pointer: F, module: Arc<Loaded>) -> Function<F> {
        Function {
            pointer,
            _module: module,
        }
    }
}

impl<F> Deref for Function<F> {
    type Target = F;

    #[inline]
    fn deref(&self) -> &F {
        &self.pointer
    }
}

impl<F> fmt::Debug for Function<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function<{}>", std::any::type_name::<F>())
    }
}
