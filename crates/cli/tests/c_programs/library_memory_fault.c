//@ signal: 6
//@ c-flags: -w
#include <stdlib.h>

int main(void)
{
    char *volatile p = malloc(40);
    free(p);
    free(p);
    return 0;
}
