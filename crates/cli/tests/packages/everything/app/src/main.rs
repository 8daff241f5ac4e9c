//! Prints all that it knows, and ends with a code of its own.

use std::io::Read;

fn main() {
    for fact in my_app::facts() {
        println!("{fact}");
    }
    println!("{} {}", file!(), env!("CARGO_BIN_NAME"));
    println!("{:?}", std::env::args().skip(1).collect::<Vec<_>>());
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION_MINOR", "CARGO_MANIFEST_DIR", "MADE_BY", "CARGO_BIN_NAME"] {
        println!("{name} {:?}", std::env::var(name));
    }
    let made = std::env::var("OUT_DIR").unwrap_or_default();
    println!("{}", made.contains("target/debug/build/my-app-"));
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    println!("{input:?} {:?}", std::env::current_dir().unwrap().file_name());
    eprintln!("warned");
    std::process::exit(3)
}
