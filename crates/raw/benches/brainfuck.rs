//! The compiler of the example `brainfuck` beside its plain one (one operation, one sequence of instructions) and its
//! interpreter, on programs that keep the plain one busy for a second: `cargo bench -p jitney-raw --bench brainfuck`.
//!
//! Prints a table with the times of whole runs, compiling included. The interpreter runs each program once, which
//! takes a minute in all; the compilers take turns, and the best of three runs counts.

#[cfg(target_arch = "x86_64")]
#[allow(dead_code, reason = "the example's command line is not measured")]
#[path = "../../../examples/raw/brainfuck/main.rs"]
mod brainfuck;
#[cfg(target_arch = "x86_64")]
#[path = "../tests/brainfuck_programs/mod.rs"]
mod brainfuck_programs;

#[cfg(target_arch = "x86_64")]
fn main() {
    use std::time::{Duration, Instant};

    use brainfuck::{
        arguments::How,
        console::{Console, Settings},
        parse::Program,
        run,
        tape::Tape,
    };
    use brainfuck_programs::{collatz, counters, mandelbrot, powers, primes};

    const CELLS: usize = 1 << 16;
    let run = |program: &Program, how: How| -> (Duration, Vec<u8>) {
        let mut output = Vec::new();
        let start = Instant::now();
        let mut tape = Tape::new(CELLS, program.longest_move()).unwrap();
        let mut input = std::io::empty();
        let mut console = Console::new(&mut input, &mut output, Settings::default());
        run::run(program, how, &mut tape, &mut console).unwrap();
        assert!(console.flush());
        drop(console);
        (start.elapsed(), output)
    };

    let programs = [
        ("nested counters", counters(20)),
        ("primes by trial division", primes(60)),
        ("Collatz in binary", collatz(50, 255)),
        ("powers of two in decimal", powers(50, 200)),
        ("Mandelbrot in fixed point", mandelbrot(64, 32, 30)),
    ];
    // `cargo test --benches` asks for no measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "| program | compiled | plain | interpreter | plain ÷ compiled | interpreter ÷ compiled |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, source) in programs {
        let program = Program::parse(source.as_bytes()).unwrap();
        let (interpreted, expected) = run(&program, How::Interpret);
        let mut best = [Duration::MAX; 2];
        for _ in 0..3 {
            for (how, best) in [How::Compile, How::Plain].into_iter().zip(&mut best) {
                let (time, output) = run(&program, how);
                assert_eq!(output, expected, "{name}");
                *best = time.min(*best);
            }
        }
        let [compiled, plain] = best;
        let ratio = |time: Duration| time.as_secs_f64() / compiled.as_secs_f64();
        println!(
            "| {name} | {compiled:.1?} | {plain:.1?} | {interpreted:.1?} | {:.1} × | {:.0} × |",
            ratio(plain),
            ratio(interpreted)
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("skipped: the example's compilers make code for x86_64 only");
}
