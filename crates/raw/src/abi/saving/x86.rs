//! All arguments are above the frame pointer, from `[ebp + 8]` on.

/// Four pushes: on entry `esp` is 4 below a multiple of 16, after them again.
macro_rules! keep_registers {
    () => {
        "push ebp
        mov ebp, esp
        push ebx
        push esi
        push edi"
    };
}

/// The end of the function: takes back what `keep_registers` put on the stack, and returns.
macro_rules! restore_registers_and_return {
    () => {
        "pop edi
        pop esi
        pop ebx
        pop ebp
        ret"
    };
}

pub(in crate::abi) use {keep_registers, restore_registers_and_return};
