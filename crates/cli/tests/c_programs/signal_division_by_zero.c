//@ signal: 8
#include <stdio.h>

int main(int argc, char **argv)
{
    volatile int zero = argc - 1;
    fprintf(stderr, "before\n");
    return 10 / zero;
}
