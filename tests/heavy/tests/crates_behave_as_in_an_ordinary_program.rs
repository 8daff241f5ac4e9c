//! Each case of `cases/`, loaded in each way, reports what its ordinary program reports.

use jitney_heavy::{Case, Way};

/// The cases, each a module with a test for each way.
macro_rules! cases {
    ($($case:ident)*) => {$(
        mod $case {
            use super::*;

            #[test]
            fn as_text() {
                Case::new(stringify!($case)).check(Way::Text);
            }

            #[test]
            fn as_file() {
                Case::new(stringify!($case)).check(Way::File);
            }

            #[test]
            fn as_folder() {
                Case::new(stringify!($case)).check(Way::Folder);
            }
        }
    )*};
}

cases! {
    hyper
    image
    prost
    rayon
    regex
    ring
    rusqlite
    serde_json
    tree
    ureq
    zstd
}

#[test]
fn the_tree_is_one_of_two_hundred_crates() {
    let packages = Case::new("tree").packages();
    assert!(packages >= 200, "{packages}");
}
