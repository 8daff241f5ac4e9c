//! One worker process and the hand-over of evaluations to it: through shared memory, with a short spin on either side
//! before anyone sleeps.

use std::{
    os::fd::OwnedFd,
    sync::atomic::{Ordering, fence},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Signal, pidfd_send_signal},
    thread::futex,
};

use crate::isolate::{Error, Limits, Protections};

use super::{
    area::Area,
    shared::{NOT_YET, Orders, Record},
    template::{End, PATIENCE, Process, Template},
    watch::{Time, Watch},
};

/// How long the host looks for an answer before it sleeps.
const SPIN: Duration = Duration::from_micros(20);
/// How often an idle worker looks for work before it sleeps: some 20 µs as well.
const WORKER_SPINS: u32 = 1000;
fn worker_spins(both_run: bool) -> u32 {
    if both_run { WORKER_SPINS } else { 0 }
}

/// A worker and the template that makes its successors.
#[derive(Debug)]
pub(in crate::isolate) struct Worker {
    template: Template,
    process: Option<Process>,
    held: Protections,
    limits: Limits,
    /// Whether there is a second processor on which the other side can be while this one spins.
    spins: bool,
    /// How many hand-overs the present process has had.
    used: u32,
}

/// How a hand-over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandOver {
    /// The worker says that all is done. There is a record for each, or the worker lies.
    Finished,
    /// The worker ended on its own.
    Died(End),
    /// It was killed, since it had its time and did not react.
    Stuck,
}

impl Worker {
    pub(in crate::isolate) fn new(limits: &Limits) -> Result<Worker, Error> {
        let spins =
            std::thread::available_parallelism().is_ok_and(|processors| processors.get() > 1);
        let template = Template::new(limits, worker_spins(spins))?;
        let mut worker = Worker {
            template,
            process: None,
            held: Protections::none(),
            limits: *limits,
            spins,
            used: 0,
        };
        worker.renew()?;
        Ok(worker)
    }

    /// Makes a new template, and a worker.
    pub(super) fn start_over(&mut self) -> Result<(), Error> {
        self.discard();
        self.template = Template::new(&self.limits, worker_spins(self.spins))?;
        self.renew()
    }

    pub(super) fn area(&self) -> &Area {
        &self.template.area
    }

    /// What holds for the present process.
    pub(in crate::isolate) fn protections(&self) -> Protections {
        self.held
    }

    /// The present process's number.
    pub(in crate::isolate) fn pid(&self) -> Option<u32> {
        self.process
            .as_ref()
            .map(|process| process.pid.as_raw_nonzero().get() as u32)
    }

    /// Whether the present process has run nothing yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.process.is_some() && self.used == 0
    }

    /// Ends the present process, if there is one, and waits until it is over: what it shares with its successor must not be
    /// written to before.
    pub(super) fn discard(&mut self) {
        if let Some(process) = self.process.take() {
            let _ = pidfd_send_signal(&process.handle, Signal::KILL);
            wait_for_the_end_of(&process.handle);
        }
    }

    /// Makes sure that there is a process, and that it is one that has run nothing if `fresh`.
    pub(super) fn ensure(&mut self, fresh: bool) -> Result<(), Error> {
        // Somebody may have killed it meanwhile, which is not the fault of what comes next.
        if self.template.end().is_some() {
            self.process = None;
        }
        if self.process.is_none() || (fresh && self.used > 0) {
            self.renew()?;
        }
        Ok(())
    }

    /// Replaces the process by a new one.
    fn renew(&mut self) -> Result<(), Error> {
        self.discard();
        let answers = self.area().answers();
        // Records of a former process mean nothing to this one, and what it may have left behind must not last.
        answers.finished.store(self.request(), Ordering::Relaxed);
        answers.progress.store(0, Ordering::Relaxed);
        answers.worker_sleeps.store(0, Ordering::Relaxed);
        let process = self.template.fork()?;
        self.used = 0;
        let started = Instant::now();
        loop {
            let answers = self.area().answers();
            let seen = answers.bell.load(Ordering::SeqCst);
            if answers.ready.load(Ordering::SeqCst) == 1 {
                break;
            }
            if let Some(end) = self.template.end() {
                self.template.locked_in()?;
                return Err(Error::WorkerLost {
                    signal: end.signal(),
                });
            }
            if !self.template.is_alive() || started.elapsed() > PATIENCE {
                let _ = pidfd_send_signal(&process.handle, Signal::KILL);
                return Err(Error::TemplateGone);
            }
            sleep(&answers.bell, seen, Duration::from_millis(100));
        }
        self.held = self.template.locked_in()?;
        self.process = Some(process);
        Ok(())
    }

    fn orders(&self) -> *mut Orders {
        self.area().orders()
    }

    fn request(&self) -> u32 {
        // SAFETY: the orders are mapped as long as the area is there; the field is atomic.
        unsafe { &(*self.orders()).request }.load(Ordering::Relaxed)
    }

    /// Has the first `count` tasks run, which are written already, and waits.
    pub(super) fn hand_over(&mut self, count: usize, code_used: usize) -> Result<HandOver, Error> {
        self.ensure(false)?;
        self.used = self.used.saturating_add(1);
        for index in 0..count {
            // SAFETY: the record is the host's to reset; nothing but the atomic-sized word is written.
            unsafe { (&raw mut (*self.area().record(index)).status).write_volatile(NOT_YET) };
        }
        let orders = self.orders();
        // SAFETY: the orders are the host's own, and the worker reads them only after `request` has changed.
        unsafe {
            (&raw mut (*orders).count).write_volatile(count as u32);
            (&raw mut (*orders).code_used).write_volatile(code_used as u64);
            (*orders).overdue.store(u32::MAX, Ordering::Relaxed);
        }
        let answers = self.area().answers();
        answers.progress.store(0, Ordering::Relaxed);
        let request = self.request().wrapping_add(1);
        // SAFETY: as above.
        let word = unsafe { &(*orders).request };
        word.store(request, Ordering::SeqCst);
        if answers.worker_sleeps.load(Ordering::SeqCst) != 0 {
            let _ = futex::wake(word, futex::Flags::empty(), 1);
        }
        self.wait(request, count as u32)
    }

    /// Waits until the worker has carried out `request`, or died, or had to be killed.
    fn wait(&mut self, request: u32, count: u32) -> Result<HandOver, Error> {
        if self.spins {
            let started = Instant::now();
            loop {
                for _ in 0..50 {
                    if self.area().answers().finished.load(Ordering::Acquire) == request {
                        return Ok(HandOver::Finished);
                    }
                    std::hint::spin_loop();
                }
                if started.elapsed() > SPIN {
                    break;
                }
            }
        }
        // SAFETY: the orders are mapped as long as the area is there; the field is atomic.
        unsafe { &(*self.orders()).host_sleeps }.store(1, Ordering::SeqCst);
        let result = self.wait_asleep(request, count);
        // SAFETY: as above.
        unsafe { &(*self.orders()).host_sleeps }.store(0, Ordering::SeqCst);
        if !matches!(result, Ok(HandOver::Finished)) {
            self.discard();
        }
        result
    }

    fn wait_asleep(&self, request: u32, count: u32) -> Result<HandOver, Error> {
        let Some(process) = &self.process else {
            return Err(Error::WorkerLost { signal: None });
        };
        let answers = self.area().answers();
        let look =
            (self.time_limit() / 4).clamp(Duration::from_micros(100), Duration::from_millis(50));
        let mut watch = Watch::new(process, self.time_limit());
        let mut looked = Instant::now();
        loop {
            let seen = answers.bell.load(Ordering::SeqCst);
            fence(Ordering::SeqCst);
            if answers.finished.load(Ordering::SeqCst) == request {
                return Ok(HandOver::Finished);
            }
            if let Some(end) = self.template.end() {
                return Ok(HandOver::Died(end));
            }
            sleep(&answers.bell, seen, look);
            // By the clock: a worker that rings all the time must not keep the host from looking.
            if looked.elapsed() < look {
                continue;
            }
            looked = Instant::now();
            if !self.template.is_alive() {
                return Err(Error::TemplateGone);
            }
            match watch.look(answers, count) {
                Time::Left => {}
                Time::Up(index) => {
                    // SAFETY: as in `wait`.
                    unsafe { &(*self.orders()).overdue }.store(index, Ordering::SeqCst);
                    let _ = pidfd_send_signal(&process.handle, Signal::ALARM);
                }
                Time::Ignored => return Ok(HandOver::Stuck),
            }
        }
    }

    /// A copy of a record, which the worker may change at any time.
    pub(super) fn record(&self, index: usize) -> Record {
        // SAFETY: every bit pattern is a record.
        unsafe { self.area().record(index).read_volatile() }
    }

    pub(super) fn time_limit(&self) -> Duration {
        self.limits.time_limit()
    }
}

impl End {
    pub(super) fn signal(self) -> Option<i32> {
        match self {
            End::Signal(signal) => Some(signal),
            End::Exit(_) => None,
        }
    }
}

/// Sleeps while `word` is `seen`, for `at_most` so long.
fn sleep(word: &std::sync::atomic::AtomicU32, seen: u32, at_most: Duration) {
    let timeout = futex::Timespec {
        tv_sec: at_most.as_secs() as i64,
        tv_nsec: at_most.subsec_nanos().into(),
    };
    let _ = futex::wait(word, futex::Flags::empty(), seen, Some(&timeout));
}

/// Waits until a process that was killed is no more; a zombie is enough.
fn wait_for_the_end_of(process: &OwnedFd) {
    let timeout = Timespec {
        tv_sec: PATIENCE.as_secs() as i64,
        tv_nsec: 0,
    };
    let mut ended = [PollFd::new(process, PollFlags::IN)];
    while let Err(rustix::io::Errno::INTR) = poll(&mut ended, Some(&timeout)) {}
}
