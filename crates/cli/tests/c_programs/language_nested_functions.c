#include <stdio.h>
#include <stdlib.h>

static int apply(int (*f)(int), int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++) sum += f(i);
    return sum;
}

int main(void)
{
    int factor = 3, calls = 0;
    int scale(int x) { calls++; return x * factor; }
    printf("%d\n", scale(5));
    printf("%d\n", apply(scale, 10));
    factor = -1;
    printf("%d %d\n", apply(scale, 4), calls);
    int down = 1;
    int compare(const void *a, const void *b) { return down * (*(const int *)b - *(const int *)a); }
    int numbers[] = {3, 1, 4, 1, 5, 9, 2, 6};
    qsort(numbers, 8, sizeof(int), compare);
    for (int i = 0; i < 8; i++) printf("%d ", numbers[i]);
    down = -1;
    qsort(numbers, 8, sizeof(int), compare);
    for (int i = 0; i < 8; i++) printf("%d ", numbers[i]);
    puts("");
    int recurse(int depth, int (*before)(int))
    {
        int here(int x) { return x + depth + (before ? before(x) : 0); }
        return depth ? recurse(depth - 1, here) : here(1);
    }
    printf("%d\n", recurse(50, NULL));
    return 0;
}
