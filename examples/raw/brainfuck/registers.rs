//! Cells in registers. A cell that was used lately has its value in a register as well, so that the next use need not
//! wait for memory to give back what was just stored. Memory always holds every value too: a fault can come at any
//! time, and wherever ways meet everything is forgotten.

use super::{
    emit::{AL, CL, Emitter, Register},
    step::Term,
};

/// What calls need not preserve, but for RAX and RCX, with which everything is computed: RDX, RSI, RDI, R8 to R11.
const REGISTERS: [Register; 7] = [
    Register(2),
    Register(6),
    Register(7),
    Register(8),
    Register(9),
    Register(10),
    Register(11),
];

/// Which cells the registers hold.
#[derive(Default)]
pub(crate) struct Registers {
    cells: [Option<i32>; REGISTERS.len()],
    /// Whose turn it is to be used for another cell.
    next: usize,
}

impl Registers {
    /// Forgets all cells: other code leads here too, or the registers or the base have changed.
    pub(crate) fn forget(&mut self) {
        self.cells = Default::default();
    }

    /// Forgets one: its memory is written.
    pub(crate) fn forget_cell(&mut self, cell: i32) {
        for held in self.cells.iter_mut().filter(|held| **held == Some(cell)) {
            *held = None;
        }
    }

    /// The register that a cell is in.
    pub(crate) fn find(&self, cell: i32) -> Option<Register> {
        let place = self.cells.iter().position(|held| *held == Some(cell))?;
        Some(REGISTERS[place])
    }

    /// A register for a cell, whose value has to be put there.
    fn take(&mut self, cell: i32) -> Register {
        self.find(cell).unwrap_or_else(|| {
            let place = self.next;
            self.next = (place + 1) % REGISTERS.len();
            self.cells[place] = Some(cell);
            REGISTERS[place]
        })
    }

    /// A register with a cell's value.
    pub(crate) fn load(&mut self, emit: &mut Emitter, cell: i32) -> Register {
        self.find(cell).unwrap_or_else(|| {
            let register = self.take(cell);
            emit.load_to(register, cell);
            register
        })
    }

    /// Adds to a cell. Leaves the zero flag for what it holds then.
    pub(crate) fn add(&mut self, emit: &mut Emitter, cell: i32, value: u8) {
        let register = self.load(emit, cell);
        emit.add_constant(register, value);
        emit.store(register, cell);
    }

    /// A cell becomes the sum of other cells times their factors, a constant, and what it held if it is to keep that.
    /// The zero flag tells about it if it kept something.
    pub(crate) fn combine(
        &mut self,
        emit: &mut Emitter,
        (cell, own): (i32, bool),
        constant: u8,
        terms: &[Term],
    ) {
        // One cell that is added or taken away as it is needs no computing.
        let whole = |term: &&Term| own && constant == 0 && matches!(term.factor, 1 | u8::MAX);
        if let [term] = terms
            && whole(&term)
        {
            let part = self.load(emit, term.cell);
            // Loading the other cell may take this one's register.
            emit.copy(AL, part);
            let register = self.load(emit, cell);
            match term.factor {
                1 => emit.add_register(register, AL),
                _ => emit.subtract_register(register, AL),
            }
            return emit.store(register, cell);
        }
        for (index, term) in terms.iter().enumerate() {
            let part = self.load(emit, term.cell);
            let computed = if index == 0 { AL } else { CL };
            emit.copy(computed, part);
            emit.scale(computed, term.factor);
            if index > 0 {
                emit.add_register(AL, CL);
            }
        }
        if constant != 0 {
            emit.add_constant(AL, constant);
        }
        if own {
            let register = self.load(emit, cell);
            emit.add_register(register, AL);
            emit.store(register, cell);
        } else {
            let register = self.take(cell);
            emit.copy(register, AL);
            emit.store(register, cell);
        }
    }
}
