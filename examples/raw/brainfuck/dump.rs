//! Shows the machine code that a program becomes, with the place in the source that each piece is for.

use super::{arguments::Arguments, console::Settings, parse::Program};

/// Prints the machine code.
#[cfg(all(target_arch = "x86_64", feature = "disassemble"))]
pub(crate) fn dump(
    program: &Program,
    arguments: &Arguments,
    settings: Settings,
) -> Result<(), String> {
    use std::io::Write;

    use jitney_raw::disassemble::Disassembly;

    let code = super::run::code(program, arguments.how, arguments.cells, settings);
    let mut disassembly = Disassembly::new(&code.bytes);
    for (address, name) in &code.symbols {
        disassembly = disassembly.symbol(*address as u64, name);
    }
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut last = None;
    for line in disassembly.lines() {
        let offset = line.address as usize;
        let mut write = || {
            if let Some((_, name)) = code.symbols.iter().find(|(address, _)| *address == offset) {
                writeln!(output, "{name}:")?;
            }
            match code
                .origin(offset)
                .filter(|at| last.replace(*at) != Some(*at))
            {
                Some(at) => writeln!(output, "{offset:8x}:  {:<40} ; {at}", line.text),
                None => writeln!(output, "{offset:8x}:  {}", line.text),
            }
        };
        match write() {
            // Whoever read it has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
            written => {
                written.map_err(|error| format!("cannot write the machine code: {error}"))?
            }
        }
    }
    Ok(())
}

/// Says what is missing.
#[cfg(not(all(target_arch = "x86_64", feature = "disassemble")))]
pub(crate) fn dump(_: &Program, _: &Arguments, _: Settings) -> Result<(), String> {
    Err(match cfg!(target_arch = "x86_64") {
        true => "brainfuck: this build has no disassembler; build it with `--features disassemble`",
        false => "brainfuck: the compiler makes code for x86_64 only, so there is none to dump",
    }
    .to_owned())
}
