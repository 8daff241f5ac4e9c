//! From jobs to outcomes: fills the orders, hands them over, reads what came back, and goes on in a new worker where
//! one was lost.
//!
//! Who is to blame when a worker is lost? The evaluation that it was at, unless the worker had run others before,
//! which may have prepared its end: then a new worker runs it again. So each outcome is that evaluation's own, or one
//! that an earlier evaluation of the same worker forged without being noticed; against the latter only
//! [`Renew`](crate::isolate::Renew) helps.

use crate::{
    Fault, FaultKind,
    isolate::{
        Code, Error, Renew,
        work::{Job, Outcome, SharedBytes, Work},
    },
};

use super::{
    arch::{TRAP, code_written},
    area::TASKS_AT_ONCE,
    fault,
    registers::{self, Expected},
    shared::{RETURNED, Record, SIGNALLED},
    template::End,
    worker::{HandOver, Worker},
};

/// Pieces of code start at multiples of this.
const CODE_ALIGNMENT: usize = 16;
/// So do pieces of data: no two share a line of the cache.
const DATA_ALIGNMENT: usize = 64;

/// Where a job that has been written into the orders lies.
#[derive(Clone, Copy, Default)]
struct Placed {
    code: usize,
    code_len: usize,
    data: usize,
    data_len: usize,
    expected: Expected,
}

/// What came of a hand-over.
struct Attempt {
    /// How many jobs it had.
    count: usize,
    /// Whether the worker had not run anything before.
    alone: bool,
    end: HandOver,
}

impl Worker {
    /// Does all the work.
    pub(in crate::isolate) fn run<W: Work>(
        &mut self,
        renew: Renew,
        work: &mut W,
    ) -> Result<(), Error> {
        let at_once = if renew == Renew::EachEvaluation {
            1
        } else {
            TASKS_AT_ONCE
        };
        let mut fresh = renew != Renew::WhenLost;
        let mut started_over = false;
        let mut next = 0;
        let mut placed = vec![Placed::default(); at_once.min(work.count())];
        // The one at which a worker was lost is run again by itself: it cannot pass its time off as that of others.
        let mut suspect = false;
        while next < work.count() {
            let room = if suspect { 1 } else { placed.len() };
            let attempt = match self.attempt(work, next, &mut placed[..room], fresh) {
                // Somebody ended the template, and it its worker. Once is bad luck.
                Err(Error::TemplateGone) if !started_over => {
                    self.start_over()?;
                    started_over = true;
                    continue;
                }
                attempt => attempt?,
            };
            let Attempt { count, alone, end } = attempt;
            fresh = renew == Renew::EachEvaluation;
            started_over = false;
            let done = self.collect(work, next, &placed[..count]);
            next += done;
            suspect = done < count;
            if !suspect {
                continue;
            }
            self.discard();
            if done > 0 || !alone {
                continue;
            }
            let outcome = match end {
                HandOver::Finished => Outcome::Tampered,
                HandOver::Died(End::Signal(signal)) => Outcome::Killed {
                    signal: Some(signal),
                },
                HandOver::Died(End::Exit(_)) => Outcome::Killed { signal: None },
                HandOver::Stuck => Outcome::Fault(Fault {
                    kind: FaultKind::TimeLimit(self.time_limit()),
                    instruction: 0,
                    offset: None,
                    address: None,
                }),
            };
            work.done(next, outcome, self.data(&placed[0]));
            next += 1;
            suspect = false;
        }
        Ok(())
    }

    /// Hands over jobs from `next` on to the present worker, or to a new one. They are written only when their worker is
    /// there: a former one could write to their data as long as it lives.
    fn attempt<W: Work>(
        &mut self,
        work: &mut W,
        next: usize,
        placed: &mut [Placed],
        fresh: bool,
    ) -> Result<Attempt, Error> {
        self.ensure(fresh)?;
        let alone = self.is_fresh();
        let (count, code_used) = self.place(work, next, placed)?;
        let end = self.hand_over(count, code_used)?;
        Ok(Attempt { count, alone, end })
    }

    /// Writes jobs from `next` on into the orders: as many as there are, and as there is room for, but one at
    /// least. How many they are, and how many bytes of code.
    fn place<W: Work>(
        &self,
        work: &mut W,
        next: usize,
        placed: &mut [Placed],
    ) -> Result<(usize, usize), Error> {
        let area = self.area();
        let most = placed.len().min(work.count() - next);
        let (mut code_used, mut data_used) = (0, 0);
        let mut last: Option<(*const u8, Placed)> = None;
        for (index, place) in placed[..most].iter_mut().enumerate() {
            let address = area.layout.data.start as usize + data_used;
            let Job { code, data, frame } = work.job(next + index, address);
            let same = last.filter(|(start, last)| {
                std::ptr::eq(*start, code.bytes.as_ptr()) && last.code_len == code.bytes.len()
            });
            let (code_at, code_end) = match same {
                Some((_, last)) => (last.code, code_used),
                None => (code_used, code_end(code_used, code.bytes.len())),
            };
            let data_end = (data_used + data.len()).next_multiple_of(DATA_ALIGNMENT);
            if code_end > area.code.len || data_end > area.data.len {
                if index > 0 {
                    return Ok((index, code_used));
                }
                return Err(self.too_large(code, data));
            }
            if code.offset >= code.bytes.len() {
                return Err(Error::NoCode {
                    offset: code.offset,
                    len: code.bytes.len(),
                });
            }
            if same.is_none() {
                self.write_code(code_at, code_end, code.bytes);
            }
            area.data.write(data_used, data);
            *place = Placed {
                code: code_at,
                code_len: code.bytes.len(),
                data: data_used,
                data_len: data.len(),
                expected: Expected::default(),
            };
            last = Some((code.bytes.as_ptr(), *place));
            (code_used, data_used) = (code_end, data_end);

            let start = area.layout.code.start + (place.code + code.offset) as u64;
            // SAFETY: the worker reads tasks only after it has got a request, and has none at the moment.
            place.expected = unsafe { registers::write(area.task(index), start, code.abi, &frame) };
        }
        Ok((most, code_used))
    }

    fn too_large(&self, code: Code<'_>, data: &[u8]) -> Error {
        let area = self.area();
        if code_end(0, code.bytes.len()) > area.code.len {
            let limit = area.code.len - TRAP.len();
            Error::CodeTooLarge {
                len: code.bytes.len(),
                limit,
            }
        } else {
            Error::DataTooLarge {
                len: data.len(),
                limit: area.data.len,
            }
        }
    }

    /// Copies a piece of code, and puts traps behind it.
    fn write_code(&self, at: usize, end: usize, code: &[u8]) {
        let part = &self.area().code;
        part.write(at, code);
        for behind in ((at + code.len()).next_multiple_of(TRAP.len())..end).step_by(TRAP.len()) {
            part.write(behind, &TRAP);
        }
        // SAFETY: what was written just now, and is not written again before the worker has run it.
        code_written(unsafe { std::slice::from_raw_parts(part.start.add(at).as_ptr(), end - at) });
    }

    /// Passes on the outcomes that there are, in order, up to the first that is missing; how many there were.
    fn collect<W: Work>(&self, work: &mut W, next: usize, placed: &[Placed]) -> usize {
        for (index, place) in placed.iter().enumerate() {
            let record = self.record(index);
            let outcome = match record.status {
                RETURNED => {
                    let frame = registers::read(&record, &place.expected);
                    work.done(
                        next + index,
                        Outcome::Returned((&frame, place.expected.abi)),
                        self.data(place),
                    );
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
        let code = unsafe {
            std::slice::from_raw_parts(
                self.area().code.start.add(place.code).as_ptr(),
                place.code_len,
            )
        };
        fault::read(
            record,
            start,
            code,
            &layout.below_stack(),
            self.time_limit(),
        )
    }

    fn data(&self, place: &Placed) -> SharedBytes {
        // SAFETY: the host placed it there.
        let start = unsafe { self.area().data.start.add(place.data) };
        // SAFETY: it stays mapped as long as the worker is there, and nobody keeps the value.
        unsafe { SharedBytes::new(start.as_ptr(), place.data_len) }
    }
}

/// Where a piece of code ends together with the traps behind it.
fn code_end(start: usize, len: usize) -> usize {
    (start + len + TRAP.len()).next_multiple_of(CODE_ALIGNMENT)
}
