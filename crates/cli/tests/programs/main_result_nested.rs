//@ exit: 8
// main returns a Result of an ExitCode; the Err has an owned text.
use std::process::ExitCode;

fn decide(n: i32) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match n {
        0 => Ok(ExitCode::SUCCESS),
        1..=9 => Ok(ExitCode::from(n as u8)),
        _ => Err(format!("{n} is out of range").into()),
    }
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    println!("{:?} {}", decide(0).is_ok(), decide(10).unwrap_err());
    let code = decide("8".parse()?)?;
    Ok(code)
}
