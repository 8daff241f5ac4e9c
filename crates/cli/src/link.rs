//! `jitney link`: how a program or library would be linked, without running any of it.

use std::process::ExitCode;

use jitney::Jit;

use crate::Outcome;
use crate::arguments::Link;
use crate::{interrupt, output};

pub(crate) fn link(arguments: Link) -> Outcome {
    let Link {
        sources,
        options,
        explain,
    } = arguments;
    let jit = Jit::new()?;
    let source = options.apply(&jit, &sources);
    let explanation = interrupt::build(source, |source| source.explain(&explain))?;
    output::print(&explanation.to_string())?;
    Ok(ExitCode::SUCCESS)
}
