//! What is found in sources, and what the compiler says about the entries.

mod bad_input;
mod findings;
mod harness;
mod lints;
mod modules;
mod reasons;
mod signatures;
mod texts;
