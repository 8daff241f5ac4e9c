#include <stdio.h>

/* The borders that a linker names, and what lies between them. */
extern char etext, edata, end, _etext, _edata, _end, __bss_start, __executable_start, data_start;
static int zeroes[100], contents[100] = {1};

int main(void)
{
    char *code = (char *)main;
    printf("%d %d\n", code >= &__executable_start, code < &etext);
    printf("%d %d\n", (char *)contents >= &data_start, (char *)(contents + 100) <= &edata);
    printf("%d %d\n", (char *)zeroes >= &__bss_start, (char *)(zeroes + 100) <= &end);
    printf("%d %d %d\n", &etext == &_etext, &edata == &_edata, &end == &_end);
    printf("%d %d %d\n", &etext <= &data_start, &edata <= &__bss_start, &edata < &end);
    return 0;
}
