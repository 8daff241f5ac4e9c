//! The bytes of an input file: mapped or owned, shared, and alive as long as anything read from
//! them.

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

/// A shared, immutable run of bytes: a mapped file, a buffer, or a part of either.
///
/// Cloning is cheap; the memory lives until the last clone is gone.
#[derive(Clone)]
pub struct Bytes {
    owner: Arc<Owner>,
    range: Range<usize>,
}

enum Owner {
    Map(Mmap),
    Buffer(Vec<u8>),
}

impl Bytes {
    /// Maps a file for reading.
    ///
    /// The file must not be truncated while it is in use. Compilers and package managers replace
    /// their outputs by renaming, which leaves a mapped file as it was.
    ///
    /// # Errors
    /// Whatever opening or mapping the file reports.
    pub fn map(path: &Path) -> io::Result<Bytes> {
        // Opening a pipe would wait for a writer, and the path may be an archive's word.
        if !path.metadata()?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is no regular file",
            ));
        }
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Bytes::from(Vec::new()));
        }
        // SAFETY: the mapping is private and read-only. A file that another process truncates
        // would fault; that hazard is documented above and shared by every linker that maps input.
        let map = unsafe { Mmap::map(&file)? };
        let range = 0..map.len();
        Ok(Bytes {
            owner: Arc::new(Owner::Map(map)),
            range,
        })
    }

    /// A part of these bytes, or `None` when it does not lie within them.
    pub(crate) fn part(&self, offset: u64, len: u64) -> Option<Bytes> {
        let start = self
            .range
            .start
            .checked_add(usize::try_from(offset).ok()?)?;
        let end = start.checked_add(usize::try_from(len).ok()?)?;
        (end <= self.range.end).then(|| Bytes {
            owner: self.owner.clone(),
            range: start..end,
        })
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(buffer: Vec<u8>) -> Bytes {
        let range = 0..buffer.len();
        Bytes {
            owner: Arc::new(Owner::Buffer(buffer)),
            range,
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &*self.owner {
            Owner::Map(map) => &map[self.range.clone()],
            Owner::Buffer(buffer) => &buffer[self.range.clone()],
        }
    }
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bytes({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::Bytes;

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipe = folder.path().join("pipe");
        let path = std::ffi::CString::new(pipe.as_os_str().as_bytes()).expect("a path");
        // SAFETY: the path is a C string.
        assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
        for path in [pipe.as_path(), folder.path(), "/dev/zero".as_ref()] {
            let error = Bytes::map(path).expect_err("it is no file");
            assert!(error.to_string().contains("no regular file"), "{error}");
        }
    }
}
