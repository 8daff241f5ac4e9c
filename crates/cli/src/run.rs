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
        source: path,
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
    let source = options.apply(&jit, &path);
    let program = interrupt::build(source, Source::build_program)?;
    output::warnings(options.verbose, program.warnings());
    options.set_environment();
    restart::remember(&path, arguments.len());
    let arguments = std::iter::once(path.into_os_string()).chain(arguments);
    match program.run(arguments)? {}
}
