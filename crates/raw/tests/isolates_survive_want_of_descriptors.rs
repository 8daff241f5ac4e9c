//! A host that has no descriptors left gets errors, nothing is left of what was begun, and the isolate works again
//! when it has some.
#![cfg(target_os = "linux")]

mod isolated;

use std::fs;

use isolated::{INCREMENT, assert_works, children, limits};
use jitney_raw::isolate::{Error, Isolate, Renew, Verdict};

/// Has `f` run while only so many descriptors more can be opened.
fn with_only<T>(more: usize, f: impl FnOnce() -> T) -> T {
    // Those that are open are the lowest, and listing them takes one.
    let open = fs::read_dir("/proc/self/fd").unwrap().count() - 1;
    let mut before = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: reads and writes the given places only.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut before);
        let less = libc::rlimit {
            rlim_cur: (open + more) as libc::rlim_t,
            ..before
        };
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &less), 0);
    }
    let result = f();
    // SAFETY: as above.
    unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &before) };
    result
}

// One test, since the limit is the process's.
#[test]
fn isolates_survive_want_of_descriptors() {
    let limits = limits();
    let descriptors = || fs::read_dir("/proc/self/fd").unwrap().count();
    let before = descriptors();
    let mut failures = 0;
    for more in 0..12 {
        match with_only(more, || Isolate::new(limits)) {
            Ok(mut isolate) => assert_works(&mut isolate),
            Err(Error::System { source, .. }) => {
                assert_eq!(source.raw_os_error(), Some(libc::EMFILE));
                failures += 1;
            }
            Err(other) => panic!("{other}"),
        }
        assert_eq!(descriptors(), before, "with {more}");
        assert_eq!(children(std::process::id()), [], "with {more}");
    }
    assert!((3..12).contains(&failures), "{failures}");

    let mut isolate = Isolate::new(limits.renew(Renew::EachBatch)).unwrap();
    assert_works(&mut isolate);
    let error = with_only(0, || isolate.call::<_, i64>(INCREMENT, (1i64,)))
        .map(|verdict| verdict.returned());
    // The handle of the former worker makes room for the next one's.
    assert!(matches!(error, Ok(Some(2)) | Err(Error::System { .. })));
    let verdict = isolate.call::<_, i64>(INCREMENT, (1i64,)).unwrap();
    assert_eq!(verdict, Verdict::Returned(2));
}
