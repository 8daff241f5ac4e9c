#ifndef SHAPES_H
#define SHAPES_H
struct shape { const char *name; double size; double (*area)(const struct shape *); };
struct shape circle(double radius);
struct shape square(double side);
const char *shapes_helper(void);
int shapes_count(void);
extern int shared_total;
void add_to_total(int n);
int total_is_at(int *place);
int call_overridden(void);
static inline double twice(double x) { static int calls; calls++; return 2 * x; }
#endif
