//! One worker and its typed face.

use crate::{Arguments, Returned, frame::Frame};

use super::{
    Code, Error, Limits, Plain, Protections, Verdict, Worker,
    batch::{ByFrame, ByPointer, ByValue},
    work::Work,
};

/// A worker process, and a second one beside it that makes workers.
///
/// Making one takes about a millisecond; a call some microseconds. Dropping it ends both processes and waits until
/// they are gone. A process that was forked from this one must not use its copy.
///
/// The methods return `Err` for what is wrong with the isolate or with the request, and `Ok` with a [`Verdict`] for
/// whatever the code did.
#[derive(Debug)]
pub struct Isolate {
    worker: Worker,
    limits: Limits,
}

impl Isolate {
    /// Starts a worker that keeps these limits.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where there is no isolate, [`Error::Protection`] for a system that lacks a protection
    /// which the limits require, [`Error::System`] for what the system refuses, [`Error::Limit`] and [`Error::NoTime`]
    /// for limits that cannot be.
    pub fn new(limits: Limits) -> Result<Isolate, Error> {
        limits.check()?;
        Ok(Isolate {
            worker: Worker::new(&limits)?,
            limits,
        })
    }

    /// What stands between the code and this system, as the worker reported before it ran anything.
    #[must_use]
    pub fn protections(&self) -> Protections {
        self.worker.protections()
    }

    /// The number of the worker process. Each new worker has another one; `None` between two of them.
    #[must_use]
    pub fn worker_id(&self) -> Option<u32> {
        self.worker.pid()
    }

    /// Evaluates `code` with these arguments.
    ///
    /// Pointers among the arguments mean nothing to a worker, which has none of this process's memory; see
    /// [`Isolate::call_on`].
    ///
    /// # Errors
    /// [`Error::NoCode`], [`Error::CodeTooLarge`]; the others if a lost worker could not be replaced.
    pub fn call<'c, A: Arguments, R: Returned>(
        &mut self,
        code: impl Into<Code<'c>>,
        arguments: A,
    ) -> Result<Verdict<R>, Error> {
        let code = code.into();
        let mut work = ByValue::new(1, |_| (code, arguments));
        self.run(&mut work)?;
        work.verdicts.pop().ok_or(Error::TemplateGone)
    }

    /// Evaluates `code` with a pointer to `data` as its one argument: `extern "C" fn(*mut T) -> R`. The worker has a
    /// copy of the data; if the code returns, `data` is what it left there, else it stays as it was.
    ///
    /// # Errors
    /// As [`Isolate::call`], and [`Error::DataTooLarge`].
    pub fn call_on<'c, T: Plain, R: Returned>(
        &mut self,
        code: impl Into<Code<'c>>,
        data: &mut T,
    ) -> Result<Verdict<R>, Error> {
        let mut work = ByPointer::each(code.into(), std::slice::from_mut(data));
        self.run(&mut work)?;
        work.verdicts.pop().ok_or(Error::TemplateGone)
    }

    /// Evaluates `code` with a pointer to `data` and the number of its elements: `extern "C" fn(*mut T, usize) -> R`.
    /// Otherwise as [`Isolate::call_on`].
    ///
    /// # Errors
    /// As [`Isolate::call_on`].
    pub fn call_on_slice<'c, T: Plain, R: Returned>(
        &mut self,
        code: impl Into<Code<'c>>,
        data: &mut [T],
    ) -> Result<Verdict<R>, Error> {
        let mut work = ByPointer::slice(code.into(), data);
        self.run(&mut work)?;
        work.verdicts.pop().ok_or(Error::TemplateGone)
    }

    /// Evaluates `code` with a frame that `lay_out` makes, which may write into `data` what the arguments point to: it
    /// is told at which address the code will find `data`, a multiple of 64. For signatures that are known only at run
    /// time; see [`Signature::lay_out`](crate::signature::Signature::lay_out). If the code returns, `data` is what it
    /// left there.
    ///
    /// # Errors
    /// As [`Isolate::call_on`].
    pub fn call_frame<'c>(
        &mut self,
        code: impl Into<Code<'c>>,
        data: &mut [u8],
        lay_out: impl FnMut(&mut [u8], usize) -> Frame,
    ) -> Result<Verdict<Frame>, Error> {
        let mut work = ByFrame::new(code.into(), data, lay_out);
        self.run(&mut work)?;
        work.verdict.ok_or(Error::TemplateGone)
    }

    /// Evaluates one code with each of these arguments.
    ///
    /// # Errors
    /// As [`Isolate::call`]; no verdicts are kept then.
    pub fn batch<'c, A: Arguments, R: Returned>(
        &mut self,
        code: impl Into<Code<'c>>,
        arguments: &[A],
    ) -> Result<Vec<Verdict<R>>, Error> {
        let code = code.into();
        self.evaluate(arguments.len(), |index| (code, arguments[index]))
    }

    /// Evaluates each of these codes with the same arguments.
    ///
    /// # Errors
    /// As [`Isolate::call`]; no verdicts are kept then.
    pub fn batch_codes<C, A: Arguments, R: Returned>(
        &mut self,
        codes: &[C],
        arguments: A,
    ) -> Result<Vec<Verdict<R>>, Error>
    where
        for<'c> &'c C: Into<Code<'c>>,
    {
        self.evaluate(codes.len(), |index| ((&codes[index]).into(), arguments))
    }

    /// Evaluates one code with a pointer to each of these, as [`Isolate::call_on`] does.
    ///
    /// # Errors
    /// As [`Isolate::call_on`]; no verdicts are kept then, but the data of evaluations that were made.
    pub fn batch_on<'c, T: Plain, R: Returned>(
        &mut self,
        code: impl Into<Code<'c>>,
        data: &mut [T],
    ) -> Result<Vec<Verdict<R>>, Error> {
        let mut work = ByPointer::each(code.into(), data);
        self.run(&mut work)?;
        Ok(work.verdicts)
    }

    /// Makes `count` evaluations; `job` says which code the n-th one is and what it gets. Codes with the same bytes at
    /// the same address are copied once for evaluations that follow each other. `job` may be asked twice for the same
    /// one.
    ///
    /// # Errors
    /// As [`Isolate::call`]; no verdicts are kept then.
    pub fn evaluate<'c, A: Arguments, R: Returned>(
        &mut self,
        count: usize,
        job: impl FnMut(usize) -> (Code<'c>, A),
    ) -> Result<Vec<Verdict<R>>, Error> {
        let mut work = ByValue::new(count, job);
        self.run(&mut work)?;
        Ok(work.verdicts)
    }

    fn run<W: Work>(&mut self, work: &mut W) -> Result<(), Error> {
        self.worker.run(self.limits.renewal(), work)
    }
}
