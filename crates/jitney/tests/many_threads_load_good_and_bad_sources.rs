//! Sixteen threads that each load texts of their own, some of which fail: right results and right errors for all, and
//! nothing left. Alone in its process, so that all of the temporary folder and of the shared memory is its own.

#[path = "support/alone.rs"]
mod alone;

use std::time::Duration;

use alone::{Watched, alone};
use jitney::{BuildError, Error, Jit, LinkError};

const THREADS: u32 = 16;
const ROUNDS: u32 = 2;

/// Loads one text, good or bad, and says whether what came of it is right.
fn load_one(jit: &Jit, thread: u32, round: u32) -> Result<(), String> {
    let number = thread * ROUNDS + round;
    let text = match number % 6 {
        0 => format!("pub fn f() -> u32 {{ {number} }} pub fn g() -> u32 {{ missing{number} }}"),
        1 => format!(
            "unsafe extern \"C\" {{ fn missing{number}(); }} pub fn f() {{ unsafe {{ missing{number}() }} }}"
        ),
        2 => "#![allow(long_running_const_eval)] pub const X: u8 = { loop {} }; pub fn f() -> u8 { X }".to_owned(),
        _ => format!(
            "use std::collections::BTreeMap;
             pub fn f() -> u32 {{ let map: BTreeMap<u32, String> = (0..{number}).map(|n| (n, format!(\"{{n:e}}\"))).collect();
                                  map.len() as u32 }}
             pub fn fail() -> u32 {{ panic!(\"thread {thread}, round {round}\") }}"
        ),
    };
    let source = jit.text(text).name(format!("n{number}"));
    let missing = format!("missing{number}");
    match number % 6 {
        2 => match source.time_limit(Duration::from_millis(200)).load() {
            Err(Error::Build(BuildError::TimeLimit { .. })) => Ok(()),
            other => Err(format!("no time limit: {other:?}")),
        },
        0 => match source.load() {
            Err(Error::Build(BuildError::Compile { diagnostics }))
                if diagnostics[0].message.contains(&missing) =>
            {
                Ok(())
            }
            other => Err(format!("no compile error: {other:?}")),
        },
        1 => match source.load() {
            Err(Error::Link(LinkError::Undefined(symbols)))
                if symbols.len() == 1 && symbols[0].symbol == missing =>
            {
                Ok(())
            }
            other => Err(format!("no undefined symbol: {other:?}")),
        },
        _ => {
            let module = source.load().map_err(|error| error.to_string())?;
            let f = module
                .function::<fn() -> u32>("f")
                .map_err(|error| error.to_string())?;
            if f() != number {
                return Err(format!("{} for {number}", f()));
            }
            let fail = module
                .function::<fn() -> u32>("fail")
                .map_err(|error| error.to_string())?;
            let panic = std::panic::catch_unwind(*fail).unwrap_err();
            let expected = format!("thread {thread}, round {round}");
            if panic.downcast_ref::<&str>() != Some(&expected.as_str()) {
                return Err(format!("another panic than `{expected}`"));
            }
            drop((panic, f, fail));
            // SAFETY: no handle is left, and nothing of the module is in use.
            unsafe { module.unload() }.map_err(|error| error.to_string())?;
            Ok(())
        }
    }
}

/// Loads all texts, from all threads, and says what went wrong.
fn load_all(jit: &Jit) -> Vec<String> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let results = (0..ROUNDS).map(|round| load_one(jit, thread, round));
                    results.filter_map(Result::err).collect::<Vec<_>>()
                })
            })
            .collect();
        let wrong = threads.into_iter().map(|thread| thread.join().unwrap());
        wrong.flatten().collect()
    })
}

#[test]
fn each_thread_gets_what_is_its_own() {
    alone(
        "each_thread_gets_what_is_its_own",
        |_, _| {},
        || {
            // What they share of the standard library, and their literals, stay: they are loaded by the first time.
            assert_eq!(load_all(&Jit::new().unwrap()), [""; 0]);
            let watched = Watched::new();
            assert_eq!(load_all(&watched.jit), [""; 0]);
            watched.goes_on("sixteen threads");
        },
    );
}
