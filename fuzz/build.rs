//! Records where the compiler of this build keeps the standard library's archives: what the `link`
//! target links has to come from the same place.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=RUSTC");
    let rustc = env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from);
    let output = Command::new(rustc)
        .args(["--print", "target-libdir"])
        .output()
        .expect("rustc runs");
    let folder = String::from_utf8(output.stdout).expect("rustc prints UTF-8");
    println!("cargo::rustc-env=LIBRARY_FOLDER={}", folder.trim_end());
}
