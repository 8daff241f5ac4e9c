//! The time limit, kept from the host. While a worker runs, the host wakes up now and then and looks whether it is
//! still at the same evaluation, and how much processor time it has used since the host first saw it there. One that
//! had its time gets a signal, which makes it record that and go on; one that does not react is killed.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{shared::Answers, template::Process};

/// How long a worker may take to react to the signal that its time is up, of the clock on the wall and of its
/// processor: on a busy machine it may be a while before it runs at all.
const GRACE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(10));
/// How long it may take if it does not run.
const LONG_GRACE: Duration = Duration::from_secs(1);

/// What the watch says of the evaluation that runs.
pub(super) enum Time {
    Left,
    /// This one has had its time; said once.
    Up(u32),
    /// It was told, and goes on.
    Ignored,
}

/// Watches how long a worker has been at one evaluation.
pub(super) struct Watch<'a> {
    process: &'a Process,
    limit: Duration,
    index: u32,
    since: Duration,
    since_wall: Instant,
    /// When it was told that its time is up, by the clock and by its processor time.
    told: Option<(Instant, Duration)>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(process: &'a Process, limit: Duration) -> Watch<'a> {
        Watch {
            process,
            limit,
            index: 0,
            since: processor_time(process),
            since_wall: Instant::now(),
            told: None,
        }
    }

    pub(super) fn look(&mut self, answers: &Answers, count: u32) -> Time {
        let index = answers.progress.load(Ordering::Relaxed);
        // A worker that counts backwards, or past the end, gains nothing by it.
        if index > self.index && index < count {
            self.index = index;
            self.since = processor_time(self.process);
            self.since_wall = Instant::now();
            self.told = None;
            return Time::Left;
        }
        if let Some((told, then)) = self.told {
            let waited = told.elapsed();
            let ran = processor_time(self.process).saturating_sub(then);
            let ignored = waited >= GRACE.0 && ran >= GRACE.1 || waited >= LONG_GRACE;
            return if ignored { Time::Ignored } else { Time::Left };
        }
        let now = processor_time(self.process);
        let used = now.saturating_sub(self.since);
        // Code that sleeps uses no processor time. It can only by way of the runtime's own wait for work; an evaluation
        // that merely waits for a busy machine gets a good deal more than its limit.
        let forever = self
            .limit
            .saturating_mul(20)
            .saturating_add(Duration::from_secs(1));
        if used < self.limit && self.since_wall.elapsed() < forever {
            return Time::Left;
        }
        self.told = Some((Instant::now(), now));
        Time::Up(self.index)
    }
}

/// The processor time that a process has used; nothing for one that has ended.
fn processor_time(process: &Process) -> Duration {
    let mut clock = 0;
    // SAFETY: both functions write to the given place only.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        if libc::clock_getcpuclockid(process.pid.as_raw_nonzero().get(), &mut clock) != 0
            || libc::clock_gettime(clock, &mut time) != 0
        {
            return Duration::ZERO;
        }
        time
    };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
