//! Mangled names.

/// A name as its author wrote it, for messages.
pub(crate) fn demangled(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    if name.starts_with(b"_Z") && !is_rust_name(name) {
        let cpp = cpp_demangle::Symbol::new(name)
            .ok()
            .and_then(|symbol| symbol.demangle().ok());
        return cpp.unwrap_or_else(|| text.into_owned());
    }
    rustc_demangle::demangle(&text).to_string()
}

/// Whether a name is mangled by rustc, and so carries a hash of its crate.
pub(crate) fn is_rust_name(name: &[u8]) -> bool {
    name.starts_with(b"_R") || (name.starts_with(b"_ZN") && has_legacy_hash(without_suffixes(name)))
}

/// A name without what LLVM appends to it: `.0` and `.1` where it takes a variable apart (a fat pointer, say), `.llvm.7` where
/// it makes one known to other units.
fn without_suffixes(name: &[u8]) -> &[u8] {
    let mut rest = name;
    while let Some(dot) = rest.iter().rposition(|byte| *byte == b'.') {
        let suffix = &rest[dot + 1..];
        let is_llvms = suffix == b"llvm" || suffix.iter().all(u8::is_ascii_digit);
        if suffix.is_empty() || !is_llvms {
            break;
        }
        rest = &rest[..dot];
    }
    rest
}

/// `…17h0123456789abcdefE`: the hash that tells a legacy Rust name from a C++ one.
fn has_legacy_hash(name: &[u8]) -> bool {
    let Some(tail) = name.len().checked_sub(20).map(|start| &name[start..]) else {
        return false;
    };
    tail.starts_with(b"17h") && tail[3..19].iter().all(u8::is_ascii_hexdigit) && tail[19] == b'E'
}

/// A symbol's name and the version that `.symver` ties to it: `memcpy@GLIBC_2.2.5`, or with two
/// signs where it is the default one
/// (<https://sourceware.org/binutils/docs/as/Symver.html>).
pub(crate) struct Versioned<'n> {
    pub(crate) name: &'n [u8],
    pub(crate) version: &'n [u8],
    pub(crate) is_default: bool,
}

/// Takes a versioned name apart; `None` for one without a version.
pub(crate) fn versioned(name: &[u8]) -> Option<Versioned<'_>> {
    let at = memchr::memchr(b'@', name)?;
    let (name, rest) = (&name[..at], &name[at + 1..]);
    let version = rest.strip_prefix(b"@").unwrap_or(rest);
    let version = version.strip_prefix(b"@").unwrap_or(version);
    Some(Versioned {
        name,
        version,
        is_default: rest.starts_with(b"@"),
    })
}

#[cfg(test)]
mod tests {
    use super::is_rust_name;

    #[test]
    fn rust_names_are_known_with_llvms_suffixes() {
        for name in [
            "_RNvCs1_3log6LOGGER",
            "_ZN3log5STATE17h2d5a03d019bafef7E",
            "_ZN3log6LOGGER17h032119ee70513f69E.0",
            "_ZN3log6LOGGER17h032119ee70513f69E.1.llvm.1234567890",
            "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
        ] {
            assert!(is_rust_name(name.as_bytes()), "{name}");
        }
        for name in [
            "helper.0",
            "x.0",
            "_ZN3log6LOGGERE.0",
            "_ZN3foo3barEv.cold",
            "_ZN3log6LOGGER17h032119ee70513f69E.cold",
            "_ZN3log6LOGGER17h032119ee70513f69E.",
            "_ZN3log6LOGGER17h032119ee70513f69X",
            "",
        ] {
            assert!(!is_rust_name(name.as_bytes()), "{name}");
        }
    }
}
