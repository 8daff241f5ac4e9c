//@ exit: 7
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void never(void) { puts("never seen"); }

int main(void)
{
    atexit(never);
    printf("seen\n");
    fflush(stdout);
    printf("lost");
    _exit(7);
}
