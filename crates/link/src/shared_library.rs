//! Shared libraries that a dependency's build script asks for (`-l m`).

use std::ffi::{CStr, CString};

use crate::error::Error;

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
        // SAFETY: `path` is a C string. Opening runs the library's constructors, as it would for any
        // program that is linked to it.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
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
