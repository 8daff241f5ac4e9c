//! Looks at each loop before the program is folded: whether it moves the pointer, and whether it is one of those that
//! need no loop.

use std::collections::HashMap;

use super::{
    parse::{Operation, Position, Program},
    step::Target,
};

/// For the index of each `[`, whether its loop leaves the pointer where it was, loops inside it included.
pub(crate) fn still(program: &Program) -> Vec<bool> {
    let mut still = vec![false; program.operations.len()];
    // For each open loop: where it starts, how far the pointer went, and whether an inner loop moves it.
    let mut open: Vec<(usize, i32, bool)> = Vec::new();
    let (mut moved, mut wanders) = (0, false);
    for (index, operation) in program.operations.iter().enumerate() {
        match operation {
            Operation::Right => moved += 1,
            Operation::Left => moved -= 1,
            Operation::Open => {
                open.push((index, moved, wanders));
                (moved, wanders) = (0, false);
            }
            Operation::Close => {
                let (start, outer_moved, outer_wanders) =
                    open.pop().expect("brackets were matched by the parser");
                still[start] = moved == 0 && !wanders;
                (moved, wanders) = (outer_moved, outer_wanders || !still[start]);
            }
            _ => {}
        }
    }
    still
}

/// A loop that can be had without looping.
pub(crate) enum Simple {
    /// Changes its cell by an odd number each time round, which reaches 0, and other cells by fixed amounts. `[-]`
    /// is the one without targets, whose cells are offsets from the loop's own here.
    Multiply { rounds: u8, targets: Vec<Target> },
    /// Does nothing but move.
    Scan { step: i32 },
}

/// What the loop that starts at `open` is, if it is a simple one.
pub(crate) fn simple(program: &Program, open: usize) -> Option<Simple> {
    let close = program.partners[open] as usize;
    let mut here = 0;
    let mut own = 0u8;
    let mut targets: Vec<Target> = Vec::new();
    let mut known: HashMap<i32, usize> = HashMap::new();
    for index in open + 1..close {
        let value = match program.operations[index] {
            Operation::Right => {
                here += 1;
                continue;
            }
            Operation::Left => {
                here -= 1;
                continue;
            }
            Operation::Increment => 1,
            Operation::Decrement => u8::MAX,
            _ => return None,
        };
        if here == 0 {
            own = own.wrapping_add(value);
            continue;
        }
        let target = *known.entry(here).or_insert_with(|| {
            targets.push(Target {
                cell: here,
                factor: 0,
                at: program.positions[index],
            });
            targets.len() - 1
        });
        targets[target].factor = targets[target].factor.wrapping_add(value);
    }
    if here == 0 && own % 2 == 1 {
        let rounds = inverse(own.wrapping_neg());
        return Some(Simple::Multiply { rounds, targets });
    }
    (own == 0 && targets.is_empty() && here != 0).then_some(Simple::Scan { step: here })
}

/// The number that gives 1 when multiplied by `odd`, modulo 256. Each round of Newton's method doubles the bits that
/// are right, of which the number itself has three.
fn inverse(odd: u8) -> u8 {
    let mut inverse = odd;
    for _ in 0..2 {
        inverse = inverse.wrapping_mul(2u8.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

/// Where the loop ends, for the error of its last look at the cell.
pub(crate) fn end(program: &Program, open: usize) -> Position {
    program.positions[program.partners[open] as usize]
}
