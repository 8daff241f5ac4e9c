//@ make: libparts.a parts/stack.c parts/unused.c parts/list.c
//@ make: extra.o parts/extra.c
//@ libraries: parts
#include <stdio.h>

void push(int);
int pop(void);
int extra(void);
extern const char extra_name[];

int main(void)
{
    for (int i = 0; i < 5; i++) push(i * i);
    for (int i = 0; i < 6; i++) printf("%d ", pop());
    printf("\n%s %d\n", extra_name, extra());
    return 0;
}
