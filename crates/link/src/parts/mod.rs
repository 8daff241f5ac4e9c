//! Parts of libraries that are taken along with objects, so that these can be linked where neither the libraries nor a
//! toolchain are.
//!
//! What a host lacks of the standard library and of the dependencies, loaded code brings along. The host that will be is
//! not known when objects are put away, so what is taken is what a host that has nothing would lack
//! ([`Linker::take_along`]): the sections that are reached, each member of an archive as a part of an object
//! (`read/partial.rs`). [`Parts`] are what comes of them when they are read back.

mod code;
mod take;

use std::borrow::Cow;

use crate::error::Error;
use crate::host::Host;
use crate::read::{Library, Object, Origin};
use code::{Decoder, Member};

pub use take::Taken;

/// Parts of the standard library and of dependencies, for objects that were put away with them.
///
/// Where there is a toolchain ([`Linker::of_process`](crate::Linker::of_process)), its standard library serves instead. A
/// static of a dependency is one variable for all whose parts are of the same archive's same member, byte for byte, and
/// for what is linked with that archive itself.
#[derive(Debug)]
pub struct Parts {
    /// Functions of the standard library that hosts are likely to have, and their sizes.
    sample: Vec<(Vec<u8>, u64)>,
    /// A variable that a host has if its standard library is the same build.
    mark: Vec<u8>,
    dependencies: Library,
    standard: Library,
}

impl Parts {
    /// Reads what [`Taken::parts`] holds.
    ///
    /// # Errors
    /// [`Error::Parts`] when the bytes are anything else, and the errors of reading objects.
    pub fn read(bytes: &[u8]) -> Result<Parts, Error> {
        let mut decoder = Decoder::new(bytes)?;
        let mark = decoder.bytes()?.to_vec();
        let count = decoder.count()?;
        let mut sample = Vec::new();
        for _ in 0..count {
            let name = decoder.bytes()?.to_vec();
            sample.push((name, decoder.number()?));
        }
        let mut library = |origin| -> Result<Library, Error> {
            let mut objects = Vec::new();
            for _ in 0..decoder.count()? {
                let Member {
                    name,
                    hash,
                    len,
                    runs,
                } = decoder.member()?;
                objects.push(Object::of_runs(name, origin, hash, len, &runs)?);
            }
            Library::of_objects(origin, objects)
        };
        let parts = Parts {
            sample,
            mark,
            dependencies: library(Origin::Dependency)?,
            standard: library(Origin::Standard)?,
        };
        decoder.end()?;
        Ok(parts)
    }

    /// Whether the parts of the standard library are of this host's build of it, and of the toolchain's where there is
    /// one.
    ///
    /// # Errors
    /// [`Error::OtherStandardLibrary`] when not.
    pub(crate) fn check(&self, host: &Host, standard: Option<&Library>) -> Result<(), Error> {
        let of_toolchain = standard.is_none_or(|standard| standard.defines(&self.mark));
        match of_toolchain && host.has(&self.mark) {
            true => Ok(()),
            false => Err(Error::OtherStandardLibrary),
        }
    }

    /// Names and sizes, for [`Host::adapt`].
    pub(crate) fn sample(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, u64)> {
        let sample = self.sample.iter();
        sample.map(|(name, size)| (Cow::Borrowed(name.as_slice()), *size))
    }

    pub(crate) fn dependencies(&self) -> &Library {
        &self.dependencies
    }

    pub(crate) fn standard(&self) -> &Library {
        &self.standard
    }
}
