//! The template: a process that has forgotten everything about the host, and makes workers by copying itself.
//!
//! It is a child of the host that no `wait` of the host's own ever sees: it sends no signal when it ends, and is
//! waited for only with `__WALL`. Workers are the template's children. When the host ends, however it does, the
//! template ends its worker and itself.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
    sync::atomic::Ordering,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socketpair},
    process::{
        Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, kill_process, pidfd_open,
        pidfd_send_signal, waitid,
    },
};

use crate::isolate::{Error, Limits, Protections};

use super::{
    area::{Area, Layout},
    landlock,
    plan::{Kept, Scripts, prepare},
    script::Purpose,
    shared::{MOVING_RESULTS, NOT_MADE, Nursery, Poll, WORKER_STEPS},
    start::{Kernel, process_id, start, wait_for},
};

/// How long to wait for what takes a template microseconds, on a machine that does a lot besides.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A running template.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) area: Area,
    scripts: Scripts,
    /// What holds for the template itself, before a worker adds its own.
    held: Protections,
    commands: Option<OwnedFd>,
    process: OwnedFd,
    /// The process that made it. A copy of that process has no business with it.
    host: Pid,
}

/// A worker as its host knows it.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) pid: Pid,
    pub(super) handle: OwnedFd,
}

/// How a worker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Signal(i32),
    Exit(i32),
}

impl Template {
    /// Makes the areas and the process.
    pub(super) fn new(limits: &Limits, spins: u32) -> Result<Template, Error> {
        let layout = Layout::new(
            limits.stack_bytes(),
            limits.code_bytes(),
            limits.data_bytes(),
        );
        let (area, files) =
            Area::new(layout).map_err(Error::system("share memory with a worker"))?;
        let host = pidfd_open(getpid(), PidfdFlags::empty()).map_err(Error::system(
            "get a handle of this process (`pidfd_open`, Linux 5.3)",
        ))?;
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )
        .map_err(Error::system("make a pair of sockets"))?;
        let ruleset =
            landlock::deny_everything().map_err(Error::system("make a Landlock ruleset"))?;
        let kept = Kept {
            commands: theirs.as_fd(),
            host: host.as_fd(),
            files: &files,
            ruleset: ruleset.as_ref().map(AsFd::as_fd),
        };
        let prepare = |kernel| {
            let scripts = prepare(&area, limits, &kept, spins, kernel);
            write_nursery(&area, &kept);
            scripts.map_err(Error::system("prepare a worker"))
        };
        let mut scripts = prepare(Kernel::Linux)?;
        let child = match start(&area, &scripts.moving, Kernel::Linux)? {
            Some(child) => child,
            None => {
                scripts = prepare(Kernel::Emulator)?;
                start(&area, &scripts.moving, Kernel::Emulator)?.ok_or(Error::TemplateGone)?
            }
        };
        // The template has its own copy.
        drop(theirs);
        let process = match pidfd_open(child, PidfdFlags::empty()) {
            Ok(process) => process,
            Err(error) => {
                // It ends when nobody can give it commands any more.
                drop(ours);
                wait_for(child.as_raw_nonzero().get());
                return Err(Error::system("get a handle of the template")(error));
            }
        };
        let mut template = Template {
            area,
            scripts,
            held: Protections::all(),
            commands: Some(ours),
            process,
            host: getpid(),
        };
        let listening = template.answer();
        let results = template.results();
        let (settling, moving) = results.split_at(MOVING_RESULTS);
        let Template { scripts, held, .. } = &mut template;
        scripts
            .moving
            .judge(held, moving.iter().copied())
            .map_err(missing)?;
        scripts
            .settling
            .judge(held, settling.iter().copied())
            .map_err(missing)?;
        listening?;
        Ok(template)
    }

    /// Has a new worker made, after the former one, if any, has been killed. It locks itself in next; see
    /// [`Template::locked_in`].
    pub(super) fn fork(&mut self) -> Result<Process, Error> {
        for step in &self.area.answers().steps {
            step.store(NOT_MADE, Ordering::Relaxed);
        }
        self.area.answers().ready.store(0, Ordering::Relaxed);
        let commands = self.commands.as_ref().ok_or(Error::TemplateGone)?;
        send(commands, &[1], SendFlags::NOSIGNAL).map_err(|_| Error::TemplateGone)?;
        self.answer()?;
        // SAFETY: the nursery is mapped as long as the area is there; the field is atomic.
        let worker = unsafe { &(*self.area.nursery()).worker }.load(Ordering::Acquire);
        let pid = process_id(worker).map_err(Error::system("fork a worker"))?;
        // The number is the worker's until the template is told to make another one: it leaves it a zombie.
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(handle) => Ok(Process { pid, handle }),
            Err(error) => {
                let _ = kill_process(pid, Signal::KILL);
                Err(Error::system("get a handle of a worker")(error))
            }
        }
    }

    /// What protects from a worker that says it is ready; or why it is not.
    pub(super) fn locked_in(&self) -> Result<Protections, Error> {
        let results: [i64; WORKER_STEPS] =
            std::array::from_fn(|index| self.area.answers().steps[index].load(Ordering::Acquire));
        let mut held = self.held;
        self.scripts
            .locking
            .judge(&mut held, results)
            .map_err(missing)?;
        Ok(held)
    }

    /// How the worker ended, if it has.
    pub(super) fn end(&self) -> Option<End> {
        let nursery = self.area.nursery();
        // SAFETY: the nursery is mapped as long as the area is there; the template wrote `end` before it set `dead`,
        // and writes it again only when it has been told to make another worker.
        let (dead, end) = unsafe {
            (
                &(*nursery).dead,
                (&raw const (*nursery).end).cast::<libc::siginfo_t>(),
            )
        };
        if dead.load(Ordering::Acquire) == 0 {
            return None;
        }
        // SAFETY: as above; `waitid` wrote the value.
        let end = unsafe { end.read() };
        // SAFETY: `waitid` fills these fields.
        let status = unsafe { end.si_status() };
        Some(if end.si_code == libc::CLD_EXITED {
            End::Exit(status)
        } else {
            End::Signal(status)
        })
    }

    /// Whether the template itself is still there.
    pub(super) fn is_alive(&self) -> bool {
        let mut ended = [PollFd::new(&self.process, PollFlags::IN)];
        matches!(poll(&mut ended, Some(&Timespec::default())), Ok(0))
    }

    /// Waits for the byte with which the template answers.
    fn answer(&self) -> Result<(), Error> {
        let commands = self.commands.as_ref().ok_or(Error::TemplateGone)?;
        let timeout = Timespec {
            tv_sec: PATIENCE.as_secs() as i64,
            tv_nsec: 0,
        };
        let mut byte = [0u8];
        loop {
            match poll(&mut [PollFd::new(commands, PollFlags::IN)], Some(&timeout)) {
                Err(rustix::io::Errno::INTR) => continue,
                Ok(1..) => {}
                _ => return Err(Error::TemplateGone),
            }
            return match recv(commands, &mut byte, RecvFlags::empty()) {
                Ok((1, _)) => Ok(()),
                Err(rustix::io::Errno::INTR) => continue,
                _ => Err(Error::TemplateGone),
            };
        }
    }

    fn results(&self) -> Vec<i64> {
        // SAFETY: the nursery is mapped as long as the area is there; the field is made of atomics.
        let steps = unsafe { &(*self.area.nursery()).steps };
        steps
            .iter()
            .map(|step| step.load(Ordering::Acquire))
            .collect()
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        if getpid() != self.host {
            return;
        }
        // The end of the line is the sign to end: the template kills its worker, waits for it and exits.
        self.commands = None;
        let mut ended = [PollFd::new(&self.process, PollFlags::IN)];
        let timeout = Timespec {
            tv_sec: 5,
            tv_nsec: 0,
        };
        while let Err(rustix::io::Errno::INTR) = poll(&mut ended, Some(&timeout)) {}
        // It is stopped, or was: nothing else keeps it from ending.
        let _ = pidfd_send_signal(&self.process, Signal::KILL);
        let options = WaitIdOptions::EXITED | WaitIdOptions::from_bits_retain(libc::__WALL as u32);
        while let Err(rustix::io::Errno::INTR) =
            waitid(WaitId::PidFd(self.process.as_fd()), options)
        {}
    }
}

/// Why an isolate could not be made, in the user's words.
fn missing((purpose, errno): (Purpose, Option<i32>)) -> Error {
    let Some(errno) = errno else {
        return Error::TemplateGone;
    };
    let source = io::Error::from_raw_os_error(errno);
    match purpose {
        Purpose::Protects(protection) => Error::Protection { protection, source },
        Purpose::Essential(doing) => Error::System { doing, source },
        Purpose::Extra => Error::TemplateGone,
    }
}

fn write_nursery(area: &Area, kept: &Kept) {
    use std::os::fd::AsRawFd;
    let poll = |descriptor| Poll {
        descriptor,
        events: libc::POLLIN,
        returned: 0,
    };
    // SAFETY: the part has room for it, it is zero as a new file is, and no process uses it yet.
    unsafe {
        let nursery: *mut Nursery = area.nursery();
        (&raw mut (*nursery).commands).write(poll(kept.commands.as_raw_fd()));
        (&raw mut (*nursery).host).write(poll(kept.host.as_raw_fd()));
        (&raw mut (*nursery).worker_end).write(poll(-1));
        for step in &(*nursery).steps {
            step.store(NOT_MADE, Ordering::Relaxed);
        }
    }
}
