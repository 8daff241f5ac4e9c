//@ args: one "two three" "" -x --flag=é
//@ exit: 6
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%d: [%s] %zu\n", i, argv[i], strlen(argv[i]));
    printf("ends with %s\n", argv[argc] == NULL ? "NULL" : "something");
    argv[1][0] = 'O';
    char *rest = argv[2], *word;
    while ((word = strsep(&rest, " ")))
        printf("word %s\n", word);
    puts(argv[1]);
    return argc;
}
