//! The smallest program of machine code, laid out by hand: `cargo run -p jitney-raw --example hello -- 'Hello you!'`.
//!
//! A system call writes a text to standard output. The text lies behind the code's `ret`, and the code finds it by its
//! distance, which is only known once the code is there: it is filled in last.

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() -> ExitCode {
    let text = std::env::args().nth(1).unwrap_or("Hello World!".to_owned()) + "\n";
    match code::write(&text).and_then(|()| code::write_from_words()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() -> ExitCode {
    eprintln!(
        "error: the machine code of this example is for Linux on x86-64, and this program is for another system"
    );
    ExitCode::FAILURE
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod code {
    use std::{error::Error, io};

    use jitney_raw::Raw;

    /// `write` gives how many bytes it wrote, or an error's number below 0.
    type Write = extern "C" fn() -> isize;

    /// The code for a text: the system call, then the text.
    fn greet(text: &str) -> Vec<u8> {
        let mut code = Vec::new();
        code.extend([0xb8, 1, 0, 0, 0]); // mov eax, 1: the system call `write`
        code.extend([0xbf, 1, 0, 0, 0]); // mov edi, 1: standard output
        code.extend([0x48, 0x8d, 0x35]); // lea rsi, [rip + …]: the text
        let distance = code.len();
        code.extend([0, 0, 0, 0]);
        let behind_lea = code.len();
        code.push(0xba); // mov edx, …: its length
        code.extend((text.len() as u32).to_le_bytes());
        code.extend([0x0f, 0x05]); // syscall
        code.push(0xc3); // ret
        // The distance counts from the instruction behind the `lea`.
        let from_there = (code.len() - behind_lea) as u32;
        code[distance..behind_lea].copy_from_slice(&from_there.to_le_bytes());
        code.extend(text.as_bytes());
        code
    }

    /// The same for "Hello again!\n", as some write such code down: in words of 16 bits, the first byte of each in front.
    #[rustfmt::skip]
    const WORDS: [u16; 19] = [
        0xb801, 0x0000, 0x00bf, 0x0100, 0x0000, // mov eax, 1; mov edi, 1
        0x488d, 0x3508, 0x0000, 0x00ba, 0x0d00, // lea rsi, [rip + 8]; mov edx, 13
        0x0000, 0x0f05, 0xc348, 0x656c, 0x6c6f, // syscall; ret; "Hello…
        0x2061, 0x6761, 0x696e, 0x210a, // … again!\n"
    ];

    pub(crate) fn write(text: &str) -> Result<(), Box<dyn Error>> {
        run(&greet(text))
    }

    pub(crate) fn write_from_words() -> Result<(), Box<dyn Error>> {
        run(&WORDS.map(u16::to_be_bytes).concat())
    }

    fn run(code: &[u8]) -> Result<(), Box<dyn Error>> {
        // SAFETY: the code is a function of this type. A system call changes `rcx` and `r11`, which a function may.
        let write = unsafe { Raw::<Write>::new(code) }?;
        match write() {
            0.. => Ok(()),
            error => Err(io::Error::from_raw_os_error(-error as i32).into()),
        }
    }
}
