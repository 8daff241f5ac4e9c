//! Several contenders run in turn, round by round, so that whatever else the machine does meets them alike. Figures are
//! medians over rounds: of a contender's times, of two contenders' difference, or of their ratio.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode};

/// What criterion needs at least.
const SAMPLES: usize = 10;

/// The recorded times, in seconds, of `N` contenders.
pub(crate) struct Race<const N: usize> {
    times: [Vec<f64>; N],
}

impl<const N: usize> Race<N> {
    /// Runs about `rounds` rounds, as one benchmark for each contender, and prints criterion's figures.
    ///
    /// `round` runs all contenders and gives their times; it is given the round's number, and should begin with another
    /// contender each time.
    pub(crate) fn run(
        criterion: &mut Criterion,
        name: &str,
        contenders: [&str; N],
        rounds: usize,
        mut round: impl FnMut(usize) -> [Duration; N],
    ) -> Race<N> {
        let race = RefCell::new(Race {
            times: [const { Vec::new() }; N],
        });
        let mut number = 0;
        let mut group = criterion.benchmark_group(name);
        group
            .sampling_mode(SamplingMode::Flat)
            .sample_size(SAMPLES)
            .warm_up_time(Duration::from_nanos(1));
        let each = (rounds / SAMPLES / N).max(1);
        for (index, contender) in contenders.into_iter().enumerate() {
            group.bench_function(contender, |bencher| {
                bencher.iter_custom(|iterations| {
                    // Criterion plans for the contender's time alone, but a round takes that of all.
                    let run = each.min(iterations as usize);
                    let mut sum = Duration::ZERO;
                    for _ in 0..run {
                        let times = round(number);
                        number += 1;
                        sum += times[index];
                        race.borrow_mut().record(times);
                    }
                    sum.mul_f64(iterations as f64 / run as f64)
                });
            });
        }
        group.finish();
        race.into_inner()
    }

    fn record(&mut self, round: [Duration; N]) {
        for (times, time) in self.times.iter_mut().zip(round) {
            times.push(time.as_secs_f64());
        }
    }

    /// How many rounds were run: none where a filter on the command line left the race out.
    pub(crate) fn rounds(&self) -> usize {
        self.times[0].len()
    }

    /// The median of a contender's times.
    pub(crate) fn median(&self, contender: usize) -> f64 {
        median(self.times[contender].iter().copied())
    }

    /// The median of what one contender took longer than another in the same round.
    pub(crate) fn difference(&self, contender: usize, other: usize) -> f64 {
        self.of_rounds(|round| round[contender] - round[other])
    }

    /// The median of how many times as long as another one contender took in the same round.
    pub(crate) fn ratio(&self, contender: usize, other: usize) -> f64 {
        self.of_rounds(|round| round[contender] / round[other])
    }

    /// The median of what is computed from the times of one round.
    pub(crate) fn of_rounds(&self, compute: impl Fn([f64; N]) -> f64) -> f64 {
        median(
            (0..self.rounds())
                .map(|round| compute(std::array::from_fn(|index| self.times[index][round]))),
        )
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        len => (values[(len - 1) / 2] + values[len / 2]) / 2.0,
    }
}

/// How long something takes, and what it gives.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let value = run();
    (began.elapsed(), value)
}
