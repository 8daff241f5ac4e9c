//@ stdin: first\nsecond line\n\nlast without newline
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    char small[6];
    if (!fgets(small, sizeof small, stdin)) return 1;
    printf("fgets [%s]\n", small);
    int c = getc(stdin);
    printf("getc %d, ungetc %d\n", c, ungetc('X', stdin));
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) >= 0)
        printf("getline %zd [%s]\n", length, line);
    printf("eof %d error %d\n", feof(stdin) != 0, ferror(stdin) != 0);
    free(line);
    char byte;
    printf("read %zd\n", read(0, &byte, 1));
    return 0;
}
