//! Writes brainfuck with names for cells.

/// A program in the making, and where its pointer is.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
    at: usize,
    taken: Vec<bool>,
}

/// The number of a cell.
pub(crate) type Cell = usize;

impl Writer {
    /// The program.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// The first of so many free cells in a row. Free cells hold 0.
    pub(crate) fn cells(&mut self, count: usize) -> Cell {
        let mut first = 0;
        while (first..first + count).any(|cell| self.taken.get(cell) == Some(&true)) {
            first += 1;
        }
        self.taken
            .resize(self.taken.len().max(first + count), false);
        self.taken[first..first + count].fill(true);
        first
    }

    /// A free cell.
    pub(crate) fn cell(&mut self) -> Cell {
        self.cells(1)
    }

    /// Gives a cell back, which has to hold 0.
    pub(crate) fn free(&mut self, cell: Cell) {
        self.taken[cell] = false;
    }

    /// Goes to a cell.
    pub(crate) fn go(&mut self, cell: Cell) {
        let (way, count) = match cell >= self.at {
            true => (">", cell - self.at),
            false => ("<", self.at - cell),
        };
        self.text.push_str(&way.repeat(count));
        self.at = cell;
    }

    /// Text that ends at the cell where it starts.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn add(&mut self, cell: Cell, value: i32) {
        self.go(cell);
        let sign = if value < 0 { "-" } else { "+" };
        self.text
            .push_str(&sign.repeat(value.unsigned_abs() as usize));
    }

    pub(crate) fn clear(&mut self, cell: Cell) {
        self.go(cell);
        self.raw("[-]");
    }

    pub(crate) fn set(&mut self, cell: Cell, value: i32) {
        self.clear(cell);
        self.add(cell, value);
    }

    /// While the cell is not 0.
    pub(crate) fn while_(&mut self, cell: Cell, body: impl FnOnce(&mut Writer)) {
        self.go(cell);
        self.raw("[");
        body(self);
        self.go(cell);
        self.raw("]");
    }

    /// As often as the cell says, which is 0 then.
    pub(crate) fn times(&mut self, cell: Cell, body: impl FnOnce(&mut Writer)) {
        self.while_(cell, |writer| {
            writer.raw("-");
            body(writer);
        });
    }

    /// If the cell, which is 0 or 1, is 1; it is 0 then.
    pub(crate) fn if_(&mut self, cell: Cell, body: impl FnOnce(&mut Writer)) {
        self.times(cell, body);
    }

    /// Adds the cell times a factor to each target. The cell is 0 then.
    pub(crate) fn pour(&mut self, cell: Cell, targets: &[(Cell, i32)]) {
        self.times(cell, |writer| {
            for (target, factor) in targets {
                writer.add(*target, *factor);
            }
        });
    }

    /// Adds the cell to each target, and keeps it.
    pub(crate) fn copy(&mut self, cell: Cell, targets: &[Cell]) {
        let spare = self.cell();
        let all: Vec<_> = targets
            .iter()
            .chain([&spare])
            .map(|cell| (*cell, 1))
            .collect();
        self.pour(cell, &all);
        self.pour(spare, &[(cell, 1)]);
        self.free(spare);
    }

    /// Makes a 1 of a 0 and a 0 of a 1.
    pub(crate) fn not(&mut self, cell: Cell) {
        let spare = self.cell();
        self.add(spare, 1);
        self.pour(cell, &[(spare, -1)]);
        self.pour(spare, &[(cell, 1)]);
        self.free(spare);
    }

    /// Prints a text.
    pub(crate) fn print(&mut self, text: &str) {
        let letter = self.cell();
        for byte in text.bytes() {
            self.set(letter, byte.into());
            self.raw(".");
        }
        self.clear(letter);
        self.free(letter);
    }

    /// If the cell is 0. The body may change it.
    pub(crate) fn if_zero(&mut self, cell: Cell, body: impl FnOnce(&mut Writer)) {
        let (flag, spare) = (self.cell(), self.cell());
        self.add(flag, 1);
        self.while_(cell, |writer| {
            writer.add(flag, -1);
            writer.pour(cell, &[(spare, 1)]);
        });
        self.pour(spare, &[(cell, 1)]);
        self.if_(flag, body);
        self.free(spare);
        self.free(flag);
    }
}
