//! Interposing: a program's own definitions in place of those of shared libraries, for the libraries too.
//!
//! The dynamic loader binds what a shared library refers to by name to the first definition there is, and the executable's
//! comes first (System V ABI, "Shared Object Dependencies"): so a program's `malloc` serves the C library, its
//! `operator new` the C++ library, and a library can call back a function of the program. For a program that is linked into
//! this process the loader has looked in vain. Here the places that it filled are found, and filled again.

use std::collections::HashSet;
use std::ffi::{CStr, c_int, c_void};

use jitney_memory::page_size;
use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::FxHashMap;

use crate::read::Symbol;

/// The places in open shared libraries that hold the addresses of some names.
#[derive(Debug, Default)]
pub struct Interposition {
    slots: FxHashMap<Box<[u8]>, Vec<Slot>>,
}

/// A word that holds a name's address.
#[derive(Clone, Copy, Debug)]
struct Slot {
    address: usize,
    addend: i64,
    /// Whether the loader made it read-only after filling it.
    read_only: bool,
}

impl Interposition {
    /// Finds the places that hold the addresses of these names, in all shared libraries that are open now.
    pub fn of_names(names: &HashSet<&[u8]>) -> Interposition {
        let mut search = Search {
            names,
            found: Interposition::default(),
        };
        if !names.is_empty() {
            // SAFETY: `visit` is called with `search`, while this function waits.
            unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut search).cast()) };
        }
        search.found
    }

    /// Whether a library refers to this name.
    pub fn wants(&self, name: &[u8]) -> bool {
        self.slots.contains_key(name)
    }

    /// Binds the libraries' references to a name to this address.
    ///
    /// # Safety
    /// At the address is a definition that can take the place of the one which the libraries used so far, for as long as
    /// the process lives. No other thread runs.
    pub unsafe fn bind(&self, name: &[u8], address: usize) {
        for slot in self.slots.get(name).into_iter().flatten() {
            let value = address.wrapping_add_signed(slot.addend as isize);
            let page = (slot.address & !(page_size() - 1)) as *mut c_void;
            let protect = |protection| {
                // SAFETY: the page is the library's own data, which holds no code. Read-only is what it was.
                unsafe { libc::mprotect(page, page_size(), protection) == 0 }
            };
            if slot.read_only && !protect(libc::PROT_READ | libc::PROT_WRITE) {
                continue;
            }
            // SAFETY: the word is one that the loader fills with the address of this name, and is writable now.
            unsafe { (slot.address as *mut usize).write(value) };
            if slot.read_only {
                protect(libc::PROT_READ);
            }
        }
    }
}

struct Search<'n> {
    names: &'n HashSet<&'n [u8]>,
    found: Interposition,
}

unsafe extern "C" fn visit(
    library: *mut libc::dl_phdr_info,
    _: usize,
    search: *mut c_void,
) -> c_int {
    // SAFETY: `dl_iterate_phdr` passes a library that stays open for the length of the call, and the pointer that it was
    // given, which `of_names` made of a `Search`.
    let (library, search) = unsafe { (&*library, &mut *search.cast::<Search<'_>>()) };
    let name = match library.dlpi_name.is_null() {
        true => c"",
        // SAFETY: a name that is not null is a C string.
        false => unsafe { CStr::from_ptr(library.dlpi_name) },
    };
    // The executable is this program itself; the kernel's page and the loader are bound to nothing.
    let name = name.to_bytes();
    let left_out = [b"linux-vdso".as_slice(), b"ld-linux"];
    let is_left_out = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
    if !name.is_empty() && !left_out.into_iter().any(is_left_out) {
        // SAFETY: the library is loaded and open.
        unsafe { search.library(library) };
    }
    0
}

/// A library's dynamic section, as addresses and sizes.
#[derive(Default)]
struct Dynamic {
    symbols: usize,
    strings: usize,
    tables: [(usize, usize); 2],
    /// Whether the library prefers its own definitions.
    symbolic: bool,
}

impl Search<'_> {
    /// # Safety
    /// The library is loaded, and stays so meanwhile.
    unsafe fn library(&mut self, library: &libc::dl_phdr_info) {
        let base = library.dlpi_addr as usize;
        // SAFETY: the loader's own table of the library's segments.
        let segments = unsafe {
            std::slice::from_raw_parts(library.dlpi_phdr, usize::from(library.dlpi_phnum))
        };
        let range = |kind| {
            let segment = segments.iter().find(|segment| segment.p_type == kind)?;
            let start = base.wrapping_add(segment.p_vaddr as usize);
            Some(start..start.wrapping_add(segment.p_memsz as usize))
        };
        let Some(dynamic) = range(libc::PT_DYNAMIC) else {
            return;
        };
        let relro = range(libc::PT_GNU_RELRO).unwrap_or_default();
        // SAFETY: the dynamic section ends with an entry of tag 0, and what it names is part of the loaded library.
        unsafe {
            let dynamic = Dynamic::read(dynamic.start as *const [usize; 2], base);
            if dynamic.symbols == 0 || dynamic.strings == 0 {
                return;
            }
            for (table, bytes) in dynamic.tables {
                let count = bytes / size_of::<elf::Rela64<LE>>();
                for index in 0..count {
                    let entry = &*(table as *const elf::Rela64<LE>).add(index);
                    let Some((name, addend)) = dynamic.reference(entry) else {
                        continue;
                    };
                    if self.names.contains(name) {
                        let address = base.wrapping_add(entry.r_offset.get(LE) as usize);
                        let slot = Slot {
                            address,
                            addend,
                            read_only: relro.contains(&address),
                        };
                        self.found.slots.entry(name.into()).or_default().push(slot);
                    }
                }
            }
        }
    }
}

impl Dynamic {
    /// # Safety
    /// `entries` are a loaded library's dynamic section.
    unsafe fn read(mut entries: *const [usize; 2], base: usize) -> Dynamic {
        let mut dynamic = Dynamic::default();
        // glibc writes addresses over the offsets that the file has; other loaders leave them.
        let address = |value: usize| match value < base {
            true => base.wrapping_add(value),
            false => value,
        };
        loop {
            // SAFETY: the caller's promise: the section ends with DT_NULL.
            let [tag, value] = unsafe { entries.read() };
            match elf::DynamicTag(tag as i64) {
                elf::DT_NULL => return dynamic,
                elf::DT_SYMTAB => dynamic.symbols = address(value),
                elf::DT_STRTAB => dynamic.strings = address(value),
                elf::DT_RELA => dynamic.tables[0].0 = address(value),
                elf::DT_RELASZ => dynamic.tables[0].1 = value,
                elf::DT_JMPREL => dynamic.tables[1].0 = address(value),
                elf::DT_PLTRELSZ => dynamic.tables[1].1 = value,
                elf::DT_SYMBOLIC => dynamic.symbolic = true,
                elf::DT_FLAGS => dynamic.symbolic |= value & 2 != 0,
                _ => {}
            }
            entries = entries.wrapping_add(1);
        }
    }

    /// The name that a relocation refers to, and what is added to its address; none for one that the executable has no
    /// say in.
    ///
    /// # Safety
    /// The tables are a loaded library's, and the relocation is of it.
    unsafe fn reference(&self, entry: &elf::Rela64<LE>) -> Option<(&'static [u8], i64)> {
        let addend = match entry.r_type(LE, false) {
            elf::R_X86_64_GLOB_DAT | elf::R_X86_64_JUMP_SLOT => 0,
            elf::R_X86_64_64 => entry.r_addend.get(LE),
            _ => return None,
        };
        let index = entry.r_sym(LE, false) as usize;
        // SAFETY: the index is of the library's own table.
        let symbol = unsafe { &*(self.symbols as *const Symbol).add(index) };
        let own = self.symbolic && symbol.st_shndx.get(LE) != elf::SHN_UNDEF;
        if index == 0
            || own
            || symbol.st_bind() == elf::STB_LOCAL
            || symbol.st_visibility() != elf::STV_DEFAULT
        {
            return None;
        }
        // SAFETY: names lie in the library's table of strings, which stays as long as the library is open.
        let name = unsafe {
            CStr::from_ptr((self.strings as *const i8).add(symbol.st_name.get(LE) as usize))
        };
        Some((name.to_bytes(), addend))
    }
}
