#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf handlers[10];
static int depth;
#define TRY if (!setjmp(handlers[depth++]))
#define CATCH else
static void throw(int code) { longjmp(handlers[--depth], code); }

static int divide(int a, int b)
{
    if (!b) throw(7);
    return a / b;
}

static void nested(int n)
{
    volatile int kept = n * 2;
    TRY { nested(n - 1 ? n - 1 : (throw(n), 1)); }
    CATCH { printf("level %d kept %d\n", n, kept); if (n < 4) throw(n + 1); }
}

static jmp_buf back;
static int compare(const void *a, const void *b)
{
    static int calls;
    if (++calls == 5) longjmp(back, calls);
    return *(const int *)a - *(const int *)b;
}

int main(void)
{
    depth = 0;
    TRY { printf("%d\n", divide(1, 0)); }
    CATCH { puts("division by zero"); }
    nested(4);
    int numbers[] = {5, 3, 9, 1, 8, 2, 7};
    int code = setjmp(back);
    if (code == 0) qsort(numbers, 7, sizeof *numbers, compare);
    printf("out of qsort after %d\n", code);
    volatile int count = 0;
    setjmp(back);
    if (++count < 1000) longjmp(back, 1);
    printf("%d jumps\n", count);
    return 0;
}
