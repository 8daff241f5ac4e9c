//! Proving that the file of a crate is what the host was compiled against. What rustc will read of it is its metadata, in
//! the rlib and beside it; metadata that is the same byte for byte was made of the same source, by the same compiler,
//! with the same options, against the same crates, all of which it holds in hashes.

use std::fs;
use std::path::{Path, PathBuf};

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection};

use super::fingerprint;
use super::record::{HostCrate, Proof};
use super::stamp::Stamp;

/// What every refusal ends with.
const ADVICE: &str = "rebuild this program and start it again";

/// A crate's file as it is now, and whether it may be used.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) file: PathBuf,
    /// Why not.
    pub(super) refused: Option<String>,
    /// The state of every file that was looked at, taken before it was.
    pub(super) stamps: Vec<(PathBuf, Option<Stamp>)>,
}

/// Looks at a crate's files. `folders` are where they may be if the whole target folder was moved.
pub(super) fn prove(host_crate: &HostCrate, folders: &[PathBuf]) -> Verdict {
    let is_macros = host_crate.proof == Proof::Macros;
    let recorded = match is_macros {
        true => host_crate.file.clone(),
        false => host_crate.file.with_extension("rlib"),
    };
    let file = found(&recorded, folders);
    let metadata = file.with_extension("rmeta");
    let mut stamps = vec![(file.clone(), Stamp::of(&file))];
    if file != recorded {
        // Should it come back, it comes first.
        stamps.push((recorded, None));
    }
    if !is_macros {
        stamps.push((metadata.clone(), Stamp::of(&metadata)));
    }
    let refused = match is_macros {
        true => macros(&file),
        false => rlib(&host_crate.proof, &file, &metadata),
    };
    Verdict {
        file,
        refused: refused.err(),
        stamps,
    }
}

/// The file at its recorded path, or one of the same name. The name holds the hash of the crate's identity.
fn found(recorded: &Path, folders: &[PathBuf]) -> PathBuf {
    let elsewhere = || {
        let name = recorded.file_name()?;
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    match recorded.is_file() {
        true => recorded.to_owned(),
        false => elsewhere().unwrap_or_else(|| recorded.to_owned()),
    }
}

fn rlib(proof: &Proof, file: &Path, metadata: &Path) -> Result<(), String> {
    let rlib = fs::read(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!(
            "its file `{}` is not there any more; run the program from where cargo built it, or {ADVICE}",
            file.display()
        ),
        _ => format!("its file `{}` cannot be read: {error}", file.display()),
    })?;
    let embedded = embedded_metadata(&rlib)
        .map_err(|reason| format!("`{}` {reason}; {ADVICE}", file.display()))?;
    let changed = || {
        format!(
            "`{}` is not the file that this program was compiled against: the crate was changed and built again since; \
             {ADVICE}",
            file.display()
        )
    };
    let same = match proof {
        Proof::Metadata(hash) => fingerprint::of(embedded) == *hash,
        Proof::Whole(hash) => fingerprint::of(&rlib) == *hash,
        Proof::Nonce(nonce) => memchr::memmem::find(&rlib, nonce).is_some(),
        Proof::None | Proof::Macros => {
            return Err(format!(
                "`{}` could not be read when this program was compiled; {ADVICE}",
                file.display()
            ));
        }
    };
    if !same {
        return Err(changed());
    }
    // rustc may read either. They differ while cargo is at work: the metadata is written first.
    match fs::read(metadata) {
        Ok(beside) if beside != embedded => Err(changed()),
        _ => Ok(()),
    }
}

/// rustc's metadata out of an rlib: the member `lib.rmeta`, whose section `.rmeta` holds it.
pub(super) fn embedded_metadata(rlib: &[u8]) -> Result<&[u8], &'static str> {
    const DAMAGED: &str = "is damaged";
    let archive = ArchiveFile::parse(rlib).map_err(|_| "is no archive")?;
    for member in archive.members() {
        let member = member.map_err(|_| DAMAGED)?;
        if member.name() != b"lib.rmeta" {
            continue;
        }
        let bytes = member.data(rlib).map_err(|_| DAMAGED)?;
        // On some targets it is not wrapped.
        if bytes.starts_with(b"rust") {
            return Ok(bytes);
        }
        let file = object::File::parse(bytes).map_err(|_| DAMAGED)?;
        let section = file.section_by_name(".rmeta").ok_or(DAMAGED)?;
        return section.data().map_err(|_| DAMAGED);
    }
    Err("holds no metadata")
}

/// Nothing of procedural macros is in the program: they only have to be some.
fn macros(file: &Path) -> Result<(), String> {
    let bytes = fs::read(file)
        .map_err(|error| format!("its file `{}` cannot be read: {error}", file.display()))?;
    match memchr::memmem::find(&bytes, b"__rustc_proc_macro_decls_") {
        Some(_) => Ok(()),
        None => Err(format!(
            "`{}` is a shared library, whose copy of the crate jitney cannot prove to be the program's; make the crate's \
             type `rlib`",
            file.display()
        )),
    }
}
