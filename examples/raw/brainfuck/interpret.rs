//! The interpreter: what the compiled program has to agree with, and what runs where the compiler has no machine code
//! for. It is the simple one that most people write: one operation after the other, a table for where brackets lead,
//! every access to the tape checked.

use super::{
    console::Console,
    parse::{Operation, Program},
    stop::Stop,
};

/// Runs `program` from the first cell of `tape`, for at most `steps` operations. Gives the cell that the pointer ends
/// at, which may be off the tape.
///
/// The pointer may leave the tape; an error is to use a cell that is not there.
pub(crate) fn run(
    program: &Program,
    tape: &mut [u8],
    console: &mut Console<'_>,
    steps: Option<u64>,
) -> Result<i64, Stop> {
    match steps {
        None => interpret::<false>(program, tape, console, 0),
        Some(steps) => interpret::<true>(program, tape, console, steps),
    }
}

fn interpret<const LIMITED: bool>(
    program: &Program,
    tape: &mut [u8],
    console: &mut Console<'_>,
    mut steps: u64,
) -> Result<i64, Stop> {
    let operations = &program.operations[..];
    let partners = &program.partners[..operations.len()];
    let (mut next, mut pointer) = (0, 0usize);
    while let Some(&operation) = operations.get(next) {
        if LIMITED {
            if steps == 0 {
                return Err(Stop::Steps);
            }
            steps -= 1;
        }
        macro_rules! cell {
            () => {
                match tape.get_mut(pointer) {
                    Some(cell) => cell,
                    None => {
                        return Err(Stop::OffTape {
                            cell: pointer as isize as i64,
                            at: program.positions[next],
                        });
                    }
                }
            };
        }
        match operation {
            Operation::Right => pointer = pointer.wrapping_add(1),
            Operation::Left => pointer = pointer.wrapping_sub(1),
            Operation::Increment => *cell!() = cell!().wrapping_add(1),
            Operation::Decrement => *cell!() = cell!().wrapping_sub(1),
            Operation::Output => {
                if !console.put(*cell!()) {
                    return Err(Stop::console(console));
                }
            }
            Operation::Input => {
                if !console.get(cell!()) {
                    return Err(Stop::console(console));
                }
            }
            Operation::Open => {
                if *cell!() == 0 {
                    next = partners[next] as usize;
                }
            }
            Operation::Close => {
                if *cell!() != 0 {
                    next = partners[next] as usize;
                }
            }
        }
        next += 1;
    }
    Ok(pointer as isize as i64)
}
