#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void bubble(int *a, int n) { for (int i = 0; i < n; i++) for (int j = 1; j < n - i; j++) if (a[j - 1] > a[j]) { int t = a[j]; a[j] = a[j - 1]; a[j - 1] = t; } }
static void insertion(int *a, int n) { for (int i = 1; i < n; i++) { int v = a[i], j = i; for (; j && a[j - 1] > v; j--) a[j] = a[j - 1]; a[j] = v; } }
static void quick(int *a, int n)
{
    if (n < 2) return;
    int pivot = a[n / 2], i = 0, j = n - 1;
    while (i <= j) {
        while (a[i] < pivot) i++;
        while (a[j] > pivot) j--;
        if (i <= j) { int t = a[i]; a[i++] = a[j]; a[j--] = t; }
    }
    quick(a, j + 1);
    quick(a + i, n - i);
}
static void merge(int *a, int n)
{
    if (n < 2) return;
    int half = n / 2, copy[half], i = 0, j = half, k = 0;
    merge(a, half);
    merge(a + half, n - half);
    memcpy(copy, a, half * sizeof *a);
    while (i < half) a[k++] = j < n && a[j] < copy[i] ? a[j++] : copy[i++];
}
static void sift(int *a, int i, int n)
{
    for (int child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && a[child + 1] > a[child]) child++;
        if (a[i] >= a[child]) return;
        int t = a[i]; a[i] = a[child]; a[child] = t;
    }
}
static void heap(int *a, int n)
{
    for (int i = n / 2; i--;) sift(a, i, n);
    while (n-- > 1) { int t = a[0]; a[0] = a[n]; a[n] = t; sift(a, 0, n); }
}
static void radix(int *a, int n)
{
    int *b = malloc(n * sizeof *b);
    for (int shift = 0; shift < 32; shift += 8) {
        int count[257] = {0};
        for (int i = 0; i < n; i++) count[((a[i] >> shift) & 255) + 1]++;
        for (int i = 0; i < 256; i++) count[i + 1] += count[i];
        for (int i = 0; i < n; i++) b[count[(a[i] >> shift) & 255]++] = a[i];
        memcpy(a, b, n * sizeof *a);
    }
    free(b);
}

int main(void)
{
    static const struct { const char *name; void (*sort)(int *, int); } sorts[] = {
        {"bubble", bubble}, {"insertion", insertion}, {"quick", quick}, {"merge", merge}, {"heap", heap}, {"radix", radix}};
    enum { N = 700 };
    int numbers[N];
    for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) {
        unsigned seed = 17;
        for (int i = 0; i < N; i++) numbers[i] = (int)((seed = seed * 1664525u + 1013904223u) >> 8) % 10000;
        sorts[s].sort(numbers, N);
        unsigned hash = 0;
        int sorted = 1;
        for (int i = 0; i < N; i++) { hash = hash * 31 + (unsigned)numbers[i]; sorted &= !i || numbers[i - 1] <= numbers[i]; }
        printf("%-10s %d %u %d %d\n", sorts[s].name, sorted, hash, numbers[0], numbers[N - 1]);
    }
    return 0;
}
