//@ args: one "two words" "" --flag=3 -- ümlaut "it's" *
// The arguments after the program's own name, as they were given.
use std::env;

fn main() {
    println!("{}", env::args().count());
    for (i, arg) in env::args().enumerate().skip(1) {
        println!("{i}: {arg:?} {} bytes", arg.len());
    }
    println!("{:?}", env::args().next_back());
    let os: Vec<_> = env::args_os().skip(6).collect();
    println!("{os:?}");
    let mut args = env::args();
    println!("{:?} then {} left", args.nth(3), args.len());
}
