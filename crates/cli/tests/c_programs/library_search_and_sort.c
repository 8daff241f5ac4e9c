#define _GNU_SOURCE
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fnmatch.h>

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
static int reversed(const void *a, const void *b, void *sign) { return *(int *)sign * (*(const int *)a - *(const int *)b); }
static int numbers(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }
static void visit(const void *node, VISIT order, int depth)
{
    (void)depth;
    if (order == postorder || order == leaf) printf("%d ", **(int *const *)node);
}

int main(void)
{
    char *words[] = {"pear", "apple", "fig", "orange", "banana"};
    qsort(words, 5, sizeof *words, compare);
    for (int i = 0; i < 5; i++) printf("%s ", words[i]);
    char *key = "fig", **found = bsearch(&key, words, 5, sizeof *words, compare);
    printf("%td\n", found - words);
    int values[300], sign = -1;
    unsigned seed = 1;
    for (int i = 0; i < 300; i++) values[i] = (int)((seed = seed * 1103515245 + 12345) >> 16 & 0x3fff);
    qsort_r(values, 300, sizeof(int), reversed, &sign);
    int sorted = 1;
    for (int i = 1; i < 300; i++) sorted &= values[i - 1] >= values[i];
    printf("%d %d %d\n", sorted, values[0], values[299]);
    hcreate(50);
    for (int i = 0; i < 5; i++) hsearch((ENTRY){words[i], (void *)(long)i}, ENTER);
    printf("%ld %d\n", (long)hsearch((ENTRY){"orange", NULL}, FIND)->data, hsearch((ENTRY){"x", NULL}, FIND) == NULL);
    void *tree = NULL;
    for (int i = 0; i < 10; i++) tsearch(&values[i * 7], &tree, numbers);
    twalk(tree, visit);
    puts("");
    regex_t pattern;
    regmatch_t matches[3];
    regcomp(&pattern, "([a-z]+)@([a-z.]+)", REG_EXTENDED);
    const char *text = "write to someone@example.org now";
    if (!regexec(&pattern, text, 3, matches, 0))
        printf("%.*s at %.*s\n", (int)(matches[1].rm_eo - matches[1].rm_so), text + matches[1].rm_so,
               (int)(matches[2].rm_eo - matches[2].rm_so), text + matches[2].rm_so);
    char message[50];
    regerror(regcomp(&pattern, "(", REG_EXTENDED), &pattern, message, sizeof message);
    printf("%s %d\n", message, fnmatch("*.[ch]", "file.c", 0));
    return 0;
}
