//@ libraries: m
#include <errno.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>

/* What the mathematical functions report beside their results. */
static void tell(const char *call, double result)
{
    printf("%-10s %g %s %d %d\n", call, result, errno == EDOM ? "EDOM" : errno == ERANGE ? "ERANGE" : "-",
           !!fetestexcept(FE_INVALID), !!fetestexcept(FE_DIVBYZERO));
}
#define TELL(call) (errno = 0, feclearexcept(FE_ALL_EXCEPT), tell(#call, call))

int main(void)
{
    volatile double minus = -1, zero = 0, huge = 1e300;
    volatile float less = -1;
    printf("%d\n", fetestexcept(FE_ALL_EXCEPT));
    TELL(fabs(sqrt(minus)));
    TELL(fabs(sqrtf(less)));
    TELL(fabs(fmod(huge, zero)));
    TELL(cbrt(minus));
    TELL(fdim(huge, -huge));
    TELL(log(zero));
    TELL(pow(huge, huge));
    TELL(ldexp(huge, 5000));
    TELL(tgamma(zero));
    TELL(fmin(minus, zero) + fmax(minus, zero) + rint(1.5) + trunc(-1.5) + floor(-0.5) + ceil(0.5));
    return 0;
}
