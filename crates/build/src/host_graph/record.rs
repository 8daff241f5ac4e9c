//! What `jitney::host!()` wrote into the program: the crates that it was compiled against. `jitney-macros` writes it.

use std::path::PathBuf;

/// Which crates a program was compiled against, and what was in their files then. Made by `jitney::host!()`.
#[derive(Clone, Copy)]
pub struct HostCrates {
    record: &'static str,
    nonce: &'static [u8],
}

impl HostCrates {
    /// For the expansion of `jitney::host!()` alone: loaded code is compiled against what the record names.
    #[doc(hidden)]
    pub const fn recorded(record: &'static str, nonce: &'static [u8]) -> HostCrates {
        HostCrates { record, nonce }
    }
}

impl std::fmt::Debug for HostCrates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let record = Record::read(*self).unwrap_or_default();
        let files = record.crates.iter().map(|one| (&one.name, &one.file));
        f.debug_map().entries(files).finish()
    }
}

/// The record, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The text itself: two hosts with the same text are compiled against the same files.
    pub(super) text: &'static str,
    pub(super) crate_name: String,
    /// The folder of the host's package.
    pub(super) manifest_dir: Option<PathBuf>,
    /// The value of `-C panic`.
    pub(super) panic: Option<String>,
    pub(super) crates: Vec<HostCrate>,
    /// Where rustc looked for the crates that those need.
    pub(super) search_folders: Vec<PathBuf>,
    /// Where it looked for native libraries.
    pub(super) native_folders: Vec<PathBuf>,
}

/// A crate that the host's code can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostCrate {
    pub(super) name: String,
    /// The file that rustc was given, an rlib or its metadata.
    pub(super) file: PathBuf,
    pub(super) proof: Proof,
}

/// By what the file is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The hash of its metadata.
    Metadata(u128),
    /// The hash of the whole rlib.
    Whole(u128),
    /// It could not be read.
    None,
    /// The library that the host's own code is in holds these bytes, and no other build of it does.
    Nonce(&'static [u8]),
    /// A shared library, which has to be procedural macros: nothing of them is in the program.
    Macros,
}

impl Record {
    /// Reads the record; none where no compiler's command line was seen.
    pub(super) fn read(crates: HostCrates) -> Option<Record> {
        let mut entries = crates
            .record
            .split_terminator('\u{1e}')
            .map(|entry| entry.split('\u{1f}').collect::<Vec<_>>());
        if entries.next()? != ["jitney host", "1"] {
            return None;
        }
        let mut record = Record {
            text: crates.record,
            ..Record::default()
        };
        let mut seen = false;
        for entry in entries {
            seen = true;
            record.take(&entry, crates.nonce);
        }
        seen.then_some(record)
    }

    fn take(&mut self, entry: &[&str], nonce: &'static [u8]) {
        let mut found = |name: &str, file: &str, proof| {
            // rustc takes several files for one crate, and uses the one that fits; cargo gives one.
            if !self.crates.iter().any(|known| known.name == name) {
                self.crates.push(HostCrate {
                    name: name.to_owned(),
                    file: file.into(),
                    proof,
                });
            }
        };
        match *entry {
            ["crate", name] => self.crate_name = name.to_owned(),
            ["manifest", folder] => self.manifest_dir = Some(folder.into()),
            ["panic", strategy] => self.panic = Some(strategy.to_owned()),
            ["search", "dependency" | "crate", folder] => self.search_folders.push(folder.into()),
            ["search", "native" | "framework", folder] => self.native_folders.push(folder.into()),
            ["search", _, folder] => {
                self.search_folders.push(folder.into());
                self.native_folders.push(folder.into());
            }
            ["library", file] if !nonce.is_empty() => {
                let name = self.crate_name.clone();
                self.crates.push(HostCrate {
                    name,
                    file: file.into(),
                    proof: Proof::Nonce(nonce),
                });
            }
            ["shared", name, file] => found(name, file, Proof::Macros),
            ["extern", name, what, hash, file] => {
                let proof = match (what, u128::from_str_radix(hash, 16)) {
                    ("metadata", Ok(hash)) => Proof::Metadata(hash),
                    ("whole", Ok(hash)) => Proof::Whole(hash),
                    _ => Proof::None,
                };
                found(name, file, proof);
            }
            // What is not needed here, or what a later version writes.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_and_what_is_unknown_in_it_is_left_out() {
        const TEXT: &str = "jitney host\u{1f}1\u{1e}crate\u{1f}host\u{1e}manifest\u{1f}/p\u{1e}new\u{1f}x\u{1e}\
            search\u{1f}dependency\u{1f}/d\u{1e}search\u{1f}native\u{1f}/n\u{1e}library\u{1f}/d/libhost-1.rlib\u{1e}\
            extern\u{1f}api\u{1f}metadata\u{1f}000000000000000000000000000000ff\u{1f}/d/libapi-1.rlib\u{1e}\
            extern\u{1f}gone\u{1f}whole\u{1f}\u{1f}/d/libgone-1.rlib\u{1e}shared\u{1f}mac\u{1f}/d/libmac-1.so\u{1e}";
        let record = Record::read(HostCrates::recorded(TEXT, b"nonce")).unwrap();
        assert_eq!(record.crate_name, "host");
        assert_eq!(record.search_folders, [PathBuf::from("/d")]);
        assert_eq!(record.native_folders, [PathBuf::from("/n")]);
        let crates: Vec<_> = record
            .crates
            .iter()
            .map(|one| (one.name.as_str(), one.file.to_str().unwrap(), &one.proof))
            .collect();
        assert_eq!(
            crates,
            [
                ("host", "/d/libhost-1.rlib", &Proof::Nonce(b"nonce")),
                ("api", "/d/libapi-1.rlib", &Proof::Metadata(255)),
                ("gone", "/d/libgone-1.rlib", &Proof::None),
                ("mac", "/d/libmac-1.so", &Proof::Macros),
            ]
        );
        let shown = format!("{:?}", HostCrates::recorded(TEXT, b"nonce"));
        assert!(shown.contains("\"api\": \"/d/libapi-1.rlib\""), "{shown}");
    }

    #[test]
    fn a_record_of_no_compiler_is_none() {
        for text in [
            "",
            "x",
            "jitney host\u{1f}1\u{1e}",
            "jitney host\u{1f}2\u{1e}",
        ] {
            assert_eq!(Record::read(HostCrates::recorded(text, b"")), None);
        }
    }
}
