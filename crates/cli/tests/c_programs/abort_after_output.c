//@ signal: 6
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    printf("flushed\n");
    fflush(stdout);
    printf("not flushed\n");
    abort();
}
