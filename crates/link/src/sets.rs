//! Sets of sections that code finds by the symbols `__start_NAME` and `__stop_NAME`: tables that
//! are put together from many places.
//!
//! A system linker defines these symbols for every output section whose name is a C identifier
//! (<https://sourceware.org/binutils/docs/ld/Input-Section-Example.html>), and keeps the sections
//! that go into it. Here the sections of that name are those of the module; for an object of a
//! dependency those of the same object, since what is shared must not change with the next module.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::read::{Class, Object};
use crate::target::{ObjectId, SectionId, Target};

/// The object that a set belongs to, `None` for the module as a whole, and the sections' name.
type Owner = (Option<ObjectId>, Vec<u8>);

/// A set's sections in order, each with its size.
type Set = Vec<(SectionId, u64)>;

/// The sets that a link uses.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    known: FxHashMap<Owner, Set>,
    /// Sections of sets that were met since the last look.
    new: Vec<SectionId>,
}

/// Splits `__start_NAME` or `__stop_NAME`; says whether it is the first.
fn split(name: &[u8]) -> Option<(&[u8], bool)> {
    let (rest, start) = match name.strip_prefix(b"__start_") {
        Some(rest) => (rest, true),
        None => (name.strip_prefix(b"__stop_")?, false),
    };
    let identifier = rest
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let begins_well = rest.first().is_some_and(|byte| !byte.is_ascii_digit());
    (identifier && begins_well).then_some((rest, start))
}

impl Sets {
    /// What the name of a set's start or end refers to; `None` where it is no such name, or no
    /// section is called so. `objects` are those whose sections count.
    pub(crate) fn find<'o>(
        &mut self,
        name: &[u8],
        owner: Option<ObjectId>,
        objects: impl Iterator<Item = (ObjectId, &'o Object)>,
    ) -> Option<Target> {
        let (set, is_start) = split(name)?;
        let new = &mut self.new;
        let sections = self
            .known
            .entry((owner, set.to_owned()))
            .or_insert_with(|| {
                let sections = sections_called(set, objects);
                new.extend(sections.iter().map(|(section, _)| *section));
                sections
            });
        let (section, offset) = match is_start {
            true => (sections.first()?.0, 0),
            false => *sections.last()?,
        };
        Some(Target::Section { section, offset })
    }

    pub(crate) fn take_new(&mut self) -> Vec<SectionId> {
        std::mem::take(&mut self.new)
    }

    /// Each set's sections, in the order in which they have to lie.
    pub(crate) fn into_members(self) -> Vec<Vec<SectionId>> {
        let sections = |set: Set| set.into_iter().map(|(section, _)| section);
        let mut sets: Vec<Vec<_>> = self
            .known
            .into_values()
            .filter(|set| !set.is_empty())
            .map(|set| sections(set).collect())
            .collect();
        sets.sort_unstable();
        sets
    }
}

fn sections_called<'o>(name: &[u8], objects: impl Iterator<Item = (ObjectId, &'o Object)>) -> Set {
    let mut sections = Vec::new();
    for (id, object) in objects {
        for (index, section) in (0u32..).zip(&object.sections) {
            let loaded = !matches!(section.class, Class::NotLoaded | Class::ThreadLocal);
            if loaded && object.section_name(index) == name {
                sections.push((SectionId { object: id, index }, section.size));
            }
        }
    }
    sections
}

/// A module's objects, as those that a set is looked for in.
pub(crate) fn of_module(module: &[Arc<Object>]) -> impl Iterator<Item = (ObjectId, &Object)> {
    module
        .iter()
        .enumerate()
        .map(|(number, object)| (ObjectId::module(number), &**object))
}
