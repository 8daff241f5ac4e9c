//! The host: the running executable, its symbols and its thread-locals.
//!
//! Its file is opened through `/proc/self/exe`, which is the inode that runs even when a newer
//! build has taken its path. LOCAL symbols count too: rustc makes most of a program local, and a
//! static that a module shares with the host must be the host's own.

#[cfg(test)]
mod damaged;

use std::ops::Range;
use std::path::Path;

use object::elf;
use object::endian::LittleEndian as LE;

use crate::error::{Error, HostError};
use crate::names::{demangled, is_rust_name};
use crate::read::{Bytes, Library, Symbol, SymbolIndex, SymbolPlace, c_string, part, table};

/// The running executable.
#[derive(Debug)]
pub struct Host {
    bytes: Bytes,
    symbols: (u64, usize),
    strings: (u64, u64),
    index: SymbolIndex<Numbered>,
    /// What the loader added to every address in the file.
    bias: u64,
    range: Range<usize>,
    thread_locals: Option<ThreadLocals>,
    /// What the loader made read-only after relocating it.
    relro: Range<usize>,
    compiler: Option<String>,
}

/// A symbol's number, and whether it is one of several LOCAL symbols of one name.
#[derive(Clone, Copy, Debug)]
struct Numbered {
    symbol: u32,
    ambiguous: bool,
}

/// The size of the executable's thread-local block, for turning a symbol's value into an offset
/// from the thread pointer.
#[derive(Clone, Debug)]
struct ThreadLocals {
    size: u64,
    align: u64,
    /// Where the initial contents are in memory.
    initialized: Range<usize>,
}

/// The initial contents of the host's thread-locals, from which new threads get theirs.
#[derive(Clone, Debug)]
pub(crate) struct ThreadLocalTemplate {
    pub(crate) initialized: Range<usize>,
    /// The first variable's offset from the thread pointer.
    pub(crate) offset_of_first: i64,
    /// Whether the loader made it read-only (RELRO).
    pub(crate) read_only: bool,
    /// A power of two.
    pub(crate) align: u64,
}

impl ThreadLocals {
    /// `None` where no loader would have made such a block.
    fn new(segment: &elf::ProgramHeader64<LE>, initialized: Range<usize>) -> Option<ThreadLocals> {
        const MAX: u64 = 1 << 40;
        let (size, align) = (segment.p_memsz.get(LE), segment.p_align.get(LE).max(1));
        (align.is_power_of_two() && align <= MAX && size <= MAX).then_some(ThreadLocals {
            size,
            align,
            initialized,
        })
    }

    /// System V ABI, x86-64 supplement, "Thread-Local Storage", variant II: the executable's block
    /// ends at the thread pointer.
    fn offset_of_first(&self) -> i64 {
        -(self.size.next_multiple_of(self.align) as i64)
    }
}

/// What a host symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostSymbol {
    /// A function or an untyped label, at this address.
    Code(u64),
    /// A variable or constant, at this address.
    Data(u64),
    /// A thread-local variable, at this offset from the thread pointer.
    ThreadLocal(i64),
}

impl Host {
    /// Reads the running executable's symbols.
    ///
    /// # Errors
    /// [`HostError::Stripped`] when it has none, [`HostError::Unreadable`] when its file cannot be
    /// opened or is no ELF executable.
    pub fn open() -> Result<Host, Error> {
        let path = Path::new("/proc/self/exe");
        let bytes =
            Bytes::map(path).map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
        Host::read(bytes, loaded_headers())
    }

    /// Reads the symbols of an executable whose program headers were loaded at `headers_address`.
    pub(crate) fn read(bytes: Bytes, headers_address: u64) -> Result<Host, Error> {
        let data: &[u8] = &bytes;
        let header = table::<elf::FileHeader64<LE>>(data, 0, 1)
            .map(|headers| &headers[0])
            .filter(|_| data.starts_with(&elf::ELFMAG))
            .ok_or_else(|| unreadable("it is no ELF file".into()))?;
        let segments = table::<elf::ProgramHeader64<LE>>(
            data,
            header.e_phoff.get(LE),
            header.e_phnum.get(LE) as usize,
        )
        .ok_or_else(|| unreadable("its program headers are cut off".into()))?;
        let sections = table::<elf::SectionHeader64<LE>>(
            data,
            header.e_shoff.get(LE),
            header.e_shnum.get(LE) as usize,
        )
        .unwrap_or_default();
        let headers_offset = header.e_phoff.get(LE);
        let mut host = Host {
            bytes: bytes.clone(),
            symbols: (0, 0),
            strings: (0, 0),
            index: SymbolIndex::with_capacity(0),
            bias: 0,
            range: 0..0,
            thread_locals: None,
            relro: 0..0,
            compiler: compiler(data, header, sections),
        };
        for segment in segments {
            let start = segment.p_offset.get(LE);
            if segment.p_type.get(LE) == elf::PT_LOAD
                && (start..start.saturating_add(segment.p_filesz.get(LE))).contains(&headers_offset)
            {
                let linked_at = segment.p_vaddr.get(LE).wrapping_add(headers_offset - start);
                host.bias = headers_address.wrapping_sub(linked_at);
            }
        }
        let mut range: Option<Range<usize>> = None;
        for segment in segments {
            let start = host.bias.wrapping_add(segment.p_vaddr.get(LE));
            match segment.p_type.get(LE) {
                elf::PT_LOAD => {
                    let this = start as usize..start.wrapping_add(segment.p_memsz.get(LE)) as usize;
                    range = Some(match range {
                        Some(range) => range.start.min(this.start)..range.end.max(this.end),
                        None => this,
                    });
                }
                elf::PT_TLS => {
                    let initialized =
                        start as usize..start.wrapping_add(segment.p_filesz.get(LE)) as usize;
                    host.thread_locals =
                        Some(ThreadLocals::new(segment, initialized).ok_or_else(|| {
                            unreadable(
                                "its thread-locals have an impossible size or alignment".into(),
                            )
                        })?);
                }
                elf::PT_GNU_RELRO => {
                    host.relro =
                        start as usize..start.wrapping_add(segment.p_memsz.get(LE)) as usize;
                }
                _ => {}
            }
        }
        host.range = range.ok_or_else(|| unreadable("it has no part that is loaded".into()))?;
        let table = sections
            .iter()
            .find(|section| section.sh_type.get(LE) == elf::SHT_SYMTAB)
            .ok_or(Error::Host(HostError::Stripped))?;
        let strings = sections
            .get(table.sh_link.get(LE) as usize)
            .ok_or_else(|| unreadable("its symbol table has no strings".into()))?;
        host.symbols = (
            table.sh_offset.get(LE),
            table.sh_size.get(LE) as usize / size_of::<Symbol>(),
        );
        host.strings = (strings.sh_offset.get(LE), strings.sh_size.get(LE));
        host.build_index();
        Ok(host)
    }

    fn build_index(&mut self) {
        let symbols = self.symbols();
        let mut index = SymbolIndex::with_capacity(symbols.len());
        for (number, symbol) in symbols.iter().enumerate() {
            let skip = symbol.st_shndx.get(LE) == elf::SHN_UNDEF
                || symbol.st_name.get(LE) == 0
                || matches!(symbol.st_type(), elf::STT_SECTION | elf::STT_FILE);
            if skip {
                continue;
            }
            let local = symbol.st_bind() == elf::STB_LOCAL;
            let entry = Numbered {
                symbol: number as u32,
                ambiguous: false,
            };
            index.insert(
                self.name(number as u32),
                entry,
                |entry| self.name(entry.symbol),
                |other| {
                    let other_is_local = symbols[other.symbol as usize].st_bind() == elf::STB_LOCAL;
                    match (local, other_is_local) {
                        (false, true) => *other = entry,
                        (true, true) => other.ambiguous = true,
                        _ => {}
                    }
                },
            );
        }
        self.index = index;
    }

    fn symbols(&self) -> &[Symbol] {
        table(&self.bytes, self.symbols.0, self.symbols.1).unwrap_or_default()
    }

    fn name(&self, symbol: u32) -> &[u8] {
        let strings = part(&self.bytes, self.strings).unwrap_or_default();
        self.symbols()
            .get(symbol as usize)
            .and_then(|symbol| c_string(strings, symbol.st_name.get(LE)))
            .unwrap_or_default()
    }

    /// Looks a name up; says also whether the symbol is LOCAL.
    ///
    /// `size`, where it is not 0, is what the wanted variable occupies: a host variable of another
    /// size is another variable.
    pub(crate) fn find(&self, name: &[u8], size: u64) -> Option<(HostSymbol, bool)> {
        let entry = self
            .index
            .get(name, |entry| self.name(entry.symbol))
            .filter(|entry| !entry.ambiguous)?;
        let symbol = &self.symbols()[entry.symbol as usize];
        let value = symbol.st_value.get(LE);
        let same_size = size == 0 || symbol.st_size.get(LE) == 0 || symbol.st_size.get(LE) == size;
        let found = match symbol.st_type() {
            elf::STT_TLS => {
                let first = self.thread_locals.as_ref()?.offset_of_first();
                same_size.then_some(HostSymbol::ThreadLocal(first.wrapping_add(value as i64)))
            }
            elf::STT_OBJECT => same_size.then(|| HostSymbol::Data(self.bias.wrapping_add(value))),
            // The address of an IFUNC symbol is its resolver's; Rust programs define none.
            elf::STT_GNU_IFUNC => None,
            _ => Some(HostSymbol::Code(self.bias.wrapping_add(value))),
        };
        Some((found?, symbol.st_bind() == elf::STB_LOCAL))
    }

    /// The size of the symbol of a name, in bytes.
    fn size(&self, name: &[u8]) -> Option<u64> {
        let entry = self.index.get(name, |entry| self.name(entry.symbol))?;
        Some(self.symbols()[entry.symbol as usize].st_size.get(LE))
    }

    /// The loader's number for the host's thread-locals where they have no fixed offsets; those of an
    /// executable have.
    pub(crate) fn thread_local_module(&self) -> Option<u64> {
        None
    }

    /// Where new threads get the initial contents of the host's thread-locals from.
    pub(crate) fn thread_local_template(&self) -> Option<ThreadLocalTemplate> {
        let block = self.thread_locals.as_ref()?;
        let initialized = block.initialized.clone();
        let read_only =
            self.relro.contains(&initialized.start) && initialized.end <= self.relro.end;
        Some(ThreadLocalTemplate {
            initialized,
            offset_of_first: block.offset_of_first(),
            read_only,
            align: block.align,
        })
    }

    /// The addresses that the executable occupies.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// How many symbols its table holds.
    pub fn symbol_count(&self) -> usize {
        self.symbols.1
    }

    /// The compiler that built the executable, as its `.comment` section names it:
    /// `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub fn compiler(&self) -> Option<&str> {
        self.compiler.as_deref()
    }

    /// Compares the functions and variables that a library defines with the host's.
    ///
    /// # Errors
    /// When an object of the library is damaged.
    pub fn compare(&self, library: &Library) -> Result<Likeness, Error> {
        let mut likeness = Likeness::default();
        for object in library.objects() {
            let object = object?;
            for (number, symbol) in (0u32..).zip(object.symbols()) {
                let size = symbol.st_size.get(LE);
                let name = object.symbol_name(number);
                let defined = symbol.st_bind() != elf::STB_LOCAL
                    && object.place(number) != SymbolPlace::Undefined;
                // Symbols without the crate's hash may be another library's.
                if !defined || size == 0 || !is_rust_name(name) {
                    continue;
                }
                match self.size(name) {
                    Some(same) if same == size => likeness.same += 1,
                    Some(_) => likeness.different.push(demangled(name)),
                    None => {}
                }
            }
        }
        Ok(likeness)
    }

    /// Makes sure that the host's copy of the standard library is, function by function, the one in
    /// `library`.
    ///
    /// Link-time optimization rewrites functions' interfaces; binding to those crashes. Comparing the
    /// sizes of a sample tells: none or one in a hundred differs in a plain host, a third under thin
    /// and nearly all under fat LTO.
    ///
    /// # Errors
    /// [`HostError::LinkTimeOptimized`].
    pub fn check_not_link_time_optimized(&self, library: &Library) -> Result<(), Error> {
        const ENOUGH: usize = 200;
        const FEWEST: usize = 20;
        let (mut compared, mut different) = (0, 0);
        for object in library.sample() {
            if compared >= ENOUGH {
                break;
            }
            for (number, symbol) in object.symbols().iter().enumerate() {
                let number = number as u32;
                let comparable = symbol.st_type() == elf::STT_FUNC
                    && symbol.st_bind() != elf::STB_LOCAL
                    && object.place(number) != SymbolPlace::Undefined;
                if !comparable || compared >= ENOUGH {
                    continue;
                }
                let name = object.symbol_name(number);
                if !name.starts_with(b"_R") {
                    continue;
                }
                if let Some(size) = self.size(name) {
                    compared += 1;
                    different += usize::from(size != symbol.st_size.get(LE));
                }
            }
        }
        if compared < FEWEST || different * 10 > compared {
            return Err(Error::Host(HostError::LinkTimeOptimized {
                different,
                compared,
            }));
        }
        Ok(())
    }
}

/// How a library's symbols compare with the host's of the same names.
#[derive(Clone, Debug, Default)]
pub struct Likeness {
    /// How many the host has in the same size.
    pub same: usize,
    /// Those that the host has in another size, demangled.
    pub different: Vec<String>,
}

fn unreadable(reason: String) -> Error {
    Error::Host(HostError::Unreadable { reason })
}

/// Where the loader put the executable's program headers.
fn loaded_headers() -> u64 {
    // SAFETY: reads a value of the process's auxiliary vector; it has no preconditions.
    unsafe { libc::getauxval(libc::AT_PHDR) }
}

/// The compiler's own line in `.comment`, which the linker gathers from all objects. It survives
/// stripping.
fn compiler(
    data: &[u8],
    header: &elf::FileHeader64<LE>,
    sections: &[elf::SectionHeader64<LE>],
) -> Option<String> {
    let bytes = |section: &elf::SectionHeader64<LE>| {
        part(data, (section.sh_offset.get(LE), section.sh_size.get(LE)))
    };
    let names = bytes(sections.get(header.e_shstrndx.get(LE).0 as usize)?)?;
    let comment = sections
        .iter()
        .find(|section| c_string(names, section.sh_name.get(LE)) == Some(b".comment"))
        .and_then(bytes)?;
    comment
        .split(|byte| *byte == 0)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .find_map(|line| line.strip_prefix("rustc version "))
        .map(|version| format!("rustc {version}"))
}
