//! Hosts as cargo's profiles make them: the default ones can be linked against; stripped ones and
//! those with link-time optimization are refused, with the line of the profile to change.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A host that links the object it is given and calls `answer` in it.
const HOST: &str = r#"
fn main() {
    let mut arguments = std::env::args().skip(1);
    let (folder, object) = (arguments.next().unwrap(), arguments.next().unwrap());
    let linker = match jitney_link::Linker::of_process(folder.as_ref()) {
        Ok(linker) => linker,
        Err(error) => { eprintln!("{error}"); std::process::exit(3) }
    };
    let bytes = jitney_link::Bytes::from(std::fs::read(&object).unwrap());
    let input = jitney_link::Input { objects: vec![(object, bytes)], keep_literals: true, ..Default::default() };
    let image = unsafe { linker.link(input, &|name| name == b"answer") }.unwrap();
    let answer: extern "C" fn() -> u32 = unsafe { std::mem::transmute(image.symbols().next().unwrap().address) };
    println!("{}", answer());
}
"#;

const OBJECT: &str = "#[unsafe(no_mangle)] pub extern \"C\" fn answer() -> u32 { \"forty-two characters make an answer here..\".len() as u32 }";

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn write_host(folder: &Path) {
    let link = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = format!(
        "[package]\nname = \"host\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         jitney-link = {{ path = {:?} }}\n\n[workspace]\n",
        link
    );
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.join("src/main.rs"), HOST).unwrap();
    // The versions that this workspace was built with, so that nothing has to be fetched.
    std::fs::copy(link.join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

fn build_host(folder: &Path, setting: &str) -> PathBuf {
    let target = folder.join("target");
    run(Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--offline",
            "--release",
            "--config",
            setting,
            "--manifest-path",
        ])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env_remove("CARGO_ENCODED_RUSTFLAGS"));
    target.join("release/host")
}

#[test]
fn each_profile_is_accepted_or_refused_with_the_line_to_change() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hosts");
    write_host(&folder);
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let object = folder.join("answer.o");
    std::fs::write(folder.join("answer.rs"), OBJECT).unwrap();
    run(Command::new(&rustc)
        .args([
            "--crate-type=rlib",
            "--emit=obj",
            "--edition=2024",
            "-Ccodegen-units=1",
            "-o",
        ])
        .arg(&object)
        .arg(folder.join("answer.rs")));
    let library = run(Command::new(&rustc).args(["--print", "target-libdir"]));
    let library = String::from_utf8(library.stdout).unwrap();

    for (setting, refusal) in [
        ("profile.release.debug=0", None),
        (
            "profile.release.strip=\"symbols\"",
            Some("strip = \"debuginfo\""),
        ),
        ("profile.release.lto=\"thin\"", Some("lto = false")),
        ("profile.release.lto=\"fat\"", Some("lto = false")),
    ] {
        let host = build_host(&folder, setting);
        let output = Command::new(host)
            .arg(library.trim())
            .arg(&object)
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        match refusal {
            None => assert_eq!(
                String::from_utf8_lossy(&output.stdout),
                "42\n",
                "{setting}: {message}"
            ),
            Some(line) => {
                assert_eq!(output.status.code(), Some(3), "{setting}: {message}");
                assert!(message.contains(line), "{setting}: {message}");
            }
        }
    }
}
