//! Symbolic regression by genetic programming on machine code:
//! `cargo run --release -p jitney-raw --example genetic -- --svg fit.svg`.
//!
//! genomes ──breed──▶ genomes ──compile──▶ machine code ──evaluate──▶ errors ──▶ which genomes are bred from
//!                        └──interpret──▶ the same errors, slowly

pub(crate) mod arguments;
pub(crate) mod breed;
#[cfg(target_arch = "x86_64")]
pub(crate) mod compile;
pub(crate) mod evaluate;
pub(crate) mod evolve;
pub(crate) mod formula;
pub(crate) mod genome;
pub(crate) mod interpret;
pub(crate) mod print;
pub(crate) mod problem;
pub(crate) mod progress;
pub(crate) mod random;
pub(crate) mod scale;
pub(crate) mod svg;

use std::process::ExitCode;

use arguments::Arguments;
use evolve::Evolution;
use formula::Sum;
use progress::Progress;

pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{}", arguments::HELP);
            for problem in problem::PROBLEMS {
                println!("  {:<12} {}", problem.name, problem.formula);
            }
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("genetic: {error}; `--help` says more");
            return ExitCode::from(2);
        }
    };
    match search(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("genetic: {error}");
            ExitCode::FAILURE
        }
    }
}

fn search(arguments: &Arguments) -> Result<(), String> {
    let problem = arguments.problem;
    if cfg!(not(target_arch = "x86_64")) && !arguments.settings.interpret {
        eprintln!("genetic: the compiler makes code for x86_64 only; interpreting instead");
    }
    let mut progress = Progress::new();
    let mut evolution = Evolution::new(problem, arguments.settings.clone())?;
    progress.evaluated(&evolution, arguments.settings.population);
    while evolution.generation() < arguments.generations && !evolution.is_exact() {
        evolution.step()?;
        progress.evaluated(&evolution, arguments.settings.population);
    }
    progress.finish();

    let best = evolution.best();
    let fit = evolution.fit();
    let formula = Sum::of(best.genome.nodes())
        .scaled(fit.factor)
        .plus_constant(fit.offset);
    println!("looked for  {}", problem.formula);
    println!("found       {formula}");
    println!(
        "R²          {:.9} after {} generations of {}, seed {}",
        1.0 - fit.unexplained,
        evolution.generation(),
        arguments.settings.population,
        arguments.settings.seed
    );
    eprintln!("{}", progress.speed());
    if let Some(path) = &arguments.svg {
        let found = |point| formula.value(point);
        std::fs::write(path, svg::draw(problem, &formula.to_string(), found))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}
