#include <stdio.h>

/* A thread-local variable whose place is left to the linker. */
__thread int counter __attribute__((common));

int main(void)
{
    counter += 2;
    printf("%d\n", counter);
    return 0;
}
