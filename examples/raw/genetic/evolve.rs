//! Generation after generation, on all processors. What comes out depends on the seed alone: whichever thread breeds
//! an individual, its random numbers are its own.

use std::{num::NonZero, sync::Mutex, thread};

use super::{
    breed::{self, Individual},
    evaluate::Evaluator,
    genome::Genome,
    problem::{Problem, Samples},
    random::Random,
    scale::Scale,
};

/// What a run depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) population: usize,
    pub(crate) threads: NonZero<usize>,
    pub(crate) interpret: bool,
}

/// A population and what it is bred for.
pub(crate) struct Evolution {
    settings: Settings,
    samples: Samples,
    pub(crate) population: Vec<Individual>,
    generation: u64,
}

/// How many individuals a thread takes at a time.
const PORTION: usize = 64;

impl Evolution {
    /// The first generation: trees of all shapes (Koza's ramped half-and-half).
    pub(crate) fn new(problem: &Problem, settings: Settings) -> Result<Evolution, String> {
        let samples = Samples::new(problem);
        let mut evolution = Evolution {
            population: Vec::new(),
            generation: 0,
            settings,
            samples,
        };
        let variables = evolution.samples.variables();
        evolution.population = evolution.breed(|individual, random| {
            let depth = 2 + individual / 2 % 4;
            Genome::random(variables, depth, individual % 2 == 0, random)
        })?;
        Ok(evolution)
    }

    /// Breeds the next generation. The best individual lives on.
    pub(crate) fn step(&mut self) -> Result<(), String> {
        self.generation += 1;
        let best = self.best().genome.clone();
        let variables = self.samples.variables();
        self.population = self.breed(|individual, random| match individual {
            0 => best.clone(),
            _ => breed::child(&self.population, individual, variables, random),
        })?;
        Ok(())
    }

    fn breed(
        &self,
        genome: impl Fn(usize, &mut Random) -> Genome + Sync,
    ) -> Result<Vec<Individual>, String> {
        let mut children = vec![Individual::default(); self.settings.population];
        let portions = Mutex::new(children.chunks_mut(PORTION).enumerate());
        let work = || -> Result<(), String> {
            let mut evaluator = Evaluator::new(self.settings.interpret)?;
            loop {
                let portion = portions
                    .lock()
                    .unwrap_or_else(|lock| lock.into_inner())
                    .next();
                let Some((portion, children)) = portion else {
                    return Ok(());
                };
                for (index, child) in children.iter_mut().enumerate() {
                    let index = portion * PORTION + index;
                    let mut random = Random::new(self.settings.seed, self.generation, index as u64);
                    child.genome = genome(index, &mut random);
                    child.error = evaluator.error(&child.genome, &self.samples)?;
                }
            }
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..self.settings.threads.get())
                .map(|_| scope.spawn(work))
                .collect();
            threads.into_iter().try_for_each(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        })?;
        Ok(children)
    }

    pub(crate) fn best(&self) -> &Individual {
        let better = |best, other| {
            if Individual::beats(other, best) {
                other
            } else {
                best
            }
        };
        self.population
            .iter()
            .reduce(better)
            .expect("a population is not empty")
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn samples(&self) -> &Samples {
        &self.samples
    }

    /// How the best individual's values fit the function.
    pub(crate) fn fit(&self) -> Scale {
        Scale::fit(self.best().genome.nodes(), &self.samples)
    }

    /// Whether nothing but rounding is left to be gained.
    pub(crate) fn is_exact(&self) -> bool {
        // What the fast sums say is too rough for the last word.
        self.best().error < 1e-4 && self.fit().unexplained < 1e-10
    }
}
