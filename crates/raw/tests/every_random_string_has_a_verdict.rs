//! Random bytes, as code: the host never dies, hangs or leaks, and each string has a verdict.
#![cfg(target_os = "linux")]

mod isolated;

use std::{collections::BTreeMap, fs, time::Duration};

use isolated::{assert_works, children, emulated, limits};
use jitney_raw::isolate::{Code, Isolate, Renew, Verdict};

/// Strings of 1 to 64 bytes; the n-th is always the same.
fn string(n: usize) -> Vec<u8> {
    let mut state = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    };
    let len = 1 + next() % 64;
    (0..len).map(|_| next() as u8).collect()
}

fn what_this_process_has() -> (usize, usize, usize) {
    let count = |path: &str| fs::read_dir(path).unwrap().count();
    let maps = fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .count();
    (
        count("/proc/self/fd"),
        maps,
        children(std::process::id()).len(),
    )
}

fn run(count: usize, renew: Renew) -> BTreeMap<String, usize> {
    let limits = limits().time(Duration::from_micros(500)).renew(renew);
    let mut isolate = Isolate::new(limits).unwrap();
    let mut kinds = BTreeMap::new();
    let mut before = None;
    for start in (0..count).step_by(10_000) {
        let len = (count - start).min(10_000);
        let strings: Vec<_> = (start..start + len).map(string).collect();
        let verdicts = isolate
            .evaluate::<_, u64>(len, |n| (Code::new(&strings[n]), (1u64, 2.5f64)))
            .unwrap();
        assert_eq!(verdicts.len(), len);
        for verdict in verdicts {
            let kind = match verdict {
                Verdict::Returned(_) => "returned".to_owned(),
                Verdict::Fault(fault) => fault.kind.to_string(),
                Verdict::SystemCall { .. } => "system call".to_owned(),
                other => other.to_string(),
            };
            *kinds.entry(kind).or_insert(0) += 1;
        }
        drop(strings);
        // If the last one lost its worker, there is a new one after this.
        assert_works(&mut isolate);
        let now = what_this_process_has();
        // The allocator may map its heap in one piece more or less.
        let before = before.get_or_insert(now);
        assert_eq!((now.0, now.2), (before.0, before.2));
        assert!(now.1 <= before.1 + 3, "{now:?} {before:?}");
    }
    println!("{kinds:#?}");
    kinds
}

// One test, so that nothing else comes and goes in the process.
#[test]
fn every_random_string_has_a_verdict() {
    // Without a filter, a random string may well do what it says.
    if emulated() {
        return;
    }
    let kinds = run(50_000, Renew::WhenLost);
    for kind in [
        "returned",
        "segmentation fault",
        "illegal instruction",
        "breakpoint",
        "time limit of 500µs exceeded",
    ] {
        assert!(kinds.contains_key(kind), "{kind}");
    }
    run(2_000, Renew::EachEvaluation);
}

#[test]
#[ignore = "takes a minute"]
fn a_million_random_strings() {
    if emulated() {
        return;
    }
    let kinds = run(1_000_000, Renew::WhenLost);
    assert_eq!(kinds.values().sum::<usize>(), 1_000_000);
}
