//@ exit: 23
// main returns a type with a Termination of its own.
use std::process::{ExitCode, Termination};

struct Outcome {
    failures: u8,
    notes: Vec<&'static str>,
}

impl Termination for Outcome {
    fn report(self) -> ExitCode {
        println!("report: {} failures, {:?}", self.failures, self.notes);
        eprintln!("on stderr too");
        ExitCode::from(20 + self.failures)
    }
}

impl Drop for Outcome {
    fn drop(&mut self) {
        println!("outcome dropped");
    }
}

fn main() -> Outcome {
    println!("main");
    Outcome {
        failures: 3,
        notes: vec!["a", "b"],
    }
}
