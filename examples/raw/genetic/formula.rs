//! A genome as a formula that one likes to read: a sum of products, with like terms taken together.

use std::{cmp::Ordering, collections::BTreeMap};

use super::genome::Node;

/// A sum: each product of it and what that is multiplied by, which is not 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum(BTreeMap<Product, Coefficient>);

/// Factors and how often each is there, which is not 0, and below 0 in a denominator.
pub(super) type Product = BTreeMap<Factor, i32>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Factor {
    Variable(u8),
    /// A sum of more than one product, the one with the highest power of which is multiplied by 1.
    Sum(Sum),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Coefficient(pub(super) f64);

/// Products of sums are multiplied out up to this many terms.
const MOST_TERMS: usize = 12;

impl Sum {
    /// Simplifies a tree in postfix order. What is divided by something that is 0 somewhere may be another value there:
    /// `x / x` becomes 1, which protected division gives everywhere, but `x * (2 / x)` becomes 2 for 0 as well.
    pub(crate) fn of(nodes: &[Node]) -> Sum {
        let mut stack = Vec::new();
        for node in nodes {
            let sum = match node {
                Node::Variable(index) => Sum::factor(Factor::Variable(*index), 1),
                // By its decimal digits: 0.1 is meant, not the binary fraction nearest to it.
                Node::Constant(value) => Sum::constant(value.to_string().parse().unwrap_or(0.0)),
                operator => {
                    let right = stack.pop().unwrap_or_default();
                    let left: Sum = stack.pop().unwrap_or_default();
                    match operator {
                        Node::Add => left.plus(&right),
                        Node::Subtract => left.plus(&right.scaled(-1.0)),
                        Node::Multiply => left.times(&right),
                        _ => left.over(&right),
                    }
                }
            };
            stack.push(sum);
        }
        stack.pop().unwrap_or_default()
    }

    fn constant(value: f64) -> Sum {
        Sum::term(Product::new(), value)
    }

    fn factor(factor: Factor, power: i32) -> Sum {
        Sum::term(Product::from([(factor, power)]), 1.0)
    }

    fn term(product: Product, coefficient: f64) -> Sum {
        let terms = (coefficient != 0.0).then_some((product, Coefficient(coefficient)));
        Sum(terms.into_iter().collect())
    }

    /// Its value, if it is the same everywhere.
    fn as_constant(&self) -> Option<f64> {
        match self.0.first_key_value() {
            None => Some(0.0),
            Some((product, value)) if self.0.len() == 1 && product.is_empty() => Some(value.0),
            _ => None,
        }
    }

    fn plus(&self, other: &Sum) -> Sum {
        let mut sum = self.clone();
        for (product, Coefficient(value)) in &other.0 {
            let term = sum.0.entry(product.clone()).or_insert(Coefficient(0.0));
            let terms = term.0.abs().max(value.abs());
            term.0 += value;
            // What is left of two that are the same but for rounding.
            if term.0.abs() <= terms * 1e-9 {
                sum.0.remove(product);
            }
        }
        sum
    }

    /// Adds a number, unless it is nothing but rounding.
    pub(crate) fn plus_constant(&self, value: f64) -> Sum {
        match value.abs() < 1e-6 {
            true => self.clone(),
            false => self.plus(&Sum::constant(value)),
        }
    }

    /// Multiplied by a number.
    pub(crate) fn scaled(&self, by: f64) -> Sum {
        let terms = self.0.iter();
        let scaled = terms.map(|(product, value)| (product.clone(), Coefficient(value.0 * by)));
        Sum(scaled.filter(|(_, value)| value.0 != 0.0).collect())
    }

    fn times(&self, other: &Sum) -> Sum {
        if self.0.len() * other.0.len() > MOST_TERMS && self.0.len() > 1 && other.0.len() > 1 {
            return self.power(1).times(&other.power(1));
        }
        let mut product = Sum::default();
        for (left, Coefficient(first)) in &self.0 {
            for (right, Coefficient(second)) in &other.0 {
                product = product.plus(&Sum::term(multiply(left, right), first * second));
            }
        }
        product
    }

    fn over(&self, other: &Sum) -> Sum {
        match other.as_constant() {
            Some(0.0) => Sum::constant(1.0),
            Some(value) => self.scaled(1.0 / value),
            None => {
                // The same but for a number.
                let ratio = self.first() / other.first();
                match self.0.len() == other.0.len() && self.plus(&other.scaled(-ratio)).0.is_empty()
                {
                    true => Sum::constant(ratio),
                    false => self.times(&other.power(-1)),
                }
            }
        }
    }

    /// What the term with the highest power is multiplied by.
    fn first(&self) -> f64 {
        self.terms().first().map_or(0.0, |(_, value)| *value)
    }

    /// One term: this sum to a power.
    fn power(&self, power: i32) -> Sum {
        let first = self.first();
        let mut factors = self.0.keys();
        match (factors.next(), factors.next()) {
            (Some(product), None) => {
                let product = product
                    .iter()
                    .map(|(factor, count)| (factor.clone(), count * power));
                Sum::term(product.collect(), first.powi(power))
            }
            _ => {
                Sum::factor(Factor::Sum(self.scaled(1.0 / first)), power).scaled(first.powi(power))
            }
        }
    }

    /// What it is for these variables.
    pub(crate) fn value(&self, variables: [f64; 2]) -> f64 {
        let factor = |(factor, power): (&Factor, &i32)| match factor {
            Factor::Variable(index) => variables[usize::from(*index)].powi(*power),
            Factor::Sum(sum) => sum.value(variables).powi(*power),
        };
        let term = |(product, value): (&Product, &Coefficient)| {
            value.0 * product.iter().map(factor).product::<f64>()
        };
        self.0.iter().map(term).sum()
    }

    /// The terms, those with the highest powers first.
    pub(super) fn terms(&self) -> Vec<(&Product, f64)> {
        let mut terms: Vec<_> = self
            .0
            .iter()
            .map(|(product, value)| (product, value.0))
            .collect();
        terms.sort_by_key(|(product, _)| -product.values().sum::<i32>());
        terms
    }
}

fn multiply(left: &Product, right: &Product) -> Product {
    let mut product = left.clone();
    for (factor, power) in right {
        let sum = product.entry(factor.clone()).or_insert(0);
        *sum += power;
        if *sum == 0 {
            product.remove(factor);
        }
    }
    product
}

impl PartialEq for Coefficient {
    fn eq(&self, other: &Coefficient) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Coefficient {}

impl PartialOrd for Coefficient {
    fn partial_cmp(&self, other: &Coefficient) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Coefficient {
    fn cmp(&self, other: &Coefficient) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
