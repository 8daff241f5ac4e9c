//@ exit: 77
//@ args: 7 70
// main returns an ExitCode; the destructors run before.
use std::process::ExitCode;

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped");
    }
}
thread_local! {
    static LOCAL: Loud = const { Loud };
}

fn main() -> ExitCode {
    LOCAL.with(|_| ());
    let _loud = Loud;
    let sum: u8 = std::env::args()
        .skip(1)
        .map(|a| a.parse::<u8>().unwrap())
        .sum();
    println!("{sum}");
    ExitCode::from(sum)
}
