//! Builds that would never end, and many builds at once.

mod common;

use std::time::{Duration, Instant};

use common::{exported, text, workspace};
use jitney_build::{Error, Event, Options, Progress, Stop};

#[test]
fn a_macro_and_a_constant_that_never_end_are_stopped() {
    let sources = [
        "#![recursion_limit = \"4294967295\"]\nmacro_rules! m { ($($x:tt)*) => { m!($($x)* a $($x)*) } }\npub fn f() { m!() }",
        "#![allow(long_running_const_eval)]\npub const X: u8 = { loop {} };\npub fn f() -> u8 { X }",
    ];
    for source in sources {
        let limit = Duration::from_millis(400);
        let options = Options {
            time_limit: Some(limit),
            ..Options::default()
        };
        let began = Instant::now();
        let error = workspace().library(&text(source), &options).unwrap_err();
        let Error::TimeLimit {
            running,
            after,
            limit: told,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (running.as_str(), *told),
            ("rustc (compiling `text`)", limit)
        );
        assert!(*after >= limit && began.elapsed() < Duration::from_secs(60));
        assert!(
            error.to_string().contains("its time limit is 0.4 s"),
            "{error}"
        );
    }
}

#[test]
fn a_limit_that_is_kept_changes_nothing() {
    for limit in [Duration::from_secs(600), Duration::MAX] {
        let options = Options {
            time_limit: Some(limit),
            ..Options::default()
        };
        assert_eq!(
            exported(
                &workspace()
                    .library(&text("pub fn f() {}"), &options)
                    .unwrap()
            ),
            ["f"]
        );
    }
}

#[test]
fn a_build_that_is_told_to_stop_does_so_and_no_other() {
    let endless = text("pub const X: u8 = { loop {} };\npub fn f() -> u8 { X }");
    let stop = Stop::new().unwrap();
    let told = stop.clone();
    let options = Options {
        stop: Some(stop),
        // As from anywhere else: the compiler is about to start.
        progress: Some(Progress::new(move |_| told.stop())),
        ..Options::default()
    };
    let error = workspace().library(&endless, &options).unwrap_err();
    assert!(
        matches!(&error, Error::Stopped { running } if running == "rustc (compiling `text`)"),
        "{error}"
    );
    assert!(error.to_string().ends_with("was stopped on request"));
    let others = Options {
        stop: Some(Stop::new().unwrap()),
        ..Options::default()
    };
    let built = workspace().library(&text("pub fn f() {}"), &others);
    assert_eq!(exported(&built.unwrap()), ["f"]);
}

#[test]
fn many_threads_build_at_once() {
    std::thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                let source = format!("pub fn f{number}() -> u32 {{ {number} }}");
                let built = workspace()
                    .library(&text(&source), &Options::default())
                    .unwrap();
                assert_eq!(exported(&built), [format!("f{number}")]);
            });
        }
    });
}

#[test]
fn progress_is_told() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let progress = Progress::new(move |event: &Event| sender.send(event.clone()).unwrap());
    let options = Options {
        progress: Some(progress),
        verbose: true,
        name: Some("rule".into()),
        ..Options::default()
    };
    workspace()
        .library(&text("pub fn f() {}"), &options)
        .unwrap();
    drop(options);
    let events: Vec<Event> = receiver.iter().collect();
    let crate_name = || "rule".to_owned();
    assert_eq!(
        events[0],
        Event::Compiling {
            crate_name: crate_name(),
            done: 0,
            total: 1
        }
    );
    assert!(
        matches!(&events[1], Event::Running { command } if command.contains("--crate-name rule")),
        "{events:?}"
    );
    assert_eq!(
        events[2],
        Event::Compiled {
            crate_name: crate_name(),
            done: 1,
            total: 1
        }
    );
}
