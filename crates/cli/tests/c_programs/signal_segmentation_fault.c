//@ signal: 11
#include <stdio.h>

int main(int argc, char **argv)
{
    int *volatile nowhere = NULL;
    puts("lost in the buffer of a pipe");
    return *nowhere + argc;
}
