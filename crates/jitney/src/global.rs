//! A typed handle to a static of a module.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::module::Loaded;

/// A `pub static` of a module: derefs to its value, and keeps the module loaded.
pub struct Global<T: 'static> {
    value: &'static T,
    _module: Arc<Loaded>,
}

impl<T> Global<T> {
    /// # Safety
    /// `address` is that of a static of type `T` in the module, and the static is not `mut`.
    pub(crate) unsafe fn new(address: *const T, module: Arc<Loaded>) -> Global<T> {
        // SAFETY: the caller's promise; the static lives while `module` is held.
        let value = unsafe { &*address };
        Global {
            value,
            _module: module,
        }
    }
}

impl<T> Clone for Global<T> {
    fn clone(&self) -> Global<T> {
        Global {
            value: self.value,
            _module: self._module.clone(),
        }
    }
}

impl<T> Deref for Global<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Global<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Global").field(self.value).finish()
    }
}
