//! The typestate is the compiler's to keep: each case under `ui/` must fail to compile, for the reason beside it.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[test]
fn each_way_to_do_it() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
