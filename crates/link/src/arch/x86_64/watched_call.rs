//! A call whose frame looks at the exceptions that pass through it, on x86_64.

use crate::host::observe_exception;

/// Calls a function, in a frame whose personality routine is [`observe_exception`].
///
/// # Safety
/// The function may be called.
#[unsafe(naked)]
pub(crate) unsafe extern "C-unwind" fn call_watched(_function: extern "C-unwind" fn()) {
    std::arch::naked_asm!(
        ".cfi_startproc",
        // DW_EH_PE_pcrel | DW_EH_PE_sdata4
        ".cfi_personality 0x1b, {observe}",
        "sub rsp, 8",
        ".cfi_adjust_cfa_offset 8",
        "call rdi",
        "add rsp, 8",
        ".cfi_adjust_cfa_offset -8",
        "ret",
        ".cfi_endproc",
        observe = sym observe_exception,
    )
}
