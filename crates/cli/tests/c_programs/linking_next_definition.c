#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* A definition that goes on to the one that it hides. */
static int allocations;

void *malloc(size_t size)
{
    static void *(*next)(size_t);
    if (!next) next = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    allocations++;
    return next(size);
}

int own(void) { return 1; }

int main(void)
{
    int before = allocations;
    char *volatile piece = malloc(100);
    piece[99] = 1;
    free(piece);
    printf("%d\n", allocations - before);
    printf("%d %d\n", dlsym(RTLD_NEXT, "own") == NULL, dlsym(RTLD_DEFAULT, "own") == NULL);
    printf("%d\n", dlsym(RTLD_NEXT, "puts") == (void *)puts);
    return 0;
}
