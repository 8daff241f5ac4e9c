//! `jitney call`: one expression in the scope of a source, or one call of a bundle's function.

use std::process::ExitCode;

use jitney::{Jit, Loadable, Source};

use crate::Outcome;
use crate::arguments::Call;
use crate::{interrupt, output};

pub(crate) fn call(arguments: Call) -> Outcome {
    if jitney::is_bundle(&arguments.source) {
        return call_bundle(arguments);
    }
    let Call {
        source,
        expression,
        options,
    } = arguments;
    let jit = Jit::new()?;
    let source = options.apply(&jit, &[source]);
    let loadable = interrupt::build(source, |source| source.build_expression(&expression))?;
    output::warnings(options.verbose, loadable.warnings());
    let module = loadable.load()?;
    let evaluate = module.function::<fn()>(Loadable::EXPRESSION)?;
    options.set_environment();
    output::call(*evaluate)
}

/// Calls a function of what was compiled elsewhere: where there is no compiler, the literals of the call are read here.
fn call_bundle(arguments: Call) -> Outcome {
    let Call {
        source,
        expression,
        options,
    } = arguments;
    let jit = Jit::without_compiler()?;
    let source = options.apply(&jit, &[source]);
    let loadable = interrupt::build(source, Source::build)?;
    let module = loadable.load()?;
    let mut called = Ok(None);
    let ended = output::call(|| called = module.call_with_literals(&expression))?;
    if ended == ExitCode::SUCCESS
        && let Some(value) = called?
    {
        output::print(&format!("{value}\n"))?;
    }
    Ok(ended)
}
