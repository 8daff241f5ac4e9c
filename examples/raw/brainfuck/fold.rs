//! The second phase: operations to steps. Changes of a cell are gathered until somebody could notice that they have
//! not happened; moves of the pointer are postponed for good, as offsets; loops that only add, clear or search become
//! one step each. What is known of a cell's value spares steps, and what is known to be on the tape spares checks.
//!
//! The first cell off the tape that the folded program touches is the one that the interpreter would touch first:
//! cells are touched in the program's own order, and none is left out that is not known to be there.

use std::collections::HashMap;

use super::{
    loops::{self, Simple},
    parse::{Operation, Position, Program},
    pending::{Change, Pending, Value},
    step::{Step, Target, What},
};

/// A folded program.
pub(crate) struct Folded {
    pub(crate) steps: Vec<Step>,
    /// Where the pointer is at the end, as an offset from the base.
    pub(crate) end: i32,
}

/// Folds `program` for a tape of `cells` cells, on whose first one it starts.
pub(crate) fn fold(program: &Program, cells: usize) -> Folded {
    let mut folder = Folder {
        program,
        still: loops::still(program),
        steps: Vec::new(),
        here: 0,
        pending: Pending::default(),
        known: HashMap::new(),
        all_zero: true,
        on_tape: (0, i32::try_from(cells - 1).unwrap_or(i32::MAX)),
        open: Vec::new(),
    };
    let mut next = 0;
    while next < program.operations.len() {
        next = folder.operation(next);
    }
    folder.flush(None);
    Folded {
        steps: folder.steps,
        end: folder.here,
    }
}

struct Folder<'p> {
    program: &'p Program,
    still: Vec<bool>,
    steps: Vec<Step>,
    /// Where the program's pointer is, as an offset from the base.
    here: i32,
    /// What is still to be done.
    pending: Pending,
    /// What a cell holds after all steps so far, without what is pending; `None` for what nobody knows.
    known: HashMap<i32, Option<u8>>,
    /// Cells on the tape of which `known` says nothing hold 0: no loop has run.
    all_zero: bool,
    /// The first and the last of the cells that are known to be on the tape.
    on_tape: (i32, i32),
    open: Vec<Loop>,
}

/// What has to be remembered until a loop's end.
struct Loop {
    cell: i32,
    still: bool,
    on_tape: (i32, i32),
}

impl Folder<'_> {
    /// Folds the operation at `index`, or the whole loop that starts there. Gives the index of what comes next.
    fn operation(&mut self, index: usize) -> usize {
        let at = self.program.positions[index];
        match self.program.operations[index] {
            Operation::Right => self.here += 1,
            Operation::Left => self.here -= 1,
            Operation::Increment => self.add(self.here, 1, at),
            Operation::Decrement => self.add(self.here, u8::MAX, at),
            Operation::Output => {
                self.flush(None);
                self.step(What::Output { cell: self.here }, at);
                self.reach(self.here);
            }
            Operation::Input => {
                self.flush(None);
                // Before any input is asked for.
                self.touch(self.here, at);
                self.step(What::Input { cell: self.here }, at);
                self.known.insert(self.here, None);
            }
            Operation::Open => {
                let after = self.program.partners[index] as usize + 1;
                if self.value(self.here) == Some(0) {
                    return after;
                }
                match loops::simple(self.program, index) {
                    Some(Simple::Multiply { rounds, targets }) => {
                        self.multiply(rounds, targets, at);
                    }
                    Some(Simple::Scan { step }) => self.scan(step, index),
                    None => {
                        self.open(index);
                        return index + 1;
                    }
                }
                return after;
            }
            Operation::Close => self.close(at),
        }
        index + 1
    }

    fn multiply(&mut self, rounds: u8, mut targets: Vec<Target>, at: Position) {
        let cell = self.here;
        for target in &mut targets {
            target.cell += cell;
        }
        if let Some(value) = self.value(cell) {
            let rounds = value.wrapping_mul(rounds);
            for target in targets {
                self.add(target.cell, target.factor.wrapping_mul(rounds), target.at);
            }
        } else if !targets.is_empty() && !self.pour(cell, rounds, &targets, at) {
            self.flush(None);
            self.reach(cell);
            for target in &targets {
                self.known.insert(target.cell, None);
            }
            let multiply = What::Multiply {
                cell,
                rounds,
                targets,
            };
            self.step(multiply, at);
        }
        self.set(cell, 0, at);
    }

    /// Multiplies without a step of its own, if nothing it touches can be off the tape.
    fn pour(&mut self, cell: i32, rounds: u8, targets: &[Target], at: Position) -> bool {
        let cells = || targets.iter().map(|target| target.cell).chain([cell]);
        if cells().count() > Pending::MOST_MIXED || !cells().all(|cell| self.is_on_tape(cell)) {
            return false;
        }
        let parts: Vec<_> = targets
            .iter()
            .map(|target| (target.cell, target.factor.wrapping_mul(rounds)))
            .collect();
        for clean in [false, true] {
            if clean || self.pending.len() + parts.len() >= Pending::MOST_MIXED {
                self.flush(None);
            }
            for cell in cells() {
                self.add(cell, 0, at);
            }
            if let Some(poured) = self.pending.pour(cell, &parts) {
                self.pending = poured;
                return true;
            }
        }
        false
    }

    fn scan(&mut self, step: i32, open: usize) {
        self.flush(None);
        let cell = self.here;
        self.touch(cell, self.program.positions[open]);
        self.step(What::Scan { cell, step }, loops::end(self.program, open));
        self.after_loop(cell, (cell, cell));
    }

    fn open(&mut self, index: usize) {
        let (cell, still) = (self.here, self.still[index]);
        let entered = self.value(cell).is_some();
        self.flush(None);
        self.step(What::Open { cell, entered }, self.program.positions[index]);
        self.reach(cell);
        self.open.push(Loop {
            cell,
            still,
            on_tape: self.on_tape,
        });
        // The loop may come back here after having changed any cell.
        self.known.clear();
        self.all_zero = false;
        if !still {
            self.on_tape = (cell, cell);
        }
    }

    fn close(&mut self, at: Position) {
        let Loop {
            cell,
            still,
            on_tape,
        } = self
            .open
            .pop()
            .expect("brackets were matched by the parser");
        let step = self.here - cell;
        let once = self.value(self.here) == Some(0);
        // A cell that changes last needs not be looked at again: the change leaves the flags that tell whether it is 0.
        self.flush(Some(self.here));
        self.step(What::Close { cell, step, once }, at);
        self.here = cell;
        self.after_loop(cell, if still { on_tape } else { (cell, cell) });
    }

    /// What is known after a loop is that it has ended.
    fn after_loop(&mut self, cell: i32, on_tape: (i32, i32)) {
        self.all_zero = false;
        self.known.clear();
        self.known.insert(cell, Some(0));
        self.on_tape = on_tape;
    }

    /// What a cell holds, if that is known.
    fn value(&mut self, cell: i32) -> Option<u8> {
        match self.pending.get(cell) {
            Some(value) => value.as_constant(),
            None => self.settled(cell),
        }
    }

    /// The same, without what is pending.
    fn settled(&self, cell: i32) -> Option<u8> {
        match self.known.get(&cell) {
            Some(known) => *known,
            None => (self.all_zero && self.is_on_tape(cell)).then_some(0),
        }
    }

    fn add(&mut self, cell: i32, value: u8, at: Position) {
        if let Some(pending) = self.pending.get(cell) {
            pending.constant = pending.constant.wrapping_add(value);
            return;
        }
        self.make_room();
        let mut changed = match self.settled(cell) {
            Some(known) => Value::constant(known),
            None => Value::unchanged(),
        };
        changed.constant = changed.constant.wrapping_add(value);
        self.pending.push(cell, changed, at);
    }

    fn set(&mut self, cell: i32, value: u8, at: Position) {
        match self.pending.get(cell) {
            Some(pending) => *pending = Value::constant(value),
            None => {
                self.make_room();
                self.pending.push(cell, Value::constant(value), at);
            }
        }
    }

    fn make_room(&mut self) {
        if self.pending.is_mixed() && self.pending.len() >= Pending::MOST_MIXED {
            self.flush(None);
        }
    }

    /// Makes steps of all that is pending; of the change to the cell `last` at the end, if that is possible.
    fn flush(&mut self, last: Option<i32>) {
        let last = last.filter(|&last| self.is_on_tape(last));
        for Change { cell, at, value } in std::mem::take(&mut self.pending).into_order(last) {
            let Value {
                own,
                constant,
                terms,
            } = value;
            let (what, known) = match (own, terms.is_empty()) {
                (true, true) if constant == 0 => {
                    self.touch(cell, at);
                    continue;
                }
                (true, true) => (
                    What::Add {
                        cell,
                        value: constant,
                    },
                    None,
                ),
                (false, true) if self.settled(cell) == Some(constant) => continue,
                (false, true) => (
                    What::Set {
                        cell,
                        value: constant,
                    },
                    Some(constant),
                ),
                (_, false) => {
                    let combine = What::Combine {
                        cell,
                        own,
                        constant,
                        terms,
                    };
                    (combine, None)
                }
            };
            self.step(what, at);
            self.known.insert(cell, known);
            self.reach(cell);
        }
    }

    fn step(&mut self, what: What, at: Position) {
        self.steps.push(Step { what, at });
    }

    /// Sees to it that a cell is on the tape.
    fn touch(&mut self, cell: i32, at: Position) {
        if !self.is_on_tape(cell) {
            self.step(What::Touch { cell }, at);
            self.reach(cell);
        }
    }

    /// A step has touched this cell: so it is on the tape, and so are those between it and others that are.
    fn reach(&mut self, cell: i32) {
        self.on_tape = (self.on_tape.0.min(cell), self.on_tape.1.max(cell));
    }

    fn is_on_tape(&self, cell: i32) -> bool {
        (self.on_tape.0..=self.on_tape.1).contains(&cell)
    }
}
