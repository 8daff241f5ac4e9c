//! Assembling by fasm and nasm, which write bytes without an object around them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::process::{self, Scratch};
use super::{Assembly, Error};

/// How one of the two is used.
pub(super) struct Tool {
    program: &'static str,
    /// What stands before the text in a file of its own, so that the text's lines keep their numbers.
    prelude: fn(bits: u32, origin: Option<usize>, text: &str) -> String,
    arguments: fn(command: &mut Command, prelude: &Path, text: &Path, output: &Path),
}

pub(super) const FASM: Tool = Tool {
    program: "fasm",
    prelude: |bits, origin, text| {
        let origin = origin.map_or(String::new(), |origin| format!("org {origin}\n"));
        format!("use{bits}\n{origin}include '{text}'\n")
    },
    arguments: |command, prelude, _, output| {
        // fasm looks for included files beside the file that names them, and then here.
        command.arg(prelude).arg(output).env("INCLUDE", ".");
    },
};

pub(super) const NASM: Tool = Tool {
    program: "nasm",
    prelude: |bits, origin, _| {
        let relative = if bits == 64 { "default rel\n" } else { "" };
        let origin = origin.map_or(String::new(), |origin| format!("org {origin}\n"));
        format!("bits {bits}\n{relative}{origin}")
    },
    arguments: |command, prelude, text, output| {
        command.args(["-f", "bin", "-p"]).arg(prelude);
        command.arg(text).arg("-o").arg(output);
    },
};

/// Not a place where anything else makes bytes differ: neither short jumps nor alignments depend on it.
const ELSEWHERE: usize = 0x1000_0000;

pub(super) fn assemble(assembly: &Assembly<'_>, tool: Tool) -> Result<Vec<u8>, Error> {
    if asks_for_an_object(assembly.text) {
        return Err(Error::Format {
            name: assembly.name.to_owned(),
        });
    }
    let bytes = run(assembly, &tool, None)?;
    // Such files have no relocations. What the code holds of its own address differs when it is assembled for another
    // one. A text that says itself where it is to lie cannot be asked.
    let elsewhere = run(assembly, &tool, Some(ELSEWHERE)).unwrap_or_default();
    let differs = bytes.iter().zip(&elsewhere).position(|(a, b)| a != b);
    match differs {
        Some(offset) => Err(Error::Address {
            name: assembly.name.to_owned(),
            offset,
        }),
        None => Ok(bytes),
    }
}

fn run(assembly: &Assembly<'_>, tool: &Tool, origin: Option<usize>) -> Result<Vec<u8>, Error> {
    let program = process::on_path(tool.program).ok_or_else(|| Error::NotFound {
        program: tool.program,
        advice: "it is not on the PATH; install it, or write the text in Intel syntax for rustc"
            .to_owned(),
    })?;
    let scratch = Scratch::new()?;
    let text = scratch.write("text", assembly.text)?;
    let bits = if assembly.is_32_bits() { 32 } else { 64 };
    let prelude = (tool.prelude)(bits, origin, &text.to_string_lossy());
    let prelude = scratch.write("prelude", &prelude)?;
    let output = scratch.path("bytes");
    let mut command = Command::new(&program);
    (tool.arguments)(&mut command, &prelude, &text, &output);
    let ended = process::run(&program, &mut command)?;
    if !ended.status.success() {
        let told = process::said(&ended).replace(&*text.to_string_lossy(), assembly.name);
        return Err(Error::Refused { message: told });
    }
    match fs::exists(&output) {
        // nasm writes no file where there is nothing to write.
        Ok(false) => Ok(Vec::new()),
        _ => scratch.read("bytes"),
    }
}

/// Whether a text of fasm's says that its output shall be more than bytes.
fn asks_for_an_object(text: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace().map(str::to_ascii_lowercase);
        words.next().as_deref() == Some("format") && words.next().as_deref() != Some("binary")
    })
}
