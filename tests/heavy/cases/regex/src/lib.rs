//! Captures, Unicode classes, sets, replacement, and the errors of bad patterns.

use std::fmt::Write;

use regex::{Regex, RegexSet};

/// What the crate finds.
pub fn report() -> String {
    let mut report = String::new();
    let text = "2026-11-29 Ärger: 14 × (a+b) — naïve ﬁancée, 2025-01-02; \u{3b1}\u{3b2}\u{3b3} foo@example.org ";
    let text = text.repeat(50);

    let date = Regex::new(r"(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)").unwrap();
    let days = date
        .captures_iter(&text)
        .map(|found| format!("{}/{}", &found["day"], &found["year"]));
    writeln!(report, "{:?}", days.collect::<Vec<_>>()).unwrap();
    writeln!(report, "{}", date.replace_all(&text[..200], "$month.$day.")).unwrap();

    for pattern in [
        r"\p{Greek}+",
        r"(?i)ÄRGER",
        r"\b\w+@\w+\.org\b",
        r"[^\p{Ascii}\s]{1,2}",
        r"(?x) \( a \+ b \)",
        r"(na|fi).ve",
        r"^.{3,}?,",
        r"(?:\d+\s*){2,}$",
        r"(?s).*foo",
    ] {
        let places: Vec<_> = Regex::new(pattern)
            .unwrap()
            .find_iter(&text)
            .map(|found| found.range())
            .collect();
        writeln!(report, "{pattern}: {} {:?}", places.len(), places.first()).unwrap();
    }

    let set = RegexSet::new([r"\d", r"zzz", r"\p{Lu}", r"fo{2}"]).unwrap();
    writeln!(
        report,
        "{:?}",
        set.matches(&text).iter().collect::<Vec<_>>()
    )
    .unwrap();
    for bad in [
        "(",
        r"\p{Klingon}",
        "a{2,1}",
        "(?<n>a)(?<n>b)",
        "[z-a]",
        r"\w{1000}{1000}",
    ] {
        writeln!(report, "{}", Regex::new(bad).unwrap_err()).unwrap();
    }
    report
}
