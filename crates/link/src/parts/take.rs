//! Taking along: what objects need of libraries in any host.

use std::sync::Arc;

use object::elf;
use rustc_hash::{FxHashMap, FxHashSet};

use super::code::{Encoder, Member};
use crate::error::Error;
use crate::host::{functions, is_mark};
use crate::linker::{Input, Linker};
use crate::reach::Causes;
use crate::read::{HostLibrary, Library, Object, SymbolPlace};

/// How many functions of the standard library are taken down for comparison.
const SAMPLE: usize = 128;

/// Fewer than so many that this program has say nothing of what others have.
const FEW: usize = 64;

/// Objects and all that they need, for [`Input`] in another process.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The objects, those that were needed of the module's own archives included, each with its name.
    pub objects: Vec<(String, Vec<u8>)>,
    /// What they need of the standard library and of dependencies, for [`Parts::read`](super::Parts::read).
    pub parts: Vec<u8>,
    /// Those of the symbols asked for that are there.
    pub roots: Vec<String>,
}

impl Linker {
    /// Finds all that a link would need in a host that has nothing, so that it can be linked where the archives are not.
    ///
    /// `is_root` is as for [`Linker::link`]. Nothing is run, placed or kept.
    ///
    /// # Errors
    /// As for [`Linker::link`]; [`Error::Undefined`] names what only this host, or the caller's own definitions, could
    /// give.
    pub fn take_along(
        &self,
        input: Input<'_>,
        is_root: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Taken, Error> {
        let standard = self.standard().ok_or(Error::NoToolchain)?;
        // What is left out of one program may be left in by another.
        let host_crates = input.host_crates.map(HostLibrary::get).transpose()?;
        self.bare().rehearse(input, |session| {
            let mut causes = Causes::default();
            session.trace(is_root, &mut causes)?;
            let (mut module, mut roots) = (Vec::new(), Vec::new());
            // By where the objects are in memory: their sections that are needed.
            let mut needed: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
            for (id, object) in session.objects() {
                let sections = causes.keys().filter(|section| section.object == id);
                let sections: Vec<u32> = sections.map(|section| section.index).collect();
                if !id.is_module() {
                    needed.insert(Arc::as_ptr(&object).addr(), sections);
                    continue;
                }
                module.push((object.name.clone(), object.file().to_vec()));
                roots.extend(definitions(&object).filter(|name| is_root(name)).map(shown));
            }
            if roots.is_empty() {
                return Err(Error::NothingToLink);
            }
            let mut encoder = Encoder::new();
            encoder.bytes(standard.name_of(is_mark).unwrap_or_default());
            let sample = self.sample(standard);
            encoder.number(sample.len() as u64);
            for (name, size) in &sample {
                encoder.bytes(name);
                encoder.number(*size);
            }
            let dependencies = session.dependencies().into_iter().chain(host_crates);
            encode(dependencies, &needed, &mut encoder)?;
            encode([standard], &needed, &mut encoder)?;
            Ok(Taken {
                objects: module,
                parts: encoder.finish(),
                roots,
            })
        })
    }

    /// Functions of the standard library that other hosts are likely to have too, and their sizes.
    fn sample(&self, standard: &Library) -> Vec<(Vec<u8>, u64)> {
        let mut seen = FxHashSet::default();
        let (mut here, mut others) = (Vec::new(), Vec::new());
        for object in standard.sample() {
            for (name, size) in functions(&object) {
                if here.len() >= SAMPLE || !seen.insert(name.to_owned()) {
                    continue;
                }
                let sample = match self.host().has_function(name) {
                    true => &mut here,
                    false => &mut others,
                };
                sample.push((name.to_owned(), size));
            }
        }
        if here.len() < FEW {
            here.extend(others.into_iter().take(2 * SAMPLE));
        }
        here
    }
}

/// The names that an object defines for others.
fn definitions(object: &Object) -> impl Iterator<Item = &[u8]> {
    let symbols = (0u32..).zip(object.symbols());
    let defined = symbols.filter(|(number, symbol)| {
        symbol.st_bind() != elf::STB_LOCAL && object.place(*number) != SymbolPlace::Undefined
    });
    defined.map(|(number, _)| object.symbol_name(number))
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// Writes the parts of a library's objects that are needed, in the library's order.
fn encode<'l>(
    libraries: impl IntoIterator<Item = &'l Library>,
    needed: &FxHashMap<usize, Vec<u32>>,
    encoder: &mut Encoder,
) -> Result<(), Error> {
    let objects = libraries.into_iter().flat_map(Library::read_objects);
    let sections = |object: &Arc<Object>| needed.get(&Arc::as_ptr(object).addr());
    let parts = objects.filter_map(|object| Some((object, sections(object)?)));
    let parts: Vec<_> = parts.filter(|(_, sections)| !sections.is_empty()).collect();
    encoder.number(parts.len() as u64);
    for (object, sections) in parts {
        encoder.member(&Member {
            name: object.name.clone(),
            hash: object.file_hash(),
            len: object.file().len(),
            runs: object.runs_of(sections)?,
        });
    }
    Ok(())
}
