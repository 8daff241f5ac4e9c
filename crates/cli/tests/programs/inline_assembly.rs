// Inline and global assembly: operands of every kind, labels, memory, a naked function, a symbol of its own section.
#[cfg(target_arch = "x86_64")]
use std::arch::{asm, global_asm, naked_asm};

global_asm!(
    ".globl own_assembly_triple",
    ".type own_assembly_triple,@function",
    "own_assembly_triple:",
    "lea rax, [rdi + 2*rdi]",
    "ret",
    ".size own_assembly_triple, . - own_assembly_triple",
    ".pushsection .rodata.own_words,\"a\",@progbits",
    ".globl OWN_WORDS",
    "OWN_WORDS: .quad 11, 22, {third}",
    ".popsection",
    third = const 30 + 3,
);
unsafe extern "C" {
    safe fn own_assembly_triple(n: u64) -> u64;
    safe static OWN_WORDS: [u64; 3];
}

#[unsafe(naked)]
extern "sysv64" fn larger(a: i64, b: i64) -> i64 {
    naked_asm!("mov rax, rdi", "cmp rsi, rdi", "cmovg rax, rsi", "ret")
}

static FACTOR: u32 = 6;

extern "C" fn called_back(n: u64) -> u64 {
    n * n
}

fn multiply(a: u64, b: u64) -> (u64, u64) {
    let (low, high);
    // SAFETY: `mul` writes rax, rdx and the flags alone.
    unsafe {
        asm!("mul {b}", b = in(reg) b, inlateout("rax") a => low, lateout("rdx") high, options(pure, nomem, nostack))
    };
    (low, high)
}

fn bits(mut n: u32) -> u32 {
    let mut count = 0u32;
    // SAFETY: only the two registers and the flags change.
    unsafe {
        asm!(
            "2:", "test {n:e}, {n:e}", "jz 3f", "lea {t:e}, [{n:r} - 1]", "and {n:e}, {t:e}", "inc {c:e}", "jmp 2b", "3:",
            n = inout(reg) n, c = inout(reg) count, t = out(reg) _, options(nomem, nostack),
        );
    }
    count + n
}

fn main() {
    println!(
        "{} {:?} {}",
        own_assembly_triple(14),
        OWN_WORDS,
        larger(-3, 8) + larger(5, 1)
    );
    println!("{:x?} {}", multiply(u64::MAX, 0x1_0000), bits(0xF0F0_1001));
    let mut bytes = *b"hello world";
    // SAFETY: `rep stosb` writes the three bytes that start at the pointer.
    unsafe {
        asm!("rep stosb", inout("rdi") bytes[2..].as_mut_ptr() => _, inout("rcx") 3usize => _, in("al") b'#', options(nostack))
    };
    println!("{}", String::from_utf8_lossy(&bytes));
    let product: u32;
    // SAFETY: reads the static, writes one register.
    unsafe {
        asm!("mov {p:e}, dword ptr [rip + {f}]", "imul {p:e}, {p:e}, {k}", p = out(reg) product, f = sym FACTOR, k = const 7, options(nostack))
    };
    println!("{product}");
    let square: u64;
    // SAFETY: a call by the C convention, whose clobbers are named; asm! aligns the stack.
    unsafe {
        asm!("call {f}", f = sym called_back, in("rdi") 12u64, lateout("rax") square, clobber_abi("C"))
    };
    println!("{square}");
    let (x, y) = (2.25f64, 1.5f64);
    let sum: f64;
    // SAFETY: SSE2 is part of x86_64; only one register changes.
    unsafe {
        asm!("addsd {x}, {y}", "sqrtsd {x}, {x}", x = inlateout(xmm_reg) x => sum, y = in(xmm_reg) y, options(pure, nomem, nostack))
    };
    println!("{sum:.6}");
}
