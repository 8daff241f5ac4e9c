//! What the user defines for a source by itself, and what it may use of this program.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::callback::Trampolined;

type Find = dyn Fn(&str) -> Option<*const ()> + Send + Sync;
type Allow = dyn Fn(&str) -> bool + Send + Sync;

/// Symbols and rules for a source's link.
#[derive(Clone, Default)]
pub(crate) struct Definitions {
    pub(crate) symbols: HashMap<String, usize>,
    /// What takes the place of this program's and the shared libraries' symbols alone.
    pub(crate) instead: HashMap<&'static str, usize>,
    /// The closures among them.
    pub(crate) closures: Vec<Trampolined>,
    pub(crate) last_resort: Option<Arc<Find>>,
    pub(crate) allow: Option<Arc<Allow>>,
}

impl Definitions {
    /// Hands them to a link.
    pub(crate) fn give<T>(&self, link: impl FnOnce(&jitney_link::Definitions<'_>) -> T) -> T {
        let find = |name: &str| Some(self.last_resort.as_ref()?(name)?.addr());
        let allow = |name: &str| self.allow.as_ref().is_none_or(|allow| allow(name));
        let mut given = jitney_link::Definitions {
            symbols: self.symbols.clone(),
            instead: self.instead.clone(),
            ..jitney_link::Definitions::default()
        };
        if self.last_resort.is_some() {
            given.last_resort = Some(&find);
        }
        if self.allow.is_some() {
            given.allow = Some(&allow);
        }
        link(&given)
    }
}

impl fmt::Debug for Definitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definitions")
            .field("symbols", &self.symbols)
            .field("instead", &self.instead)
            .field("last_resort", &self.last_resort.is_some())
            .field("allow", &self.allow.is_some())
            .finish_non_exhaustive()
    }
}
