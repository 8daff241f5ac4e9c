//! How good a genome is: its machine code is installed in a heap of small functions and run over the samples, or it
//! is interpreted. Both give the same, bit for bit.

#[cfg(target_arch = "x86_64")]
use jitney_memory::Heap;
#[cfg(target_arch = "x86_64")]
use jitney_raw::{Fault, Raw};

#[cfg(target_arch = "x86_64")]
use super::{
    compile::{Compiled, Compiler},
    scale::Sums,
};
use super::{genome::Genome, interpret, problem::Samples};

/// What evaluates one genome after the other, on one thread.
pub(crate) enum Evaluator {
    #[cfg(target_arch = "x86_64")]
    Compiling {
        heap: Heap,
        compiler: Compiler,
    },
    Interpreting,
}

impl Evaluator {
    /// One that compiles, if it can and shall.
    pub(crate) fn new(interpret: bool) -> Result<Evaluator, String> {
        #[cfg(target_arch = "x86_64")]
        if !interpret {
            return Ok(Evaluator::Compiling {
                heap: Heap::global().map_err(|error| error.to_string())?.clone(),
                compiler: Compiler::default(),
            });
        }
        let _ = interpret;
        Ok(Evaluator::Interpreting)
    }

    /// How far a genome is from what is wanted: [`Sums::unexplained`].
    pub(crate) fn error(&mut self, genome: &Genome, samples: &Samples) -> Result<f32, String> {
        let sums = match self {
            #[cfg(target_arch = "x86_64")]
            Evaluator::Compiling { heap, compiler } => {
                let code = compiler.compile(genome.nodes(), samples);
                run(heap, code, samples)?
            }
            Evaluator::Interpreting => interpret::sums(genome.nodes(), samples),
        };
        Ok(sums.unexplained(samples))
    }
}

/// Runs machine code of the compiler's over samples that it was compiled for.
#[cfg(target_arch = "x86_64")]
pub(crate) fn run(heap: &Heap, code: &[u8], samples: &Samples) -> Result<Sums, String> {
    // SAFETY: the compiler makes functions of this type.
    let compiled = unsafe { Raw::<Compiled>::new_in(heap, code) };
    let compiled = compiled.map_err(|error| error.to_string())?;
    let mut sums = Sums::default();
    // SAFETY: the code reads the samples, which are as many as it was compiled for, and writes the sums.
    let call = || unsafe { compiled(samples.as_ptr(), &mut sums) };
    // No genome can do wrong. It is the compiler that might, and then this says how.
    guarded(call).map_err(|fault| fault.to_string())?;
    Ok(sums)
}

/// Calls machine code so that a fault of it comes back.
#[cfg(all(target_arch = "x86_64", any(target_os = "linux", windows)))]
fn guarded<R>(call: impl FnOnce() -> R) -> Result<R, Fault> {
    jitney_raw::guard::call(jitney_raw::guard::Limits::none(), call)
}

/// Where the guard has not been ported to yet, a fault ends the process.
#[cfg(all(target_arch = "x86_64", not(any(target_os = "linux", windows))))]
fn guarded<R>(call: impl FnOnce() -> R) -> Result<R, Fault> {
    Ok(call())
}
