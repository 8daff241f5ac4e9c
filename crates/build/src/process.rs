//! Running rustc and cargo: no standard input, all output captured, a time limit, and errors that name the program.
//! `Command` is used so that std can start the child by `posix_spawn`: nothing here needs code between fork and exec.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::event::Event;
use crate::options::Options;
use crate::stop::Stop;
use crate::sys::{self, End};

/// When a build began and how long it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    began: Instant,
    limit: Option<Duration>,
}

impl Clock {
    pub(crate) fn start(limit: Option<Duration>) -> Clock {
        Clock {
            began: Instant::now(),
            limit,
        }
    }

    /// A limit that no clock can express is no limit.
    fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(self.limit?)
    }
}

/// A child that ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// How to run a child.
pub(crate) struct Run<'a> {
    /// What the user is told runs, as in "rustc (compiling `x`)".
    pub(crate) running: String,
    pub(crate) clock: Clock,
    pub(crate) options: &'a Options,
    /// Whether the child starts long-lived children of its own, which have to end with it.
    pub(crate) has_children: bool,
}

impl<'a> Run<'a> {
    /// Runs the command to its end. `on_line` is told each whole line as it comes (1: stdout, 2: stderr).
    pub(crate) fn finish(
        self,
        command: Command,
        on_line: impl FnMut(u8, &str),
    ) -> Result<Finished, Error> {
        self.start(command)?.finish(on_line)
    }

    /// Starts the command. It runs beside whatever is done until [`Running::finish`], but waits itself once its pipes are
    /// full.
    pub(crate) fn start(self, mut command: Command) -> Result<Running<'a>, Error> {
        if let Some(progress) = self
            .options
            .progress
            .as_ref()
            .filter(|_| self.options.verbose)
        {
            progress.tell(&Event::Running {
                command: show(&command),
            });
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // What is set for this command alone knows the user's variables already.
        for (name, value) in &self.options.env {
            if command.get_envs().all(|(set, _)| set != name.as_str()) {
                command.env(name, value);
            }
        }
        // A group of its own can be ended whole, but no longer gets the terminal's Ctrl-C: only where it is needed.
        let grouped = self.has_children || self.clock.limit.is_some();
        if grouped {
            command.process_group(0);
        }
        let program = PathBuf::from(command.get_program());
        let start_error = |source| Error::Start {
            program: program.clone(),
            source,
        };
        let child = Guard {
            child: command.spawn().map_err(start_error)?,
            grouped,
            ended: false,
        };
        Ok(Running {
            run: self,
            program,
            child,
        })
    }
}

/// A child that has been started. Dropped before it has ended, it is ended.
pub(crate) struct Running<'a> {
    run: Run<'a>,
    program: PathBuf,
    child: Guard,
}

impl Running<'_> {
    /// Waits for its end. `on_line` is told each whole line as it comes (1: stdout, 2: stderr).
    pub(crate) fn finish(self, mut on_line: impl FnMut(u8, &str)) -> Result<Finished, Error> {
        let Running {
            run,
            program,
            mut child,
        } = self;
        let (mut stdout, mut stderr) = (Lines::default(), Lines::default());
        let stop = run.options.stop.as_ref().map(Stop::flag);
        let on_bytes = |pipe, bytes: &[u8]| {
            let lines = if pipe == 1 { &mut stdout } else { &mut stderr };
            lines.push(bytes, |line| on_line(pipe, line));
        };
        let end = sys::collect(&mut child.child, run.clock.deadline(), stop, on_bytes)
            .map_err(|error| Error::files("read the output of", &program, error))?;
        match end {
            End::Child => {}
            End::Stop => {
                return Err(Error::Stopped {
                    running: run.running,
                });
            }
            End::Deadline => {
                return Err(Error::TimeLimit {
                    running: run.running,
                    after: run.clock.began.elapsed(),
                    limit: run.clock.limit.unwrap_or_default(),
                });
            }
        }
        let status = child
            .wait()
            .map_err(|error| Error::files("wait for", &program, error))?;
        Ok(Finished {
            status,
            stdout: stdout.bytes,
            stderr: String::from_utf8_lossy(&stderr.bytes).into_owned(),
        })
    }
}

/// A running child that does not outlive the call, whichever way that ends.
struct Guard {
    child: Child,
    grouped: bool,
    ended: bool,
}

impl Guard {
    fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.ended = true;
        Ok(status)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if self.grouped {
            sys::kill_group(&self.child);
        }
        // Errors mean that the child is gone already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a pipe gave so far, with the place up to which whole lines were told.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    told: usize,
}

impl Lines {
    fn push(&mut self, bytes: &[u8], mut tell: impl FnMut(&str)) {
        let fresh = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let Some(last) = self.bytes[fresh..].iter().rposition(|byte| *byte == b'\n') else {
            return;
        };
        let end = fresh + last + 1;
        String::from_utf8_lossy(&self.bytes[self.told..end])
            .lines()
            .for_each(&mut tell);
        self.told = end;
    }
}

fn show(command: &Command) -> String {
    let quoted = |word: &std::ffi::OsStr| {
        let word = word.to_string_lossy();
        let plain = !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_=./,:+@".contains(&byte));
        if plain {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{Pid, PidfdFlags, Signal, kill_process};

    use super::*;

    fn shell(script: &str, limit: Option<Duration>) -> Result<Finished, Error> {
        let run = Run {
            running: "a script".to_owned(),
            clock: Clock::start(limit),
            options: &Options::default(),
            has_children: true,
        };
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run.finish(command, |_, _| {})
    }

    #[test]
    fn output_and_exit_code_come_back_whole() {
        let finished = shell("head -c 300000 /dev/zero; echo oops >&2; exit 3", None).unwrap();
        assert_eq!(finished.stdout.len(), 300_000);
        assert_eq!(finished.stderr, "oops\n");
        assert_eq!(finished.status.code(), Some(3));
    }

    #[test]
    fn lines_are_told_whole_and_in_order() {
        let mut lines = Lines::default();
        let mut told = Vec::new();
        for piece in ["one\ntw", "o", "\nthree\nfour\nrest"] {
            lines.push(piece.as_bytes(), |line| told.push(line.to_owned()));
        }
        assert_eq!(told, ["one", "two", "three", "four"]);
    }

    #[test]
    fn a_grandchild_that_keeps_the_pipes_open_holds_nothing_up() {
        let began = Instant::now();
        let finished = shell("sleep 100 & echo done $!", None).unwrap();
        let said = String::from_utf8(finished.stdout).unwrap();
        assert!(said.starts_with("done"));
        assert!(began.elapsed() < Duration::from_secs(50));
        let grandchild = said.trim_start_matches("done ").trim().parse().unwrap();
        let _ = kill_process(Pid::from_raw(grandchild).unwrap(), Signal::KILL);
    }

    #[test]
    fn the_time_limit_ends_grandchildren_too() {
        // The marker is in the grandchild's own arguments, so that it is found among all processes.
        let folder = tempfile::tempdir().unwrap();
        let marker = folder.path().join("pid");
        let script = format!(
            "sh -c 'echo $$ > {0}; exec sleep 1000' & while [ ! -s {0} ]; do :; done; wait",
            marker.display()
        );
        let error = shell(&script, Some(Duration::from_millis(500))).unwrap_err();
        let Error::TimeLimit {
            running,
            after,
            limit,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (running.as_str(), *limit),
            ("a script", Duration::from_millis(500))
        );
        assert!(*after >= *limit);
        let pid: i32 = std::fs::read_to_string(marker)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        // A killed process ends soon, but not at once: its end is waited for, for as long as a machine may be busy.
        if let Ok(ended) =
            rustix::process::pidfd_open(Pid::from_raw(pid).unwrap(), PidfdFlags::empty())
        {
            let patience = Timespec {
                tv_sec: 60,
                tv_nsec: 0,
            };
            let mut watched = [PollFd::new(&ended, PollFlags::IN)];
            assert_eq!(
                poll(&mut watched, Some(&patience)),
                Ok(1),
                "the grandchild still runs"
            );
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let run = Run {
            running: String::new(),
            clock: Clock::start(None),
            options: &Options::default(),
            has_children: false,
        };
        let error = run
            .finish(Command::new("/nowhere/rustc"), |_, _| {})
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("cannot start `/nowhere/rustc`"),
            "{error}"
        );
    }

    #[test]
    fn a_shown_command_can_be_pasted_into_a_shell() {
        let mut command = Command::new("/bin/rustc");
        command.args(["--cfg", "feature=\"a\"", "it's"]);
        assert_eq!(
            show(&command),
            r#"/bin/rustc --cfg 'feature="a"' 'it'\''s'"#
        );
    }
}
