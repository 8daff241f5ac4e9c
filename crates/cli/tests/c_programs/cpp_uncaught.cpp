//@ signal: 6
#include <cstdio>
#include <stdexcept>

struct Loud { ~Loud() { std::puts("not destroyed"); } };

int main()
{
    Loud loud;
    std::fprintf(stderr, "before\n");
    throw std::runtime_error("nobody catches this");
}
