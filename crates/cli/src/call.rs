//! `jitney call`: one expression in the scope of a source.

use jitney::{Jit, Loadable};

use crate::Outcome;
use crate::arguments::Call;
use crate::{interrupt, output};

pub(crate) fn call(arguments: Call) -> Outcome {
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
