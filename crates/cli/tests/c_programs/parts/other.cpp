#include <cstdio>
inline int inline_variable = 7;
int order = inline_variable * 2;
template <typename T> T twice(T t) { static int calls; return ++calls, t + t; }
struct Announce { Announce() { std::puts("other file"); } ~Announce() { std::puts("other file ends"); } };
static Announce announce;
int other_value() { return twice(10) + inline_variable; }
