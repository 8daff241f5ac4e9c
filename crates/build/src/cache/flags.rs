//! Which of a user's flags for rustc let what is built be kept. A flag that names files or folders, or makes rustc do more
//! than compile, has effects that the key does not hold; such a build is never cached.

/// Codegen options that say all by their own value.
const CODEGEN: [&str; 18] = [
    "code-model",
    "codegen-units",
    "collapse-macro-debuginfo",
    "debug-assertions",
    "debuginfo",
    "embed-bitcode",
    "force-frame-pointers",
    "force-unwind-tables",
    "lto",
    "metadata",
    "no-prepopulate-passes",
    "opt-level",
    "overflow-checks",
    "panic",
    "relocation-model",
    "symbol-mangling-version",
    "target-cpu",
    "target-feature",
];

/// Options whose value may be a word of its own.
const WITH_VALUE: [&str; 11] = [
    "--cfg",
    "--check-cfg",
    "--cap-lints",
    "--allow",
    "--warn",
    "--deny",
    "--forbid",
    "-A",
    "-W",
    "-D",
    "-F",
];

/// Whether all of them say all by themselves.
pub(super) fn are_known(flags: &[String]) -> bool {
    let mut words = flags.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let known = match word {
            "-g" | "-O" => true,
            "-C" | "--codegen" => words.next().is_some_and(is_known_codegen),
            word if WITH_VALUE.contains(&word) => words.next().is_some(),
            word => {
                let codegen = word
                    .strip_prefix("--codegen=")
                    .or_else(|| word.strip_prefix("-C"));
                codegen.is_some_and(is_known_codegen)
                    || WITH_VALUE.iter().any(|option| {
                        let value = word.strip_prefix(option);
                        value.is_some_and(|value| {
                            !option.starts_with("--") || value.starts_with('=')
                        })
                    })
            }
        };
        if !known {
            return false;
        }
    }
    true
}

fn is_known_codegen(option: &str) -> bool {
    CODEGEN.contains(&option.split('=').next().unwrap_or(option))
}

/// Whether the machine's processor decides what is compiled.
pub(super) fn are_for_this_processor(flags: &[String]) -> bool {
    flags.iter().any(|flag| flag.contains("native"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_files_or_does_more_is_not_known() {
        let known = |flags: &[&str]| {
            let flags: Vec<String> = flags.iter().map(|flag| flag.to_string()).collect();
            are_known(&flags)
        };
        for flags in [
            &[][..],
            &["-g", "-O"],
            &["-C", "target-cpu=native"],
            &["-Coverflow-checks", "--codegen=debuginfo=1"],
            &["--cfg", "x", "--cfg=y"],
            &["-Dwarnings", "-A", "unused", "--cap-lints=allow"],
        ] {
            assert!(known(flags), "{flags:?}");
        }
        for flags in [
            &["-L", "folder"][..],
            &["-Lfolder"],
            &["-lz"],
            &["--extern", "x=libx.rlib"],
            &["--emit=asm"],
            &["--print", "cfg"],
            &["-Csave-temps"],
            &["-C", "profile-use=x.profdata"],
            &["-Cincremental=x"],
            &["-Zanything"],
            &["--sysroot=x"],
            &["@file"],
            &["more.rs"],
            &["--cfg"],
            &["-C"],
        ] {
            assert!(!known(flags), "{flags:?}");
        }
    }
}
