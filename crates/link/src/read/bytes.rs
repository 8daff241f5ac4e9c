//! The bytes of an input file: mapped or owned, shared, and alive as long as anything read from
//! them.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use memmap2::{Mmap, MmapMut, MmapOptions};

/// A shared, immutable run of bytes: a mapped file, a buffer, or a part of either.
///
/// Cloning is cheap; the memory lives until the last clone is gone.
#[derive(Clone)]
pub struct Bytes {
    /// What the bytes are in. Moving it does not move them.
    owner: Arc<Owner>,
    data: NonNull<[u8]>,
}

// SAFETY: the bytes are only ever read, and live as long as the owner, which is shared.
unsafe impl Send for Bytes {}
// SAFETY: as above.
unsafe impl Sync for Bytes {}

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
        /// Of a file up to so many bytes all pages are asked for at once: nearly all will be read.
        const SMALL: u64 = 4 << 20;
        Bytes::map_file(path, |len| len <= SMALL)
    }

    /// As [`Bytes::map`], for a file of which little will be read.
    ///
    /// # Errors
    /// The same.
    pub(crate) fn map_lazily(path: &Path) -> io::Result<Bytes> {
        Bytes::map_file(path, |_| false)
    }

    fn map_file(path: &Path, populate: impl Fn(u64) -> bool) -> io::Result<Bytes> {
        // Opening a pipe would wait for a writer, and the path may be an archive's word.
        if !path.metadata()?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is no regular file",
            ));
        }
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        if len == 0 {
            return Ok(Bytes::from(Vec::new()));
        }
        let mut options = MmapOptions::new();
        if populate(len) {
            options.populate();
        }
        // SAFETY: the mapping is private and read-only. A file that another process truncates
        // would fault; that hazard is documented above and shared by every linker that maps input.
        let map = unsafe { options.map(&file)? };
        Ok(Bytes::of(Owner::Map(map)))
    }

    /// As many zeros, with bytes of the caller's here and there. Pages of zeros alone take no memory.
    ///
    /// # Errors
    /// When the system has no memory.
    pub(crate) fn sparse(len: usize, fill: impl FnOnce(&mut [u8])) -> io::Result<Bytes> {
        /// Below this, mappings would be more trouble than bytes.
        const SMALL: usize = 64 << 10;
        if len < SMALL {
            let mut buffer = vec![0; len];
            fill(&mut buffer);
            return Ok(Bytes::from(buffer));
        }
        let mut map = MmapMut::map_anon(len)?;
        fill(&mut map);
        Ok(Bytes::of(Owner::Map(map.make_read_only()?)))
    }

    fn of(owner: Owner) -> Bytes {
        let owner = Arc::new(owner);
        let data = match &*owner {
            Owner::Map(map) => NonNull::from(&**map),
            Owner::Buffer(buffer) => NonNull::from(&**buffer),
        };
        Bytes { owner, data }
    }

    /// A part of these bytes, or `None` when it does not lie within them.
    pub(crate) fn part(&self, offset: u64, len: u64) -> Option<Bytes> {
        let part = super::part(self, (offset, len))?;
        Some(Bytes {
            data: NonNull::from(part),
            owner: self.owner.clone(),
        })
    }
}

impl Default for Bytes {
    fn default() -> Bytes {
        Bytes::from(Vec::new())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(buffer: Vec<u8>) -> Bytes {
        Bytes::of(Owner::Buffer(buffer))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: they live as long as the owner, which this holds, and are never written.
        unsafe { self.data.as_ref() }
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
