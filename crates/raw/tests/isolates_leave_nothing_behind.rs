//! No process, mapping or descriptor of an isolate outlives it, and none outlives the host, however that ends.
#![cfg(target_os = "linux")]

mod isolated;

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use isolated::{LOOP, RETURN, assert_works, children, emulated, eventually, limits, state};
use jitney_raw::isolate::{Error, Isolate, Protection};

fn counts() -> [usize; 3] {
    let descriptors = fs::read_dir("/proc/self/fd").unwrap().count();
    let mappings = fs::read_to_string("/proc/self/maps").unwrap();
    // The areas that are shared with workers.
    let shared = mappings
        .lines()
        .filter(|line| line.contains("memfd:jitney"))
        .count();
    [descriptors, shared, children(std::process::id()).len()]
}

type Output = std::io::Lines<BufReader<ChildStdout>>;

/// What this program does when a test runs it again as a host of its own.
fn host(role: &str) {
    let mut isolate = Isolate::new(limits().time(Duration::from_secs(600))).unwrap();
    let worker = isolate.worker_id().unwrap();
    println!("\n{} {worker}", state(worker).unwrap().1);
    std::io::stdout().flush().unwrap();
    match role {
        "loop" => drop(isolate.call::<_, ()>(LOOP, ())),
        // Runs another program in this process.
        "exec" => drop(Command::new("cat").exec()),
        _ => drop(std::io::stdin().lines().next()),
    }
}

/// Starts a host in that role; it, the rest of its output, its template and its worker.
fn start(role: &str) -> (Child, Output, [u32; 2]) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "nothing_outlives_an_isolate_or_its_host",
            "--nocapture",
        ])
        .env("JITNEY_TEST_ROLE", role)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let processes = output
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let (template, worker) = line.split_once(' ')?;
            Some([template.parse().ok()?, worker.parse().ok()?])
        })
        .expect("it prints two numbers");
    (child, output, processes)
}

fn is_gone(pid: u32) -> bool {
    // Whether orphans are waited for is another process's affair.
    state(pid).is_none_or(|(state, _)| state == 'Z')
}

// One test, since descriptors and children are the process's.
#[test]
fn nothing_outlives_an_isolate_or_its_host() {
    if let Ok(role) = env::var("JITNEY_TEST_ROLE") {
        return host(&role);
    }
    let before = counts();
    for _ in 0..30 {
        let mut isolate = Isolate::new(limits()).unwrap();
        assert_works(&mut isolate);
        assert!(counts() > before);
    }
    assert_eq!(counts(), before, "isolates that were dropped");

    // One that is busy, dropped by a panic.
    let panicked = std::panic::catch_unwind(|| {
        let mut isolate = Isolate::new(limits()).unwrap();
        let _ = isolate.evaluate::<(), ()>(1000, |index| {
            assert!(index < 700, "the test's own panic");
            (jitney_raw::isolate::Code::new(RETURN), ())
        });
    });
    assert!(panicked.is_err());
    assert_eq!(counts(), before, "a panic in the caller's function");

    // One that could not be made: nothing has so much.
    let error = Isolate::new(limits().data(usize::MAX)).unwrap_err();
    assert!(
        matches!(error, Error::Limit { what: "data", .. }),
        "{error}"
    );
    let error = Isolate::new(limits().time(Duration::ZERO)).unwrap_err();
    assert!(matches!(error, Error::NoTime), "{error}");
    assert_eq!(counts(), before, "limits that cannot be");
    let everything = limits().require(Protection::Landlock);
    drop(Isolate::new(everything));
    assert_eq!(counts(), before);

    // An emulated program cannot start itself.
    if emulated() {
        return;
    }
    for role in ["loop", "wait"] {
        let (mut host, _output, [template, worker]) = start(role);
        assert!(!is_gone(template) && !is_gone(worker));
        host.kill().unwrap();
        host.wait().unwrap();
        eventually("template and worker go with the host", || {
            is_gone(template) && is_gone(worker)
        });
    }
    // A host that ends by itself, and one that becomes another program.
    for role in ["wait", "exec"] {
        let (mut host, _output, [template, worker]) = start(role);
        if role == "wait" {
            drop(host.stdin.take());
            host.wait().unwrap();
        }
        eventually("template and worker go with the host", || {
            is_gone(template) && is_gone(worker)
        });
        drop(host.stdin.take());
        host.wait().unwrap();
    }
}
