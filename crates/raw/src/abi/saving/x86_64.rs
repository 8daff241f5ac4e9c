//! The directives tell debuggers and the unwinder where the registers are: a backtrace taken in a function that raw
//! code called goes on above it where that code keeps `rbp`. Windows describes frames in another way, which has no use
//! here: nothing unwinds through raw code there.

/// Six pushes: at the end the stack is as far from a multiple of 16 as it was on entry, 8 bytes.
#[cfg(not(windows))]
macro_rules! keep_registers {
    () => {
        ".cfi_startproc
        push rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        mov rbp, rsp
        .cfi_def_cfa_register rbp
        push rbx
        .cfi_offset rbx, -24
        push r12
        .cfi_offset r12, -32
        push r13
        .cfi_offset r13, -40
        push r14
        .cfi_offset r14, -48
        push r15
        .cfi_offset r15, -56"
    };
}

/// The end of the function: takes back what `keep_registers` put on the stack, and returns.
#[cfg(not(windows))]
macro_rules! restore_registers_and_return {
    () => {
        "pop r15
        pop r14
        pop r13
        pop r12
        pop rbx
        pop rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc"
    };
}

#[cfg(windows)]
macro_rules! keep_registers {
    () => {
        "push rbp
        mov rbp, rsp
        push rbx
        push r12
        push r13
        push r14
        push r15"
    };
}

#[cfg(windows)]
macro_rules! restore_registers_and_return {
    () => {
        "pop r15
        pop r14
        pop r13
        pop r12
        pop rbx
        pop rbp
        ret"
    };
}

pub(in crate::abi) use {keep_registers, restore_registers_and_return};
