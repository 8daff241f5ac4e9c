//! Reaching: which sections a link takes, starting from its roots and following relocations.
//!
//! Sections that nothing reaches are left where they are: a module that prints takes two or three
//! of the standard library's four thousand sections, mostly none.

use std::sync::Arc;

use object::endian::LittleEndian as LE;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::arch;
use crate::error::Error;
use crate::place::{Needs, ThreadLocalPlace};
use crate::read::{Class, Object, Origin, Relocation};
use crate::resolve::{ObjectRef, Resolver};
use crate::target::{ObjectId, SectionId, Target};

/// The sections that go into one image, and what they need beside them.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) sections: Vec<SectionId>,
    pub(crate) needs: Needs,
}

/// The sections that a link adds: the module's own, and those that the pool did not have yet.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    pub(crate) module: Part,
    pub(crate) pool: Part,
}

/// Where sections placed by earlier links are.
#[derive(Clone, Copy)]
pub(crate) struct AlreadyPlaced<'pool> {
    pub(crate) addresses: &'pool FxHashMap<SectionId, u64>,
    pub(crate) thread_locals: &'pool FxHashMap<SectionId, ThreadLocalPlace>,
}

impl AlreadyPlaced<'_> {
    fn contains(&self, section: SectionId) -> bool {
        self.addresses.contains_key(&section) || self.thread_locals.contains_key(&section)
    }
}

/// Follows relocations from the roots.
///
/// # Errors
/// When an object that is reached is damaged. Undefined symbols are gathered by the resolver.
pub(crate) fn reach(
    resolver: &mut Resolver<'_>,
    placed: AlreadyPlaced<'_>,
    roots: &[SectionId],
) -> Result<Reached, Error> {
    let mut walk = Walk {
        placed,
        seen: FxHashSet::default(),
        work: Vec::new(),
        touched: FxHashSet::default(),
        touched_thread_locals: FxHashSet::default(),
    };
    let mut reached = Reached::default();
    for root in roots {
        walk.enter(*root);
    }
    while let Some(section) = walk.work.pop() {
        let object = resolver.object(section.object);
        walk.bring_companions(section, &object);
        let part = if section.object.is_module() {
            &mut reached.module
        } else {
            &mut reached.pool
        };
        part.sections.push(section);
        follow(resolver, &mut walk, section, &object, &mut part.needs)?;
    }
    Ok(reached)
}

/// The sections of a module that are roots whatever refers to them: its constructors and
/// destructors. Of a COMDAT group that several objects have, the first one's count.
///
/// # Errors
/// [`Error::Unsupported`] for constructors in the tables of earlier compilers: leaving them out
/// would go unnoticed until something is not initialized.
pub(crate) fn own_roots(module: &[Arc<Object>]) -> Result<Vec<SectionId>, Error> {
    let mut groups: FxHashMap<&[u8], usize> = FxHashMap::default();
    let mut roots = Vec::new();
    for (number, object) in module.iter().enumerate() {
        for (index, section) in (0u32..).zip(&object.sections) {
            if let Some(group) = section.group
                && *groups.entry(object.symbol_name(group)).or_insert(number) != number
            {
                continue;
            }
            let name = object.section_name(index);
            if section.class == Class::NotLoaded || section.size == 0 {
                continue;
            }
            if is_one_of(name, &CONSTRUCTOR_TABLES) {
                roots.push(SectionId {
                    object: ObjectId::module(number),
                    index,
                });
            } else if is_one_of(name, &UNSUPPORTED_TABLES) {
                let name = object.shown_section_name(index);
                let what =
                    format!("its constructors are in {name}, which only .init_array may hold");
                return Err(Error::Unsupported {
                    object: object.name.clone(),
                    what,
                });
            }
        }
    }
    Ok(roots)
}

const CONSTRUCTOR_TABLES: [&[u8]; 2] = [b".init_array", b".fini_array"];
const UNSUPPORTED_TABLES: [&[u8]; 3] = [b".ctors", b".dtors", b".preinit_array"];

/// Whether a section is called by one of these names, perhaps with a priority after it.
fn is_one_of(name: &[u8], tables: &[&[u8]]) -> bool {
    tables.iter().any(|table| {
        name.strip_prefix(*table)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
    })
}

struct Walk<'pool> {
    placed: AlreadyPlaced<'pool>,
    seen: FxHashSet<SectionId>,
    work: Vec<SectionId>,
    /// Objects of which a section was reached in this link.
    touched: FxHashSet<ObjectId>,
    /// Those of them whose thread-locals were.
    touched_thread_locals: FxHashSet<ObjectId>,
}

impl Walk<'_> {
    fn enter(&mut self, section: SectionId) {
        let known = !section.object.is_module() && self.placed.contains(section);
        if !known && self.seen.insert(section) {
            self.work.push(section);
        }
    }

    /// What an object brings along with the first section that is taken from it.
    fn bring_companions(&mut self, section: SectionId, object: &Object) {
        let companion = |index| SectionId {
            object: section.object,
            index,
        };
        if object.sections[section.index as usize].class == Class::ThreadLocal
            && self.touched_thread_locals.insert(section.object)
        {
            // Local-dynamic code finds an object's variables by offsets in one block.
            for (index, header) in (0u32..).zip(&object.sections) {
                if header.class == Class::ThreadLocal {
                    self.enter(companion(index));
                }
            }
        }
        // Constructors run when their object is used, as a system linker decides it. Those of std
        // have run: the host did that.
        if object.origin == Origin::Dependency && self.touched.insert(section.object) {
            for (index, header) in (0u32..).zip(&object.sections) {
                if header.class != Class::NotLoaded
                    && is_one_of(object.section_name(index), &CONSTRUCTOR_TABLES)
                {
                    self.enter(companion(index));
                }
            }
        }
    }
}

fn follow(
    resolver: &mut Resolver<'_>,
    walk: &mut Walk<'_>,
    section: SectionId,
    object: &ObjectRef<'_>,
    needs: &mut Needs,
) -> Result<(), Error> {
    let mut visit = |relocations: &[Relocation], needs: &mut Needs| -> Result<(), Error> {
        for relocation in relocations {
            if let Some(what) = arch::unsupported(relocation.r_type(LE, false)) {
                return Err(Error::Unsupported {
                    object: object.name.clone(),
                    what: what.into(),
                });
            }
            let symbol = relocation.r_sym(LE, false);
            let target = resolver.resolve(section.object, symbol, section.index)?;
            if let Target::Section { section, .. } | Target::ThreadLocal { section, .. } = target {
                walk.enter(section);
            }
            if let Some(need) = arch::needs(relocation.r_type(LE, false), target, section.object) {
                needs.add(need);
            }
        }
        Ok(())
    };
    visit(object.relocations(section.index), needs)?;
    if object.sections[section.index as usize].class == Class::Code {
        let frames = object.frames()?;
        for fde in frames.covering(section.index) {
            let (number, cie) = frames.cie(fde);
            visit(fde.relocations(object), needs)?;
            if needs.add_frame(section.object, number, cie.bytes.len(), fde.bytes.len()) {
                visit(cie.relocations(object), needs)?;
            }
        }
    }
    Ok(())
}
