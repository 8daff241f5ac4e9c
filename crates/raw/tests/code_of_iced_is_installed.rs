//! Code of iced-x86's assembler, put into executable memory.
#![cfg(all(feature = "iced", target_arch = "x86_64"))]

use jitney_memory::Heap;
use jitney_raw::assembler::iced::{bytes_at, iced_x86::code_asm::*, install};

/// The sum of the numbers from 1 to the argument, and a constant that stands after the code.
fn sum() -> Result<CodeAssembler, Box<dyn std::error::Error>> {
    let mut code = CodeAssembler::new(64)?;
    let (mut again, mut end, mut constant) = (
        code.create_label(),
        code.create_label(),
        code.create_label(),
    );
    let (argument, result) = if cfg!(windows) {
        (rcx, rax)
    } else {
        (rdi, rax)
    };
    code.mov(result, qword_ptr(constant))?;
    code.set_label(&mut again)?;
    code.test(argument, argument)?;
    code.jz(end)?;
    code.add(result, argument)?;
    code.dec(argument)?;
    code.jmp(again)?;
    code.set_label(&mut end)?;
    code.ret()?;
    code.set_label(&mut constant)?;
    code.dq(&[1000])?;
    Ok(code)
}

#[test]
fn and_runs() -> Result<(), Box<dyn std::error::Error>> {
    let installed = install(&mut sum()?, Heap::global()?)?;
    // SAFETY: this is a function of that type, and it stays until the end.
    let function: extern "C" fn(u64) -> u64 = unsafe { std::mem::transmute(installed.address()) };
    assert_eq!([function(0), function(4)], [1000, 1010]);
    Ok(())
}

#[test]
fn what_refers_to_itself_alone_is_the_same_anywhere() -> Result<(), Box<dyn std::error::Error>> {
    let mut code = sum()?;
    assert_eq!(
        bytes_at(&mut code, 0)?,
        bytes_at(&mut code, 0x7fff_0000_1000)?
    );
    Ok(())
}

#[test]
fn calls_reach_the_program_however_far_it_is() -> Result<(), Box<dyn std::error::Error>> {
    extern "C" fn seven() -> u64 {
        7
    }
    let mut code = CodeAssembler::new(64)?;
    code.jmp(seven as extern "C" fn() -> u64 as usize as u64)?;
    let installed = install(&mut code, &Heap::new()?)?;
    // SAFETY: as above.
    let function: extern "C" fn() -> u64 = unsafe { std::mem::transmute(installed.address()) };
    assert_eq!(function(), 7);
    Ok(())
}

#[test]
fn errors_are_iceds_own() -> Result<(), Box<dyn std::error::Error>> {
    let mut code = CodeAssembler::new(64)?;
    let mut end = code.create_label();
    code.jmp(end)?;
    // A label stands before an instruction.
    code.set_label(&mut end)?;
    let told = install(&mut code, Heap::global()?).unwrap_err().to_string();
    assert!(told.to_lowercase().contains("label"), "{told}");
    Ok(())
}
