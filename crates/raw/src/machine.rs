//! The processors whose code is taken out of files and shown as text.

/// The processor that code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Machine {
    /// Intel's and AMD's in 64-bit mode.
    X86_64,
    /// The same in 32-bit mode.
    X86,
    /// 64-bit ARM. Its instructions are disassembled to numbers only.
    Aarch64,
}

impl Machine {
    /// The one that this runs on; [`X86_64`](Machine::X86_64) where that is none of them.
    pub const HERE: Machine = match () {
        () if cfg!(target_arch = "x86") => Machine::X86,
        () if cfg!(target_arch = "aarch64") => Machine::Aarch64,
        () => Machine::X86_64,
    };

    /// How wide addresses are, as decoders of Intel's instructions ask.
    #[cfg(any(feature = "extract", feature = "disassemble"))]
    pub(crate) fn bits(self) -> u32 {
        match self {
            Machine::X86 => 32,
            Machine::X86_64 | Machine::Aarch64 => 64,
        }
    }
}
