//! Work of the typed kinds: values passed one by one, data passed by pointer, and frames that somebody else laid out.

use std::marker::PhantomData;

use crate::{Arguments, Returned, frame::Frame};

use super::{
    Code, Plain, Verdict, plain,
    work::{Job, Outcome, SharedBytes, Work},
};

/// Evaluations with arguments by value; `job` says which code the n-th one is and what it gets.
pub(super) struct ByValue<'c, F, A, R> {
    job: F,
    count: usize,
    jobs: PhantomData<(Code<'c>, A)>,
    pub(super) verdicts: Vec<Verdict<R>>,
}

impl<'c, F: FnMut(usize) -> (Code<'c>, A), A, R> ByValue<'c, F, A, R> {
    pub(super) fn new(count: usize, job: F) -> ByValue<'c, F, A, R> {
        ByValue {
            job,
            count,
            jobs: PhantomData,
            verdicts: Vec::with_capacity(count),
        }
    }
}

impl<'c, F: FnMut(usize) -> (Code<'c>, A), A: Arguments, R: Returned> Work
    for ByValue<'c, F, A, R>
{
    fn count(&self) -> usize {
        self.count
    }

    fn job(&mut self, index: usize, _: usize) -> Job<'_> {
        let (code, arguments) = (self.job)(index);
        Job {
            code,
            data: &[],
            frame: Frame::new::<A, R>(code.abi, arguments),
        }
    }

    fn done(&mut self, _: usize, outcome: Outcome<'_>, _: SharedBytes) {
        self.verdicts
            .push(outcome.map(|(frame, abi)| frame.returned(abi)));
    }
}

/// Evaluations of one code, each of which gets a pointer to its piece of data, and its length if it is asked for.
pub(super) struct ByPointer<'a, T, R> {
    code: Code<'a>,
    data: &'a mut [T],
    /// How many values a piece has.
    piece: usize,
    with_length: bool,
    pub(super) verdicts: Vec<Verdict<R>>,
}

impl<'a, T: Plain, R> ByPointer<'a, T, R> {
    /// Each value is a piece of its own.
    pub(super) fn each(code: Code<'a>, data: &'a mut [T]) -> ByPointer<'a, T, R> {
        let verdicts = Vec::with_capacity(data.len());
        ByPointer {
            code,
            data,
            piece: 1,
            with_length: false,
            verdicts,
        }
    }

    /// All of them are one piece, passed with its length.
    pub(super) fn slice(code: Code<'a>, data: &'a mut [T]) -> ByPointer<'a, T, R> {
        let piece = data.len();
        ByPointer {
            code,
            data,
            piece,
            with_length: true,
            verdicts: Vec::with_capacity(1),
        }
    }
}

impl<T: Plain, R: Returned> Work for ByPointer<'_, T, R> {
    fn count(&self) -> usize {
        if self.with_length { 1 } else { self.data.len() }
    }

    fn job(&mut self, index: usize, address: usize) -> Job<'_> {
        let start = index * self.piece;
        let frame = if self.with_length {
            Frame::new::<_, R>(self.code.abi, (address, self.piece))
        } else {
            Frame::new::<_, R>(self.code.abi, (address,))
        };
        Job {
            code: self.code,
            data: plain::bytes(&self.data[start..start + self.piece]),
            frame,
        }
    }

    fn done(&mut self, index: usize, outcome: Outcome<'_>, data: SharedBytes) {
        if let Outcome::Returned(..) = outcome {
            let start = index * self.piece;
            data.copy_to(plain::bytes_mut(&mut self.data[start..start + self.piece]));
        }
        self.verdicts
            .push(outcome.map(|(frame, abi)| frame.returned(abi)));
    }
}

/// One evaluation of a call that the caller lays out.
pub(super) struct ByFrame<'a, F> {
    code: Code<'a>,
    data: &'a mut [u8],
    lay_out: F,
    pub(super) verdict: Option<Verdict<Frame>>,
}

impl<'a, F: FnMut(&mut [u8], usize) -> Frame> ByFrame<'a, F> {
    pub(super) fn new(code: Code<'a>, data: &'a mut [u8], lay_out: F) -> ByFrame<'a, F> {
        ByFrame {
            code,
            data,
            lay_out,
            verdict: None,
        }
    }
}

impl<F: FnMut(&mut [u8], usize) -> Frame> Work for ByFrame<'_, F> {
    fn count(&self) -> usize {
        1
    }

    fn job(&mut self, _: usize, address: usize) -> Job<'_> {
        let frame = (self.lay_out)(self.data, address);
        Job {
            code: self.code,
            data: self.data,
            frame,
        }
    }

    fn done(&mut self, _: usize, outcome: Outcome<'_>, data: SharedBytes) {
        if let Outcome::Returned(..) = outcome {
            data.copy_to(self.data);
        }
        self.verdict = Some(outcome.map(|(frame, _)| frame.clone()));
    }
}
