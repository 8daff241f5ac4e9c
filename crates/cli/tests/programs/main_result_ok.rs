// main returns an Ok of an io::Result after work with `?`.
use std::io::{self, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{:?}", std::fs::metadata("/").map(|m| m.is_dir())?)?;
    out.write_all(b"no newline at the end")?;
    Ok(())
}
