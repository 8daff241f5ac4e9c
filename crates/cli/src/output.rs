//! Standard output that takes no more: a reader that has seen enough (`jitney doctor | head -1`), or a full disk. The first
//! is no failure, the second one is told in a sentence; neither is a panic.

use std::any::Any;
use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
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
    print_bytes(text.as_bytes())
}

/// Writes bytes.
///
/// # Errors
/// As for [`print()`].
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(complaint(&error.to_string())),
        _ => Ok(()),
    }
}

/// Writes a file whole or not at all: half of it would look like another one.
///
/// # Errors
/// When it cannot be written; nothing of it is left then.
pub(crate) fn save(path: &Path, content: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    // A device or a pipe is written to; a file in its place would be another thing.
    let in_place = fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
    let saved = match in_place {
        true => fs::write(path, content),
        false => replace(path, content),
    };
    saved.map_err(|error| format!("{}: {error}", path.display()).into())
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(format!(".{}.part", std::process::id()));
    let written = File::create_new(&part)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // It may not have been made; what went wrong is reported either way.
        let _ = fs::remove_file(&part);
    }
    written
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
pub(crate) fn call(function: impl FnOnce()) -> Outcome {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if unprinted(info.payload()).is_none() {
            hook(info);
        }
    }));
    let Err(payload) = panic::catch_unwind(AssertUnwindSafe(function)) else {
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
