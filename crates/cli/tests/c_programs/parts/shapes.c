#include "shapes.h"
#include <math.h>
#include <stdio.h>

static int count;
int shared_total;
static const char *helper(void) { return "of shapes"; }
__attribute__((weak)) int overridden(void) { return 1; }
int from_weak(void) { return 77; }

static double circle_area(const struct shape *s) { count++; return M_PI * pow(s->size, 2); }
static double square_area(const struct shape *s) { count++; return twice(s->size * s->size) / 2; }
struct shape circle(double radius) { return (struct shape){"circle", radius, circle_area}; }
struct shape square(double side) { return (struct shape){"square", side, square_area}; }
const char *shapes_helper(void) { return helper(); }
int shapes_count(void) { return count; }
void add_to_total(int n) { shared_total += n; }
int total_is_at(int *place) { return place == &shared_total; }
int call_overridden(void) { return overridden(); }
__attribute__((constructor)) static void begin(void) { puts("constructor of shapes"); }
__attribute__((destructor)) static void end(void) { puts("destructor of shapes"); }
