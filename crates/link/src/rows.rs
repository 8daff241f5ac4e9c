//! A number for each section or symbol of many objects, most of which nobody asks for: a row for each object, made when
//! its first number is set. Looked up for every relocation, so there is no hashing.

use crate::target::ObjectId;

/// Numbers of the pool's objects, by object and by section or symbol. What was not set is `T::default()`.
#[derive(Debug, Default)]
pub(crate) struct Rows<T>(Vec<Vec<T>>);

impl<T: Copy + Default + PartialEq> Rows<T> {
    #[inline]
    pub(crate) fn get(&self, object: ObjectId, index: u32) -> T {
        let row = self.0.get(object.index());
        let number = row.and_then(|row| row.get(index as usize));
        number.copied().unwrap_or_default()
    }

    #[inline]
    pub(crate) fn set(&mut self, object: ObjectId, index: u32, number: T) {
        let row = self.row(object);
        let index = index as usize;
        if row.len() <= index {
            // Zeroed memory that nobody touches costs nothing; copying happens seldom.
            let mut longer = vec![T::default(); (index + 1).next_power_of_two()];
            longer[..row.len()].copy_from_slice(row);
            *row = longer;
        }
        row[index] = number;
    }

    /// An object's row, which may be empty.
    pub(crate) fn row(&mut self, object: ObjectId) -> &mut Vec<T> {
        let object = object.index();
        if self.0.len() <= object {
            self.0.resize_with(object + 1, Vec::new);
        }
        &mut self.0[object]
    }

    /// Takes over what was set in others.
    pub(crate) fn extend(&mut self, others: Rows<T>) {
        for (object, row) in others.0.into_iter().enumerate() {
            let object = ObjectId::pool(object);
            if row.is_empty() {
                continue;
            }
            if self.row(object).is_empty() {
                *self.row(object) = row;
                continue;
            }
            for (index, number) in (0u32..).zip(row) {
                if number != T::default() {
                    self.set(object, index, number);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_is_there_and_nothing_else() {
        let mut rows = Rows::default();
        let object = ObjectId::pool;
        rows.set(object(3), 5, 55_u32);
        rows.set(object(3), 1000, 7);
        assert_eq!(rows.get(object(3), 5), 55);
        assert_eq!(rows.get(object(3), 1000), 7);
        assert_eq!(rows.get(object(3), 6), 0);
        assert_eq!(rows.get(object(2), 5), 0);
        assert_eq!(rows.get(object(9), u32::MAX), 0);
    }

    #[test]
    fn two_become_one() {
        let object = ObjectId::pool;
        let (mut one, mut other) = (Rows::default(), Rows::default());
        one.set(object(0), 1, 10_u64);
        other.set(object(0), 100, 20);
        other.set(object(4), 2, 30);
        one.extend(other);
        let found = [(0, 1), (0, 100), (4, 2), (0, 2)].map(|(o, index)| one.get(object(o), index));
        assert_eq!(found, [10, 20, 30, 0]);
    }
}
