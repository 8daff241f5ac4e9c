//! `jitney run`: a whole program in this process.

use std::path::PathBuf;

use clap::CommandFactory;
use clap::error::ErrorKind;
use jitney::{ProgramAllocator, Source, ThreadLocalRoom};

use crate::Outcome;
use crate::arguments::{Arguments, Run, jit};
use crate::{interrupt, output, restart};

/// A program may bring an allocator of its own.
#[global_allocator]
static ALLOCATOR: ProgramAllocator = ProgramAllocator::new();

thread_local! {
    static ROOM: ThreadLocalRoom = const { ThreadLocalRoom::new() };
}

pub(crate) fn run(arguments: Run) -> Outcome {
    let Run {
        sources,
        options,
        arguments,
    } = arguments;
    refuse_stray_arguments(&sources);
    let jit = jit(&sources)?;
    if !jit.lend_thread_locals(&ROOM) {
        return Err("this build of jitney has no room for the thread-locals of programs".into());
    }
    if !jit.lend_allocator(&ALLOCATOR) {
        return Err("this build of jitney does not allocate with its own allocator".into());
    }
    let source = options.apply(&jit, &sources);
    let program = interrupt::build(source, Source::build_program)?;
    output::warnings(options.verbose, program.warnings());
    for (key, value) in program.environment() {
        // SAFETY: the command has one thread at this point.
        unsafe { std::env::set_var(key, value) }
    }
    options.set_environment();
    restart::remember(&sources, arguments.len());
    // At least one source is required; the first gives the program its name.
    let name = sources.into_iter().next().unwrap_or_default();
    let arguments = std::iter::once(name.into_os_string()).chain(arguments);
    match program.run(arguments)? {}
}

/// A further source that is nowhere and looks like none was meant for the program: that is bad usage.
fn refuse_stray_arguments(sources: &[PathBuf]) {
    let stray = |path: &&PathBuf| path.extension().is_none() && !path.exists();
    if let Some(stray) = sources.iter().skip(1).find(stray) {
        let message = format!(
            "unexpected argument '{}' found: there is no such file, and what the program is to get comes after `--`, as in `-- <ARGUMENTS>`",
            stray.display()
        );
        Arguments::command()
            .error(ErrorKind::UnknownArgument, message)
            .exit()
    }
}
