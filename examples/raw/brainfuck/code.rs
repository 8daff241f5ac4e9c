//! A program as machine code, and running it: on a tape whose ends are guarded by pages, so that the code checks
//! nothing, and a step off the tape is a fault that the guard catches.

use jitney_raw::{Fault, Raw};

use super::{
    console::Console,
    parse::{Position, Program},
    stop::Stop,
    tape::Tape,
};

/// Machine code, and where in the source it comes from.
pub(crate) struct Code {
    pub(crate) bytes: Vec<u8>,
    /// From which offset on the instructions belong to which operation, ascending; `None` to no one.
    pub(crate) origins: Vec<(usize, Option<Position>)>,
    /// Offsets of what is called, and addresses outside, by name.
    #[cfg_attr(
        not(feature = "disassemble"),
        expect(dead_code, reason = "for `--dump`")
    )]
    pub(crate) symbols: Vec<(usize, &'static str)>,
}

/// Console, base cell; gives where the pointer is at the end.
type Compiled = unsafe extern "sysv64" fn(&mut Console<'_>, *mut u8) -> *mut u8;

impl Code {
    /// Runs it from the first cell of `tape`, which has to be guarded as far as `program` moves between two looks.
    /// Gives the cell that the pointer ends at.
    pub(crate) fn run(
        &self,
        program: &Program,
        tape: &mut Tape,
        console: &mut Console<'_>,
    ) -> Result<i64, Stop> {
        assert!(
            tape.guarded() >= program.longest_move(),
            "a move could pass the guard"
        );
        // SAFETY: both compilers make functions of this type.
        let compiled = unsafe { Raw::<Compiled>::new(&self.bytes) }
            .map_err(|error| Stop::Memory(error.to_string()))?;
        let first = tape.cells().as_mut_ptr();
        // SAFETY: the code touches the console and cells. What is not a cell within its reach is a guard.
        let end = guarded(|| unsafe { compiled(console, first) });
        match end {
            Ok(_) if console.error.is_some() => Err(Stop::console(console)),
            Ok(end) => Ok((end as i64).wrapping_sub(first as i64)),
            Err(fault) => {
                let cell = fault.address.and_then(|address| tape.off_tape(address));
                let at = fault.offset.and_then(|offset| self.origin(offset));
                match (cell, at) {
                    (Some(cell), Some(at)) => Err(Stop::OffTape { cell, at }),
                    _ => Err(Stop::Compiler(fault.to_string())),
                }
            }
        }
    }

    /// The operation that the instruction at `offset` belongs to.
    pub(crate) fn origin(&self, offset: usize) -> Option<Position> {
        let after = self.origins.partition_point(|(start, _)| *start <= offset);
        self.origins[after.checked_sub(1)?].1
    }
}

/// Calls machine code so that a fault of it comes back.
#[cfg(any(target_os = "linux", windows))]
fn guarded<R>(call: impl FnOnce() -> R) -> Result<R, Fault> {
    jitney_raw::guard::call(jitney_raw::guard::Limits::none(), call)
}

/// Where the guard has not been ported to yet, a fault ends the process.
#[cfg(not(any(target_os = "linux", windows)))]
fn guarded<R>(call: impl FnOnce() -> R) -> Result<R, Fault> {
    Ok(call())
}
