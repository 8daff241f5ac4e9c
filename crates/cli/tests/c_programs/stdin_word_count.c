//@ stdin: the quick brown fox\njumps over\tthe lazy dog\n\nthe end
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word { char *text; int count; struct word *next; };

static int by_count(const void *a, const void *b)
{
    const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;
    return x->count != y->count ? y->count - x->count : strcmp(x->text, y->text);
}

int main(void)
{
    long lines = 0, words = 0, bytes = 0;
    struct word *table[64] = {0};
    char buffer[100];
    int c, length = 0, distinct = 0;
    do {
        c = getchar();
        if (c != EOF) bytes++;
        if (c == '\n') lines++;
        if (c != EOF && !isspace(c)) { buffer[length++] = (char)c; continue; }
        if (!length) continue;
        buffer[length] = 0;
        length = 0;
        words++;
        unsigned hash = 5381;
        for (char *p = buffer; *p; p++) hash = hash * 33 + (unsigned char)*p;
        struct word **at = &table[hash % 64];
        while (*at && strcmp((*at)->text, buffer)) at = &(*at)->next;
        if (!*at) {
            *at = calloc(1, sizeof **at);
            (*at)->text = strdup(buffer);
            distinct++;
        }
        (*at)->count++;
    } while (c != EOF);
    struct word **all = malloc(distinct * sizeof *all), **end = all;
    for (int i = 0; i < 64; i++)
        for (struct word *w = table[i]; w; w = w->next) *end++ = w;
    qsort(all, distinct, sizeof *all, by_count);
    printf("%ld lines, %ld words, %ld bytes\n", lines, words, bytes);
    for (int i = 0; i < distinct; i++) printf("%3d %s\n", all[i]->count, all[i]->text);
    return 0;
}
