//! The interpreter: what the machine code has to agree with, bit for bit, and what runs where there is none. A stack
//! machine over one sample at a time, with the top of the stack in a variable.

use super::{
    genome::{LARGEST, Node},
    problem::{LANES, Samples},
    scale::Sums,
};

/// A stack holds as many values as there are leaves at most, which are one more than the operators. Its length is a power
/// of two, so that checking a bound is one `and`.
const DEPTH: usize = LARGEST.div_ceil(2).next_power_of_two();

/// What the expression is for these variables.
pub(crate) fn value(nodes: &[Node], variables: [f32; 2]) -> f32 {
    value_on(&mut [0.0; DEPTH], nodes, variables)
}

fn value_on(stack: &mut [f32; DEPTH], nodes: &[Node], variables: [f32; 2]) -> f32 {
    let (mut len, mut top) = (0usize, 0.0);
    for node in nodes {
        match *node {
            Node::Variable(index) => {
                stack[len % DEPTH] = top;
                len += 1;
                top = variables[usize::from(index) % 2];
                continue;
            }
            Node::Constant(value) => {
                stack[len % DEPTH] = top;
                len += 1;
                top = value;
                continue;
            }
            _ => {}
        }
        len = len.wrapping_sub(1);
        let left = stack[len % DEPTH];
        top = node.apply(left, top);
    }
    top
}

/// What the machine code adds up.
pub(crate) fn sums(nodes: &[Node], samples: &Samples) -> Sums {
    let mut sums = Sums::default();
    let mut stack = [0.0; DEPTH];
    let x = samples.column(0);
    let y = samples.column(samples.variables() - 1);
    let wanted = samples.column(samples.variables());
    for ((x, y), wanted) in x.iter().zip(y).zip(wanted) {
        for lane in 0..LANES {
            let value = value_on(&mut stack, nodes, [x.0[lane], y.0[lane]]);
            sums.values.0[lane] += value;
            sums.products.0[lane] += value * wanted.0[lane];
            sums.squares.0[lane] += value * value;
        }
    }
    sums
}
