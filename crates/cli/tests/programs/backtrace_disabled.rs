// Backtraces with RUST_BACKTRACE=0: disabled when asked for politely, captured when forced.
use std::backtrace::{Backtrace, BacktraceStatus};

#[derive(Debug)]
struct Failure {
    backtrace: Backtrace,
}

fn fail() -> Result<(), Failure> {
    Err(Failure {
        backtrace: Backtrace::capture(),
    })
}

fn main() {
    let failure = fail().unwrap_err();
    println!(
        "{:?} {} {failure:?}",
        failure.backtrace.status(),
        failure.backtrace
    );
    let forced = Backtrace::force_capture();
    println!(
        "{:?} {}",
        forced.status(),
        forced.to_string().lines().count() > 0
    );
    println!(
        "{}",
        Backtrace::disabled().status() == BacktraceStatus::Disabled
    );
}
