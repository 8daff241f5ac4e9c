//@ files: parts/called.c
//@ exit: 42
    .intel_syntax noprefix
    .section .rodata
message: .asciz "from assembly: %d %d\n"
    .data
counter: .long 40
    .bss
    .lcomm room, 64
    .text
    .globl main
    .type main, @function
main:
    push rbx
    lea rbx, [rip + counter]
    inc dword ptr [rbx]
    mov edi, [rbx]
    call doubled@PLT
    mov edx, eax
    mov esi, [rbx]
    lea rdi, [rip + message]
    xor eax, eax
    call printf@PLT
    lea rax, [rip + room]
    mov dword ptr [rax + 60], 1
    mov eax, [rax + 60]
    add eax, [rbx]
    pop rbx
    ret
    .size main, . - main
    .section .note.GNU-stack, "", @progbits
