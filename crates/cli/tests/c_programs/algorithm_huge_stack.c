//@ c-flags: -O1
#include <stdio.h>
#include <string.h>

static long ackermann(long m, long n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
static int large(int depth)
{
    char room[1 << 20];
    memset(room, depth, sizeof room);
    return depth ? large(depth - 1) + room[depth * 100] : room[12345];
}

int main(void)
{
    int zero[50000];
    memset(zero, 0, sizeof zero);
    printf("%ld %d %d\n", ackermann(2, 300), large(6), zero[49999]);
    return 0;
}
