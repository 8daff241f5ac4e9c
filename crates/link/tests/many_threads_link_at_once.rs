//! Linking from several threads gives every one of them its own right image, and linking and
//! dropping for a long time takes no more memory. One test, alone in its process: it measures.

mod support;

use std::thread;

use support::{compile, function, link};

#[test]
fn every_result_is_right_and_memory_stays_flat() {
    let text = |number: u32| {
        format!(
            r#"
            use std::sync::atomic::{{AtomicU32, Ordering}};
            static COUNT: AtomicU32 = AtomicU32::new({number}00);
            thread_local! {{ static LOCAL: std::cell::Cell<u32> = const {{ std::cell::Cell::new({number}) }}; }}
            #[unsafe(no_mangle)] pub fn step(text: &str) -> (u32, u32, String) {{
                LOCAL.set(LOCAL.get() + 1);
                (COUNT.fetch_add(1, Ordering::Relaxed), LOCAL.get(), format!("{{text}} {number}"))
            }}
            "#
        )
    };
    let objects: Vec<Vec<u8>> = (1..9)
        .map(|number| compile::rust(&format!("object{number}"), &["-O"], &text(number)))
        .collect();
    thread::scope(|scope| {
        for (number, object) in (1u32..).zip(&objects) {
            scope.spawn(move || {
                for turn in 0..200 {
                    let image = link(object, &["step"]);
                    // SAFETY: that is its type, and the image lives to the end of the turn.
                    let step =
                        unsafe { function::<fn(&str) -> (u32, u32, String)>(&image, "step") };
                    let turn = turn.to_string();
                    assert_eq!(
                        step(&turn),
                        (number * 100, number + 1, format!("{turn} {number}"))
                    );
                    assert_eq!(
                        step(&turn),
                        (number * 100 + 1, number + 2, format!("{turn} {number}"))
                    );
                }
            });
        }
    });

    let rounds = |count: usize| {
        for _ in 0..count {
            drop(link(&objects[0], &["step"]));
        }
    };
    rounds(500);
    let before = resident_bytes();
    rounds(10_000);
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown <= 1 << 20, "{grown} bytes more after 10,000 rounds");
}

fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages = statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    pages.expect("the second field is the resident pages") * 4096
}
