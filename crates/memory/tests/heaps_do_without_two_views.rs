//! Where memory cannot be mapped twice, a heap flips permissions by itself; and where that was not asked for, the error
//! says so.
//!
//! One test alone in its process, because the limits are the whole process's.
#![cfg(target_os = "linux")]

mod common;

use common::{call, returns};
use jitney_memory::{Error, Heap, HeapOptions, Writing, page_size};

fn limit(resource: libc::__rlimit_resource_t, soft: libc::rlim_t) -> libc::rlim_t {
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a soft limit, which can be set back, and which breaks nothing but what it is for.
    unsafe {
        assert_eq!(libc::getrlimit(resource, &mut limits), 0);
        let before = limits.rlim_cur;
        limits.rlim_cur = soft;
        assert_eq!(libc::setrlimit(resource, &limits), 0);
        before
    }
}

#[test]
fn for_want_of_descriptors_or_of_file_size() {
    // Asking for it the first time may take a descriptor.
    assert!(page_size().is_power_of_two());
    for resource in [libc::RLIMIT_NOFILE, libc::RLIMIT_FSIZE] {
        let before = limit(resource, 0);
        let heap = Heap::new();
        let refused = HeapOptions::new().writing(Writing::TwoViews).build();
        limit(resource, before);

        let heap = heap.unwrap();
        assert_eq!(heap.writing(), Some(Writing::Flips));
        let functions: Vec<_> = (0..300)
            .map(|number| heap.install(&returns(number)).unwrap())
            .collect();
        for (number, function) in functions.iter().enumerate() {
            // SAFETY: it is such a function.
            assert_eq!(unsafe { call(function.as_ptr()) }, number as i32);
        }

        let error = refused.unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{error:?}");
        assert!(
            error.to_string().contains("HeapOptions::writing"),
            "{error}"
        );
    }
}
