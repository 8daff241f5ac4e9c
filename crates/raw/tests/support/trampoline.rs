//! Machine code that goes on in a function of the program: what is called through it arrives there as it was given.

/// A jump to `address` that leaves every argument as it is.
pub(crate) fn to(address: usize) -> Vec<u8> {
    let mut code = Vec::new();
    match std::env::consts::ARCH {
        "x86_64" => {
            // mov rax, address; jmp rax
            code.extend([0x48, 0xb8]);
            code.extend(address.to_le_bytes());
            code.extend([0xff, 0xe0]);
        }
        "x86" => {
            // mov eax, address; jmp eax
            code.push(0xb8);
            code.extend(address.to_le_bytes());
            code.extend([0xff, 0xe0]);
        }
        "aarch64" => {
            // ldr x16, behind; br x16; behind: address
            code.extend(0x5800_0050u32.to_le_bytes());
            code.extend(0xd61f_0200u32.to_le_bytes());
            code.extend(address.to_le_bytes());
        }
        other => panic!("no trampoline is known for {other}"),
    }
    code
}
