//! Linear scaling: a genome has to find a function's shape only; by which factor and offset it fits best is computed
//! (Keijzer, Improving Symbolic Regression with Interval Arithmetic and Linear Scaling, EuroGP 2003).

use super::{
    genome::Node,
    interpret,
    problem::{Lanes, Samples},
};

/// What is summed up over the samples, each sum in the four parts that the machine code adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub(crate) struct Sums {
    pub(crate) values: Lanes,
    pub(crate) squares: Lanes,
    /// Values times what is wanted, which is 0 in the mean.
    pub(crate) products: Lanes,
}

/// What has to be done to a genome's values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) factor: f64,
    pub(crate) offset: f64,
    /// Which part of the wanted values' spread is left then: 0 for an exact fit, 1 for none.
    pub(crate) unexplained: f64,
}

/// What is no fit at all.
pub(crate) const UNFIT: f32 = f32::INFINITY;

impl Sums {
    /// The part of the wanted values' spread that is left after scaling, or [`UNFIT`] where the sums are no numbers, or
    /// too rough to tell.
    pub(crate) fn unexplained(&self, samples: &Samples) -> f32 {
        let [values, squares, products] = [self.values, self.squares, self.products]
            .map(|Lanes([a, b, c, d])| f64::from(a) + f64::from(b) + f64::from(c) + f64::from(d));
        let spread = squares - values * values / samples.len() as f64;
        // The sums have some six digits; what is left of them has to have three.
        if spread.is_finite() && products.is_finite() && spread > squares * 1e-3 {
            (1.0 - products * products / (spread * samples.spread())).max(0.0) as f32
        } else {
            UNFIT
        }
    }
}

impl Scale {
    /// The best scale for a genome, computed with care.
    pub(crate) fn fit(nodes: &[Node], samples: &Samples) -> Scale {
        let count = samples.len() as f64;
        let points: Vec<_> = samples
            .points()
            .map(|(point, wanted)| (f64::from(interpret::value(nodes, point)), wanted))
            .collect();
        let mean = points.iter().map(|(value, _)| value).sum::<f64>() / count;
        let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            points
                .iter()
                .map(|(value, wanted)| of(value - mean, *wanted))
                .sum()
        };
        let spread = sum(&|value, _| value * value);
        let factor = match spread > 0.0 {
            true => sum(&|value, wanted| value * wanted) / spread,
            false => 0.0,
        };
        let left = sum(&|value, wanted| (wanted - factor * value).powi(2));
        Scale {
            factor,
            offset: samples.mean() - factor * mean,
            unexplained: left / samples.spread(),
        }
    }
}
