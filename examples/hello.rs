//! A whole program: `jitney run examples/hello.rs -- a b`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let input = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
    println!("hello {}, {} bytes of input", arguments.join(" and "), input.len());
    ExitCode::from(arguments.len() as u8)
}
