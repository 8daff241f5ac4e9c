//! Running a process to its end and keeping everything it showed.
//!
//! The second step of the comparison: both ways of running a program end here, with the same stdin and the same limit.

use super::program::End;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// What a process showed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) end: End,
}

unsafe extern "C" {
    // A signal to another process touches no memory of this one.
    safe fn kill(pid: i32, signal: i32) -> i32;
}

const SIGKILL: i32 = 9;

/// Runs `command` with `stdin`, and kills it with all it started if it takes longer than `limit`.
///
/// # Errors
/// A sentence, if it does not start or runs over the limit (with what it had shown by then).
pub(crate) fn run(command: &mut Command, stdin: &[u8], limit: Duration) -> Result<Outcome, String> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A group of its own, so that a kill reaches the children of a program that hangs.
    command.process_group(0);
    let mut child = command
        .spawn()
        .map_err(|e| format!("{:?} does not start: {e}", command.get_program()))?;
    let pid = child.id().cast_signed();

    let mut input = child.stdin.take().expect("stdin is piped");
    let mut output = child.stdout.take().expect("stdout is piped");
    let mut errors = child.stderr.take().expect("stderr is piped");
    thread::scope(|scope| {
        // A program need not read its stdin: a broken pipe is no failure.
        scope.spawn(move || drop(input.write_all(stdin)));
        let output = scope.spawn(move || read_all(&mut output));
        let errors = scope.spawn(move || read_all(&mut errors));
        // Covers the readers too: a child of the program's that holds a pipe open would keep them for ever.
        let (done, watched) = channel::<()>();
        let watcher = scope.spawn(move || {
            let late = watched.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if late {
                kill(-pid, SIGKILL);
            }
            late
        });

        let stdout = output.join().expect("the reader of stdout does not panic");
        let stderr = errors.join().expect("the reader of stderr does not panic");
        let status = child.wait();
        drop(done);
        if watcher.join().expect("the watcher does not panic") {
            return Err(format!(
                "still running after {} s, killed; by then\n  stdout: {}\n  stderr: {}",
                limit.as_secs_f32(),
                String::from_utf8_lossy(&stdout),
                String::from_utf8_lossy(&stderr)
            ));
        }
        let status = status.map_err(|e| format!("cannot wait: {e}"))?;
        let end = match (status.code(), status.signal()) {
            (Some(code), _) => End::Exit(code),
            (None, Some(signal)) => End::Signal(signal),
            (None, None) => return Err(format!("neither a code nor a signal in {status:?}")),
        };
        Ok(Outcome {
            stdout,
            stderr,
            end,
        })
    })
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before a fault is kept, and compared.
    drop(from.read_to_end(&mut bytes));
    bytes
}

#[test]
fn a_process_over_the_limit_is_killed_with_its_children() {
    let mut command = Command::new("sh");
    command.args(["-c", "echo begun; sleep 30 & wait"]);
    let error = run(&mut command, b"", Duration::from_millis(200)).unwrap_err();
    assert!(
        error.contains("still running after 0.2 s") && error.contains("begun"),
        "{error}"
    );
}
