//! Unwind entries: for each entry that the other linker relocated, the unwinder of this process is
//! asked for the one that jitney registered, and both have to say the same.

use std::ffi::c_void;
use std::ptr;

use gimli::{BaseAddresses, CallFrameInstruction, CallFrameInstructionIter, CieOrFde};
use gimli::{EhFrame, EndianSlice, FrameDescriptionEntry, LittleEndian, UnwindSection};

use super::{Linked, copy, memory, output::Output};

type Bytes<'a> = EndianSlice<'a, LittleEndian>;
type Entry<'a> = FrameDescriptionEntry<Bytes<'a>>;

/// Compares all entries of code that jitney placed; returns how many.
///
/// # Panics
/// When one is missing or says something else.
pub(super) fn compare(case: &str, linked: &Linked<'_>, output: &Output) -> usize {
    let mut compared = 0;
    for object in 0..linked.objects.len() {
        let Some((address, bytes)) = output.section(&copy::frames_name(object)) else {
            continue;
        };
        let table = EhFrame::new(bytes, LittleEndian);
        let bases = BaseAddresses::default().set_eh_frame(address);
        let mut entries = table.entries(&bases);
        while let Some(entry) = entries.next().expect("a compiler's entries") {
            let CieOrFde::Fde(partial) = entry else {
                continue;
            };
            let theirs = partial
                .parse(EhFrame::cie_from_offset)
                .expect("a compiler's entry");
            let start = theirs.initial_address();
            // Of sections that jitney did not place the other linker makes what it likes.
            if theirs.len() == 0 || !linked.holds(start) {
                continue;
            }
            let label = format!("{case}, the entry for {start:#x}");
            compare_one(&label, &theirs, &instructions(&table, &bases, &theirs));
            compared += 1;
        }
    }
    compared
}

fn compare_one(
    label: &str,
    theirs: &Entry<'_>,
    their_instructions: &[CallFrameInstruction<usize>],
) {
    let start = theirs.initial_address();
    let address = find(start).unwrap_or_else(|| panic!("{label}: the unwinder has none"));
    let word = |at: u64| u64::from(u32::from_le_bytes(*memory(at, 4).first_chunk().expect("4")));
    let end = address + 4 + word(address);
    let cie = address + 4 - word(address + 4);
    // Both entries and all between them, which is of the same registered table.
    let table = EhFrame::new(memory(cie, (end - cie) as usize), LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(cie);
    let ours = table
        .fde_from_offset(
            &bases,
            ((address - cie) as usize).into(),
            EhFrame::cie_from_offset,
        )
        .unwrap_or_else(|error| panic!("{label}: {error}"));
    assert_eq!(ours.initial_address(), start, "{label}");
    assert_eq!(ours.len(), theirs.len(), "{label}");
    assert_eq!(ours.lsda(), theirs.lsda(), "{label}: its exception table");
    assert_eq!(
        ours.is_signal_trampoline(),
        theirs.is_signal_trampoline(),
        "{label}"
    );
    assert_eq!(ours.personality(), theirs.personality(), "{label}");
    assert_eq!(
        instructions(&table, &bases, &ours),
        their_instructions,
        "{label}"
    );
}

/// What an entry says, all of it, its CIE's part first.
fn instructions<'a>(
    table: &EhFrame<Bytes<'a>>,
    bases: &BaseAddresses,
    entry: &Entry<'a>,
) -> Vec<CallFrameInstruction<usize>> {
    let mut all = Vec::new();
    let mut take = |mut instructions: CallFrameInstructionIter<'_, Bytes<'a>>| {
        while let Some(instruction) = instructions.next().expect("a compiler's instructions") {
            all.push(instruction);
        }
    };
    take(entry.cie().instructions(table, bases));
    take(entry.instructions(table, bases));
    all
}

/// The unwind entry for an instruction.
fn find(pc: u64) -> Option<u64> {
    // `struct dwarf_eh_bases` of GCC's `unwind-dw2-fde.h`: three pointers.
    let mut bases = [ptr::null_mut::<c_void>(); 3];
    unsafe extern "C" {
        fn _Unwind_Find_FDE(pc: *mut c_void, bases: *mut [*mut c_void; 3]) -> *const c_void;
    }
    // SAFETY: it only compares `pc` with the ranges that are registered, and fills `bases`.
    let entry = unsafe { _Unwind_Find_FDE(pc as *mut c_void, &mut bases) };
    (!entry.is_null()).then(|| entry.addr() as u64)
}
