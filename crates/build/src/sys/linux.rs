//! Linux: one `poll` over the child's two pipes and its pidfd, so that no time passes between the child's end and its
//! notice, and a grandchild that keeps the pipes open (a compiler server, say) does not hold the build up.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Child;
use std::time::Instant;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

/// What a wait for a child ended with. Only in the first case has the child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Child,
    Deadline,
    Stop,
}

/// Reads the child's output until it ends, the deadline passes, or the flag `stop` is raised. `on_bytes` is given the
/// pipe's number (1: stdout, 2: stderr) and what came.
pub(crate) fn collect(
    child: &mut Child,
    deadline: Option<Instant>,
    stop: Option<BorrowedFd<'_>>,
    mut on_bytes: impl FnMut(u8, &[u8]),
) -> io::Result<End> {
    let mut pipes: Vec<(u8, OwnedFd)> = Vec::with_capacity(2);
    pipes.extend(child.stdout.take().map(|pipe| (1, pipe.into())));
    pipes.extend(child.stderr.take().map(|pipe| (2, pipe.into())));
    for (_, pipe) in &pipes {
        rustix::io::ioctl_fionbio(pipe, true)?;
    }
    // Kernels before 5.3 and some sandboxes have no pidfd: the end of the pipes then stands for the child's.
    let ended = pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let mut watched: Vec<PollFd<'_>> = pipes
            .iter()
            .map(|(_, pipe)| PollFd::new(pipe, PollFlags::IN))
            .collect();
        if let Some(ended) = &ended {
            watched.push(PollFd::from_borrowed_fd(ended.as_fd(), PollFlags::IN));
        }
        if watched.is_empty() {
            return Ok(End::Child);
        }
        let last_of_child = watched.len() - 1;
        if let Some(stop) = stop {
            watched.push(PollFd::from_borrowed_fd(stop, PollFlags::IN));
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut watched, timeout.as_ref()) {
            Ok(0) => return Ok(End::Deadline),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let happened = |at: usize| watched.get(at).is_some_and(|one| !one.revents().is_empty());
        if happened(last_of_child + 1) {
            return Ok(End::Stop);
        }
        let over = ended.is_some() && happened(last_of_child);
        drop(watched);
        let mut open = Vec::with_capacity(pipes.len());
        for (number, pipe) in pipes {
            if drain(&pipe, &mut buffer, |bytes| on_bytes(number, bytes))? {
                open.push((number, pipe));
            }
        }
        pipes = open;
        if over {
            return Ok(End::Child);
        }
    }
}

/// Reads all there is. False when the pipe's other end is closed.
fn drain(pipe: &OwnedFd, buffer: &mut [u8], mut on_bytes: impl FnMut(&[u8])) -> io::Result<bool> {
    loop {
        match rustix::io::read(pipe, &mut *buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => on_bytes(&buffer[..count]),
            Err(Errno::AGAIN) => return Ok(true),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A flag that can be raised once and waited for.
pub(crate) fn flag() -> io::Result<OwnedFd> {
    Ok(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?)
}

/// Raises the flag. Safe in a signal handler: <https://man7.org/linux/man-pages/man7/signal-safety.7.html>.
pub(crate) fn raise(flag: BorrowedFd<'_>) {
    // It fails only when the counter is full, and then the flag is up.
    let _ = rustix::io::write(flag, &1_u64.to_ne_bytes());
}

/// Ends the child and every process it started, when it leads a process group of its own.
pub(crate) fn kill_group(child: &Child) {
    // An error means that none of them is left.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}
