//! What is to be found: published benchmark functions, and the points at which they are given.
//!
//! The names are those of McDermott et al., *Genetic Programming Needs Better Benchmarks*, GECCO 2012. So are the ranges;
//! but where random points are used there, even ones are here, so that a run can be repeated.

/// How many samples the machine code takes at a time.
pub(crate) const LANES: usize = 4;

/// One number of each of four samples, as an SSE register holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(16))]
pub(crate) struct Lanes(pub(crate) [f32; LANES]);

/// A function and where it is sampled.
pub(crate) struct Problem {
    pub(crate) name: &'static str,
    /// The function, as one would write it down.
    pub(crate) formula: &'static str,
    pub(crate) variables: u8,
    pub(crate) function: fn([f64; 2]) -> f64,
    /// The points for the drawing: from and to which x, and for which y.
    pub(crate) range: (f64, f64),
    points: fn() -> Vec<[f64; 2]>,
}

/// All that can be asked for.
pub(crate) const PROBLEMS: &[Problem] = &[
    Problem {
        // Keijzer, Improving Symbolic Regression with Interval Arithmetic and Linear Scaling, EuroGP 2003.
        name: "keijzer-14",
        formula: "8 / (2 + x^2 + y^2)",
        variables: 2,
        function: |[x, y]| 8.0 / (2.0 + x * x + y * y),
        range: (-3.0, 3.0),
        points: || grid(-3.0, 3.0, 20),
    },
    Problem {
        // Koza, Genetic Programming, MIT Press 1992.
        name: "koza-1",
        formula: "x^4 + x^3 + x^2 + x",
        variables: 1,
        function: |[x, _]| x.powi(4) + x.powi(3) + x.powi(2) + x,
        range: (-1.0, 1.0),
        points: || line(-1.0, 1.0, 20),
    },
    Problem {
        // Nguyen Quang Uy et al., Semantically-based crossover in genetic programming, Genetic Programming and
        // Evolvable Machines 12(2), 2011. Without a logarithm it can only be approached.
        name: "nguyen-7",
        formula: "ln(x + 1) + ln(x^2 + 1)",
        variables: 1,
        function: |[x, _]| (x + 1.0).ln() + (x * x + 1.0).ln(),
        range: (0.0, 2.0),
        points: || line(0.0, 2.0, 20),
    },
    Problem {
        // Pagie and Hogeweg, Evolutionary Consequences of Coevolving Targets, Evolutionary Computation 5(4), 1997.
        name: "pagie-1",
        formula: "1 / (1 + x^-4) + 1 / (1 + y^-4)",
        variables: 2,
        function: |[x, y]| 1.0 / (1.0 + x.powi(-4)) + 1.0 / (1.0 + y.powi(-4)),
        range: (-5.0, 5.0),
        points: || grid(-5.0, 5.0, 26),
    },
];

fn line(from: f64, to: f64, count: usize) -> Vec<[f64; 2]> {
    let step = (to - from) / (count - 1) as f64;
    (0..count)
        .map(|at| [from + step * at as f64, 0.0])
        .collect()
}

fn grid(from: f64, to: f64, count: usize) -> Vec<[f64; 2]> {
    let line = line(from, to, count);
    let point = |x: &[f64; 2]| line.iter().map(|y| [x[0], y[0]]).collect::<Vec<_>>();
    line.iter().flat_map(point).collect()
}

/// A problem's samples: first all of x, then of y if there is one, then what is wanted: the function without its mean.
pub(crate) struct Samples {
    columns: Vec<Lanes>,
    /// How long a column is.
    rows: usize,
    variables: u8,
    /// Which variables are 0 at no sample.
    never_zero: [bool; 2],
    mean: f64,
    /// The sum of the squares of what is wanted.
    spread: f64,
}

impl Samples {
    pub(crate) fn new(problem: &Problem) -> Samples {
        let mut points = (problem.points)();
        // Whole registers: the last points count twice then.
        let missing = points.len().next_multiple_of(LANES) - points.len();
        points.extend_from_within(points.len() - missing..);
        let values: Vec<_> = points.iter().copied().map(problem.function).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let wanted: Vec<_> = values.iter().map(|value| (value - mean) as f32).collect();
        let columns = (0..problem.variables.into())
            .map(|variable| points.iter().map(|point| point[variable] as f32).collect())
            .chain([wanted.clone()])
            .flat_map(|column: Vec<f32>| {
                let lanes = column.chunks_exact(LANES);
                lanes
                    .map(|lanes| Lanes(std::array::from_fn(|lane| lanes[lane])))
                    .collect::<Vec<_>>()
            });
        Samples {
            columns: columns.collect(),
            rows: points.len() / LANES,
            variables: problem.variables,
            never_zero: [0, 1]
                .map(|variable| points.iter().all(|point| point[variable] as f32 != 0.0)),
            mean,
            spread: wanted.iter().map(|wanted| f64::from(*wanted).powi(2)).sum(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows * LANES
    }

    pub(crate) fn variables(&self) -> u8 {
        self.variables
    }

    /// The values of a variable, or what is wanted, which comes after the last one.
    pub(crate) fn column(&self, column: u8) -> &[Lanes] {
        &self.columns[usize::from(column) * self.rows..][..self.rows]
    }

    /// The variables and what is wanted at each sample.
    pub(crate) fn points(&self) -> impl Iterator<Item = ([f32; 2], f64)> {
        let numbers = |column: u8| self.column(column).iter().flat_map(|lanes| lanes.0);
        let (x, y) = (numbers(0), numbers(self.variables - 1));
        x.zip(y)
            .zip(numbers(self.variables))
            .map(|((x, y), wanted)| ([x, y], f64::from(wanted)))
    }

    /// Whether a variable is 0 at no sample, so that anything can be divided by it.
    pub(crate) fn is_never_zero(&self, variable: u8) -> bool {
        self.never_zero[usize::from(variable)]
    }

    /// The function's mean.
    pub(crate) fn mean(&self) -> f64 {
        self.mean
    }

    /// The sum of the squared distances of the function from its mean.
    pub(crate) fn spread(&self) -> f64 {
        self.spread
    }

    /// All columns, one after the other.
    pub(crate) fn as_ptr(&self) -> *const Lanes {
        self.columns.as_ptr()
    }

    /// From a column to the next one, in bytes.
    pub(crate) fn stride(&self) -> usize {
        self.rows * size_of::<Lanes>()
    }
}
