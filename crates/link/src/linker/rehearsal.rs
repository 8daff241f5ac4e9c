//! A link for its own sake: every phase up to registering the unwind table, and then all of it
//! taken back. None of the objects' code runs, so the objects may be anything. For tests and
//! fuzzing.

use std::ffi::c_void;
use std::ops::Range;
use std::ptr;
use std::sync::Arc;

use super::Linker;
use crate::definitions::Definitions;
use crate::error::Error;
use crate::image::Image;
use crate::read::Object;
use crate::session::{Parts, Session};

/// Links objects, registers their unwind tables, and lets the unwinder look into these.
///
/// With `commit`, what the objects need of the standard library stays in the pool: that makes the
/// next link quick.
///
/// # Errors
/// Those of [`Linker::link`](super::Linker::link).
pub(crate) fn rehearse(
    linker: &Linker,
    module: &[Arc<Object>],
    is_root: &dyn Fn(&[u8]) -> bool,
    commit: bool,
) -> Result<(), Error> {
    let nothing = Definitions::default();
    let parts = Parts {
        module,
        dependencies: None,
        host_crates: None,
        definitions: &nothing,
        keep_literals: true,
    };
    let mut session = Session::begin(linker, parts);
    let prepared = session.prepare(is_root)?;
    let sealed = session.seal(prepared.placed)?;
    for image in [&sealed.pool, &sealed.module].into_iter().flatten() {
        look_up(image);
    }
    if commit {
        session.commit(sealed.pool, prepared.addresses);
    }
    Ok(())
}

/// Has the unwinder look for an entry in an image's table. It reads a table only when it is first
/// asked for something, all of the table then, and ends the process over what it does not
/// understand.
fn look_up(image: &Image) {
    let code = image.code();
    if !image.has_unwind_entries() || code.is_empty() {
        return;
    }
    for pc in [code.start, code.start + code.len() / 2, code.end - 1] {
        if let Some((entry, function)) = find(pc) {
            let holds = |range: Range<usize>, address: usize| range.contains(&address);
            assert!(
                holds(image.range(), entry) && holds(code.start..pc + 1, function),
                "for {pc:#x} the unwinder found the entry {entry:#x}, of a function at {function:#x}"
            );
        }
    }
}

/// `struct dwarf_eh_bases` of GCC's `unwind-dw2-fde.h`.
#[repr(C)]
struct Bases {
    text: *mut c_void,
    data: *mut c_void,
    function: *mut c_void,
}

// In libgcc_s, which the standard library links; `_Unwind_RaiseException` asks it for each frame.
unsafe extern "C" {
    fn _Unwind_Find_FDE(pc: *mut c_void, bases: *mut Bases) -> *const c_void;
}

/// Where the unwind entry for an instruction is, and where it says that the function begins.
fn find(pc: usize) -> Option<(usize, usize)> {
    let mut bases = Bases {
        text: ptr::null_mut(),
        data: ptr::null_mut(),
        function: ptr::null_mut(),
    };
    // SAFETY: it only compares `pc` with registered ranges, and fills `bases`. The tables that are
    // registered are mapped; that they are sound is what the caller is there to find out.
    let entry = unsafe { _Unwind_Find_FDE(pc as *mut c_void, &mut bases) };
    (!entry.is_null()).then(|| (entry.addr(), bases.function.addr()))
}
