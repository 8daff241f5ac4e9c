//@ exit: 9
#include <stdio.h>
#include <stdlib.h>

static void quick(void) { fputs("quick handler\n", stderr); }
static void normal(void) { fputs("not run\n", stderr); }

int main(void)
{
    atexit(normal);
    at_quick_exit(quick);
    quick_exit(9);
}
