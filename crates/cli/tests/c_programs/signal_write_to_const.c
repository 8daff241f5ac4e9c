//@ signal: 11
#include <stdio.h>

static const int table[4] = {1, 2, 3, 4};
const char *const names[] = {"a", "b"};

int main(int argc, char **argv)
{
    int *writable = (int *)&table[argc];
    fprintf(stderr, "%d %s\n", *writable, names[argc]);
    *writable = 7;
    return table[argc];
}
