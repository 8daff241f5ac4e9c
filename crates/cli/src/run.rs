//! `jitney run`: a whole program in this process.

use jitney::{Jit, ProgramAllocator, Source, ThreadLocalRoom};

use crate::Outcome;
use crate::arguments::Run;
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
    let jit = Jit::new()?;
    if !jit.lend_thread_locals(&ROOM) {
        return Err("this build of jitney has no room for the thread-locals of programs".into());
    }
    if !jit.lend_allocator(&ALLOCATOR) {
        return Err("this build of jitney does not allocate with its own allocator".into());
    }
    let source = options.apply(&jit, &sources);
    let program = interrupt::build(source, Source::build_program)?;
    output::warnings(options.verbose, program.warnings());
    options.set_environment();
    restart::remember(&sources, arguments.len());
    // At least one source is required; the first gives the program its name.
    let name = sources.into_iter().next().unwrap_or_default();
    let arguments = std::iter::once(name.into_os_string()).chain(arguments);
    match program.run(arguments)? {}
}
