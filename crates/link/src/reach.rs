//! Reaching: which sections a link takes, starting from its roots and following relocations.
//!
//! Sections that nothing reaches are left where they are: a module that prints takes two or three
//! of the standard library's four thousand sections, mostly none.

use std::sync::Arc;

use object::endian::LittleEndian as LE;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::anchor::Anchor;
use crate::arch::{self, Visit, Wish};
use crate::error::Error;
use crate::needs::Needs;
use crate::place::Addresses;
use crate::read::{Class, Object, Origin, Relocation};
use crate::resolve::{ObjectRef, Place, Resolver};
use crate::rows::Rows;
use crate::target::{ObjectId, SectionId, Target, Targets};

/// The sections that go into one image, and what they need beside them.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Ordered by object and number.
    pub(crate) sections: Vec<SectionId>,
    pub(crate) needs: Needs,
    pub(crate) anchor: Anchor,
}

/// The sections that a link adds: the module's own, and those that the pool did not have yet.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    pub(crate) module: Part,
    pub(crate) pool: Part,
}

/// Why a section was taken: the section that refers to it, and the symbol by which it does. `None`
/// for a root.
pub(crate) type Causes = FxHashMap<SectionId, Option<(SectionId, u32)>>;

/// Follows relocations from the roots. `causes`, where it is wanted, takes down why each section is
/// there.
///
/// # Errors
/// When an object that is reached is damaged. Undefined symbols are gathered by the resolver.
pub(crate) fn reach(
    resolver: &mut Resolver<'_>,
    module: &[Arc<Object>],
    placed: &Addresses,
    roots: &[SectionId],
    causes: Option<&mut Causes>,
) -> Result<Reached, Error> {
    let seen = module
        .iter()
        .map(|object| vec![false; object.sections.len()])
        .collect();
    let mut walk = Walk {
        placed,
        seen,
        settled: module.iter().map(|_| Vec::new()).collect(),
        seen_shared: Rows::default(),
        settled_shared: Rows::default(),
        work: Vec::new(),
        touched: FxHashSet::default(),
        touched_thread_locals: FxHashSet::default(),
        wish: None,
        causes,
    };
    let mut reached = Reached::default();
    for root in roots {
        walk.enter(*root, None);
    }
    while let Some(section) = walk.work.pop() {
        let object = resolver.object(section.object);
        walk.bring_companions(resolver, section, &object)?;
        let part = if section.object.is_module() {
            &mut reached.module
        } else {
            &mut reached.pool
        };
        part.sections.push(section);
        follow(resolver, &mut walk, section, &object, &mut part.needs)?;
        for member in resolver.new_members() {
            walk.enter(member, Some((section, 0)));
        }
    }
    let wish = walk.wish;
    reached.module.sections.sort_unstable();
    reached.pool.sections.sort_unstable();
    if let Some(anchor) = wish.and_then(|wish| Anchor::of_wish(wish, resolver.host().range())) {
        let part = &mut reached.module;
        part.anchor = anchor;
        part.needs = count_again(&part.sections, anchor, module, resolver.targets())?;
    }
    Ok(reached)
}

/// The sections of a module that are roots whatever refers to them: its constructors and
/// destructors, and those that say so. Of a COMDAT group that several objects have, the first one's
/// count.
pub(crate) fn own_roots(module: &[Arc<Object>]) -> Vec<SectionId> {
    let mut groups: FxHashMap<&[u8], usize> = FxHashMap::default();
    let mut roots = Vec::new();
    for (number, object) in module.iter().enumerate() {
        for (index, section) in (0u32..).zip(&object.sections) {
            if section.class == Class::NotLoaded || section.size == 0 {
                continue;
            }
            if let Some(group) = section.group
                && *groups.entry(object.symbol_name(group)).or_insert(number) != number
            {
                continue;
            }
            if section.retained || section.constructors {
                roots.push(SectionId {
                    object: ObjectId::module(number),
                    index,
                });
            }
        }
    }
    roots
}

struct Walk<'pool> {
    /// Where sections placed by earlier links are.
    placed: &'pool Addresses,
    /// By the module's objects and their sections.
    seen: Vec<Vec<bool>>,
    /// By the module's objects and their symbols: whether a plain reference to it has nothing new to
    /// say. Most references are to symbols that were met before.
    settled: Vec<Vec<bool>>,
    /// The same for the pool's objects.
    seen_shared: Rows<bool>,
    settled_shared: Rows<bool>,
    work: Vec<SectionId>,
    /// Objects of which a section was reached in this link.
    touched: FxHashSet<ObjectId>,
    /// Those of them whose thread-locals were.
    touched_thread_locals: FxHashSet<ObjectId>,
    wish: Option<Wish>,
    causes: Option<&'pool mut Causes>,
}

impl Walk<'_> {
    #[inline]
    fn enter(&mut self, section: SectionId, cause: Option<(SectionId, u32)>) {
        if section.object.is_module() {
            let seen = &mut self.seen[section.object.index()][section.index as usize];
            if std::mem::replace(seen, true) {
                return;
            }
        } else {
            let SectionId { object, index } = section;
            if self.seen_shared.get(object, index) {
                return;
            }
            self.seen_shared.set(object, index, true);
            if self.placed.contains(section) {
                return;
            }
        }
        if let Some(causes) = &mut self.causes {
            causes.insert(section, cause);
        }
        self.work.push(section);
    }

    /// What an object brings along with the first section that is taken from it.
    fn bring_companions(
        &mut self,
        resolver: &mut Resolver<'_>,
        section: SectionId,
        object: &Object,
    ) -> Result<(), Error> {
        let companion = |index| SectionId {
            object: section.object,
            index,
        };
        if object.sections[section.index as usize].class == Class::ThreadLocal
            && self.touched_thread_locals.insert(section.object)
        {
            // Local-dynamic code finds an object's variables by offsets in one block.
            for index in &object.thread_locals {
                self.enter(companion(*index), Some((section, 0)));
            }
        }
        // Constructors run when their object is used, as a system linker decides it. Those of std
        // have run: the host did that, as it did with those of its other crates that it was linked with.
        let of_host = object.origin == Origin::Host;
        if (of_host || object.origin == Origin::Dependency) && self.touched.insert(section.object) {
            for index in &object.constructors {
                if !(of_host && resolver.is_in_host(section.object, object, *index)?) {
                    self.enter(companion(*index), Some((section, 0)));
                }
            }
        }
        Ok(())
    }

    /// Which of an object's symbols are settled.
    fn settled(&mut self, object: ObjectId) -> &mut Vec<bool> {
        match object.is_module() {
            true => &mut self.settled[object.index()],
            false => self.settled_shared.row(object),
        }
    }

    fn wish_for(&mut self, wish: Wish) {
        if self.wish.is_none() || wish == Wish::Low {
            self.wish = Some(wish);
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
    let in_module = section.object.is_module();
    let mut settled = std::mem::take(walk.settled(section.object));
    if settled.is_empty() {
        settled = vec![false; object.symbols().len()];
    }
    let mut visit =
        |relocations: &[Relocation], bytes: &[u8], needs: &mut Needs| -> Result<(), Error> {
            for relocation in relocations {
                let symbol = relocation.r_sym(LE, false);
                let plain = arch::is_plain(relocation.r_type(LE, false));
                if plain && settled.get(symbol as usize) == Some(&true) {
                    continue;
                }
                let target = match resolver.targets().get(section.object, symbol) {
                    Some(target) => target,
                    None => {
                        let place = Place {
                            section: section.index,
                            // An unwind entry's offset is one in another section.
                            offset: match bytes {
                                [] => u64::MAX,
                                _ => relocation.r_offset.get(LE),
                            },
                        };
                        resolver.resolve(section.object, symbol, place)?
                    }
                };
                if let Target::Section { section: to, .. }
                | Target::Indirect { section: to, .. }
                | Target::ThreadLocal { section: to, .. } = target
                {
                    walk.enter(to, Some((section, symbol)));
                }
                if plain
                    && let Target::Section { .. } | Target::Address(_) = target
                    && let Some(settled) = settled.get_mut(symbol as usize)
                {
                    *settled = true;
                    continue;
                }
                let visit = visit_of(relocation, bytes);
                let near = Anchor::Host.reaches(target);
                if let Some(need) = arch::needs(&visit, target, section.object, near) {
                    needs.add(need);
                }
                if in_module && let Some(wish) = arch::wish(&visit, target) {
                    walk.wish_for(wish);
                }
            }
            Ok(())
        };
    visit(
        object.relocations(section.index),
        object.data(section.index),
        needs,
    )?;
    visit_frames(object, section, needs, |relocations, needs| {
        visit(relocations, &[], needs)
    })?;
    *walk.settled(section.object) = settled;
    Ok(())
}

/// Visits the unwind entries of a section, each CIE once.
fn visit_frames(
    object: &Object,
    section: SectionId,
    needs: &mut Needs,
    mut visit: impl FnMut(&[Relocation], &mut Needs) -> Result<(), Error>,
) -> Result<(), Error> {
    if object.sections[section.index as usize].class != Class::Code {
        return Ok(());
    }
    let frames = object.frames()?;
    for fde in frames.covering(section.index) {
        let (number, cie) = frames.cie(fde);
        visit(fde.relocations(object), needs)?;
        if needs.add_frame(section.object, number, cie.bytes.len(), fde.bytes.len()) {
            visit(cie.relocations(object), needs)?;
        }
    }
    Ok(())
}

fn visit_of<'o>(relocation: &Relocation, bytes: &'o [u8]) -> Visit<'o> {
    Visit {
        kind: relocation.r_type(LE, false),
        addend: relocation.r_addend.get(LE),
        offset: relocation.r_offset.get(LE),
        bytes,
    }
}

/// What a module's sections need when its image does not lie near the host.
fn count_again(
    sections: &[SectionId],
    anchor: Anchor,
    module: &[Arc<Object>],
    targets: &Targets,
) -> Result<Needs, Error> {
    let mut needs = Needs::default();
    for section in sections {
        let object = &module[section.object.index()];
        let visit = |relocations: &[Relocation], bytes: &[u8], needs: &mut Needs| {
            for relocation in relocations {
                let Some(target) = targets.get(section.object, relocation.r_sym(LE, false)) else {
                    continue;
                };
                let visit = visit_of(relocation, bytes);
                let near = anchor.reaches(target);
                if let Some(need) = arch::needs(&visit, target, section.object, near) {
                    needs.add(need);
                }
            }
        };
        visit(
            object.relocations(section.index),
            object.data(section.index),
            &mut needs,
        );
        visit_frames(object, *section, &mut needs, |relocations, needs| {
            visit(relocations, &[], needs);
            Ok(())
        })?;
    }
    Ok(needs)
}
