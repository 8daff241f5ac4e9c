//! The objects in a file: those of an archive, or the file itself.

use object::read::archive::ArchiveFile;

use super::{Error, is_object};

/// An object, and what to call it in a message.
pub(super) struct Member<'d> {
    /// `None` for a file that is no archive.
    pub(super) name: Option<String>,
    pub(super) bytes: &'d [u8],
}

/// The objects of a file. What an archive holds beside them (Rust's metadata, Go's type descriptions) is left out.
pub(super) fn members(file: &[u8]) -> Result<Vec<Member<'_>>, Error> {
    if !file.starts_with(b"!<arch>\n") {
        if !is_object(file) {
            return Err(Error::Format);
        }
        return Ok(vec![Member {
            name: None,
            bytes: file,
        }]);
    }
    let mut members = Vec::new();
    for member in ArchiveFile::parse(file)?.members() {
        let member = member?;
        let bytes = member.data(file)?;
        if is_object(bytes) {
            members.push(Member {
                name: Some(String::from_utf8_lossy(member.name()).into_owned()),
                bytes,
            });
        }
    }
    match members.is_empty() {
        true => Err(Error::Format),
        false => Ok(members),
    }
}
