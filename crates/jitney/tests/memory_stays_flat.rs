//! Loading, calling and unloading over and over leaves nothing behind: no memory, no mapping.
//!
//! The figures are of the whole process, so this file has one test only.

mod support;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

use jitney::Loadable;

const TEXT: &str = r#"
pub fn call(text: &str) -> String {
    assert_ne!(text, "wrong", "this panics");
    text.to_owned()
}
"#;

/// The first rounds fill the allocator's own stores.
const WARM_UP: usize = 200;
const ROUNDS: usize = 10_000;
/// In bytes. A leak of 105 bytes a round would exceed it.
const TOLERANCE: u64 = 1 << 20;

fn round(loadable: &Loadable) {
    let module = loadable.load().unwrap();
    let call = module.function::<fn(&str) -> String>("call").unwrap();
    assert_eq!(call("right"), "right");
    catch_unwind(AssertUnwindSafe(|| call("wrong"))).unwrap_err();
    drop(call);
    // SAFETY: the handle is gone, and the panic's message with it.
    unsafe { module.unload() }.unwrap();
}

/// The process's resident memory in bytes.
fn resident() -> u64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = rollup.lines().find(|line| line.starts_with("Rss:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes.unwrap().parse::<u64>().unwrap() * 1024
}

fn mappings() -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().count()
}

#[test]
fn ten_thousand_loads_and_unloads_leave_nothing() {
    set_hook(Box::new(|_| ()));
    let jit = support::jit();
    let loadable = jit.text(TEXT).build().unwrap();
    (0..WARM_UP).for_each(|_| round(&loadable));
    let (memory, maps, shared) = (resident(), mappings(), jit.shared_memory());
    (0..ROUNDS).for_each(|_| round(&loadable));
    assert_eq!(jit.shared_memory(), shared);
    assert_eq!(mappings(), maps);
    let growth = resident().saturating_sub(memory);
    assert!(
        growth <= TOLERANCE,
        "{growth} bytes more after {ROUNDS} rounds"
    );
}
