//! From jobs to outcomes: fills the orders, hands them over, reads what came back, and goes on in a new worker where
//! one was lost.
//!
//! Who is to blame when a worker is lost? The evaluation that it was at, unless the worker had run others before, which may
//! have prepared its end: then a new worker runs it again. So each outcome is that evaluation's own, or one that an
//! earlier evaluation of the same worker forged without being noticed; against the latter only
//! [`Renew`](crate::isolate::Renew) helps.

use crate::{
    FaultKind,
    isolate::{Error, Renew},
};

use super::{
    arch::{FLOATS, INTEGERS, STACK_WORDS, TRAP},
    area::TASKS_AT_ONCE,
    fault,
    shared::{RETURNED, Record, SIGNALLED, Task},
    template::End,
    worker::{HandOver, Worker},
};

/// Pieces of code start at multiples of this.
const CODE_ALIGNMENT: usize = 16;
/// So do pieces of data: no two share a line of the cache.
const DATA_ALIGNMENT: usize = 64;

/// What passes arguments and results on this processor: registers, in the order of the tasks and records, and the stack.
#[derive(Clone, Debug)]
pub(in crate::isolate) struct Registers {
    pub(in crate::isolate) integers: [u64; INTEGERS],
    pub(in crate::isolate) floats: [u64; FLOATS],
    /// Only so many are used.
    pub(in crate::isolate) stack: [usize; STACK_WORDS],
    pub(in crate::isolate) stack_words: usize,
}

impl Default for Registers {
    fn default() -> Registers {
        Registers { integers: [0; INTEGERS], floats: [0; FLOATS], stack: [0; STACK_WORDS], stack_words: 0 }
    }
}

/// One evaluation to be made.
pub(in crate::isolate) struct Job<'a> {
    pub(in crate::isolate) code: &'a [u8],
    /// Copied to memory that the code can write; its address there is given to [`Work::load`].
    pub(in crate::isolate) data: &'a [u8],
}

/// How an evaluation ended.
#[derive(Clone, Debug)]
pub(in crate::isolate) enum Outcome<'a> {
    Returned(&'a Registers),
    Fault(crate::Fault),
    SystemCall { number: i32, offset: Option<usize> },
    /// The worker ended with it.
    Lost { signal: Option<i32> },
    /// The worker said that all is done, and it is not so.
    Tampered,
}

/// Jobs, and what becomes of the outcomes.
pub(in crate::isolate) trait Work {
    /// The job at `index`; `None` past the last. It may be asked for again, when a worker was lost.
    fn job(&mut self, index: usize) -> Option<Job<'_>>;

    /// The arguments of the job at `index`, whose data lie at this address in the worker.
    fn load(&mut self, index: usize, data: u64) -> Registers;

    /// Takes the outcome of the job at `index`, and its data as it is now.
    fn done(&mut self, index: usize, outcome: Outcome, data: SharedBytes);
}

/// Bytes that a worker may change while they are read.
#[derive(Clone, Copy, Debug)]
pub(in crate::isolate) struct SharedBytes {
    start: *const u8,
    len: usize,
}

impl SharedBytes {
    /// Copies as many of the bytes as `to` has room for.
    pub(in crate::isolate) fn copy_to(self, to: &mut [u8]) {
        let len = self.len.min(to.len());
        // SAFETY: the bytes are mapped for as long as the work goes on, and `to` is the caller's. That a worker may
        // write them meanwhile makes them any bytes, each of which is as good as another.
        unsafe { self.start.copy_to_nonoverlapping(to.as_mut_ptr(), len) };
    }
}

/// Where a job that has been written into the orders lies.
#[derive(Clone, Copy, Default)]
struct Placed {
    code: usize,
    code_len: usize,
    data: usize,
    data_len: usize,
}

impl Worker {
    /// Does all the work.
    pub(in crate::isolate) fn run<W: Work>(&mut self, renew: Renew, work: &mut W) -> Result<(), Error> {
        let at_once = if renew == Renew::EachEvaluation { 1 } else { TASKS_AT_ONCE };
        let mut fresh = renew != Renew::WhenLost;
        let mut next = 0;
        let mut placed = [Placed::default(); TASKS_AT_ONCE];
        loop {
            let count = self.place(work, next, &mut placed[..at_once])?;
            if count == 0 {
                return Ok(());
            }
            self.ensure(fresh)?;
            fresh = renew == Renew::EachEvaluation;
            let alone = self.is_fresh();
            let end = self.hand_over(count)?;
            let done = self.collect(work, next, &placed[..count]);
            next += done;
            if done == count {
                continue;
            }
            self.discard();
            if done > 0 || !alone {
                continue;
            }
            let outcome = match end {
                HandOver::Finished => Outcome::Tampered,
                HandOver::Died(End::Signal(signal)) => Outcome::Lost { signal: Some(signal) },
                HandOver::Died(End::Exit(_)) => Outcome::Lost { signal: None },
                HandOver::Stuck => Outcome::Fault(crate::Fault {
                    kind: FaultKind::TimeLimit(self.time_limit()),
                    instruction: 0,
                    offset: None,
                    address: None,
                }),
            };
            work.done(next, outcome, self.data(&placed[0]));
            next += 1;
        }
    }

    /// Writes jobs from `next` on into the orders: as many as there are, and as there is room for.
    fn place<W: Work>(&self, work: &mut W, next: usize, placed: &mut [Placed]) -> Result<usize, Error> {
        let area = self.area();
        let (mut code_used, mut data_used) = (0, 0);
        let mut last: Option<(*const u8, Placed)> = None;
        for (index, place) in placed.iter_mut().enumerate() {
            let Some(job) = work.job(next + index) else {
                return Ok(index);
            };
            let same = last.filter(|(start, last)| {
                std::ptr::eq(*start, job.code.as_ptr()) && last.code_len == job.code.len()
            });
            let (code, code_end) = match same {
                Some((_, last)) => (last.code, code_used),
                None => (code_used, (code_used + job.code.len() + TRAP.len()).next_multiple_of(CODE_ALIGNMENT)),
            };
            let data_end = (data_used + job.data.len()).next_multiple_of(DATA_ALIGNMENT);
            if code_end > area.code.len || data_end > area.data.len {
                if index > 0 {
                    return Ok(index);
                }
                return Err(if code_end > area.code.len {
                    Error::CodeTooLarge { len: job.code.len(), limit: area.code.len - CODE_ALIGNMENT }
                } else {
                    Error::DataTooLarge { len: job.data.len(), limit: area.data.len }
                });
            }
            if job.code.is_empty() {
                return Err(Error::NoCode);
            }
            *place = Placed { code, code_len: job.code.len(), data: data_used, data_len: job.data.len() };
            if same.is_none() {
                self.write_code(code, code_end, job.code);
            }
            area.data.write(data_used, job.data);
            last = Some((job.code.as_ptr(), *place));
            (code_used, data_used) = (code_end, data_end);

            let registers = work.load(next + index, area.layout.data.start + place.data as u64);
            self.write_task(index, area.layout.code.start + place.code as u64, &registers);
        }
        Ok(placed.len())
    }

    fn write_task(&self, index: usize, code: u64, registers: &Registers) {
        let task: *mut Task = self.area().task(index);
        let words = registers.stack_words.min(STACK_WORDS);
        // SAFETY: the worker reads tasks only after it has got a request, and has none at the moment.
        unsafe {
            (&raw mut (*task).code).write(code);
            (&raw mut (*task).stack_words).write(words as u64);
            (&raw mut (*task).integers).write(registers.integers);
            (&raw mut (*task).floats).write(registers.floats);
            let stack = (&raw mut (*task).stack).cast::<usize>();
            stack.copy_from_nonoverlapping(registers.stack.as_ptr(), words);
        }
    }

    /// Copies a piece of code, and puts traps behind it.
    fn write_code(&self, at: usize, end: usize, code: &[u8]) {
        let part = &self.area().code;
        part.write(at, code);
        for behind in (at + code.len()..end).step_by(TRAP.len()) {
            part.write(behind, &TRAP[..TRAP.len().min(end - behind)]);
        }
    }

    /// Passes on the outcomes that there are, in order, up to the first that is missing; how many there were.
    fn collect<W: Work>(&self, work: &mut W, next: usize, placed: &[Placed]) -> usize {
        for (index, place) in placed.iter().enumerate() {
            let record = self.record(index);
            let outcome = match record.status {
                RETURNED => {
                    let registers = Registers {
                        integers: record.integers,
                        floats: record.floats,
                        stack: record.stack,
                        stack_words: STACK_WORDS,
                    };
                    work.done(next + index, Outcome::Returned(&registers), self.data(place));
                    continue;
                }
                SIGNALLED => match self.stopped(&record, place) {
                    Some(outcome) => outcome,
                    None => return index,
                },
                _ => return index,
            };
            work.done(next + index, outcome, self.data(place));
        }
        placed.len()
    }

    fn stopped(&self, record: &Record, place: &Placed) -> Option<Outcome<'static>> {
        let layout = &self.area().layout;
        let start = layout.code.start + place.code as u64;
        // SAFETY: the host's own bytes, which nobody writes now.
        let code = unsafe { std::slice::from_raw_parts(self.area().code.start.add(place.code).as_ptr(), place.code_len) };
        fault::read(record, start, code, &layout.below_stack(), self.time_limit())
    }

    fn data(&self, place: &Placed) -> SharedBytes {
        // SAFETY: the host placed it there.
        let start = unsafe { self.area().data.start.add(place.data) };
        SharedBytes { start: start.as_ptr(), len: place.data_len }
    }
}
