//! How much the cache may hold: a number of bytes, which people write with a unit.

use std::env;

/// The variable that sets the limit.
pub(super) const VARIABLE: &str = "JITNEY_CACHE_LIMIT";

/// 4 GiB.
pub(super) const DEFAULT: u64 = 4 << 30;

/// What the variable says, where it is set.
///
/// # Errors
/// The text, when it is no size.
pub(super) fn of_environment() -> Result<Option<u64>, String> {
    match env::var(VARIABLE) {
        Ok(text) if !text.trim().is_empty() => read(&text).map(Some).ok_or(text),
        Ok(_) | Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(text)) => Err(text.to_string_lossy().into_owned()),
    }
}

/// `500M`, `4 GiB`, `1.5g`, `1000000`: units are powers of 1024, as for ccache and `du`.
fn read(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return None,
    };
    let number: f64 = digits.trim().parse().ok()?;
    let bytes = number * (1_u64 << unit) as f64;
    (bytes.is_finite() && bytes >= 0.0).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("1000000", Some(1_000_000)),
            ("4G", Some(4 << 30)),
            ("4 GiB", Some(4 << 30)),
            ("1.5k", Some(1536)),
            (" 7 mb ", Some(7 << 20)),
            ("2T", Some(2 << 40)),
            ("-1", None),
            ("much", None),
            ("", None),
            ("1X", None),
            ("inf", None),
            ("nan", None),
        ] {
            assert_eq!(read(text), bytes, "{text:?}");
        }
    }
}
