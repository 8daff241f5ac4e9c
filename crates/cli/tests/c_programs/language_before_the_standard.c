//@ c-flags: -w
//@ exit: 4
#include <stdio.h>

main(argc, argv)
    char **argv;
{
    printf("%d\n", argc);
    return helper(3, "text");
}

helper(x, s)
    char *s;
{
    printf("helper %d %s\n", x, s);
    return x + 1;
}
