//! A bundle whose source may use the program's own crates says which builds of them it was made with: where they are the same,
//! it uses them; where they are not, it is refused by name.

#[path = "support/alone.rs"]
mod alone;

use std::path::PathBuf;
use std::process::Command;

use alone::alone;
use jitney::{Error, Jit};
use jitney_build::Bundle;

const FOLDER: &str = "JITNEY_TEST_BUNDLES";

const TEXT: &str = "pub fn order(n: u32) -> jitney_test_api::Order {
                        jitney_test_api::log(\"from a bundle\");
                        jitney_test_api::Order { count: n, item: \"tea\".into() }
                    }";

#[test]
fn the_same_crate_is_shared_and_another_is_refused() {
    let prepare = |command: &mut Command, folder: &std::path::Path| {
        let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cache");
        let jit = Jit::new()
            .unwrap()
            .cache_folder(cache)
            .host(jitney::host!())
            .unwrap();
        let path = folder.join("shared.jitney");
        jit.text(TEXT).bundle(&path).unwrap();
        let mut other = Bundle::read(&path).unwrap();
        let names: Vec<_> = other
            .identity
            .shared
            .iter()
            .map(|it| it.name.clone())
            .collect();
        assert!(
            names.iter().any(|name| name == "jitney_test_api"),
            "{names:?}"
        );
        for shared in &mut other.identity.shared {
            if shared.name == "jitney_test_api" {
                shared.proof += "0";
            }
        }
        other.write(&folder.join("other.jitney")).unwrap();
        // Without `host!()` there is nothing to prove a crate by, so such a source is not bundled.
        let source = Jit::new().unwrap().text(TEXT).host_crate("jitney_test_api");
        let error = source.bundle(folder.join("x.jitney")).unwrap_err();
        assert!(matches!(error, Error::NotBundled { .. }), "{error}");
        assert!(error.to_string().contains("`jitney_test_api`"), "{error}");
        command
            .env(FOLDER, folder)
            .env("JITNEY_RUSTC", "/nowhere/rustc")
            .env("PATH", "");
    };
    alone(
        "the_same_crate_is_shared_and_another_is_refused",
        prepare,
        || {
            let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
            let without = Jit::without_compiler().unwrap();
            let jit = without.clone().host(jitney::host!()).unwrap();
            let module = jit.bundle(folder.join("shared.jitney")).load().unwrap();
            let order = module
                .function::<fn(u32) -> jitney_test_api::Order>("order")
                .unwrap();
            assert_eq!(order(3).item, "tea");
            // The one log of this program.
            assert_eq!(jitney_test_api::logged(), ["from a bundle"]);
            for (jit, bundle, reason) in [
                (
                    &jit,
                    "other.jitney",
                    "another build of this program's crate `jitney_test_api`",
                ),
                (
                    &without,
                    "shared.jitney",
                    "which this program does not share",
                ),
            ] {
                let error = jit.bundle(folder.join(bundle)).load().unwrap_err();
                assert!(matches!(error, Error::BundleUnfit { .. }), "{error}");
                assert!(error.to_string().contains(reason), "{error}");
            }
        },
    );
}
