//! Machine code to text, for people: what came out of a compiler, or is about to be called.

mod aarch64;
mod x86;

use std::collections::BTreeMap;
use std::fmt;

use crate::Machine;

/// Machine code to be shown as text, in Intel syntax.
///
/// Printed, it is a line an instruction: its address, its bytes, its text, and a line of its own for each symbol.
///
/// # Example
/// ```
/// use jitney_raw::{Machine, disassemble::Disassembly};
///
/// let code = [0x48, 0x8d, 0x47, 0x01, 0xc3];
/// let text = Disassembly::new(&code).machine(Machine::X86_64).symbol(0, "inc");
/// assert_eq!(
///     text.to_string(),
///     "\
/// 0000000000000000 <inc>:
///        0:  48 8d 47 01           lea rax,[rdi+0x1]
///        4:  c3                    ret
/// "
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Disassembly<'c> {
    code: &'c [u8],
    address: u64,
    machine: Machine,
    symbols: BTreeMap<u64, String>,
}

/// An instruction, or what is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'c> {
    /// Where it is.
    pub address: u64,
    /// Its bytes.
    pub bytes: &'c [u8],
    /// What it does, in Intel syntax; `(bad)` for a byte that begins no instruction.
    pub text: String,
}

impl<'c> Disassembly<'c> {
    /// Code for [this machine](Machine::HERE), that lies at address 0.
    pub fn new(code: &'c [u8]) -> Disassembly<'c> {
        Disassembly {
            code,
            address: 0,
            machine: Machine::HERE,
            symbols: BTreeMap::new(),
        }
    }

    /// The address of its first byte.
    #[must_use]
    pub fn address(mut self, address: u64) -> Disassembly<'c> {
        self.address = address;
        self
    }

    /// The processor it is for.
    #[must_use]
    pub fn machine(mut self, machine: Machine) -> Disassembly<'c> {
        self.machine = machine;
        self
    }

    /// A name for an address, in the code or anywhere else: it stands for the address wherever an instruction refers to it.
    #[must_use]
    pub fn symbol(mut self, address: u64, name: &str) -> Disassembly<'c> {
        self.symbols.insert(address, name.to_owned());
        self
    }

    /// Its instructions, one after the other from the first byte on. Data among them is read as instructions too.
    pub fn lines(&self) -> Vec<Line<'c>> {
        match self.machine {
            Machine::X86_64 | Machine::X86 => x86::lines(self),
            Machine::Aarch64 => aarch64::lines(self),
        }
    }
}

impl fmt::Display for Disassembly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// How many bytes a line shows before its text; longer instructions are rare.
        const BYTES: usize = 7;
        for line in self.lines() {
            if let Some(name) = self.symbols.get(&line.address) {
                writeln!(f, "{:016x} <{name}>:", line.address)?;
            }
            let bytes: Vec<_> = line
                .bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let (bytes, width) = (bytes.join(" "), 3 * BYTES);
            writeln!(f, "{:8x}:  {bytes:width$} {}", line.address, line.text)?;
        }
        Ok(())
    }
}
