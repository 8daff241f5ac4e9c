#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

int main(void)
{
    printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%x] [%#X] [%o] [%#o]\n", 42, 42, 42, 42, 42, 42, 255, 255, 8, 8);
    printf("[%hhd] [%hd] [%ld] [%lld] [%zu] [%td] [%jd]\n", (char)300, (short)70000, LONG_MIN, LLONG_MAX, (size_t)-1,
           (ptrdiff_t)-3, (intmax_t)INT64_MIN);
    printf("[%s] [%10s] [%-10s] [%.3s] [%c] [%5c] [%%] [%*d] [%-*d] [%.*f]\n", "text", "right", "left", "truncated", 'c',
           'd', 6, 7, 6, 7, 2, 3.14159);
    double values[] = {0.0, -0.0, 1.0, 0.1, 1e10, 1e-10, 123456789.123, DBL_MAX, DBL_MIN, 4.9e-324, INFINITY, -INFINITY, 2.5, 3.5};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        printf("%f %e %g %G %a %.0f %.3g %15.4f|\n", values[i], values[i], values[i], values[i], values[i], values[i],
               values[i], values[i] > 1e100 ? 1.0 : values[i]);
    printf("%f %d\n", NAN, isnan(NAN) != 0);
    printf("%Lf %Le %Lg %La\n", 1.0L / 3, 1e4000L, LDBL_EPSILON, 1.5L);
    printf("%ls %lc %5.2ls|\n", L"wide", (wint_t)L'w', L"cut");
    printf("%" PRId64 " %" PRIx32 " %" PRIuPTR "\n", INT64_C(-5), UINT32_C(0xbeef), (uintptr_t)9);
    int n;
    printf("counted%n", &n);
    printf(" %d\n", n);
    printf("%2$s %1$s\n", "second", "first");
    printf("%p %s\n", (void *)0, (char *)"x");
    char buffer[10];
    n = snprintf(buffer, sizeof buffer, "%s", "more than ten bytes");
    printf("%d [%s]\n", n, buffer);
    printf("%'d %i %u\n", 1234567, INT_MIN, UINT_MAX);
    printf("%d%c", printf("abc\n"), '\n');
    return 0;
}
