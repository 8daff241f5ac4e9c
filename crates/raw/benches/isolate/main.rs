//! An isolate beside the other ways to run code in another process: `cargo bench -p jitney-raw --bench isolate`.
//!
//! Prints criterion's figures as it goes, and the table of BENCHMARKS.md at the end.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod linux;

fn main() {
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    linux::main();
}
