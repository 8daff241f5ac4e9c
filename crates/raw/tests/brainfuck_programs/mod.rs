//! Brainfuck programs that compute for a while, for the tests and the benches of the example of that name. They are
//! written by a small generator: a cell has a name, and going to it is the generator's business.

mod bits;
mod collatz;
mod counters;
mod mandelbrot;
mod powers;
mod primes;
mod writer;

pub(crate) use collatz::collatz;
pub(crate) use counters::counters;
pub(crate) use mandelbrot::mandelbrot;
pub(crate) use powers::powers;
pub(crate) use primes::primes;
