//! The example `genetic`: evaluations a second (one genome at one sample) of its machine code beside its interpreter's,
//! on one thread, for a population as it is after some generations: `cargo bench -p jitney-raw --bench genetic`.

#[cfg(target_arch = "x86_64")]
#[allow(dead_code, reason = "the example's command line is not measured")]
#[path = "../../../examples/raw/genetic/main.rs"]
mod genetic;

#[cfg(target_arch = "x86_64")]
fn main() {
    use std::{
        hint::black_box,
        num::NonZero,
        time::{Duration, Instant},
    };

    use genetic::{
        compile::{Compiled, Compiler},
        evaluate,
        evolve::{Evolution, Settings},
        genome::Genome,
        interpret,
        problem::PROBLEMS,
        scale::Sums,
    };
    use jitney_memory::Heap;
    use jitney_raw::Raw;

    // `cargo test --benches` asks for no measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let heap = Heap::global().unwrap();
    println!(
        "| problem | samples | nodes a genome | interpreter | compile, install, run, free | run alone | \
         all ÷ interpreter | run ÷ interpreter |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for problem in PROBLEMS {
        let settings = Settings {
            seed: 1,
            population: 2048,
            threads: NonZero::<usize>::MIN,
            interpret: false,
        };
        let mut evolution = Evolution::new(problem, settings).unwrap();
        for _ in 0..15 {
            evolution.step().unwrap();
        }
        let samples = evolution.samples();
        let genomes = || {
            evolution
                .population
                .iter()
                .map(|individual| &individual.genome)
        };
        let genomes: Vec<&Genome> = genomes().collect();
        let nodes: usize = genomes.iter().map(|genome| genome.nodes().len()).sum();

        let mut compiler = Compiler::default();
        let installed: Vec<_> = genomes
            .iter()
            .map(|genome| {
                let code = compiler.compile(genome.nodes(), samples);
                // SAFETY: the compiler makes functions of this type.
                unsafe { Raw::<Compiled>::new_in(heap, code) }.unwrap()
            })
            .collect();
        let interpret = || {
            for genome in &genomes {
                black_box(interpret::sums(genome.nodes(), samples));
            }
        };
        let run = || {
            for code in &installed {
                let mut sums = Sums::default();
                // SAFETY: compiled for these samples.
                unsafe { code(samples.as_ptr(), &mut sums) };
                black_box(sums);
            }
        };
        let mut all = || {
            for genome in &genomes {
                let code = compiler.compile(genome.nodes(), samples);
                black_box(evaluate::run(heap, code, samples).unwrap());
            }
        };
        // In turns, and the best of them counts.
        let mut best = [Duration::MAX; 3];
        for _ in 0..7 {
            let contenders: [&mut dyn FnMut(); 3] = [&mut { interpret }, &mut all, &mut { run }];
            for (contender, best) in contenders.into_iter().zip(&mut best) {
                let start = Instant::now();
                contender();
                *best = start.elapsed().min(*best);
            }
        }
        let evaluations = (genomes.len() * samples.len()) as f64;
        let [interpreted, all, run] = best.map(|time| evaluations / time.as_secs_f64());
        println!(
            "| {} | {} | {} | {:.1} M/s | {:.0} M/s | {:.0} M/s | {:.1} × | {:.1} × |",
            problem.name,
            samples.len(),
            nodes / genomes.len(),
            interpreted / 1e6,
            all / 1e6,
            run / 1e6,
            all / interpreted,
            run / interpreted
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("skipped: the example's compiler makes code for x86_64 only");
}
