//! The map of a link: which section of which object is where.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::linker::{Input, Linker};
use crate::names::demangled;
use crate::place::{Addresses, PlacedImage};
use crate::read::{Class, Object};
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
    /// The first function or variable in it, as its author wrote the name; empty where none has one.
    pub holds: String,
}

/// How the images of a link are laid out.
#[derive(Clone, Debug, Default)]
pub struct LinkMap {
    /// The module's own.
    pub module: ImageMap,
    /// What the link adds to that of the standard library and of dependencies, shared by all modules.
    pub shared: ImageMap,
}

/// The layout of one image. All addresses are those that the link chose; another gets others.
#[derive(Clone, Debug, Default)]
pub struct ImageMap {
    /// All of it.
    pub range: Range<usize>,
    /// Its global offset table: the addresses that code loads.
    pub got: Range<usize>,
    /// Jumps to functions that are far away, and to those that a resolver chooses.
    pub stubs: Range<usize>,
    /// Its unwind entries.
    pub frames: Range<usize>,
    /// Its sections by address, the initial contents of thread-locals among them.
    pub sections: Vec<PlacedSection>,
}

impl Linker {
    /// Lays out what [`Linker::link`] would link. Nothing is run and nothing kept.
    ///
    /// # Errors
    /// Those of [`Linker::link`] up to the point where the image would become executable.
    pub fn map(&self, input: Input<'_>, is_root: &dyn Fn(&[u8]) -> bool) -> Result<LinkMap, Error> {
        self.rehearse(input, |session| {
            let prepared = session.prepare(is_root)?;
            let of_image = |image: &Option<PlacedImage>| {
                let image = image.as_ref();
                image.map_or_else(ImageMap::default, |image| {
                    ImageMap::of(image, |id| session.object(id))
                })
            };
            Ok(LinkMap {
                module: of_image(&prepared.placed.module),
                shared: of_image(&prepared.placed.pool),
            })
        })
    }
}

impl ImageMap {
    fn of<'o>(image: &PlacedImage, object: impl Fn(ObjectId) -> &'o Object) -> ImageMap {
        let at = |range: &Range<u64>| {
            (image.base + range.start) as usize..(image.base + range.end) as usize
        };
        let mut sections: Vec<PlacedSection> = image
            .sections
            .iter()
            .map(|(id, offset)| placed(object(id.object), id.index, image.base + offset))
            .collect();
        sections.sort_by_key(|section| section.address);
        let start = image.base as usize;
        ImageMap {
            range: start..image.block.address() + image.block.len(),
            got: at(&image.got),
            stubs: at(&image.stubs),
            frames: at(&image.frames),
            sections,
        }
    }
}

fn placed(object: &Object, index: u32, address: u64) -> PlacedSection {
    PlacedSection {
        object: object.name.clone(),
        index,
        name: object.shown_section_name(index),
        address: address as usize,
        size: object.sections[index as usize].size,
        holds: demangled(object.symbol_name(object.section_owner(index))),
    }
}

impl fmt::Display for LinkMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.module.fmt(f)?;
        if !self.shared.sections.is_empty() {
            write!(f, "\nshared by all modules\n{}", self.shared)?;
        }
        Ok(())
    }
}

impl fmt::Display for ImageMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>12} {:>10}  section", "address", "size")?;
        let beside = [
            ("(stubs)", &self.stubs),
            ("(GOT)", &self.got),
            ("(unwind entries)", &self.frames),
        ];
        let beside = beside.iter().filter(|(_, range)| !range.is_empty());
        let mut lines: Vec<(usize, u64, String)> = beside
            .map(|(name, range)| (range.start, range.len() as u64, (*name).to_owned()))
            .collect();
        lines.extend(self.sections.iter().map(|section| {
            let name = match &section.name[..] {
                "" => "(common)",
                name => name,
            };
            let holds = match &section.holds[..] {
                "" => String::new(),
                holds => format!("  {holds}"),
            };
            let what = format!("{name}  {}{holds}", section.object);
            (section.address, section.size, what)
        }));
        lines.sort();
        for (address, size, what) in lines {
            writeln!(f, "{address:>12x} {size:>10}  {what}")?;
        }
        writeln!(
            f,
            "{:>12x} {:>10}  bytes in all",
            self.range.end,
            self.range.len()
        )
    }
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
            if section.class != Class::ThreadLocal
                && let Some(address) = addresses.get(id)
            {
                sections.push(placed(object, index, address));
            }
        }
    }
    sections.sort_by_key(|section| section.address);
    sections
}
