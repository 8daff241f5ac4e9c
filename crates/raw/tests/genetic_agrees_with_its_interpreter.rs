//! What the example `genetic` compiles computes what its interpreter does, bit for bit, and the formulas that it prints
//! are the genomes that it found.

#[allow(dead_code, reason = "the example's command line is tested elsewhere")]
#[path = "../../../examples/raw/genetic/main.rs"]
mod genetic;

use genetic::{
    formula::Sum,
    genome::{Genome, Node, divide},
    interpret,
    random::Random,
};

/// A tree from its postfix form: `x y +`.
fn tree(text: &str) -> Genome {
    let node = |word| match word {
        "x" => Node::Variable(0),
        "y" => Node::Variable(1),
        "+" => Node::Add,
        "-" => Node::Subtract,
        "*" => Node::Multiply,
        "/" => Node::Divide,
        number => Node::Constant(number.parse().unwrap()),
    };
    text.split_whitespace().map(node).collect()
}

#[cfg(target_arch = "x86_64")]
mod machine_code {
    use super::{
        genetic::{
            compile::Compiler,
            evaluate,
            genome::LARGEST,
            problem::{LANES, PROBLEMS, Samples},
            scale::Sums,
        },
        *,
    };
    use jitney_memory::Heap;

    /// The bits of the sums. All that is no number is one.
    fn bits(sums: Sums) -> Vec<u32> {
        let bits = |value: f32| if value.is_nan() { f32::NAN } else { value }.to_bits();
        let sums = [sums.values, sums.squares, sums.products];
        sums.iter().flat_map(|lanes| lanes.0).map(bits).collect()
    }

    fn agree(compiler: &mut Compiler, heap: &Heap, genome: &Genome, samples: &Samples) {
        let code = compiler.compile(genome.nodes(), samples);
        let compiled = evaluate::run(heap, code, samples).unwrap();
        let interpreted = interpret::sums(genome.nodes(), samples);
        assert_eq!(bits(compiled), bits(interpreted), "{genome:?}");
    }

    #[test]
    fn computes_the_same_bits() {
        let (heap, mut compiler) = (Heap::new().unwrap(), Compiler::default());
        for problem in PROBLEMS {
            let samples = Samples::new(problem);
            assert_eq!(samples.len() % LANES, 0);
            for individual in 0..400 {
                let mut random = Random::new(3, 0, individual);
                let depth = individual as usize % 6;
                let variables = problem.variables;
                let genome = Genome::random(variables, depth, individual % 2 == 0, &mut random);
                agree(&mut compiler, &heap, &genome, &samples);
            }
            for text in [
                "x",
                "2.5",
                "x 3 /",
                "x -0.0 /",
                "x x -",
                "x x x - /",
                "0 0 /",
                "x 0 /",
                "1 x x - /",
                "x 1e38 * 1e38 *",
                "x 1e38 * 1e38 * x 1e38 * 1e38 * -",
                "x 0 * x /",
                "-0.0 x *",
                "x 1e-40 *",
                "1 x x x x x x / / / / / /",
                "x x * x x * + x x * x x * + / x x * x x * - -",
            ] {
                agree(&mut compiler, &heap, &tree(text), &samples);
            }
        }
        assert_eq!(heap.statistics().functions, 0);
    }

    /// The trees that take the most registers, and the deepest ones.
    #[test]
    fn has_registers_enough() {
        let (heap, mut compiler) = (Heap::new().unwrap(), Compiler::default());
        let samples = Samples::new(&PROBLEMS[0]);
        for operator in ["+", "-", "*", "/"] {
            let mut full = "x y -".to_owned();
            while full.split(' ').count() * 2 < LARGEST {
                full = format!("{full} {full} {operator}");
            }
            let leaves = LARGEST / 2;
            let left = format!("x{}", format!(" y {operator}").repeat(leaves - 1));
            let right = "x ".repeat(leaves) + &format!("{operator} ").repeat(leaves - 1);
            for text in [full, left, right] {
                agree(&mut compiler, &heap, &tree(&text), &samples);
            }
        }
    }
}

#[test]
fn protected_division() {
    assert_eq!(divide(3.0, 2.0), 1.5);
    for nothing in [0.0, -0.0] {
        assert_eq!(divide(3.0, nothing), 1.0);
        assert_eq!(divide(f32::NAN, nothing), 1.0);
    }
    assert!(divide(3.0, f32::NAN).is_nan());
}

#[test]
fn formulas_are_simple() {
    for (text, formula) in [
        ("x x +", "2*x"),
        ("x x -", "0"),
        ("x x /", "1"),
        ("x 0 /", "1"),
        ("0 x /", "0"),
        ("x 1 + x 1 + /", "1"),
        ("x 1 + 2 x 2 * + /", "0.5"),
        ("x 1 + x *", "x^2 + x"),
        ("x 1 + x 1 - *", "x^2 - 1"),
        ("0.1 x * 0.2 +", "0.1*x + 0.2"),
        ("1 x x * 1 + /", "1 / (x^2 + 1)"),
        ("x y / 3 *", "3*x / y"),
        ("2 x y * /", "2 / (x*y)"),
        ("0 x -", "-x"),
        ("x y - y x - /", "-1"),
        ("1 1 1 x / 1 + / -", "1 - 1 / (1 + 1 / x)"),
        ("x 1e-7 *", "1e-7*x"),
    ] {
        assert_eq!(Sum::of(tree(text).nodes()).to_string(), formula, "{text}");
    }
}

#[test]
fn formulas_have_the_genomes_values() {
    let mut compared = 0;
    for individual in 0..300 {
        let mut random = Random::new(5, 0, individual);
        let genome = Genome::random(2, 1 + individual as usize % 5, false, &mut random);
        let formula = Sum::of(genome.nodes());
        for point in [[0.7f32, -1.3], [2.1, 3.4], [-4.3, 0.9]] {
            let value = f64::from(interpret::value(genome.nodes(), point));
            let simplified = formula.value(point.map(f64::from));
            // Where a value is the small difference of large ones, its digits are nobody's.
            if value.is_finite() && (1e-3..1e3).contains(&value.abs()) {
                let same = (simplified - value).abs() < 1e-3 * value.abs().max(1.0);
                compared += usize::from(same);
                assert!(
                    same || formula.to_string().contains('/'),
                    "{genome:?}\n{formula}"
                );
            }
        }
    }
    // Protected division, which a formula does not have, and rounding leave a few.
    assert!(compared > 500, "{compared}");
}
