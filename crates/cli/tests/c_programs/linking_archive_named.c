//@ make: parts.a parts/stack.c parts/unused.c parts/list.c
#include <stdio.h>
void push(int);
int pop(void);
int main(void)
{
    push(7);
    printf("%d %d\n", pop(), pop());
    return 0;
}
