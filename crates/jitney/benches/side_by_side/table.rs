//! The table that BENCHMARKS.md shows, printed when all is measured.

/// The rows so far.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<String>,
}

impl Table {
    /// Adds a row: what was measured, jitney's figure, the other's, how they compare, and what is aimed at.
    pub(crate) fn row(
        &mut self,
        what: &str,
        jitney: impl AsRef<str>,
        other: impl AsRef<str>,
        comparison: impl AsRef<str>,
        target: &str,
    ) {
        let (jitney, other, comparison) = (jitney.as_ref(), other.as_ref(), comparison.as_ref());
        self.rows.push(format!(
            "| {what} | {jitney} | {other} | {comparison} | {target} |"
        ));
    }

    /// Prints it, in Markdown.
    pub(crate) fn print(&self) {
        if !self.rows.is_empty() {
            println!("\n| | jitney | against | comparison | target |");
            println!("|---|---:|---:|---:|---:|");
        }
        for row in &self.rows {
            println!("{row}");
        }
    }
}

/// A time given in seconds.
pub(crate) fn milliseconds(seconds: f64) -> String {
    match seconds.abs() {
        1e-2.. => format!("{:.1} ms", seconds * 1e3),
        1e-3.. => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.3} ms", seconds * 1e3),
    }
}

/// A time given in seconds.
pub(crate) fn nanoseconds(seconds: f64) -> String {
    format!("{:.2} ns", seconds * 1e9)
}

/// How many times as fast jitney is, from how many times as long the other takes.
pub(crate) fn times_as_fast(ratio: f64) -> String {
    format!("{ratio:.2} × as fast")
}

/// How many times as long it takes.
pub(crate) fn times_as_long(ratio: f64) -> String {
    format!("{ratio:.1} × as long")
}

/// A size given in bytes.
pub(crate) fn kibibytes(bytes: usize) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}
