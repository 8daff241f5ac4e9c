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
    let text = interrupt::build(source, |source| match explain {
        Some(symbol) => source.explain(&symbol).map(|told| told.to_string()),
        None => source.link_map().map(|map| map.to_string()),
    })?;
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
