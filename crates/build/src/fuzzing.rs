//! What fuzzing takes hold of: the reader of files that others may have written. Compiled under `cargo fuzz` only; see
//! `fuzz/README.md`.

use crate::built_form;
use crate::container::{Container, seal};

/// Reads a container, as it is and with a checksum that is right, and what was built out of it.
pub fn container(data: &[u8]) {
    let mut sealed = data.to_vec();
    seal(&mut sealed);
    for file in [data, &sealed] {
        let Ok(container) = Container::read(file) else {
            continue;
        };
        for (name, section) in container.sections() {
            assert_eq!(container.section(name), Ok(section));
        }
        if let Ok(built) = built_form::read(&container) {
            assert!(built.objects.iter().map(Vec::len).sum::<usize>() < file.len());
        }
    }
}

/// A container as jitney writes it, with these objects.
pub fn container_of(objects: Vec<Vec<u8>>) -> Vec<u8> {
    let built = crate::Built {
        name: "fuzzed".to_owned(),
        objects,
        archives: vec!["/lib/libone.rlib".into()],
        shared_libraries: vec!["m".to_owned()],
        exports: Vec::new(),
        private: vec!["hidden".to_owned()],
        warnings: vec![crate::Diagnostic::plain(
            crate::Level::Warning,
            "unused".to_owned(),
        )],
        in_use: crate::InUse::default(),
    };
    let mut writer = crate::container::Writer::new();
    let written = built_form::write(&built, &mut writer);
    written.map(|()| writer.finish()).unwrap_or_default()
}
