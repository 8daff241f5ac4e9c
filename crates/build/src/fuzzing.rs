//! What fuzzing takes hold of: the reader of files that others may have written. Compiled under `cargo fuzz` only; see
//! `fuzz/README.md`.

use crate::built_form;
use crate::bundle::{Bundle, BundleKind, Identity};
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

/// Reads a bundle, with a checksum that is right. Its objects, and what came of libraries with them.
pub fn bundle(data: &[u8]) -> Option<(Vec<Vec<u8>>, Vec<u8>)> {
    let mut sealed = data.to_vec();
    seal(&mut sealed);
    let bundle = Bundle::from_bytes(&sealed).ok()?;
    let program = Identity::new("rustc", Vec::new());
    bundle.identity.differences(&program);
    Some((bundle.built.objects, bundle.parts))
}

/// A bundle as jitney writes it, with this object and these parts.
pub fn bundle_of(object: Vec<u8>, parts: Vec<u8>) -> Vec<u8> {
    let bundle = Bundle {
        identity: Identity::new("rustc", Vec::new()),
        kind: BundleKind::Library { rust: true },
        built: built(vec![object]),
        object_names: vec!["seed.o".to_owned()],
        parts,
    };
    bundle.to_bytes()
}

/// A container as jitney writes it, with these objects.
pub fn container_of(objects: Vec<Vec<u8>>) -> Vec<u8> {
    let mut built = built(objects);
    built.archives.push("/lib/libone.rlib".into());
    let mut writer = crate::container::Writer::new();
    let written = built_form::write(&built, &mut writer);
    written.map(|()| writer.finish()).unwrap_or_default()
}

fn built(objects: Vec<Vec<u8>>) -> crate::Built {
    crate::Built {
        name: "fuzzed".to_owned(),
        objects,
        archives: Vec::new(),
        shared_libraries: vec!["m".to_owned()],
        exports: Vec::new(),
        private: vec!["hidden".to_owned()],
        warnings: vec![crate::Diagnostic::plain(
            crate::Level::Warning,
            "unused".to_owned(),
        )],
        ..crate::Built::default()
    }
}
