//@ signal: 6
#include <assert.h>

struct pair { int a, b; };

static int sum(const struct pair *pair)
{
    assert(pair->a > 0 && "a is positive");
    return pair->a + pair->b;
}

int main(void)
{
    struct pair pair = {1, 2};
    if (sum(&pair) != 3) return 1;
    pair.a = -1;
    return sum(&pair);
}
