#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static sigjmp_buf back;
static void overflow(int number) { siglongjmp(back, number); }

static int deeper(int depth)
{
    volatile char room[10000];
    room[depth % 10000] = 1;
    return depth < 0 ? 0 : deeper(depth + 1) + room[depth % 10000];
}

int main(void)
{
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = overflow, .sa_flags = SA_ONSTACK};
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < 2; i++) {
        if (sigsetjmp(back, 1) == 0) deeper(0);
        printf("overflow %d caught\n", i + 1);
    }
    return 0;
}
