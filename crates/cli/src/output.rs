//! Standard output that takes no more: a reader that has seen enough (`jitney doctor | head -1`), or a full disk. The first
//! is no failure, the second one is told in a sentence; neither is a panic.

use std::any::Any;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::panic;
use std::process::ExitCode;

use jitney::Diagnostic;

use crate::Outcome;

/// What a Rust program that panicked exits with.
const PANICKED: u8 = 101;

/// What `println!` panics with; the system's reason follows.
const UNPRINTED: &str = "failed printing to stdout: ";

/// Writes a text.
///
/// # Errors
/// When there is a reader, but the text cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(complaint(&error.to_string())),
        _ => Ok(()),
    }
}

/// Tells something beside the output. Where standard error takes no more, nobody wants to know.
pub(crate) fn note(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Tells the compiler's warnings to a reader at a terminal, and to one who asks: elsewhere the program's standard error is
/// the program's.
pub(crate) fn warnings(asked: bool, warnings: &[Diagnostic]) {
    if asked || io::stderr().is_terminal() {
        for warning in warnings {
            note(&warning.rendered);
        }
    }
}

/// Calls a function that may print by `println!`, and panic.
///
/// # Errors
/// As for [`print()`].
pub(crate) fn call(function: fn()) -> Outcome {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if unprinted(info.payload()).is_none() {
            hook(info);
        }
    }));
    let Err(payload) = panic::catch_unwind(function) else {
        return Ok(ExitCode::SUCCESS);
    };
    match unprinted(&*payload) {
        // The hook has told what happened.
        None => Ok(ExitCode::from(PANICKED)),
        Some(reason) if reason == io::Error::from_raw_os_error(libc::EPIPE).to_string() => {
            Ok(ExitCode::SUCCESS)
        }
        Some(reason) => Err(complaint(reason)),
    }
}

/// The reason why `println!` failed, if a panic is about that.
fn unprinted(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref::<String>()?.strip_prefix(UNPRINTED)
}

fn complaint(reason: &str) -> Box<dyn std::error::Error> {
    format!("cannot write to standard output: {reason}").into()
}
