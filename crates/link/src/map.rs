//! The map of a link: which section of which object is where.

use std::sync::Arc;

use crate::place::Addresses;
use crate::read::Object;
use crate::target::{ObjectId, SectionId};

/// A section of an object, as it was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedSection {
    /// The object's name, as it was given; for an archive's member that of both.
    pub object: String,
    /// Its number in the object's file. Variables that are left to the linker to allot (COMMON) have
    /// sections of their own, past those of the file.
    pub index: u32,
    /// Its name; empty for such a variable.
    pub name: String,
    /// Where it is.
    pub address: usize,
    /// Its size in bytes.
    pub size: u64,
}

/// All of a module's sections that have an address, literals that are kept for the process
/// included, in the order of their addresses. Thread-locals have none: each thread has its own.
pub(crate) fn map(module: &[Arc<Object>], addresses: &Addresses) -> Vec<PlacedSection> {
    let mut sections = Vec::new();
    for (number, object) in module.iter().enumerate() {
        for (index, section) in (0u32..).zip(&object.sections) {
            let id = SectionId {
                object: ObjectId::module(number),
                index,
            };
            if let Some(address) = addresses.get(id) {
                sections.push(PlacedSection {
                    object: object.name.clone(),
                    index,
                    name: object.shown_section_name(index),
                    address: address as usize,
                    size: section.size,
                });
            }
        }
    }
    sections.sort_by_key(|section| section.address);
    sections
}
