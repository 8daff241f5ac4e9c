//! `jitney bundle`: a source, compiled into a file that is loaded where no compiler is.

use std::process::ExitCode;

use jitney::{BuildError, Error, Jit, Loadable, Source, Status};

use crate::Outcome;
use crate::arguments::Bundle;
use crate::interrupt;

pub(crate) fn bundle(arguments: Bundle) -> Outcome {
    let Bundle {
        sources,
        output,
        program,
        options,
    } = arguments;
    let jit = Jit::new()?;
    let source = || options.apply(&jit, &sources);
    let as_program = || interrupt::build(source(), |source| source.bundle_program(&output));
    let written = match program {
        true => as_program(),
        false => match interrupt::build(source(), Source::build) {
            // There is nothing to call, so it is meant to be run.
            Err(Error::Build(BuildError::OnlyMain { .. })) => as_program(),
            Ok(loadable) if has_main(&loadable) => as_program(),
            Ok(loadable) => {
                crate::output::warnings(options.verbose, loadable.warnings());
                loadable.bundle(&output)
            }
            Err(error) => Err(error),
        },
    };
    written?;
    Ok(ExitCode::SUCCESS)
}

/// Whether it defines `main` for the C library to call, as a program in C does.
fn has_main(loadable: &Loadable) -> bool {
    let mut exports = loadable.exports().iter();
    exports.any(|export| export.name == "main" && matches!(export.status, Status::Foreign { .. }))
}
