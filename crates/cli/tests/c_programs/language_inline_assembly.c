#include <stdint.h>
#include <stdio.h>

static inline uint64_t rotate(uint64_t x, unsigned char n)
{
    __asm__("rolq %1, %0" : "+r"(x) : "c"(n) : "cc");
    return x;
}

static int add_with_carry(uint64_t a, uint64_t b, uint64_t *sum)
{
    unsigned char carry;
    __asm__("addq %3, %0\n\tsetc %1" : "=r"(*sum), "=qm"(carry) : "0"(a), "r"(b) : "cc");
    return carry;
}

extern int answer(int);
__asm__(".text\n.globl answer\n.type answer, @function\nanswer:\n\tleal 2(%rdi, %rdi, 4), %eax\n\tret\n.size answer, .-answer\n");

static long write_by_syscall(const char *text, long n)
{
    long result;
    register long number __asm__("rax") = 1;
    __asm__ volatile("syscall" : "=a"(result) : "r"(number), "D"(1L), "S"(text), "d"(n) : "rcx", "r11", "memory");
    return result;
}

static int jumps(int x)
{
    __asm__ goto("testl %0, %0\n\tjs %l[negative]" : : "r"(x) : "cc" : negative);
    return 1;
negative:
    return -1;
}

int main(void)
{
    uint64_t sum;
    int carry = add_with_carry(UINT64_MAX, 2, &sum);
    printf("%lx %d %lu %d\n", rotate(0x8000000000000001, 4), carry, sum, answer(8));
    fflush(stdout);
    printf("%ld\n", write_by_syscall("direct\n", 7));
    unsigned a, b, c, d;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0));
    printf("%d %d %d\n", a > 0, jumps(5), jumps(-5));
    return 0;
}
