//! Shared libraries: opening those that are asked for (`-l m`), and what those in the process define.

mod places;

use std::ffi::{CStr, CString, c_void};

use crate::error::Error;
use crate::names::{is_rust_name, versioned};

pub(crate) use places::{ThreadLocal, holding, is_code, thread_local};

/// Opens libraries by the names that `-l` takes, so that their symbols are found. They stay open:
/// what binds to them is never unbound.
pub(crate) fn open_all(names: &[String]) -> Result<(), Error> {
    for name in names {
        // Parts of the C library and of the compiler's runtime are in the process already.
        const PRESENT: [&str; 7] = ["c", "pthread", "dl", "rt", "util", "gcc_s", "gcc_eh"];
        if PRESENT.contains(&name.as_str()) {
            continue;
        }
        open(name)?;
    }
    Ok(())
}

fn open(name: &str) -> Result<(), Error> {
    let mut reason = String::new();
    let is_path = name.contains('/');
    // glibc's own libraries are installed under their version; others usually by the plain name
    // only where their development files are.
    for file in [
        format!("lib{name}.so"),
        format!("lib{name}.so.6"),
        format!("lib{name}.so.1"),
        name.to_owned(),
    ] {
        if is_path && file != name {
            continue;
        }
        let Ok(path) = CString::new(file) else {
            continue;
        };
        // Lazily: what a library lacks may be the program's to define, which is bound later (`interpose.rs`).
        // SAFETY: `path` is a C string. Opening runs the library's constructors, as it would for any
        // program that is linked to it.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_LAZY | libc::RTLD_GLOBAL) };
        if !handle.is_null() {
            return Ok(());
        }
        // SAFETY: a failed `dlopen` leaves a message for this thread.
        let message = unsafe { libc::dlerror() };
        if !message.is_null() && reason.is_empty() {
            // SAFETY: `dlerror` returns a C string that is valid until this thread's next call.
            reason = unsafe { CStr::from_ptr(message) }
                .to_string_lossy()
                .into_owned();
        }
    }
    Err(Error::SharedLibrary {
        name: name.to_owned(),
        reason,
    })
}

/// The address of what the process's shared libraries define by a name, perhaps a versioned one.
pub(crate) fn find(name: &[u8]) -> Option<u64> {
    let (name, version) = match versioned(name) {
        Some(parts) => (parts.name, Some(CString::new(parts.version).ok()?)),
        None => (name, None),
    };
    // A Rust program is not linked to every library whose functions compilers call by themselves.
    const LATER: [(&CStr, &[&[u8]]); 3] = [
        (c"libmvec.so.1", &[b"_ZGV"]),
        (
            c"libstdc++.so.6",
            &[b"_Z", b"__cxa_", b"__gxx_", b"__dynamic_cast"],
        ),
        (c"libm.so.6", &[b""]),
    ];
    let c_name = CString::new(name).ok()?;
    let look = |library: *mut c_void| {
        // SAFETY: both are C strings; the library is open, or a wildcard for all that are.
        let address = unsafe {
            match &version {
                Some(version) => libc::dlvsym(library, c_name.as_ptr(), version.as_ptr()),
                None => libc::dlsym(library, c_name.as_ptr()),
            }
        };
        (!address.is_null()).then_some(address as u64)
    };
    look(libc::RTLD_DEFAULT).or_else(|| {
        if is_rust_name(name) {
            return None;
        }
        let of_use = |beginnings: &[&[u8]]| beginnings.iter().any(|text| name.starts_with(text));
        LATER
            .iter()
            .filter(|(_, beginnings)| of_use(beginnings))
            .find_map(|(library, _)| {
                // SAFETY: a C string. Opening the compiler's own runtime libraries runs no code that
                // could fail; they are never closed.
                let library =
                    unsafe { libc::dlopen(library.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
                (!library.is_null()).then(|| look(library)).flatten()
            })
    })
}
