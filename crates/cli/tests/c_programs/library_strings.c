#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int n) { return (n > 0) - (n < 0); }

int main(void)
{
    char text[100] = "alpha,beta;gamma  delta", *save;
    for (char *p = strtok_r(text, ",; ", &save); p; p = strtok_r(NULL, ",; ", &save)) printf("[%s]", p);
    puts("");
    printf("%d %d %d %d\n", sign(strcmp("a", "b")), sign(strncmp("abc", "abd", 2)), sign(strcasecmp("HeLLo", "hello")),
           sign(memcmp("\xff", "\x01", 1)));
    printf("%s %s %s %s\n", strchr("hello", 'l'), strrchr("hello", 'l'), strstr("haystack", "st"), strpbrk("hello", "xyzo"));
    printf("%zu %zu %zu\n", strspn("aabbc", "ab"), strcspn("hello", "l"), strnlen("abcdef", 3));
    strcpy(text, "memory");
    memmove(text + 2, text, 7);
    printf("%s %s\n", text, (char *)memchr("find me", 'm', 7));
    printf("%s %s\n", strcat(strcpy(text, "con"), "cat"), strncat(text, "enation", 4));
    char *copy = strndup("duplicate", 3), *made;
    int n = asprintf(&made, "%s-%d", copy, 42);
    printf("%s %d\n", made, n);
    free(copy);
    free(made);
    for (int c = 0; c < 128; c++)
        putchar(isalnum(c) ? 'a' : ispunct(c) ? 'p' : isspace(c) ? 's' : iscntrl(c) ? 'c' : '?');
    putchar('\n');
    printf("%c%c %d %d\n", toupper('x'), tolower('Q'), isxdigit('f') != 0, isblank('\t') != 0);
    char long_text[5000], other[5000];
    for (int i = 0; i < 4999; i++) long_text[i] = 'a' + i % 26;
    long_text[4999] = 0;
    strcpy(other, long_text);
    printf("%zu %d %td\n", strlen(long_text), strcmp(long_text, other), strstr(long_text + 1, "xyzabc") - long_text);
    memset(other, 'z', 100);
    printf("%d %.5s %s\n", sign(memcmp(long_text, other, 5000)), other + 98, strsignal(11));
    printf("%s %s\n", basename("/a/b/c.txt"), strfry(strdup("")) );
    int big = 0;
    for (char *p = long_text; (p = strchr(p, 'q')); p++) big++;
    printf("%d %s\n", big, strerror(2));
    return 0;
}
