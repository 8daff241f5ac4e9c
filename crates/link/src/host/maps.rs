//! Which file is mapped at an address, as the kernel tells it in `/proc/self/maps`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// What the kernel adds to the path of a file that is there no more. Another may be.
const DELETED: &[u8] = b" (deleted)";

/// A file that is mapped into this process.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    /// Where it was when it was mapped.
    pub(super) path: PathBuf,
    /// Device and inode. On a filesystem of layers these can be those of a layer beneath.
    pub(super) device: u64,
    pub(super) inode: u64,
}

/// The file that is mapped at an address.
pub(super) fn at(address: usize) -> Option<Mapped> {
    let maps = std::fs::read("/proc/self/maps").ok()?;
    maps.split(|byte| *byte == b'\n')
        .find_map(|line| parse(line, address))
}

/// `start-end permissions offset major:minor inode          path`
fn parse(line: &[u8], address: usize) -> Option<Mapped> {
    let mut rest = line;
    let mut fields = [""; 5];
    for field in &mut fields {
        let end = rest.iter().position(|byte| *byte == b' ')?;
        *field = std::str::from_utf8(&rest[..end]).ok()?;
        rest = &rest[end + 1..];
    }
    let [range, _, _, device, inode] = fields;
    let (start, end) = range.split_once('-')?;
    let bound = |text| usize::from_str_radix(text, 16).ok();
    if !(bound(start)?..bound(end)?).contains(&address) {
        return None;
    }
    let (major, minor) = device.split_once(':')?;
    let number = |text| u32::from_str_radix(text, 16).ok();
    let path = rest.trim_ascii_start();
    let path = path.strip_suffix(DELETED).unwrap_or(path);
    path.starts_with(b"/").then(|| {
        Some(Mapped {
            path: PathBuf::from(OsString::from_vec(path.to_vec())),
            device: libc::makedev(number(major)?, number(minor)?),
            inode: inode.parse().ok()?,
        })
    })?
}

#[cfg(test)]
mod tests {
    use super::{at, parse};

    #[test]
    fn this_code_is_mapped_from_the_program() {
        let here = at(at as *const () as usize).expect("this code comes from a file");
        assert_eq!(here.path, std::env::current_exe().expect("a path"));
    }

    #[test]
    fn a_line_is_taken_apart() {
        let line = b"7f10-7f20 r-xp 00001000 fd:01 1234                       /a path/x (1).so";
        let mapped = parse(line, 0x7f1f).expect("the address is in the range");
        assert_eq!(mapped.path.to_str(), Some("/a path/x (1).so"));
        assert_eq!(
            (mapped.device, mapped.inode),
            (libc::makedev(0xfd, 1), 1234)
        );
        let gone = parse(b"7f10-7f20 r-xp 00001000 fd:01 5 /x (deleted)", 0x7f10);
        assert_eq!(gone.map(|mapped| mapped.path), Some("/x".into()));
        assert_eq!(parse(line, 0x7f20), None);
        assert_eq!(parse(b"7f10-7f20 r-xp 00001000 00:00 0 ", 0x7f10), None);
        assert_eq!(parse(b"7f10-7f20 rw-p 0 00:00 0   [heap]", 0x7f10), None);
        assert_eq!(parse(b"", 0), None);
    }
}
