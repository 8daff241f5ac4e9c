//! The object that this code was loaded as: the executable, or a shared library.
//!
//! What the loader knows of it is the truth; the file on disk only adds the symbols, and has to be
//! the one that was loaded: a newer build may have its path by now.

use std::ffi::{CStr, OsStr, c_int, c_void};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use object::elf::{self, ProgramHeader64};
use object::endian::LittleEndian as LE;

use super::file::File;
use super::maps;
use super::thread_locals::ThreadLocals;
use super::unreadable;
use crate::error::{Error, HostError};
use crate::read::table;

/// The running executable: its inode, even when a newer build has taken its path.
const EXECUTABLE: &str = "/proc/self/exe";

/// A loaded ELF object, as the loader describes it.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// What was added to every address in the file.
    pub(super) bias: u64,
    /// The program headers.
    headers: Vec<u8>,
    /// The name it was loaded by; empty for the executable.
    name: PathBuf,
    is_executable: bool,
    thread_local_module: u64,
}

/// A place in the object that this code is in.
static HERE: u8 = 1;

impl Loaded {
    /// Finds the object that this code is in.
    pub(super) fn find() -> Result<Loaded, Error> {
        let here = here() as u64;
        let mut found = None;
        // The executable comes first: its name differs from one C library to another.
        let mut is_executable = true;
        each_loaded(&mut |info| {
            let loaded = Loaded::of(info, std::mem::take(&mut is_executable));
            if loaded
                .loads()
                .any(|(start, len)| here.wrapping_sub(loaded.bias.wrapping_add(start)) < len)
            {
                found = Some(loaded);
            }
            found.is_none()
        });
        found.ok_or_else(|| unreadable("the loader does not know it".into()))
    }

    fn of(info: &libc::dl_phdr_info, is_executable: bool) -> Loaded {
        let len = usize::from(info.dlpi_phnum) * size_of::<libc::Elf64_Phdr>();
        // SAFETY: the loader's description of an object that is loaded while it is visited: its
        // program headers, and its name as a C string.
        let (headers, name) = unsafe {
            (
                std::slice::from_raw_parts(info.dlpi_phdr.cast::<u8>(), len).to_vec(),
                CStr::from_ptr(info.dlpi_name),
            )
        };
        Loaded {
            bias: info.dlpi_addr,
            headers,
            name: PathBuf::from(OsStr::from_bytes(name.to_bytes())),
            is_executable,
            thread_local_module: info.dlpi_tls_modid as u64,
        }
    }

    /// What the loader would say of an executable whose program headers it put at this address.
    #[cfg(any(test, fuzzing))]
    pub(super) fn as_if(file: &File, headers_address: u64) -> Loaded {
        let offset = file.headers_offset();
        let bias = file.headers().iter().find_map(|segment| {
            let start = segment.p_offset.get(LE);
            let held = start..start.saturating_add(segment.p_filesz.get(LE));
            (segment.p_type.get(LE) == elf::PT_LOAD && held.contains(&offset)).then(|| {
                let linked_at = segment.p_vaddr.get(LE).wrapping_add(offset - start);
                headers_address.wrapping_sub(linked_at)
            })
        });
        Loaded {
            bias: bias.unwrap_or(0),
            headers: file.header_bytes().to_vec(),
            is_executable: true,
            ..Loaded::default()
        }
    }

    /// The shared library that holds the standard library, where a program was told to have it so.
    pub(super) fn shared_standard_library() -> Option<PathBuf> {
        let mut found = None;
        each_loaded(&mut |info| {
            let path = Loaded::of(info, false).name;
            let name = path.file_name().unwrap_or_default().as_bytes();
            if name.starts_with(b"libstd-") && name.ends_with(b".so") {
                found = Some(path);
            }
            found.is_none()
        });
        found
    }

    fn segments(&self) -> &[ProgramHeader64<LE>] {
        let count = self.headers.len() / size_of::<ProgramHeader64<LE>>();
        table(&self.headers, 0, count).unwrap_or_default()
    }

    fn segments_of(&self, kind: elf::ProgramType) -> impl Iterator<Item = Range<usize>> {
        self.segments()
            .iter()
            .filter(move |segment| segment.p_type.get(LE) == kind)
            .map(|segment| self.in_memory(segment, segment.p_memsz.get(LE)))
    }

    fn in_memory(&self, segment: &ProgramHeader64<LE>, len: u64) -> Range<usize> {
        let start = self.bias.wrapping_add(segment.p_vaddr.get(LE));
        start as usize..start.wrapping_add(len) as usize
    }

    /// Addresses in the file and lengths of what is loaded.
    fn loads(&self) -> impl Iterator<Item = (u64, u64)> {
        self.segments()
            .iter()
            .filter(|segment| segment.p_type.get(LE) == elf::PT_LOAD)
            .map(|segment| (segment.p_vaddr.get(LE), segment.p_memsz.get(LE)))
    }

    /// The addresses that it occupies; `None` when nothing of it is loaded.
    pub(super) fn range(&self) -> Option<Range<usize>> {
        self.segments_of(elf::PT_LOAD)
            .reduce(|all, this| all.start.min(this.start)..all.end.max(this.end))
    }

    /// # Errors
    /// [`HostError::Unreadable`] when no loader would have made such thread-locals.
    pub(super) fn thread_locals(&self) -> Result<Option<ThreadLocals>, Error> {
        let Some(block) = self
            .segments()
            .iter()
            .find(|segment| segment.p_type.get(LE) == elf::PT_TLS)
        else {
            return Ok(None);
        };
        let initialized = self.in_memory(block, block.p_filesz.get(LE));
        let read_only = self
            .segments_of(elf::PT_GNU_RELRO)
            .any(|relro| relro.contains(&initialized.start) && initialized.end <= relro.end);
        let block = ThreadLocals {
            size: block.p_memsz.get(LE),
            align: block.p_align.get(LE).max(1),
            initialized,
            read_only,
            module: (!self.is_executable).then_some(self.thread_local_module),
        };
        if block.is_possible() {
            Ok(Some(block))
        } else {
            let reason = "its thread-locals have an impossible size or alignment";
            Err(unreadable(reason.into()))
        }
    }

    /// Opens the file that it was loaded from.
    ///
    /// # Errors
    /// [`HostError::Replaced`] when that file is gone, [`HostError::Unreadable`] when it cannot be
    /// read.
    pub(super) fn open(&self) -> Result<File, Error> {
        if self.is_executable {
            // A program that was started through the loader (`ld.so PROGRAM`) is not this file.
            let file = File::open(Path::new(EXECUTABLE))
                .map_err(|reason| unreadable(format!("{EXECUTABLE}: {reason}")))?;
            if file.header_bytes() == self.headers {
                return Ok(file);
            }
        }
        let mapped = maps::at(here());
        let path = match &mapped {
            Some(mapped) => &mapped.path,
            None => &self.name,
        };
        let replaced = || Error::Host(HostError::Replaced { path: path.clone() });
        let file = File::open(path).map_err(|_| replaced())?;
        let same = path.metadata().is_ok_and(|found| {
            mapped
                .as_ref()
                .is_some_and(|mapped| (mapped.device, mapped.inode) == (found.dev(), found.ino()))
        });
        if file.header_bytes() == self.headers && (same || self.holds_code_of(&file)) {
            Ok(file)
        } else {
            Err(replaced())
        }
    }

    /// Whether the code in memory is that of a file: what tells when a file's identity does not.
    fn holds_code_of(&self, file: &File) -> bool {
        file.code().all(|(segment, code)| {
            let memory = self.in_memory(segment, code.len() as u64);
            // SAFETY: a loaded part of the object that this code is in. Both have the same program
            // headers, so it is as long as the file says, and code is not written to.
            code == unsafe { std::slice::from_raw_parts(memory.start as *const u8, memory.len()) }
        })
    }

    /// The path of its file, for looking beside it.
    pub(super) fn path(&self) -> PathBuf {
        match maps::at(here()) {
            Some(mapped) => mapped.path,
            None => self.name.clone(),
        }
    }
}

fn here() -> usize {
    (&raw const HERE).addr()
}

/// Visits what is loaded in this process, for as long as `visit` wants more.
fn each_loaded(visit: &mut dyn FnMut(&libc::dl_phdr_info) -> bool) {
    unsafe extern "C" fn one(
        info: *mut libc::dl_phdr_info,
        _size: usize,
        visit: *mut c_void,
    ) -> c_int {
        // SAFETY: `visit` is what was handed in below, and `info` the loader's.
        let (visit, info) = unsafe {
            (
                &mut *visit.cast::<&mut dyn FnMut(&libc::dl_phdr_info) -> bool>(),
                &*info,
            )
        };
        c_int::from(!visit(info))
    }
    let mut visit = visit;
    // SAFETY: `one` gets the argument back as it is handed in here, during this call only.
    unsafe { libc::dl_iterate_phdr(Some(one), (&raw mut visit).cast()) };
}
