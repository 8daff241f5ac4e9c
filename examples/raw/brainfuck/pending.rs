//! Changes of cells that were not made yet: what each cell is to hold, as a sum of what cells held before any of the
//! changes. So what is moved to and fro and ends where it began costs nothing.

use std::collections::HashMap;

use super::{parse::Position, step::Term};

/// What a cell is to hold.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) cell: i32,
    pub(crate) at: Position,
    pub(crate) value: Value,
}

/// A sum, modulo 256.
#[derive(Clone, Debug, Default)]
pub(crate) struct Value {
    /// What the cell itself held is part of it.
    pub(crate) own: bool,
    pub(crate) constant: u8,
    /// Other cells' parts.
    pub(crate) terms: Vec<Term>,
}

/// Changes in the order in which their cells were first touched. They can always be made one after the other, in some
/// order, so that none changes a cell that a later one reads.
#[derive(Clone, Default)]
pub(crate) struct Pending {
    changes: Vec<Change>,
    /// Where a cell is among them.
    places: HashMap<i32, usize>,
    /// Whether any cell's value has another one's part.
    mixed: bool,
}

impl Value {
    pub(crate) fn constant(constant: u8) -> Value {
        Value {
            constant,
            ..Value::default()
        }
    }

    /// What the cell holds already.
    pub(crate) fn unchanged() -> Value {
        Value {
            own: true,
            ..Value::default()
        }
    }

    /// The value if it is the same whatever the cells held.
    pub(crate) fn as_constant(&self) -> Option<u8> {
        (!self.own && self.terms.is_empty()).then_some(self.constant)
    }

    /// This value, of the cell `cell`, and so many times another one's. `None` where that would hold some other part
    /// of the cell than all of it or nothing.
    fn plus(&self, cell: i32, times: u8, other_cell: i32, other: &Value) -> Option<Value> {
        let mut sum = self.clone();
        sum.constant = sum
            .constant
            .wrapping_add(times.wrapping_mul(other.constant));
        let others_own = other.own.then_some(Term {
            cell: other_cell,
            factor: 1,
        });
        for term in other.terms.iter().chain(&others_own) {
            let factor = term.factor.wrapping_mul(times);
            if term.cell == cell {
                sum.own = match u8::from(sum.own).wrapping_add(factor) {
                    0 => false,
                    1 => true,
                    _ => return None,
                };
                continue;
            }
            match sum.terms.iter_mut().find(|there| there.cell == term.cell) {
                Some(there) => there.factor = there.factor.wrapping_add(factor),
                None => sum.terms.push(Term {
                    cell: term.cell,
                    factor,
                }),
            }
        }
        sum.terms.retain(|term| term.factor != 0);
        Some(sum)
    }
}

impl Pending {
    /// How many changes there can be when some are mixed: their order is found by looking at all of them for each.
    pub(crate) const MOST_MIXED: usize = 64;

    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    pub(crate) fn is_mixed(&self) -> bool {
        self.mixed
    }

    /// What a cell is to hold, if it is to change.
    pub(crate) fn get(&mut self, cell: i32) -> Option<&mut Value> {
        let place = *self.places.get(&cell)?;
        Some(&mut self.changes[place].value)
    }

    /// A cell that had not changed yet.
    pub(crate) fn push(&mut self, cell: i32, value: Value, at: Position) {
        self.places.insert(cell, self.changes.len());
        self.changes.push(Change { cell, at, value });
    }

    /// Adds so many times the value of `from` to each of the targets, all of which have changes already. `None` where
    /// that cannot be said, or not be done in any order.
    pub(crate) fn pour(&self, from: i32, targets: &[(i32, u8)]) -> Option<Pending> {
        let mut poured = self.clone();
        let source = poured.get(from)?.clone();
        for &(cell, times) in targets {
            let value = poured.get(cell)?;
            *value = value.plus(cell, times, from, &source)?;
        }
        *poured.get(from)? = Value::constant(0);
        poured.mixed = poured
            .changes
            .iter()
            .any(|change| !change.value.terms.is_empty());
        let ordered = poured.clone().into_order(None);
        (ordered.len() == self.len()).then_some(poured)
    }

    /// All changes, in an order in which they can be made; that of `last` at the end, if possible. Those that are not
    /// mixed keep their own order among themselves.
    pub(crate) fn into_order(self, last: Option<i32>) -> Vec<Change> {
        let mut waiting = self.changes;
        if !self.mixed {
            if let Some(place) = last.and_then(|last| self.places.get(&last)) {
                let last = waiting.remove(*place);
                waiting.push(last);
            }
            return waiting;
        }
        let mut ordered = Vec::with_capacity(waiting.len());
        // Each time the first one whose cell none of the others reads.
        let next = |waiting: &[Change], but: Option<i32>| {
            waiting.iter().position(|change| {
                let read = |other: &Change| {
                    other.cell != change.cell
                        && other
                            .value
                            .terms
                            .iter()
                            .any(|term| term.cell == change.cell)
                };
                but != Some(change.cell) && !waiting.iter().any(read)
            })
        };
        while let Some(place) = next(&waiting, last).or_else(|| next(&waiting, None)) {
            ordered.push(waiting.remove(place));
        }
        ordered
    }
}
