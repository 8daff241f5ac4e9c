//! The smallest source: `jitney call examples/add.rs 'add(5, 6)'`.

/// The sum of two numbers.
pub fn add(a: i32, b: i32) -> i32 {
    a + b
}
