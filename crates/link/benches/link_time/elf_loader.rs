//! The crate elf_loader, which can load relocatable objects too.
//!
//! It is used as its example `load_object` does: the symbols that the object lacks come from a synthetic module, which
//! is made once, before the clock runs. Two things stand in its way, and are circumvented:
//! - It knows no `R_X86_64_REX_GOTPCRELX`, so objects have to be assembled with `-mrelax-relocations=no`.
//! - Its release builds lose the default groups of sections, whose definition is a side effect within a
//!   `debug_assert_eq!`: they are defined here.

use std::ffi::CString;
use std::time::Duration;

use elf_loader::arch::NativeArch;
use elf_loader::image::{ModuleHandle, SyntheticModule, SyntheticSymbol};
use elf_loader::input::ElfBinary;
use elf_loader::observer::{SectionGroups, SectionLifetime};
use elf_loader::os::ProtFlags;
use elf_loader::{AddressSpaceId, Domain, Loader, Relocator};
use object::{Object, ObjectSymbol};

use crate::race::timed;

/// A loader with the symbols that one object lacks.
pub(crate) struct ElfLoader {
    domain: Domain<NativeArch>,
    groups: SectionGroups,
    host: ModuleHandle<NativeArch>,
}

impl ElfLoader {
    /// A loader for this object.
    pub(crate) fn of(object: &[u8]) -> ElfLoader {
        let domain = Domain::<NativeArch>::native(AddressSpaceId::PROCESS);
        let host = SyntheticModule::new(&domain, "host", process_symbols(object));
        ElfLoader {
            groups: section_groups(),
            host: ModuleHandle::from(host),
            domain,
        }
    }

    /// The time for loading, relocating and dropping the object, or what it says instead.
    pub(crate) fn time(&self, object: &[u8]) -> Result<Duration, String> {
        let (time, outcome) = timed(|| -> elf_loader::Result<()> {
            let loaded = Loader::new()
                .run(self.domain.clone())
                .with_object_section_groups(self.groups.clone())
                .load_object(ElfBinary::new("object.o", object))?;
            drop(
                Relocator::new()
                    .run(loaded)
                    .with_modules([self.host.clone()])?
                    .relocate()?,
            );
            Ok(())
        });
        outcome.map(|()| time).map_err(|error| error.to_string())
    }
}

/// What an object leaves undefined, found in this process.
fn process_symbols(object: &[u8]) -> Vec<SyntheticSymbol> {
    let file = object::File::parse(object).unwrap();
    let undefined = file.symbols().filter(|symbol| symbol.is_undefined());
    undefined
        .filter_map(|symbol| CString::new(symbol.name_bytes().ok()?).ok())
        .filter_map(|name| {
            // SAFETY: the name is a C string.
            let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
            // Compilers mention the table's name where they use it; nothing refers to its address.
            let address: *const () = match found.is_null() {
                true if name.as_c_str() == c"_GLOBAL_OFFSET_TABLE_" => std::ptr::dangling(),
                _ => found.cast_const().cast(),
            };
            (!address.is_null()).then(|| SyntheticSymbol::function(name, address))
        })
        .collect()
}

fn section_groups() -> SectionGroups {
    let mut groups = SectionGroups::default();
    if cfg!(not(debug_assertions)) {
        let (read, write, execute) = (
            ProtFlags::PROT_READ,
            ProtFlags::PROT_WRITE,
            ProtFlags::PROT_EXEC,
        );
        for (order, flags) in [read, read | write, read | execute, read | write | execute]
            .into_iter()
            .enumerate()
        {
            groups.define(flags, flags, order, SectionLifetime::Core);
        }
        groups.define(
            read | write,
            read | write,
            usize::MAX,
            SectionLifetime::Init,
        );
    }
    groups
}
