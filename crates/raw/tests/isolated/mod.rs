//! What the tests of isolates share.
#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "no test uses all of it"
)]

use jitney_raw::{
    Fault,
    isolate::{Isolate, Limits, Protection, Verdict},
};

/// The machine code of some lines of assembly, which has to run wherever it lies.
macro_rules! machine_code {
    ($($line:expr),* $(,)?) => {{
        #[unsafe(naked)]
        unsafe extern "C" fn code() {
            std::arch::naked_asm!(".4byte 89f - 88f", "88:", $($line,)* "89:")
        }
        let start = code as *const () as *const u8;
        // SAFETY: the length comes first, then as many bytes.
        unsafe { std::slice::from_raw_parts(start.add(4), start.cast::<u32>().read_unaligned() as usize) }
    }};
}
pub(crate) use machine_code;

/// Whether an emulator of another processor runs this: it has no filters, and knows nothing of the programs that it
/// runs.
pub(crate) fn emulated() -> bool {
    let emulated = cfg!(target_arch = "aarch64") && Isolate::new(Limits::default()).is_err();
    if emulated {
        println!("skipped in part: an emulator has no filter of system calls");
    }
    emulated
}

/// What tests ask of a worker: on an emulator, less.
pub(crate) fn limits() -> Limits {
    if !emulated() {
        return Limits::default();
    }
    Limits::default()
        .allow_without(Protection::SystemCalls)
        .allow_without(Protection::Resources)
}

/// A worker with limits that suit tests.
pub(crate) fn isolate() -> Isolate {
    Isolate::new(limits()).expect("this system has isolates")
}

/// The fault that a verdict has to be.
pub(crate) fn fault<R: std::fmt::Debug>(verdict: Verdict<R>) -> Fault {
    match verdict {
        Verdict::Fault(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// Adds 1 to an `i64`.
#[cfg(target_arch = "x86_64")]
pub(crate) const INCREMENT: &[u8] = &[0x48, 0x8d, 0x47, 0x01, 0xc3];
/// Goes on for ever.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
pub(crate) const LOOP: &[u8] = &[0xeb, 0xfe];
/// Does nothing.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
pub(crate) const RETURN: &[u8] = &[0xc3];

// mov eax, [esp + 4]; mov edx, [esp + 8]; add eax, 1; adc edx, 0; ret
#[cfg(target_arch = "x86")]
pub(crate) const INCREMENT: &[u8] = &[
    0x8b, 0x44, 0x24, 4, 0x8b, 0x54, 0x24, 8, 0x83, 0xc0, 1, 0x83, 0xd2, 0, 0xc3,
];

// add x0, x0, #1; ret
#[cfg(target_arch = "aarch64")]
pub(crate) const INCREMENT: &[u8] = &[0, 4, 0, 0x91, 0xc0, 3, 0x5f, 0xd6];
#[cfg(target_arch = "aarch64")]
pub(crate) const LOOP: &[u8] = &[0, 0, 0, 0x14];
#[cfg(target_arch = "aarch64")]
pub(crate) const RETURN: &[u8] = &[0xc0, 3, 0x5f, 0xd6];

/// Makes sure that the isolate still works.
pub(crate) fn assert_works(isolate: &mut Isolate) {
    let verdict = isolate
        .call::<_, i64>(INCREMENT, (41i64,))
        .expect("a worker is there");
    assert_eq!(verdict, Verdict::Returned(42));
}

/// The processes whose parent is `parent`, zombies included, with their state.
pub(crate) fn children(parent: u32) -> Vec<(u32, char)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")
        .expect("/proc is there")
        .flatten()
    {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        if let Some((state, its_parent)) = state(pid)
            && its_parent == parent
        {
            found.push((pid, state));
        }
    }
    found
}

/// A process's state and parent; `None` if there is no such process.
pub(crate) fn state(pid: u32) -> Option<(char, u32)> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = line.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// Looks at `condition` until it holds, and gives up after a long time.
pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !condition() {
        assert!(start.elapsed().as_secs() < 60, "{what}");
        std::thread::yield_now();
    }
}
