//! A [`Built`] as sections of a container, for the cache and for bundles: the objects as they are, each a section of its
//! own, and all the rest, which is small, in one section.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::build::{Built, Package};
use crate::cache::in_use::InUse;
use crate::container::{Container, Damage, Writer};
use crate::diagnostic::Diagnostic;
use crate::exports::Export;

/// The section with all but the objects.
const ABOUT: &str = "built";

/// The sections with the objects, numbered from 0.
const OBJECT: &str = "object.";

/// What is in [`ABOUT`]. A change here is a new version of the container.
#[derive(Serialize, Deserialize)]
struct About<'b> {
    name: Cow<'b, str>,
    objects: usize,
    /// UTF-8 texts: the encoding has no other paths.
    archives: Cow<'b, [PathBuf]>,
    shared_libraries: Cow<'b, [String]>,
    exports: Cow<'b, [Export]>,
    private: Cow<'b, [String]>,
    warnings: Cow<'b, [Diagnostic]>,
    package: Cow<'b, Option<Package>>,
    environment: Cow<'b, [(String, String)]>,
    content: Cow<'b, Option<String>>,
}

/// Adds the sections for it. `None`, and nothing added, when a path in it is not UTF-8: such a one cannot be kept.
#[must_use]
pub(crate) fn write(built: &Built, writer: &mut Writer) -> Option<()> {
    let Built {
        name,
        objects,
        archives,
        shared_libraries,
        exports,
        private,
        warnings,
        package,
        environment,
        content,
        // The host's own, which it says anew.
        host_archives: _,
        in_use: _,
    } = built;
    let about = About {
        name: name.into(),
        objects: objects.len(),
        archives: archives.into(),
        shared_libraries: shared_libraries.into(),
        exports: exports.into(),
        private: private.into(),
        warnings: warnings.into(),
        package: Cow::Borrowed(package),
        environment: environment.into(),
        content: Cow::Borrowed(content),
    };
    writer.section(ABOUT, &postcard::to_stdvec(&about).ok()?);
    for (number, object) in objects.iter().enumerate() {
        writer.section(&format!("{OBJECT}{number}"), object);
    }
    Some(())
}

/// Reads the sections that [`write`] added.
///
/// # Errors
/// When they are not there, or are not what `write` adds.
pub(crate) fn read(container: &Container<'_>) -> Result<Built, Damage> {
    let about: About<'_> = decode(ABOUT, container.section(ABOUT)?)?;
    // A count that is too high ends at the first section that is not there.
    let objects = (0..about.objects).map(|number| {
        let object = container.section(&format!("{OBJECT}{number}"))?;
        Ok(object.to_vec())
    });
    Ok(Built {
        objects: objects.collect::<Result<_, _>>()?,
        name: about.name.into_owned(),
        archives: about.archives.into_owned(),
        shared_libraries: about.shared_libraries.into_owned(),
        exports: about.exports.into_owned(),
        private: about.private.into_owned(),
        warnings: about.warnings.into_owned(),
        package: about.package.into_owned(),
        environment: about.environment.into_owned(),
        content: about.content.into_owned(),
        host_archives: Arc::default(),
        in_use: InUse::default(),
    })
}

/// Decodes a section that holds one value.
pub(crate) fn decode<'b, T: Deserialize<'b>>(section: &str, bytes: &'b [u8]) -> Result<T, Damage> {
    let malformed = |what: String| Damage::Malformed(format!("its section `{section}` {what}"));
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(malformed(format!("has {} bytes too many", rest.len()))),
        Err(error) => Err(malformed(format!("cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::container::seal;
    use crate::diagnostic::{Level, Span};
    use crate::exports::{ExportKind, Status};

    use super::*;

    fn sample() -> Built {
        let export = |name: &str, status| Export {
            name: name.to_owned(),
            kind: ExportKind::Function,
            signature: format!("pub fn {name}()"),
            doc: Some("What it does.".to_owned()),
            status,
        };
        let span = Span {
            file: "a.rs".to_owned(),
            line: 1,
            column: 2,
            end_line: 3,
            end_column: 4,
            primary: true,
            label: None,
            bytes: 5..6,
            call_site: Some(("b.rs".to_owned(), 7..8)),
        };
        Built {
            name: "text".to_owned(),
            objects: vec![b"\x7fELF one".to_vec(), Vec::new()],
            archives: vec!["/cache/libserde-1.rlib".into()],
            shared_libraries: vec!["m".to_owned()],
            exports: vec![
                export(
                    "add",
                    Status::Exported {
                        marker: "__JITNEY_EXPORT_0__".to_owned(),
                    },
                ),
                export(
                    "generic",
                    Status::Refused {
                        reason: "é".to_owned(),
                    },
                ),
                export("foreign", Status::Foreign { size: 9 }),
                export("listed", Status::Informational),
            ],
            private: vec!["hidden".to_owned()],
            warnings: vec![Diagnostic {
                level: Level::Warning,
                code: Some("unused_variables".to_owned()),
                message: "unused".to_owned(),
                spans: vec![span],
                rendered: "warning: unused\n".to_owned(),
            }],
            package: Some(Package {
                name: "own".to_owned(),
                version: "1.2.3".to_owned(),
            }),
            environment: vec![("CARGO_PKG_NAME".to_owned(), "own".to_owned())],
            content: Some("0f".to_owned()),
            ..Built::default()
        }
    }

    fn file(built: &Built) -> Vec<u8> {
        let mut writer = Writer::new();
        write(built, &mut writer).unwrap();
        writer.finish()
    }

    fn back(file: &[u8]) -> Result<Built, Damage> {
        read(&Container::read(file)?)
    }

    #[test]
    fn all_of_it_comes_back() {
        let built = sample();
        let again = back(&file(&built)).unwrap();
        assert_eq!(format!("{built:?}"), format!("{again:?}"));
    }

    #[test]
    fn a_path_that_is_not_utf_8_cannot_be_kept() {
        use std::os::unix::ffi::OsStringExt;
        let odd = std::ffi::OsString::from_vec(b"/\xff.rlib".to_vec());
        let built = Built {
            archives: vec![odd.into()],
            ..sample()
        };
        assert!(write(&built, &mut Writer::new()).is_none());
    }

    #[test]
    fn a_missing_object_and_bytes_too_many_are_named() {
        let about = |about: &[u8]| {
            let mut writer = Writer::new();
            writer.section(ABOUT, about);
            back(&writer.finish()).unwrap_err().to_string()
        };
        let empty: &[u8] = &[0; 10];
        let none = [empty, &[0]].concat();
        assert_eq!(about(&none), "its section `built` has 1 bytes too many");
        // 2^35 objects, of which not one is there.
        let many = [&[0, 0x80, 0x80, 0x80, 0x80, 0x80, 1][..], &empty[2..]].concat();
        assert_eq!(about(&many), "it has no section `object.0`");
        // A list of 2^35 texts asks for no memory before they are there.
        let long = [&[0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 1][..], &empty[3..]].concat();
        assert!(about(&long).contains("`built` cannot be read"));
        assert!(about(b"").contains("`built` cannot be read"));
    }

    #[test]
    fn sealed_damage_is_an_error_or_another_value_but_no_panic() {
        let whole = file(&sample());
        let (mut errors, mut values) = (0, 0);
        for at in 48..whole.len() {
            for change in [1, 0x40, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] ^= change;
                seal(&mut damaged);
                match back(&damaged) {
                    Ok(_) => values += 1,
                    Err(_) => errors += 1,
                }
            }
        }
        assert!(errors > 0 && values > 0);
    }
}
