//! The sum of two numbers by machine code that an assembler makes while the program runs:
//! `cargo run -p jitney-raw --example add -- 1000 2456`.
//!
//! The assembler is fasm where it is installed, and otherwise the one in rustc, which is there wherever Rust is.

use std::process::ExitCode;

#[cfg(target_arch = "x86_64")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<f64> = arguments
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let (a, b) = match (arguments.len(), &numbers[..]) {
        (0, _) => (1000.0, 2456.0),
        (2, &[a, b]) => (a, b),
        _ => {
            eprintln!("error: give two numbers, as in `add 1000 2456`");
            return ExitCode::from(2);
        }
    };
    match code::add() {
        Ok((assembler, add)) => {
            let bytes: Vec<_> = add
                .as_slice()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            println!("{assembler}: {}", bytes.join(" "));
            println!("{a} + {b} = {}", add(a, b));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() -> ExitCode {
    eprintln!(
        "error: the machine code of this example is for x86-64, and this program is for another processor"
    );
    ExitCode::FAILURE
}

#[cfg(target_arch = "x86_64")]
mod code {
    use std::error::Error;

    use jitney_raw::{
        Raw,
        assemble::{self, Syntax, assemble},
    };

    type Add = extern "C" fn(f64, f64) -> f64;

    /// The function, and what made its bytes.
    pub(crate) fn add() -> Result<(&'static str, Raw<Add>), Box<dyn Error>> {
        // The first two floats are in these registers by both C conventions of x86-64, and the result is in the first.
        let text = "addsd xmm0, xmm1\nret\n";
        let (assembler, bytes) = match assemble(&format!("use64\n{text}"), Syntax::Fasm) {
            Err(assemble::Error::NotFound { .. }) => ("rustc", assemble(text, Syntax::Intel)?),
            bytes => ("fasm", bytes?),
        };
        // SAFETY: these bytes are a function of this type, and safe with any numbers.
        let add = unsafe { Raw::new(&bytes) }?;
        Ok((assembler, add))
    }
}
