//! A line on a terminal that says how far the run is, and how fast. Elsewhere nothing is shown before the end.

use std::{
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

use super::evolve::Evolution;

/// The line, and what was counted since the start.
pub(crate) struct Progress {
    start: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
    genomes: u64,
    evaluations: u64,
}

const EVERY: Duration = Duration::from_millis(100);

impl Progress {
    pub(crate) fn new() -> Progress {
        Progress {
            start: Instant::now(),
            shown: None,
            is_terminal: stderr().is_terminal(),
            genomes: 0,
            evaluations: 0,
        }
    }

    /// So many genomes more were evaluated, at all samples each.
    pub(crate) fn evaluated(&mut self, evolution: &Evolution, genomes: usize) {
        self.genomes += genomes as u64;
        self.evaluations += genomes as u64 * evolution.samples().len() as u64;
        if self.is_terminal && self.shown.is_none_or(|shown| shown.elapsed() >= EVERY) {
            self.shown = Some(Instant::now());
            let (generation, explained) = (evolution.generation(), 1.0 - evolution.best().error);
            let speed = self.speed();
            // Erased first: the line before may be longer. A terminal that is gone is no reason to stop.
            let _ = write!(
                stderr(),
                "\r\x1b[Kgeneration {generation}, R² {explained:.6}, {speed}"
            );
        }
    }

    /// Removes the line.
    pub(crate) fn finish(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }

    /// Genomes and evaluations a second, breeding included.
    pub(crate) fn speed(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64();
        let million = |count: u64| count as f64 / seconds / 1e6;
        let (genomes, evaluations) = (million(self.genomes), million(self.evaluations));
        format!("{genomes:.2} million genomes/s, {evaluations:.0} million evaluations/s")
    }
}
