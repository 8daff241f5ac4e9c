//! Several isolates for several processors.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use crate::{Arguments, Returned};

use super::{Code, Error, Isolate, Limits, Verdict};

/// How many evaluations a thread takes at once: some hand-overs' worth.
const SHARE: usize = 1024;

/// Isolates that many threads use: each takes one that is free.
#[derive(Debug)]
pub struct Pool {
    idle: Mutex<Vec<Isolate>>,
    freed: Condvar,
    size: usize,
}

impl Pool {
    /// Makes `size` isolates of these limits; one at least.
    ///
    /// # Errors
    /// Those of [`Isolate::new`].
    pub fn new(size: usize, limits: Limits) -> Result<Pool, Error> {
        let size = size.max(1);
        let idle = (0..size)
            .map(|_| Isolate::new(limits))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Pool {
            idle: Mutex::new(idle),
            freed: Condvar::new(),
            size,
        })
    }

    /// How many isolates there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// An isolate for this thread alone; waits until one is free.
    pub fn take(&self) -> Taken<'_> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(isolate) = idle.pop() {
                return Taken {
                    pool: self,
                    isolate: Some(isolate),
                };
            }
            idle = self
                .freed
                .wait(idle)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// [`Isolate::evaluate`] on all isolates at once, each with a thread of its own. The verdicts are in the order of
    /// the jobs.
    ///
    /// # Errors
    /// As [`Isolate::evaluate`]: the first that any of them met.
    pub fn evaluate<'c, A: Arguments, R: Returned + Send>(
        &self,
        count: usize,
        job: impl Fn(usize) -> (Code<'c>, A) + Sync,
    ) -> Result<Vec<Verdict<R>>, Error> {
        let next = AtomicUsize::new(0);
        let failed = AtomicBool::new(false);
        let share = SHARE.min(count.div_ceil(self.size).max(1));
        let work = || {
            let mut isolate = self.take();
            let mut done = Vec::new();
            loop {
                let start = next.fetch_add(share, Ordering::Relaxed);
                if start >= count || failed.load(Ordering::Relaxed) {
                    return Ok(done);
                }
                let len = share.min(count - start);
                match isolate.evaluate(len, |index| job(start + index)) {
                    Ok(verdicts) => done.push((start, verdicts)),
                    Err(error) => {
                        failed.store(true, Ordering::Relaxed);
                        return Err(error);
                    }
                }
            }
        };
        let threads = self.size.min(count.div_ceil(share));
        let mut shares = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut shares = work()?;
            for other in others {
                // `job` is the caller's, and may panic.
                let theirs = other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                shares.extend(theirs);
            }
            Ok(shares)
        })?;
        shares.sort_unstable_by_key(|(start, _)| *start);
        Ok(shares
            .into_iter()
            .flat_map(|(_, verdicts)| verdicts)
            .collect())
    }

    /// [`Isolate::batch`] on all isolates.
    ///
    /// # Errors
    /// As [`Pool::evaluate`].
    pub fn batch<'c, A: Arguments + Sync, R: Returned + Send>(
        &self,
        code: impl Into<Code<'c>>,
        arguments: &[A],
    ) -> Result<Vec<Verdict<R>>, Error> {
        let code = code.into();
        self.evaluate(arguments.len(), |index| (code, arguments[index]))
    }

    /// [`Isolate::batch_codes`] on all isolates.
    ///
    /// # Errors
    /// As [`Pool::evaluate`].
    pub fn batch_codes<C: Sync, A: Arguments + Sync, R: Returned + Send>(
        &self,
        codes: &[C],
        arguments: A,
    ) -> Result<Vec<Verdict<R>>, Error>
    where
        for<'c> &'c C: Into<Code<'c>>,
    {
        self.evaluate(codes.len(), |index| ((&codes[index]).into(), arguments))
    }
}

/// An isolate out of a pool; goes back there when it is dropped.
#[derive(Debug)]
pub struct Taken<'a> {
    pool: &'a Pool,
    isolate: Option<Isolate>,
}

impl Deref for Taken<'_> {
    type Target = Isolate;

    fn deref(&self) -> &Isolate {
        self.isolate.as_ref().expect("it is there until the drop")
    }
}

impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut Isolate {
        self.isolate.as_mut().expect("it is there until the drop")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut idle = self
            .pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.isolate.take());
        drop(idle);
        self.pool.freed.notify_one();
    }
}
