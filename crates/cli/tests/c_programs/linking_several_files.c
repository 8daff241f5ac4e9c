//@ exit: 1
//@ files: parts/shapes.c parts/counter.c
//@ c-flags: -fcommon
//@ libraries: m
#include "parts/shapes.h"
#include <stdio.h>

/* The same names as in other files, each file's own. */
static int count = 1000;
static const char *helper(void) { return "of main"; }

int shared_total;          /* tentative here, too */
int counter_next(void);
extern int counter_start;
int overridden(void) { return 2; }
__attribute__((weak)) int from_weak(void) { return -1; }

__attribute__((constructor)) static void begin(void) { puts("constructor of main"); }
__attribute__((destructor)) static void end(void) { puts("destructor of main"); }

int main(void)
{
    struct shape shapes[] = {circle(1.5), square(2), circle(0.25)};
    for (int i = 0; i < 3; i++) printf("%s %.4f\n", shapes[i].name, shapes[i].area(&shapes[i]));
    printf("%s %d, %s %d\n", helper(), count, shapes_helper(), shapes_count());
    counter_start = 41;
    printf("%d %d\n", counter_next(), counter_next());
    shared_total += 5;
    add_to_total(10);
    printf("%d %d %d\n", shared_total, call_overridden(), from_weak());
    return total_is_at(&shared_total);
}
