//! `jitney exec`: machine code called by a signature that is given as text.

mod isolated;

use std::error::Error;
use std::ffi::CStr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jitney_raw::frame::Frame;
use jitney_raw::guard::{self, Limits};
use jitney_raw::signature::{Signature, Type, Value};
use jitney_raw::{Abi, Library};

use crate::arguments::seconds;
use crate::machine_code::{self, number};
use crate::{Outcome, output};

const EXAMPLES: &str = "\
The types of a signature, and how values of them are given and printed:
  i8 … u64, isize, usize   13, -1, 0xff
  f32, f64                 2.5, 1e300, inf
  bool                     true, false
  *const c_char            a text; C gets the address of its bytes and a 0 behind them
  *const T, *mut T         an address: 0x7f00
  &{T, T}                  C and Go get the address of a struct with these fields; each field is a value of its own.
                           What the struct holds after the call is printed
  &[T], &mut [T]           [1, 2, 3]; C gets the address of the first element, Go a slice. What `&mut` refers to is
                           printed after the call
  &str                     a text; Go gets a string

Examples:
  jitney exec add.bin --signature 'fn(f64, f64) -> f64' 1000 2456
      3456
  jitney exec add.bin --abi go --signature 'fn(&{f64, f64, f64})' 1000 2456 0
      {1000, 2456, 3456}
  jitney exec add.bin --isolate --timeout 1 --signature 'fn(f64, f64) -> f64' 1000 2456
      3456
  jitney extract inc.o inc | jitney exec - --signature 'fn(i64) -> i64' -- -13
      -12";

#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Exec {
    /// The machine code; `-` is standard input
    #[arg(value_name = "CODE")]
    code: PathBuf,
    /// What it takes and gives back, written as in Rust
    #[arg(long, value_name = "SIGNATURE", default_value = "fn()")]
    signature: String,
    /// How it takes and gives that
    #[arg(long, value_enum, default_value = "c")]
    abi: Convention,
    /// Where in the code the function begins
    #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
    offset: u64,
    /// Run it in a process of its own, without files, network and system calls: for code that nobody trusts
    #[arg(long)]
    isolate: bool,
    /// How many seconds it may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    timeout: Option<Duration>,
    /// One value for each parameter; after `--`, values may begin with a `-`
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Convention {
    /// As C functions do here
    C,
    /// As the Go compiler's functions do
    Go,
    /// As C functions do on x86-64 systems other than Windows
    #[cfg(target_arch = "x86_64")]
    Sysv64,
    /// As C functions do on x86-64 Windows
    #[cfg(target_arch = "x86_64")]
    Win64,
}

impl Convention {
    fn abi(self) -> Abi {
        match self {
            Convention::C => Abi::C,
            Convention::Go => Abi::Go,
            #[cfg(target_arch = "x86_64")]
            Convention::Sysv64 => Abi::Sysv64,
            #[cfg(target_arch = "x86_64")]
            Convention::Win64 => Abi::Win64,
        }
    }
}

pub(crate) fn exec(arguments: Exec) -> Outcome {
    let signature = Signature::parse(&arguments.signature)?;
    let values = signature.values(&arguments.values)?;
    let name = machine_code::name(&arguments.code);
    let code = machine_code::read(&arguments.code)?;
    let call = Call {
        signature: &signature,
        values: &values,
        abi: arguments.abi.abi(),
        offset: usize::try_from(arguments.offset).unwrap_or(usize::MAX),
        timeout: arguments.timeout,
    };
    let called = match arguments.isolate {
        true => isolated::call(&call, &code, &name)?,
        false => here(&call, &code, &name)?,
    };

    let memory = &called.memory[called.start..];
    let mut text = String::new();
    if let Some(value) = signature.returned(call.abi, &called.frame) {
        text += &match (signature.result(), &value) {
            (Some(Type::CString), Value::Pointer(address @ 1..)) => match called.elsewhere {
                Some(base) => isolated::text_at(*address, base, memory)?,
                None => text_at(*address)?,
            },
            _ => value.to_string(),
        };
        text.push('\n');
    }
    for value in signature.written(&values, memory) {
        text += &format!("{value}\n");
    }
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What is to be called, and how.
struct Call<'a> {
    signature: &'a Signature,
    values: &'a [Value],
    abi: Abi,
    offset: usize,
    timeout: Option<Duration>,
}

/// What a call left.
struct Called {
    frame: Frame,
    /// What its arguments point to, as it is now, from `start` on. What was called in this process may have kept the
    /// address.
    memory: Vec<u8>,
    start: usize,
    /// Where that memory was in another process.
    elsewhere: Option<usize>,
}

/// Makes the call in this process.
fn here(call: &Call, code: &[u8], name: &str) -> Result<Called, Box<dyn Error>> {
    let of_file = |error| format!("{name}: {error}");
    let library = Library::new(code).map_err(of_file)?;
    let address = library.address(call.offset).map_err(of_file)?;
    // What arguments point to begins at a multiple of 16 in here.
    let len = call.signature.memory_len(call.values);
    let mut memory = vec![0u8; len + 15];
    let start = memory.as_ptr().align_offset(16).min(15);
    memory.truncate(start + len);
    let pointed_to = &mut memory[start..];
    let base = pointed_to.as_mut_ptr().expose_provenance();
    let mut frame = call
        .signature
        .lay_out(call.abi, call.values, pointed_to, base)?;
    let limits = call.timeout.map_or(Limits::none(), Limits::time);
    // SAFETY: what the code does is the user's wish, and the process ends soon after it, whatever state it leaves.
    unsafe { guard::call_all(limits, || frame.call(address, call.abi)) }?;
    Ok(Called {
        frame,
        memory,
        start,
        elsewhere: None,
    })
}

/// The text that the code gave back, if there is one at that address.
fn text_at(address: usize) -> Result<String, String> {
    let read = || {
        let text = std::ptr::with_exposed_provenance(address);
        // SAFETY: where there is none, the fault is caught; nothing is held that it would leave behind.
        unsafe { CStr::from_ptr(text) }.to_bytes().len()
    };
    // SAFETY: as above.
    let len = unsafe { guard::call_all(Limits::none(), read) }
        .map_err(|_| format!("the code gave back {address:#x}, where there is no text"))?;
    let text = std::ptr::with_exposed_provenance(address);
    // SAFETY: they have been read before.
    let bytes = unsafe { std::slice::from_raw_parts(text, len) };
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
