//@ exit: 1
#include <stdio.h>
#include <string.h>

enum op { PUSH, ADD, MUL, DUP, PRINT, HALT };

static void machine(const int *code)
{
    static void *labels[] = {&&push, &&add, &&mul, &&dup, &&print, &&halt};
    int stack[20], *top = stack;
#define NEXT goto *labels[*code++]
    NEXT;
push: *top++ = *code++; NEXT;
add: top--; top[-1] += *top; NEXT;
mul: top--; top[-1] *= *top; NEXT;
dup: *top = top[-1]; top++; NEXT;
print: printf("%d\n", *--top); NEXT;
halt: return;
}

#define MAX(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })
static void closed(int *p) { printf("cleanup %d\n", *p); }

static int vla(int n)
{
    int matrix[n][n + 1];
    for (int i = 0; i < n; i++) for (int j = 0; j <= n; j++) matrix[i][j] = i * j;
    return (int)sizeof matrix + matrix[n - 1][n];
}

static int classify(int c)
{
    switch (c) {
    case '0' ... '9': return 1;
    case 'a' ... 'z': return 2;
    default: return 0;
    }
}

typedef int v4 __attribute__((vector_size(16)));
typedef double d4 __attribute__((vector_size(32)));
struct __attribute__((packed)) packed { char c; int i; short s; };
struct bits { unsigned a : 3; signed b : 5; unsigned : 0; unsigned c : 17; };
union u { float f; unsigned i; unsigned char b[4]; };
struct flexible { int n; int data[]; };

int main(void)
{
    machine((int[]){PUSH, 3, DUP, MUL, PUSH, 4, ADD, PRINT, HALT});
    { int a __attribute__((cleanup(closed))) = 1; int b __attribute__((cleanup(closed))) = 2; a += b; }
    printf("%d %g %d\n", MAX(3, 7), MAX(2.5, 1.5), vla(6));
    printf("%d %d %d\n", classify('5'), classify('q'), classify('#'));
    v4 x = {1, 2, 3, 4}, y = x * x + 1;
    d4 d = {0.5, 1.5, 2.5, 3.5};
    d = d * d - 0.25;
    printf("%d %d %d %d %g %g\n", y[0], y[1], y[2], y[3], d[1], d[3]);
    y = __builtin_shuffle(y, (v4){3, 2, 1, 0});
    printf("%d %d\n", y[0], y[3]);
    struct bits bits = {.a = 9, .b = -3, .c = 100000};
    union u u = {.f = -1.5f};
    printf("%zu %zu %u %d %u %x %d\n", sizeof(struct packed), sizeof bits, bits.a, bits.b, bits.c, u.i, u.b[3]);
    printf("%d %d %d %d %lx\n", __builtin_popcount(0xff00ff), __builtin_clz(1), __builtin_ctzll(1ull << 40),
           __builtin_parity(7), __builtin_bswap64(0x0102030405060708));
    int overflow;
    printf("%d %d\n", __builtin_add_overflow(2147483647, 1, &overflow), overflow);
    int pairs[][2] = {[3] = {1, 2}, [1] = {[1] = 9}};
    printf("%zu %d %d\n", sizeof pairs / sizeof *pairs, pairs[1][1], pairs[3][0]);
    printf("%s %s\n", _Generic(1.0f, float: "float", default: "other"), _Generic("x", char *: "text", default: "other"));
    _Static_assert(sizeof(long) == 8, "a long is eight bytes");
    printf("%s %s %d\n", __func__, strrchr(__FILE__, '/') + 1, __LINE__);
    printf("%d\n", ({ int s = 0; for (int i = 0; i < 5; i++) s += i; s; }));
    char *volatile p = __builtin_alloca(64);
    strcpy(p, "on the stack");
    puts(p);
    return (0, 1) ?: 2 - 1;
}
