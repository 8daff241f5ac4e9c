//@ signal: 6
//@ c-flags: -fstack-protector-all -w
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static void smash(const char *text)
{
    char small[8];
    strcpy(small, text);
    fprintf(stderr, "copied\n");
}

int main(void)
{
    smash("this is much longer than eight bytes, and then some more");
    return 0;
}
