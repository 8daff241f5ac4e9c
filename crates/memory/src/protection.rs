//! What may be done with a page once its block is sealed, and how the parts named by a caller become the runs of
//! pages whose protection is changed. Stands between [`Block`](crate::Block) and [`Code`](crate::Code).

use std::ops::Range;

use crate::{Error, PartFault};

/// What may be done with a page of sealed memory. There is no way to say "writable and executable".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Machine code: it can be run and read.
    ReadExecute,
    /// Constants: they can be read.
    Read,
    /// Variables of the code: they can be read and written, by the code too.
    ReadWrite,
}

/// Pages beside one another with the same protection, as offsets from the start of the block.
pub(crate) type Run = (Range<usize>, Protection);

/// Checks the parts of a block of `len` bytes and turns them into runs that cover all of it, in ascending order, no
/// two neighbours alike. Pages that no part names become [`Protection::Read`].
pub(crate) fn runs(parts: &[Run], len: usize, page_size: usize) -> Result<Vec<Run>, Error> {
    let mut runs = Vec::with_capacity(2 * parts.len() + 1);
    let mut end = 0;
    for (part, protection) in parts {
        if let Some(fault) = fault(part, end, len, page_size) {
            return Err(Error::Part {
                part: part.clone(),
                fault,
                len,
            });
        }
        push(&mut runs, end..part.start, Protection::Read);
        push(&mut runs, part.clone(), *protection);
        end = part.end;
    }
    push(&mut runs, end..len, Protection::Read);
    Ok(runs)
}

fn fault(
    part: &Range<usize>,
    previous_end: usize,
    len: usize,
    page_size: usize,
) -> Option<PartFault> {
    if !part.start.is_multiple_of(page_size) || !part.end.is_multiple_of(page_size) {
        Some(PartFault::Unaligned { page_size })
    } else if part.start >= part.end {
        Some(PartFault::Empty)
    } else if part.start < previous_end {
        Some(PartFault::OutOfOrder { previous_end })
    } else if part.end > len {
        Some(PartFault::PastTheEnd)
    } else {
        None
    }
}

/// One `mprotect` per run is wanted: a range that continues the last run's protection lengthens it.
fn push(runs: &mut Vec<Run>, range: Range<usize>, protection: Protection) {
    if range.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some((last, same)) if *same == protection => last.end = range.end,
        _ => runs.push((range, protection)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Protection::{Read, ReadExecute, ReadWrite};

    const PAGE: usize = 0x1000;

    #[test]
    fn gaps_become_read_only_and_equal_neighbours_one_run() {
        let parts = [
            (0x1000..0x2000, ReadExecute),
            (0x2000..0x4000, ReadExecute),
            (0x5000..0x6000, ReadWrite),
        ];
        let expected = [
            (0..0x1000, Read),
            (0x1000..0x4000, ReadExecute),
            (0x4000..0x5000, Read),
            (0x5000..0x6000, ReadWrite),
            (0x6000..0x8000, Read),
        ];
        assert_eq!(runs(&parts, 0x8000, PAGE).unwrap(), expected);
        assert_eq!(runs(&[], 0x2000, PAGE).unwrap(), [(0..0x2000, Read)]);
        assert_eq!(
            runs(&[(0x1000..0x2000, Read)], 0x3000, PAGE).unwrap(),
            [(0..0x3000, Read)]
        );
    }

    #[test]
    fn each_fault_is_told_apart() {
        let fault = |parts: &[Run]| match runs(parts, 0x4000, PAGE) {
            Err(Error::Part {
                fault, len: 0x4000, ..
            }) => fault,
            other => panic!("expected a fault in a part, got {other:?}"),
        };
        assert_eq!(
            fault(&[(0..0x10, Read)]),
            PartFault::Unaligned { page_size: PAGE }
        );
        assert_eq!(
            fault(&[(0x10..0x1000, Read)]),
            PartFault::Unaligned { page_size: PAGE }
        );
        assert_eq!(fault(&[(0x1000..0x1000, Read)]), PartFault::Empty);
        #[expect(clippy::reversed_empty_ranges, reason = "this is the bad input")]
        let reversed = [(0x2000..0x1000, Read)];
        assert_eq!(fault(&reversed), PartFault::Empty);
        assert_eq!(fault(&[(0x3000..0x5000, Read)]), PartFault::PastTheEnd);
        let overlap = [(0..0x2000, ReadExecute), (0x1000..0x3000, ReadWrite)];
        assert_eq!(
            fault(&overlap),
            PartFault::OutOfOrder {
                previous_end: 0x2000
            }
        );
        let descending = [(0x2000..0x3000, ReadExecute), (0..0x1000, ReadWrite)];
        assert_eq!(
            fault(&descending),
            PartFault::OutOfOrder {
                previous_end: 0x3000
            }
        );
    }
}
