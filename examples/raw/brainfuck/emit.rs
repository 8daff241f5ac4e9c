//! The few x86_64 instructions that both compilers use, appended to an [`Assembler`], and which operation each of them
//! belongs to. RBX points to the base cell, RBP to the [`Console`]; AL and CL hold what is computed.

use std::mem::offset_of;

use jitney_raw::{Assembler, Label};

use super::{
    code::Code,
    console::{CAPACITY, Console, EndOfInput, Settings},
    parse::Position,
};

/// A register, by its number in instructions; its lowest byte where an instruction is on bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Register(pub(crate) u8);

pub(crate) const AL: Register = Register(0);
pub(crate) const CL: Register = Register(1);

/// A function `extern "sysv64" fn(&mut Console, *mut u8) -> *mut u8` in the making.
pub(crate) struct Emitter {
    code: Assembler,
    origins: Vec<(usize, Option<Position>)>,
    settings: Settings,
    put: Label,
    get: Label,
    exit: Label,
}

impl Emitter {
    pub(crate) fn new(settings: Settings) -> Emitter {
        let mut code = Assembler::new();
        let (put, get, exit) = (code.label(), code.label(), code.label());
        // push rbx; push rbp; push rax (to align the stack); mov rbp, rdi; mov rbx, rsi
        code.bytes(b"\x53\x55\x50\x48\x89\xfd\x48\x89\xf3");
        Emitter {
            code,
            origins: Vec::new(),
            settings,
            put,
            get,
            exit,
        }
    }

    /// What follows belongs to the operation that stands there.
    pub(crate) fn at(&mut self, position: Position) {
        let offset = self.code.offset();
        self.origins.push((offset, Some(position)));
    }

    pub(crate) fn label(&mut self) -> Label {
        self.code.label()
    }

    pub(crate) fn bind(&mut self, label: Label) {
        self.code.bind(label);
    }

    /// `inc`, `dec` or `add byte [cell], value`. Leaves the zero flag for what the cell holds then.
    pub(crate) fn add(&mut self, cell: i32, value: u8) {
        match value {
            1 => self.cell(&[0xfe], 0, cell),
            u8::MAX => self.cell(&[0xfe], 1, cell),
            _ => {
                self.cell(&[0x80], 0, cell);
                self.code.u8(value);
            }
        }
    }

    /// `mov byte [cell], value`
    pub(crate) fn set(&mut self, cell: i32, value: u8) {
        self.cell(&[0xc6], 0, cell);
        self.code.u8(value);
    }

    /// `cmp byte [cell], 0`
    pub(crate) fn look(&mut self, cell: i32) {
        self.cell(&[0x80], 7, cell);
        self.code.u8(0);
    }

    /// Adds AL times a constant to a cell.
    pub(crate) fn add_scaled(&mut self, cell: i32, factor: u8) {
        match factor {
            0 => self.look(cell),
            1 => self.cell(&[0x00], 0, cell), // add [cell], al
            u8::MAX => self.cell(&[0x28], 0, cell), // sub [cell], al
            _ => {
                match factor {
                    2 => self.code.bytes(b"\x8d\x0c\x00"), // lea ecx, [rax + rax]
                    3 => self.code.bytes(b"\x8d\x0c\x40"), // lea ecx, [rax + 2 * rax]
                    5 => self.code.bytes(b"\x8d\x0c\x80"), // lea ecx, [rax + 4 * rax]
                    9 => self.code.bytes(b"\x8d\x0c\xc0"), // lea ecx, [rax + 8 * rax]
                    _ => self.code.bytes(&[0x6b, 0xc8, factor]), // imul ecx, eax, factor
                };
                self.cell(&[0x00], 1, cell); // add [cell], cl
            }
        }
    }

    /// `movzx register, byte [cell]`
    pub(crate) fn load_to(&mut self, register: Register, cell: i32) {
        if register.0 >= 8 {
            self.code.u8(0x44);
        }
        self.cell(&[0x0f, 0xb6], register.0 & 7, cell);
    }

    /// `mov [cell], register`
    pub(crate) fn store(&mut self, register: Register, cell: i32) {
        if register.0 >= 4 {
            self.code.u8(0x40 | (register.0 >> 3) << 2);
        }
        self.cell(&[0x88], register.0 & 7, cell);
    }

    /// `movzx to, from`
    pub(crate) fn copy(&mut self, to: Register, from: Register) {
        if to.0 >= 8 || from.0 >= 4 {
            self.code.u8(0x40 | (to.0 >> 3) << 2 | from.0 >> 3);
        }
        self.code
            .bytes(&[0x0f, 0xb6, 0xc0 | (to.0 & 7) << 3 | from.0 & 7]);
    }

    /// `add to, from`, of bytes. Leaves the zero flag.
    pub(crate) fn add_register(&mut self, to: Register, from: Register) {
        self.registers(0x00, from, to);
    }

    /// `sub to, from`, of bytes. Leaves the zero flag.
    pub(crate) fn subtract_register(&mut self, to: Register, from: Register) {
        self.registers(0x28, from, to);
    }

    /// `test register, register`, of bytes.
    pub(crate) fn test(&mut self, register: Register) {
        self.registers(0x84, register, register);
    }

    /// `inc`, `dec` or `add` of a byte. Leaves the zero flag.
    pub(crate) fn add_constant(&mut self, register: Register, value: u8) {
        if register.0 >= 4 {
            self.code.u8(0x40 | register.0 >> 3);
        }
        let low = register.0 & 7;
        match value {
            1 => self.code.bytes(&[0xfe, 0xc0 | low]),
            u8::MAX => self.code.bytes(&[0xfe, 0xc8 | low]),
            _ => self.code.bytes(&[0x80, 0xc0 | low, value]),
        };
    }

    /// A register, AL or CL, times a constant, modulo 256.
    pub(crate) fn scale(&mut self, register: Register, factor: u8) {
        debug_assert!(register.0 < 4);
        match factor {
            1 => {}
            u8::MAX => {
                self.code.bytes(&[0xf6, 0xd8 | register.0]); // neg
            }
            _ => {
                // imul of 32 bits
                let operands = 0xc0 | register.0 << 3 | register.0;
                self.code.bytes(&[0x6b, operands, factor]);
            }
        }
    }

    fn registers(&mut self, opcode: u8, register: Register, other: Register) {
        if register.0 >= 4 || other.0 >= 4 {
            self.code.u8(0x40 | (register.0 >> 3) << 2 | other.0 >> 3);
        }
        self.code
            .bytes(&[opcode, 0xc0 | (register.0 & 7) << 3 | other.0 & 7]);
    }

    /// `add rbx, step`
    pub(crate) fn step(&mut self, step: i32) {
        match i8::try_from(step) {
            Ok(0) => {}
            Ok(1) => {
                self.code.bytes(b"\x48\xff\xc3");
            }
            Ok(-1) => {
                self.code.bytes(b"\x48\xff\xcb");
            }
            Ok(step) => {
                self.code.bytes(b"\x48\x83\xc3").u8(step as u8);
            }
            Err(_) => {
                self.code.bytes(b"\x48\x81\xc3").u32(step as u32);
            }
        }
    }

    /// `jz label`
    pub(crate) fn if_zero(&mut self, label: Label) {
        self.code.bytes(b"\x0f\x84").relative32(label);
    }

    /// `jnz label`
    pub(crate) fn unless_zero(&mut self, label: Label) {
        self.code.bytes(b"\x0f\x85").relative32(label);
    }

    /// Puts out AL.
    pub(crate) fn output(&mut self) {
        self.code.u8(0xe8).relative32(self.put); // call put
    }

    /// Gets the next byte of the input into AL, or leaves what the end of the input stands for.
    pub(crate) fn input(&mut self) {
        self.code.u8(0xe8).relative32(self.get); // call get
    }

    /// An instruction on the byte at [rbx + cell].
    fn cell(&mut self, opcode: &[u8], register: u8, cell: i32) {
        self.code.bytes(opcode);
        match i8::try_from(cell) {
            Ok(0) => self.code.u8(register << 3 | 3),
            Ok(cell) => self.code.u8(0x40 | register << 3 | 3).u8(cell as u8),
            Err(_) => self.code.u8(0x80 | register << 3 | 3).u32(cell as u32),
        };
    }

    /// The end of the program, with the pointer this far from the base.
    pub(crate) fn finish(mut self, end: i32) -> Code {
        self.origins.push((self.code.offset(), None));
        self.code.bytes(b"\x48\x8d\x83").u32(end as u32); // lea rax, [rbx + end]
        self.code.bind(self.exit);
        self.code.bytes(b"\x59\x5d\x5b\xc3"); // pop rcx; pop rbp; pop rbx; ret
        let put = self.code.offset();
        self.put();
        let get = self.code.offset();
        self.get();
        let bytes = self.code.finish();
        Code {
            bytes: bytes.expect("each label that is used is bound, and 2 GiB are not reached"),
            origins: self.origins,
            symbols: vec![
                (put, "put"),
                (get, "get"),
                (flush_console as *const () as usize, "flush_console"),
                (fill_console as *const () as usize, "fill_console"),
            ],
        }
    }

    /// The function that takes AL into the output's buffer.
    fn put(&mut self) {
        let flush = self.code.label();
        self.code.bind(self.put);
        self.console(b"\x48\x8b\x8d", offset_of!(Console<'_>, output_len)); // mov rcx, [rbp + len]
        self.console(b"\x88\x84\x0d", offset_of!(Console<'_>, output)); // mov [rbp + rcx + output], al
        self.code.bytes(b"\x48\xff\xc1"); // inc rcx
        self.console(b"\x48\x89\x8d", offset_of!(Console<'_>, output_len)); // mov [rbp + len], rcx
        self.code.bytes(b"\x48\x81\xf9").u32(CAPACITY as u32); // cmp rcx, CAPACITY
        self.if_zero(flush);
        if self.settings.line_by_line {
            self.code.bytes(b"\x3c\x0a"); // cmp al, 10
            self.if_zero(flush);
        }
        self.code.u8(0xc3); // ret
        self.code.bind(flush);
        self.call(flush_console);
        self.code.u8(0xc3); // ret
    }

    /// The function that gets the next byte of the input into AL, or what stands for its end.
    fn get(&mut self) {
        let (fill, take) = (self.code.label(), self.code.label());
        self.code.bind(self.get);
        self.console(b"\x48\x8b\x8d", offset_of!(Console<'_>, input_at)); // mov rcx, [rbp + at]
        self.console(b"\x48\x3b\x8d", offset_of!(Console<'_>, input_len)); // cmp rcx, [rbp + len]
        self.if_zero(fill);
        self.code.bind(take);
        self.console(b"\x8a\x84\x0d", offset_of!(Console<'_>, input)); // mov al, [rbp + rcx + input]
        self.console(b"\x48\xff\x85", offset_of!(Console<'_>, input_at)); // inc qword [rbp + at]
        self.code.u8(0xc3); // ret
        self.code.bind(fill);
        self.call(fill_console);
        self.console(b"\x48\x8b\x8d", offset_of!(Console<'_>, input_at)); // mov rcx, [rbp + at]
        self.console(b"\x48\x3b\x8d", offset_of!(Console<'_>, input_len)); // cmp rcx, [rbp + len]
        self.unless_zero(take);
        match self.settings.end_of_input {
            EndOfInput::Zero => self.code.bytes(&[0xb0, 0]), // mov al, 0
            EndOfInput::MinusOne => self.code.bytes(&[0xb0, 255]), // mov al, 255
            EndOfInput::Unchanged => &mut self.code,
        };
        self.code.u8(0xc3); // ret
    }

    /// An instruction on RCX, AL or nothing and a place in the console, whose offset it ends with.
    fn console(&mut self, instruction: &[u8], offset: usize) {
        self.code.bytes(instruction).u32(offset as u32);
    }

    /// Calls back from `put` or `get`, keeping AL. When that fails, the program ends.
    fn call(&mut self, function: extern "sysv64" fn(&mut Console<'_>) -> bool) {
        let worked = self.code.label();
        // push rax (which aligns the stack); mov rdi, rbp; mov rax, function; call rax; test al, al; pop rax
        self.code
            .bytes(b"\x50\x48\x89\xef\x48\xb8")
            .u64(function as *const () as u64);
        self.code.bytes(b"\xff\xd0\x84\xc0\x58");
        self.unless_zero(worked);
        // pop rcx (the return address); jmp exit
        self.code.bytes(b"\x59\xe9").relative32(self.exit);
        self.code.bind(worked);
    }
}

extern "sysv64" fn flush_console(console: &mut Console<'_>) -> bool {
    console.flush()
}

extern "sysv64" fn fill_console(console: &mut Console<'_>) -> bool {
    console.fill()
}
