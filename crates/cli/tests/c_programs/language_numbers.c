//@ libraries: m
#include <complex.h>
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void print_128(unsigned __int128 n)
{
    char text[50], *p = text + 49;
    *p = 0;
    do *--p = '0' + (int)(n % 10); while (n /= 10);
    puts(p);
}

int main(void)
{
    double complex z = 1.0 + 2.0 * I, w = cexp(I * M_PI);
    z = z * z / (3.0 - 1.0 * I);
    printf("%.6f %.6f %.6f %.6f\n", creal(z), cimag(z), cabs(z), carg(z));
    printf("%.3f %.3f\n", creal(w), fabs(cimag(w)));
    float complex f = csqrtf(-4.0f);
    long double complex l = cpowl(2.0L + 1.0L * I, 3.0L);
    printf("%.2f %.2f %.4Lf %.4Lf\n", crealf(f), cimagf(f), creall(l), cimagl(l));
    unsigned __int128 factorial = 1;
    for (int i = 2; i <= 33; i++) factorial *= i;
    print_128(factorial);
    print_128(factorial / 1000000007u % 998244353u);
    __int128 negative = -(__int128)INT64_MAX * 4;
    printf("%lld %d\n", (long long)(negative >> 64), negative < 0);
    __float128 q = 1.0q / 3.0q;
    q = q * 3.0q - 1.0q + 2.5q;
    printf("%.20f %d\n", (double)q, q == 2.5q);
    printf("%.15f %.15Lf\n", (double)(1.0q / 7.0q), (long double)(2.0q / 3.0q));
    printf("%.10f %.10f %.10f %.10f %.10f\n", sin(1), cos(1), tan(1), atan2(1, -1), sinh(1));
    printf("%.10f %.10f %.10f %.10f %.10f\n", exp(1), log(10), log2(10), pow(2, 0.5), cbrt(27));
    printf("%.10f %.10f %.10f %.10f\n", tgamma(5.5), lgamma(10), erf(0.5), hypot(3, 4));
    printf("%g %g %g %g %ld\n", floor(-2.5), ceil(-2.5), trunc(-2.5), round(-2.5), lrint(2.5));
    int exponent;
    double whole, part = frexp(10, &exponent);
    printf("%g %d %g %g\n", part, exponent, modf(3.75, &whole), whole);
    printf("%g %g %g\n", fmod(10, 3), remainder(10, 3), fma(2, 3, 4));
    fesetround(FE_UPWARD);
    volatile double one = 1, three = 3;
    printf("%.20f ", one / three);
    fesetround(FE_DOWNWARD);
    printf("%.20f\n", one / three);
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double zero = 0, result = one / zero;
    printf("%g %d %d\n", result, fetestexcept(FE_DIVBYZERO) != 0, fetestexcept(FE_INVALID) != 0);
    printf("%ld %ld %lld\n", (long)3.99, lround(-0.5), llabs(LLONG_MIN + 1));
    srand(42);
    int a = rand(), b = rand();
    srandom(7);
    printf("%d %d %ld %.6f\n", a, b, random(), (srand48(5), drand48()));
    printf("%d %u %d\n", (int)-7 / 2, -7u / 2, -7 % 3);
    printf("%lu %ld %f\n", strtoul("ff", NULL, 16), strtol("-0777", NULL, 0), strtod("1e-3xyz", NULL));
    div_t d = div(-17, 5);
    printf("%d %d\n", d.quot, d.rem);
    return 0;
}
