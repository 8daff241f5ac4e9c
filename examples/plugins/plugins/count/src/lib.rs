//! A plugin: says how wide a note is. It has a dependency that the host has not.

use plugins_api::{Note, Plugin, tell};
use unicode_width::UnicodeWidthStr;

struct Count;

impl Plugin for Count {
    fn name(&self) -> String {
        "count".to_owned()
    }

    fn apply(&self, note: &mut Note) {
        let width = note.text.width();
        note.text.push_str(&format!(" ({width})"));
        note.changed_by.push(self.name());
        tell(format!("counted {width}"));
    }
}

/// What the host asks each plugin for.
pub fn plugin() -> Box<dyn Plugin> {
    log::info!("count is there");
    Box::new(Count)
}
