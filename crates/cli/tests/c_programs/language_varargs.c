#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct point { double x, y; };
struct large { int a[10]; };
struct mixed { int i; double d; };

static double sum(int n, ...)
{
    va_list list, copy;
    va_start(list, n);
    va_copy(copy, list);
    double total = 0;
    for (int i = 0; i < n; i++) total += va_arg(list, double);
    for (int i = 0; i < n; i++) total += va_arg(copy, double) * 100;
    va_end(copy);
    va_end(list);
    return total;
}

static void show(const char *kinds, ...)
{
    va_list list;
    va_start(list, kinds);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i': printf("%d ", va_arg(list, int)); break;
        case 'l': printf("%ld ", va_arg(list, long)); break;
        case 'd': printf("%g ", va_arg(list, double)); break;
        case 'D': printf("%Lg ", va_arg(list, long double)); break;
        case 's': printf("%s ", va_arg(list, char *)); break;
        case 'p': { struct point p = va_arg(list, struct point); printf("(%g,%g) ", p.x, p.y); break; }
        case 'L': { struct large l = va_arg(list, struct large); printf("%d ", l.a[9]); break; }
        case 'm': { struct mixed m = va_arg(list, struct mixed); printf("%d:%g ", m.i, m.d); break; }
        }
    va_end(list);
    puts("");
}

static char *format(char *into, size_t room, const char *how, ...)
{
    va_list list;
    va_start(list, how);
    vsnprintf(into, room, how, list);
    va_end(list);
    return into;
}

int main(void)
{
    printf("%g\n", sum(10, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0));
    struct large large = {.a[9] = 99};
    show("ilDdspLmidpDs", 1, 2L, 3.5L, 4.5, "five", (struct point){6, 7}, large, (struct mixed){8, 9.5}, 10, 11.0,
         (struct point){12, 13}, 14.0L, "end");
    char text[40];
    puts(format(text, sizeof text, "%s-%03d-%.2f", "x", 7, 1.005));
    return 0;
}
