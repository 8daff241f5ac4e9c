//@ signal: 13
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends)) return 1;
    close(ends[0]);
    fprintf(stderr, "descriptors %d %d\n", ends[0], ends[1]);
    write(ends[1], "x", 1);
    fprintf(stderr, "survived\n");
    return 0;
}
