//! Brainfuck programs that compute for a while, for the tests and the benches of the example of that name. They are
//! written by a small generator: a cell has a name, and going to it is the generator's business.

mod bits;
mod collatz;
mod counters;
mod mandelbrot;
mod powers;
mod primes;
mod writer;

pub use collatz::collatz;
pub use counters::counters;
pub use mandelbrot::mandelbrot;
pub use powers::powers;
pub use primes::primes;
