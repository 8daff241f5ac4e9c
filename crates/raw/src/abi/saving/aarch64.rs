//! The directives are for debuggers and the unwinder. Of the vector registers the lower halves are kept, as the
//! convention asks.

/// Leaves 16 bytes at `sp + 160` for the function's own use.
macro_rules! keep_registers {
    () => {
        ".cfi_startproc
        stp x29, x30, [sp, #-176]!
        .cfi_def_cfa_offset 176
        .cfi_offset x29, -176
        .cfi_offset x30, -168
        mov x29, sp
        .cfi_def_cfa x29, 176
        stp x19, x20, [sp, #16]
        stp x21, x22, [sp, #32]
        stp x23, x24, [sp, #48]
        stp x25, x26, [sp, #64]
        stp x27, x28, [sp, #80]
        stp d8, d9, [sp, #96]
        stp d10, d11, [sp, #112]
        stp d12, d13, [sp, #128]
        stp d14, d15, [sp, #144]"
    };
}

/// The end of the function: takes back what `keep_registers` put on the stack, and returns.
macro_rules! restore_registers_and_return {
    () => {
        "ldp x19, x20, [sp, #16]
        ldp x21, x22, [sp, #32]
        ldp x23, x24, [sp, #48]
        ldp x25, x26, [sp, #64]
        ldp x27, x28, [sp, #80]
        ldp d8, d9, [sp, #96]
        ldp d10, d11, [sp, #112]
        ldp d12, d13, [sp, #128]
        ldp d14, d15, [sp, #144]
        ldp x29, x30, [sp], #176
        .cfi_def_cfa sp, 0
        ret
        .cfi_endproc"
    };
}

pub(in crate::abi) use {keep_registers, restore_registers_and_return};
