//! Objects of the assemblers nasm and fasm. They do what compilers do not: no sizes, no unwind entries,
//! no `.note.GNU-stack`, sections of any name without alignment, conditional jumps to other objects,
//! references of 16 and 8 bits, and everything through section symbols. The truth is the same
//! object in a program of the system's linker.

mod support;

use support::driver::Driver;
use support::{address, compile, function, try_link};

/// Position-independent code by nasm, with each of its ways to refer to a symbol.
const NASM: &str = r#"
default rel
global sum:function (sum.end - sum)
global table:data (table.end - table)
global count, length, lower, choose, offset_of_count, third, is_missing, print_to, tail_jump
global constant, words, distances, grown
extern strlen, tolower, snprintf, qsort, labs, environ
extern missing:weak
extern _GLOBAL_OFFSET_TABLE_
common buffer 256:32
number equ 77
constant equ 1234

section .text
sum:    lea rax, [rdi+rsi]
        add [count], rax
        ret
.end:
length: sub rsp, 8
        call strlen wrt ..plt
        add rsp, 8
        ret
lower:  jmp [tolower wrt ..got]
choose: test rdi, rdi
        jnz labs wrt ..plt       ; a conditional jump to a shared library
        jz near cold            ; and to another section
offset_of_count:
        lea rcx, [_GLOBAL_OFFSET_TABLE_]
        mov rax, count wrt ..gotoff
        add rax, rcx
        lea rcx, [count]
        sub rax, rcx
        ret
third:  mov rax, [environ wrt ..got]
        mov rax, [rax]
        mov rax, [table.third]
        ret
is_missing:
        xor eax, eax
        cmp qword [missing wrt ..got], 0
        sete al
        ret
tail_jump:
        mov edi, -31
        jmp labs wrt ..plt
grown:  inc qword [zeros + 24]
        mov rax, [zeros + 24]
        add rax, [odd_number]
        mov [buffer + 248], rax
        add rax, [buffer + 248]
        ret
print_to:                       ; (char *, size_t): by a variadic function
        sub rsp, 8
        lea rdx, [format]
        mov ecx, number
        lea r8, [text]
        xor eax, eax
        call snprintf wrt ..plt
        add rsp, 8
        ret

section .text.cold progbits alloc exec nowrite align=1
        db 0xcc
cold:   mov eax, 99
        ret

section .rodata
format: db "%d %s", 0
text:   db "of nasm", 0
table:  dq sum, length
.third: dq 3333
        dq count + 5
.end:
distances: dd sum - $, table - distances
words:  dw number, constant
        db number

section .data
count:  dq 1000
section .bss
        resb 7                  ; and no alignment to speak of
zeros:  resq 4
section odd progbits alloc noexec write align=64
odd_number: dq 5
"#;

#[test]
fn position_independent_code_by_nasm() {
    let Some(object) = compile::assembly("nasm", NASM) else {
        return;
    };
    let driver = Driver {
        objects: &[("nasm.o", &object)],
        text: r#"
            #include <string.h>
            long sum(long, long), length(const char *), offset_of_count(void), third(void), grown(void);
            int lower(int), choose(long), is_missing(void), tail_jump(void), print_to(char *, unsigned long);
            extern long count, (*table[])(long, long);
            extern short words[]; extern int distances[]; 
            int answers(long *out) {
                long *start = out; char text[32] = {0};
                *out++ = sum(2, 3); *out++ = count; *out++ = table[0](4, 5); *out++ = count;
                *out++ = length("twelve bytes"); *out++ = lower('Q');
                *out++ = choose(-7); *out++ = choose(0);
                *out++ = offset_of_count(); *out++ = third(); *out++ = is_missing(); *out++ = tail_jump();
                *out++ = print_to(text, sizeof text); *out++ = strcmp(text, "77 of nasm");
                *out++ = words[0]; *out++ = words[1]; *out++ = *(char *)(words + 2);
                *out++ = (char *)distances + distances[0] == (char *)sum; *out++ = distances[1];
                *out++ = (char *)table[3] - (char *)&count; *out++ = grown(); *out++ = grown();
                return out - start; }"#,
        linker_options: &["-no-pie"],
    };
    driver.compare();
    // Alone, and called from here.
    let image = try_link(&[("nasm.o", &object)], &["sum", "count"]);
    let image = image.unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: that is its type, and the image lives to the end.
    let sum = unsafe { function::<extern "C" fn(i64, i64) -> i64>(&image, "sum") };
    assert_eq!([sum(1, 2), sum(-5, 2)], [3, -3]);
    // SAFETY: a quadword.
    assert_eq!(unsafe { *(address(&image, "count") as *const i64) }, 1000);
    assert!(!image.has_unwind_entries());
}

#[test]
fn absolute_addresses_by_nasm() {
    let text = r#"
        default abs
        global of_word, of_list, compare, sorted, jump_table
        extern qsort, memcpy, tolower
        section .text
        of_word: mov rax, [word_here]
                ret
        of_list: mov rax, [list + rdi*8 - 8]
                ret
        compare: mov eax, [rdi]
                sub eax, [rsi]
                ret
        sorted: push rbx
                mov ebx, numbers        ; 32 bits without a sign
                mov rdi, numbers        ; 64 bits
                mov esi, 5
                mov edx, 4
                mov rcx, qword compare
                call qsort
                movsxd rax, dword [ebx]
                imul rax, 1000
                movsxd rcx, dword [rel numbers + 16]
                add rax, rcx
                pop rbx
                ret
        jump_table: jmp [table + rdi*8]
        one:    mov eax, 1
                ret
        two:    mov edi, 'T'
                jmp tolower
        section .data
        word_here: dq 0x1122334455667788
        list:   dq 10, 20, 30
        numbers: dd 9, -4, 7, 7, 2
        table:  dq one, two
                dd one, table           ; 32 bits of data
    "#;
    let Some(object) = compile::assembly("nasm", text) else {
        return;
    };
    let driver = Driver {
        objects: &[("absolute.o", &object)],
        text: "
            long of_word(void), of_list(long), sorted(void), jump_table(long);
            int answers(long *out) {
                out[0] = of_word(); out[1] = of_list(1); out[2] = of_list(3); out[3] = sorted();
                out[4] = jump_table(0); out[5] = (int)jump_table(1); return 6; }",
        linker_options: &["-no-pie"],
    };
    let image = driver.compare();
    assert!(
        image.range().end < 1 << 31,
        "it lies where 32 bits reach: {image:?}"
    );
}

#[test]
fn symbols_without_a_section_fit_any_width() {
    let constants = "
        global tiny, small, minus, large
        tiny  equ 0x7d
        small equ 0x7abc
        minus equ -2
        large equ 0x123456789abcdef0";
    let uses = "
        default rel
        global data, code
        extern tiny, small, minus, large
        section .data
        data:   db tiny, tiny + 1
                dw small, tiny, minus
                dd small, tiny
                dq large, minus, tiny - 0x80
        section .text
        code:   mov al, tiny
                movzx eax, al
                add ax, small
                mov rcx, large
                add rax, rcx
                add eax, tiny
                ret";
    let (Some(constants), Some(uses)) = (
        compile::assembly("nasm", constants),
        compile::assembly("nasm", uses),
    ) else {
        return;
    };
    let driver = Driver {
        objects: &[("uses.o", &uses), ("constants.o", &constants)],
        text: "
            extern unsigned char data[]; long code(void);
            int answers(long *out) { for (int i = 0; i < 40; i++) out[i] = data[i]; out[40] = code(); return 41; }",
        linker_options: &["-no-pie"],
    };
    driver.compare();

    // An address of the process fits none of the narrow ones: the place is named.
    let near = "global start\n section .data\n db 1, 2, 3\nstart: dw start\n";
    let near = compile::assembly("nasm", near).expect("nasm is there");
    let error = try_link(&[("near.o", &near)], &["start"])
        .expect_err("an address has more than 16 bits")
        .to_string();
    for part in ["near.o", ".data+0x3", "`start`", "16 bits"] {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
}

#[test]
fn thread_locals_at_fixed_offsets_are_refused() {
    // The one model that nasm has in 64 bits.
    let text = "
        default rel
        global step:function
        section .tdata tls alloc write progbits align=8
        global counter
        counter: dq 40
        section .text
        step:   mov rcx, [counter wrt ..gottpoff]
                inc qword [fs:rcx]
                mov rax, [fs:rcx]
                ret";
    let Some(object) = compile::assembly("nasm", text) else {
        return;
    };
    let error = try_link(&[("fixed.o", &object)], &["step"])
        .expect_err("this program lends no room for fixed offsets")
        .to_string();
    for part in ["fixed.o", "`counter`", "fixed offset"] {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
}

/// What fasm writes: functions and data in code of its own form, direct jumps to other objects.
const FASM: &str = r#"
format ELF64
section '.text' executable align 16
public sum
public length as 'length_of'
public distance
public choose
public through_table
public absolute
public print_to
public count
public grown
public distances
extrn strlen
extrn 'abs' as c_abs
extrn 'tolower' as _tolower
extrn 'snprintf' as _snprintf
extrn stdout:qword
c_tolower = PLT _tolower
sum:    lea rax, [rdi+rsi]
        add [count], rax
        ret
length: sub rsp, 8
        call PLT strlen
        add rsp, 8
        ret
choose: test rdi, rdi
        jns c_tolower
        js c_abs
distance:
        lea rax, [table.end]
        lea rcx, [table]
        sub rax, rcx
        mov ecx, (length - sum)
        imul eax, ecx
        ret
through_table:
        lea rcx, [table]
        jmp qword [rcx + rdi*8]
absolute:
        mov rax, table
        mov rcx, [table + 24]
        sub rcx, rax
        mov rax, rcx
        ret
grown:  inc [zeros.third]
        movzx eax, [zeros.third]
        add al, [odd_byte]
        ret
print_to:
        push rbx
        mov rdx, pattern
        mov ecx, 78
        lea r8, [text]
        xor eax, eax
        call _snprintf
        pop rbx
        ret
section '.data' writeable
        db 1
count   dq 1000
align 8
distances:
table   dq sum, length, c_abs
        dq table + 5
.end:
section '.bss' writeable align 64
zeros:  rb 3
.third  db ?
        rq 100
section '.rodata'
pattern db '%d %s', 0
text    db 'of fasm', 0
section 'odd' writeable align 1
        db 3
odd_byte db 4
"#;

#[test]
fn code_by_fasm() {
    let Some(object) = compile::assembly("fasm", FASM) else {
        return;
    };
    let driver = Driver {
        objects: &[("fasm.o", &object)],
        text: r#"
            #include <string.h>
            long sum(long, long), length_of(const char *), distance(void), absolute(void);
            long through_table(long, long); int choose(long), grown(void), print_to(char *, unsigned long);
            extern long count;
            int answers(long *out) {
                long *start = out; char text[32] = {0};
                *out++ = sum(2, 3); *out++ = count; *out++ = length_of("twelve bytes");
                *out++ = choose('Q'); *out++ = choose(-9); *out++ = distance(); *out++ = absolute();
                *out++ = through_table(0, 7); *out++ = grown(); *out++ = grown();
                *out++ = print_to(text, sizeof text); *out++ = strcmp(text, "78 of fasm");
                return out - start; }"#,
        linker_options: &["-no-pie"],
    };
    driver.compare();
    let image = try_link(&[("fasm.o", &object)], &["sum", "distances"]);
    let image = image.unwrap_or_else(|error| panic!("{error}"));
    // fasm calls every label a function.
    let functions = image.symbols().filter(|symbol| symbol.is_function);
    assert!(functions.eq(image.symbols().filter(|symbol| symbol.name == "sum")));
    // SAFETY: that is its type, and the image lives to the end.
    let sum = unsafe { function::<extern "C" fn(i64, i64) -> i64>(&image, "sum") };
    assert_eq!([sum(1, 2), sum(-5, 2)], [3, -3]);
}

#[test]
fn low_addresses_by_fasm() {
    let text = "
        format ELF64
        section '.text' executable
        public pick
        public start
        extrn labs
        pick:   mov edi, dword [numbers + rdi*4]
                movsxd rdi, edi
                call labs
                mov ecx, numbers
                add eax, [rcx]
                ret
        start:  mov eax, numbers
                ret
        section '.data' writeable
        numbers dd 5, -6, 7
        dd numbers, pick";
    let Some(object) = compile::assembly("fasm", text) else {
        return;
    };
    let driver = Driver {
        objects: &[("low.o", &object)],
        text: "int pick(long); unsigned start(void);
               int answers(long *out) {
                   out[0] = pick(0); out[1] = pick(1); out[2] = pick(2);
                   out[3] = *(int *)(long)start(); return 4; }",
        linker_options: &["-no-pie"],
    };
    let image = driver.compare();
    assert!(image.range().end < 1 << 31);
}
