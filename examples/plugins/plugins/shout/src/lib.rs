//! A plugin: makes a note loud.

use plugins_api::{Note, Plugin, tell};

struct Shout;

impl Plugin for Shout {
    fn name(&self) -> String {
        "shout".to_owned()
    }

    fn apply(&self, note: &mut Note) {
        note.text = note.text.to_uppercase() + "!";
        note.changed_by.push(self.name());
        tell("shouted");
    }
}

/// What the host asks each plugin for.
pub fn plugin() -> Box<dyn Plugin> {
    log::info!("shout is there");
    Box::new(Shout)
}
