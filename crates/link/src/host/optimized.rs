//! Hosts with link-time optimization.
//!
//! Their functions no longer follow the interface that compiled objects expect, so loaded code
//! brings its own copies out of the standard library's archives. What it must share is the state
//! behind them: the count of panics, the panic hook, the standard output, the numbers of threads.
//! Those variables keep their names and sizes, as long as something in the host uses them as
//! loaded code would; [`keep_state`] sees to that. A few things that are shared are no variables,
//! and are supplied here.

use std::hint::black_box;

use super::HostSymbol;
use super::symbols::SymbolTable;
use super::{canary, index};
use crate::error::{Error, HostError};

/// What stands in for functions and constants that a module must share with the host.
#[derive(Debug)]
pub(super) struct Supplied {
    /// The address that marks panics as the host's own; `None` where panics abort.
    canary: Option<u64>,
}

/// The variables of std that must exist once, by their paths in it and what they are.
///
/// That one is missing has not been seen; a compiler that renames or splits it would do that.
const STATE: [(&[u8], &str); 7] = [
    (
        b"9panicking11panic_count18GLOBAL_PANIC_COUNT",
        "the count of panics",
    ),
    (
        b"9panicking11panic_count17LOCAL_PANIC_COUNT",
        "a thread's count of panics",
    ),
    (b"9panicking4HOOK", "the panic hook"),
    (b"6thread7current7CURRENT", "the handle of each thread"),
    (b"8ThreadId3new7COUNTER", "the numbers of threads"),
    (
        b"3sys3env4unix8ENV_LOCK",
        "the lock of the environment variables",
    ),
    (b"2io5stdio6STDOUT", "the standard output"),
];

/// A function that every program whose panics unwind has: its address is in each panic.
const EXCEPTION_CLEANUP: &[u8] = b"12panic_unwind3imp5panic17exception_cleanup";

const CANARY: &[u8] = b"_12panic_unwind3imp6CANARY";
const START_PANIC: &[u8] = b"_7___rustc18___rust_start_panic";

/// Whether a name is that of a variable which every program with the same build of the standard library has, and no
/// other: the hash in it tells builds apart.
pub(crate) fn is_mark(name: &[u8]) -> bool {
    name.starts_with(b"_R") && name.ends_with(STATE[0].0)
}

impl Supplied {
    /// What a host with these symbols needs.
    ///
    /// # Errors
    /// [`HostError::Optimized`] when a part of the state is not there to be shared.
    pub(super) fn to(symbols: &SymbolTable) -> Result<Supplied, Error> {
        black_box(keep_state as fn());
        let names = || {
            let symbols_of = symbols.symbols().iter();
            symbols_of.map(|symbol| index::as_written(symbols.name(symbol)))
        };
        let refused = |what: &str| Error::Host(HostError::Optimized { what: what.into() });
        if let Some(what) = missing(names()) {
            return Err(refused(what));
        }
        let unwinds =
            cfg!(panic = "unwind") && names().any(|name| name.ends_with(EXCEPTION_CLEANUP));
        let canary = match unwinds {
            true => Some(canary::find().ok_or_else(|| refused("the mark of its panics"))?),
            false => None,
        };
        Ok(Supplied { canary })
    }

    /// What stands in for a symbol that the host lacks.
    pub(super) fn find(&self, name: &[u8]) -> Option<HostSymbol> {
        match self.canary {
            Some(canary) if name.ends_with(CANARY) => Some(HostSymbol::Data(canary)),
            None if name.ends_with(START_PANIC) => {
                Some(HostSymbol::Code(abort as *const () as u64))
            }
            _ => None,
        }
    }
}

/// What of the state these symbols lack.
fn missing<'names>(names: impl Iterator<Item = &'names [u8]>) -> Option<&'static str> {
    let mut missing = STATE.to_vec();
    for name in names {
        // A dot begins what the optimizer adds to the name of a part of a variable.
        missing.retain(|(path, _)| {
            memchr::memmem::find(name, path)
                .is_none_or(|at| name[at + path.len()..].contains(&b'.'))
        });
    }
    missing.first().map(|(_, what)| *what)
}

/// How a panic starts in a program whose panics abort. The message has been shown.
extern "C" fn abort() -> u32 {
    std::process::abort()
}

/// Uses all that is in [`STATE`], and what else a program sets up for its code to find, in the ways
/// that loaded code might. An optimizer that sees the whole program would otherwise drop variables
/// that are only written, and take ones that are never written for constants.
fn keep_state() {
    black_box(std::panic::set_hook as fn(_));
    black_box(std::panic::take_hook as fn() -> _);
    black_box(std::thread::panicking as fn() -> bool);
    black_box(std::thread::current as fn() -> _);
    black_box(std::io::stdout as fn() -> _);
    black_box(std::env::args_os as fn() -> _);
    black_box(std::env::set_var::<&str, &str> as unsafe fn(_, _));
    let name = || std::thread::current().name().map(str::len);
    black_box(name as fn() -> _);
}

#[cfg(test)]
mod tests {
    use super::{STATE, missing};

    #[test]
    fn what_is_missing_is_named() {
        let names = STATE.map(|(path, _)| [b"_RNvNtCs1234_3std".as_slice(), path].concat());
        let all = || names.iter().map(Vec::as_slice);
        assert_eq!(missing(all()), None);
        for (left_out, (_, what)) in STATE.iter().enumerate() {
            let others = all().enumerate().filter(|(number, _)| *number != left_out);
            assert_eq!(missing(others.map(|(_, name)| name)), Some(*what));
        }
        // Split into parts, of which loaded code knows nothing.
        let part = [names[2].as_slice(), b".0"].concat();
        let split = all().map(|name| {
            if name == names[2] {
                part.as_slice()
            } else {
                name
            }
        });
        assert_eq!(missing(split), Some("the panic hook"));
    }
}
