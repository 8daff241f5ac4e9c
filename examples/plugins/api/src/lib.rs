//! What the host and its plugins have in common: a trait, a type and a static. There is one of each in the process.

use std::sync::Mutex;

/// What a plugin can do.
pub trait Plugin: Send {
    /// Its name, for people.
    fn name(&self) -> String;
    /// Changes a note.
    fn apply(&self, note: &mut Note);
}

/// What plugins work on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Its text.
    pub text: String,
    /// Who changed it, in order.
    pub changed_by: Vec<String>,
}

/// What plugins have told, whichever of them did.
pub static JOURNAL: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Adds a line to the [`JOURNAL`].
pub fn tell(line: impl Into<String>) {
    JOURNAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .push(line.into());
}
