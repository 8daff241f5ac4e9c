//@ signal: 11
#include <stdio.h>

static int deeper(volatile char *before, int depth)
{
    volatile char here[4096];
    here[0] = before[0] + 1;
    return depth < 0 ? 0 : deeper(here, depth + 1) + here[0];
}

int main(void)
{
    volatile char first[1] = {0};
    fprintf(stderr, "down\n");
    return deeper(first, 0);
}
