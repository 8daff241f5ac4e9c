//! Links the command at a fixed address.
//!
//! `jitney run` takes the place of a linked executable, and objects may be compiled for one at a fixed
//! low address (`-fno-pie`): they hold addresses in 32 bits. Everything that they refer to has to lie
//! in the lowest 2 GiB with them, the command's own symbols included; see `src/variables.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-no-pie");
}
