//! What a source offers of other crates: `pub use dep::name;` and `pub use dep::*;`.

use super::items::Reach;
use super::names::{Names, Space};
use super::public::Public;

/// A public import that leads out of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outside {
    /// The public path by which the item is reached here; that of the module, with its `::`, for a glob.
    pub(crate) path: String,
    /// The path that is written, which begins with a crate's name.
    pub(crate) target: Vec<String>,
    pub(crate) is_glob: bool,
}

/// Words that a path may begin with that is no other crate's.
const NOT_CRATES: [&str; 6] = ["alloc", "core", "crate", "self", "std", "super"];

/// All of them, but for whole crates and modules, and for those under a condition.
pub(super) fn find(names: &Names<'_>, public: &Public) -> Vec<Outside> {
    let mut found = Vec::new();
    for (module, here) in names.tree.modules.iter().enumerate() {
        for (index, import) in here.uses.iter().enumerate() {
            // An empty first name stands for `::`.
            let target: Vec<String> = import
                .path
                .iter()
                .filter(|name| !name.is_empty())
                .cloned()
                .collect();
            let leads_inside = || {
                !names.globbed(module, index).is_empty()
                    || [Space::Types, Space::Values]
                        .into_iter()
                        .any(|space| !names.imported(module, import, space).is_empty())
            };
            let is_crate = target
                .first()
                .is_some_and(|name| !NOT_CRATES.contains(&name.as_str()));
            let is_glob = import.name.is_none();
            if import.reach != Reach::Public
                || import.types_only
                || !import.repeated.is_empty()
                || !is_crate
                || target.len() < 2 && !is_glob
                || leads_inside()
            {
                continue;
            }
            for prefix in public.prefixes(module) {
                found.push(Outside {
                    path: format!("{prefix}{}", import.name.as_deref().unwrap_or_default()),
                    target: target.clone(),
                    is_glob,
                });
            }
        }
    }
    found
}
