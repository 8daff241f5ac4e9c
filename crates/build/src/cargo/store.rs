//! The result of cargo's work, kept in its place. It holds as long as every file it names is still the same and what it
//! depends on is, so that a build with known dependencies costs a few `stat`s and no process.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::place::Place;
use super::unit::Unit;
use super::watch::Watched;
use crate::cache;
use crate::error::Error;
use crate::resolution::Resolution;
use crate::toolchain::stamp;

const FILE: &str = "resolved.json";

/// What is written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    key: String,
    pub(super) resolution: Resolution,
    /// How cargo would have the source itself compiled, where that is cargo's to say.
    pub(super) unit: Option<Unit>,
    /// Each artifact with its size and time of change.
    stamps: Vec<(PathBuf, u64, u128)>,
    pub(super) watched: Watched,
}

impl Stored {
    /// What came of a build, to be stored once it is complete.
    pub(super) fn new(resolution: Resolution, unit: Option<Unit>, watched: Watched) -> Stored {
        Stored {
            resolution,
            unit,
            watched,
            ..Stored::default()
        }
    }
}

/// The stored result, or else the one that `build` makes, which is stored. One build at a time.
pub(super) fn read_or(
    place: &Place,
    build: impl FnOnce() -> Result<Stored, Error>,
) -> Result<Stored, Error> {
    if let Some(stored) = read(place) {
        return Ok(stored);
    }
    let _lock = place.lock()?;
    // Another thread or process may have done it while this one waited.
    if let Some(stored) = read(place) {
        return Ok(stored);
    }
    let built = build().and_then(|stored| write(place, stored));
    if built.is_err() {
        place.clear();
    }
    built
}

/// The stored result, if it is there and still holds.
fn read(place: &Place) -> Option<Stored> {
    let text = fs::read(place.folder.join(FILE)).ok()?;
    let stored: Stored = serde_json::from_slice(&text).ok()?;
    let same =
        |(path, size, modified): &(PathBuf, u64, u128)| stamp(path) == Some((*size, *modified));
    let holds =
        stored.key == place.key && stored.stamps.iter().all(same) && stored.watched.is_unchanged();
    holds.then_some(stored)
}

/// Stores the result: whole or not at all, as others may be reading.
fn write(place: &Place, mut stored: Stored) -> Result<Stored, Error> {
    let resolution = &stored.resolution;
    let files = resolution
        .externs
        .iter()
        .map(|(_, file)| file)
        .chain(&resolution.archives);
    stored.stamps = files
        .filter_map(|file| stamp(file).map(|(size, modified)| (file.clone(), size, modified)))
        .collect();
    stored.key.clone_from(&place.key);
    let unwritable = |error| Error::files("write", &place.folder.join(FILE), error);
    let text = serde_json::to_vec(&stored).map_err(|error| unwritable(error.into()))?;
    let mut file = tempfile::NamedTempFile::new_in(&place.folder).map_err(unwritable)?;
    file.write_all(&text).map_err(unwritable)?;
    file.persist(place.folder.join(FILE))
        .map_err(|error| unwritable(error.error))?;
    cache::in_use::grown(&place.base);
    Ok(stored)
}
