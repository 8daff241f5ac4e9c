#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static long sum(const unsigned char *bytes, size_t size)
{
    long total = 0;
    while (size--) total += *bytes++;
    return total;
}

int main(void)
{
    /* What a process gets from its heap at first is zero, and one piece lies behind the other. */
    long total = 0;
    for (size_t size = 8; size < 5000; size = size * 5 / 4 + 1) {
        unsigned char *bytes = malloc(size);
        total += sum(bytes, malloc_usable_size(bytes) - 8);
    }
    printf("fresh %ld\n", total);
    char *one = malloc(24), *two = malloc(24), *three = malloc(100), *four = malloc(100);
    printf("apart %td %td\n", two - one, four - three);
    free(three);
    printf("again %d\n", malloc(100) == three);
    int *numbers = calloc(100000, sizeof *numbers);
    printf("%ld\n", sum((unsigned char *)numbers, 400000));
    for (int i = 0; i < 100000; i++) numbers[i] = i;
    numbers = realloc(numbers, 200000 * sizeof *numbers);
    printf("%d %d\n", numbers[99999], malloc_usable_size(numbers) >= 800000);
    free(numbers);
    void *aligned = NULL;
    printf("%d %d %d\n", posix_memalign(&aligned, 4096, 100), (int)((uintptr_t)aligned % 4096), (int)((uintptr_t)aligned_alloc(64, 128) % 64));
    printf("%d\n", malloc(SIZE_MAX / 2) == NULL);
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(page, "mapped");
    mprotect(page, 4096, PROT_READ);
    puts(page);
    printf("%d\n", munmap(page, 8192));
    unsigned char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(code, "\x8d\x04\x37\xc3", 4); /* lea eax, [rdi + rsi]; ret */
    printf("%d\n", ((int (*)(int, int))code)(5, 6));
    char *end = sbrk(0);
    printf("%d %d\n", sbrk(4096) == end, (char *)sbrk(0) - end == 4096);
    return 0;
}
