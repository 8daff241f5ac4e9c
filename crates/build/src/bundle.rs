//! A bundle: a source that was built, in a file of its own, with all that is needed to load it where no compiler is. This
//! stands beside the way from a source to a [`Built`]: what is read here has gone it before.
//!
//! The file is a container (`container.rs`) with the sections of `built_form.rs` and two more:
//!
//! | section | holds |
//! |---|---|
//! | `identity` | [`Identity`]: what a program has to be, to load it |
//! | `bundle` | what kind of source it is, and the objects' names |
//! | `parts` | parts of libraries that the objects need, as the linker wrote them |

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::build::Built;
use crate::built_form::{self, decode};
use crate::container::{Container, Damage, Writer, is_beginning};
use crate::error::Error;
use crate::toolchain::Toolchain;

const IDENTITY: &str = "identity";
const BUNDLE: &str = "bundle";
const PARTS: &str = "parts";

/// How the name of a bundle ends.
const ENDING: &str = "jitney";

/// A source that was built, with all that it needs.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What a program has to be, to load it.
    pub identity: Identity,
    /// What it was made of.
    pub kind: BundleKind,
    /// Objects, exports and the rest. It has no archives.
    pub built: Built,
    /// The objects' names, for messages.
    pub object_names: Vec<String>,
    /// What the linker took along of libraries.
    pub parts: Vec<u8>,
}

/// What a bundle was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BundleKind {
    /// Functions and variables for others to use.
    Library {
        /// Whether there is Rust among it.
        rust: bool,
    },
    /// Something with `main`.
    Program {
        /// Whether `main` is Rust's.
        rust: bool,
        /// Whether its code wants to run on the stack.
        executable_stack: bool,
        /// What it defines that shared libraries may refer to by name.
        own_names: Vec<String>,
    },
}

/// What code and the program that loads it must agree about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The compiler, as `rustc --version` prints it.
    pub compiler: String,
    /// The target triple.
    pub target: String,
    /// The version of jitney, for messages.
    pub jitney: String,
    /// The program's own crates that the code uses: each one's name and what proves that it is the same.
    pub shared: Vec<SharedCrate>,
}

/// A crate of the program's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedCrate {
    /// Its name as Rust code spells it.
    pub name: String,
    /// A text that two builds of it have in common only if they are alike.
    pub proof: String,
}

#[derive(Serialize, Deserialize)]
struct About {
    kind: BundleKind,
    object_names: Vec<String>,
}

impl Identity {
    /// Of what this compiler makes for this machine, with these crates of the program's own.
    pub fn new(compiler: &str, shared: Vec<SharedCrate>) -> Identity {
        Identity {
            compiler: compiler.to_owned(),
            target: Toolchain::recorded().host().to_owned(),
            jitney: env!("CARGO_PKG_VERSION").to_owned(),
            shared,
        }
    }

    /// Why code of this identity does not fit a program of that one, a sentence for each reason. The program may have
    /// more crates to share.
    pub fn differences(&self, program: &Identity) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.target != program.target {
            reasons.push(format!(
                "it is for {}, and this program runs on {}: make it there",
                self.target, program.target
            ));
        }
        if self.compiler != program.compiler {
            reasons.push(format!(
                "it was made by {}, and this program was built by {}: make it again with that one, or rebuild this \
                 program",
                self.compiler, program.compiler
            ));
        }
        for SharedCrate { name, proof } in &self.shared {
            match program.shared.iter().find(|own| own.name == *name) {
                Some(own) if own.proof == *proof => {}
                Some(_) => reasons.push(format!(
                    "it uses another build of this program's crate `{name}`: make it again from this program"
                )),
                None => reasons.push(format!(
                    "it uses the crate `{name}` of the program that made it, which this program does not share"
                )),
            }
        }
        reasons
    }
}

impl Bundle {
    /// Whether a file is a bundle, by its name's ending or its first bytes.
    pub fn is_one(path: &Path) -> bool {
        let mut start = [0; 8];
        let mut begins = || fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
        path.extension().is_some_and(|ending| ending == ENDING)
            || (path.is_file() && begins().is_ok() && is_beginning(&start))
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written; nothing of it is left then, and a file that was there before still is.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        save(path, &self.to_bytes()).map_err(|error| Error::files("write", path, error))
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        let about = About {
            kind: self.kind.clone(),
            object_names: self.object_names.clone(),
        };
        // Encoding fails where a sequence does not know its length; all of these do.
        writer.section(
            IDENTITY,
            &postcard::to_stdvec(&self.identity).unwrap_or_default(),
        );
        writer.section(BUNDLE, &postcard::to_stdvec(&about).unwrap_or_default());
        let built = Built {
            archives: Vec::new(),
            ..self.built.clone()
        };
        built_form::write(&built, &mut writer).expect("without archives there is no path in it");
        writer.section(PARTS, &self.parts);
        writer.finish()
    }

    /// Reads a file that [`Bundle::write`] wrote. Whether it fits the program is yet to be asked:
    /// [`Identity::differences`].
    ///
    /// # Errors
    /// [`Error::Bundle`] when it is no bundle, or a damaged one; when it cannot be read.
    pub fn read(path: &Path) -> Result<Bundle, Error> {
        let unreadable = |error| Error::files("read", path, error);
        // Opening a pipe would wait for a writer, and a device may have no end.
        if !path.metadata().map_err(unreadable)?.is_file() {
            let reason = "it is no regular file";
            return Err(unreadable(io::Error::new(
                io::ErrorKind::InvalidInput,
                reason,
            )));
        }
        let bytes = fs::read(path).map_err(unreadable)?;
        Bundle::from_bytes(&bytes).map_err(|damage| Error::Bundle {
            path: path.to_owned(),
            damage,
        })
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Bundle, Damage> {
        let container = Container::read(bytes)?;
        let identity = decode(IDENTITY, container.section(IDENTITY)?)?;
        let About { kind, object_names } = decode(BUNDLE, container.section(BUNDLE)?)?;
        let built = built_form::read(&container)?;
        if object_names.len() != built.objects.len() {
            return Err(Damage::Malformed(format!(
                "it has {} objects and names for {}",
                built.objects.len(),
                object_names.len()
            )));
        }
        if !built.archives.is_empty() {
            return Err(Damage::Malformed(
                "it refers to archives outside of it".to_owned(),
            ));
        }
        Ok(Bundle {
            identity,
            kind,
            built,
            object_names,
            parts: container.section(PARTS)?.to_vec(),
        })
    }
}

fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A device or a pipe is written to; a file in its place would be another thing.
    if fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        return fs::write(path, bytes);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let mut file = tempfile::Builder::new()
        .prefix(".jitney-")
        // What the user's mask leaves of it, as for any file.
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Bundle {
        Bundle {
            identity: Identity::new("rustc 1.95.0", vec![shared("api", "one")]),
            kind: BundleKind::Library { rust: true },
            built: Built {
                name: "sample".to_owned(),
                objects: vec![b"\x7fELF".to_vec()],
                shared_libraries: vec!["m".to_owned()],
                private: vec!["hidden".to_owned()],
                ..Built::default()
            },
            object_names: vec!["sample.o".to_owned()],
            parts: vec![1, 2, 3],
        }
    }

    fn shared(name: &str, proof: &str) -> SharedCrate {
        SharedCrate {
            name: name.to_owned(),
            proof: proof.to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample.jitney");
        fs::write(&path, "what was there before").unwrap();
        let bundle = sample();
        bundle.write(&path).unwrap();
        let again = Bundle::read(&path).unwrap();
        assert_eq!(format!("{bundle:?}"), format!("{again:?}"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(Bundle::is_one(&path) && Bundle::is_one(Path::new("nowhere.jitney")));
        let renamed = folder.path().join("renamed");
        fs::rename(&path, &renamed).unwrap();
        assert!(Bundle::is_one(&renamed) && !Bundle::is_one(folder.path()));
        bundle
            .write(&folder.path().join("nowhere/x.jitney"))
            .unwrap_err();
        bundle.write(folder.path()).unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn whatever_is_missing_or_odd_is_said() {
        let whole = sample().to_bytes();
        let container = Container::read(&whole).unwrap();
        for missing in ["identity", "bundle", "parts", "built", "object.0"] {
            let mut writer = Writer::new();
            for (name, data) in container.sections().filter(|(name, _)| *name != missing) {
                writer.section(name, data);
            }
            let damage = Bundle::from_bytes(&writer.finish()).unwrap_err();
            assert_eq!(damage, Damage::Missing(missing.to_owned()));
        }
        let odd = Bundle {
            object_names: Vec::new(),
            ..sample()
        };
        let damage = Bundle::from_bytes(&odd.to_bytes()).unwrap_err().to_string();
        assert_eq!(damage, "it has 1 objects and names for 0");
        let message = Bundle::read(Path::new("/dev/zero"))
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("/dev/zero") && message.contains("no regular file"),
            "{message}"
        );
    }

    #[test]
    fn every_difference_is_a_reason() {
        let program = Identity::new(
            "rustc 1.95.0",
            vec![shared("api", "one"), shared("more", "1")],
        );
        assert_eq!(sample().identity.differences(&program), [""; 0]);
        let other = Identity {
            compiler: "rustc 1.94.0".to_owned(),
            target: "aarch64-unknown-linux-gnu".to_owned(),
            shared: vec![shared("api", "two"), shared("gone", "1")],
            ..program.clone()
        };
        let reasons = other.differences(&program);
        for (reason, parts) in reasons.iter().zip([
            ["aarch64-unknown-linux-gnu", "x86_64"],
            ["rustc 1.94.0", "rustc 1.95.0"],
            ["another build", "`api`"],
            ["`gone`", "does not share"],
        ]) {
            assert!(parts.iter().all(|part| reason.contains(part)), "{reason}");
        }
        assert_eq!(reasons.len(), 4);
    }
}
