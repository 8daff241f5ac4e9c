//! The user's own flags for rustc, as far as some of them make code that no running process can take.

use crate::error::Error;

/// Refuses what would load and then fail: each with the reason.
pub(crate) fn check(flags: &[String]) -> Result<(), Error> {
    for option in codegen_options(flags) {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        let reason = match (key, value) {
            ("panic", "abort" | "immediate-abort") => {
                "the standard library of this process unwinds, and a panic would pass through code that is not made for it"
            }
            ("relocation-model", "static" | "dynamic-no-pic" | "ropi" | "rwpi" | "ropi-rwpi") => {
                "code in a running process lies wherever there is room, so it has to be position-independent"
            }
            ("code-model", "large" | "medium" | "kernel") => {
                "all of a module lies within 2 GiB of the program, which the small code model is made for"
            }
            ("lto" | "linker-plugin-lto", value)
                if !matches!(value, "off" | "no" | "n" | "false") =>
            {
                "it leaves the machine code to a link step, and there is none here"
            }
            _ => continue,
        };
        return Err(Error::Flag {
            flag: option.to_owned(),
            reason,
        });
    }
    Ok(())
}

/// The options after `-C`, however it is spelled: `-C a=b`, `-Ca=b`, `--codegen a=b`, `--codegen=a=b`.
fn codegen_options(flags: &[String]) -> impl Iterator<Item = &str> {
    let mut after_key = false;
    flags.iter().filter_map(move |flag| {
        if std::mem::take(&mut after_key) {
            return Some(flag.as_str());
        }
        after_key = flag == "-C" || flag == "--codegen";
        flag.strip_prefix("--codegen=")
            .or_else(|| flag.strip_prefix("-C"))
            .map(str::trim)
            .filter(|option| !option.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(flags: &[&str]) -> Option<String> {
        let flags: Vec<String> = flags.iter().map(|flag| flag.to_string()).collect();
        check(&flags).err().map(|error| error.to_string())
    }

    #[test]
    fn what_cannot_be_loaded_is_refused_however_it_is_spelled() {
        for flags in [
            &["-Cpanic=abort"][..],
            &["-C", "panic=abort"],
            &["--codegen", "panic=abort"],
            &["-g", "--codegen=panic=abort"],
        ] {
            let message = refused(flags).unwrap();
            assert!(message.contains("`panic=abort`"), "{message}");
        }
        assert!(refused(&["-Crelocation-model=static"]).is_some());
        assert!(refused(&["-Clto"]).is_some());
    }

    #[test]
    fn everything_else_is_rustcs_to_judge() {
        for flags in [
            &["-Cpanic=unwind"][..],
            &["-C", "target-cpu=native"],
            &["-Clto=off", "-C", "codegen-units=2"],
            &["-Crelocation-model=pic", "--cfg", "panic=abort"],
            &["-C"],
            &[],
        ] {
            assert_eq!(refused(flags), None, "{flags:?}");
        }
    }
}
