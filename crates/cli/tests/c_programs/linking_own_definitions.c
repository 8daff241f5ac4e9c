/* Functions with names that the C library has too: the program's own are called. */
#include <stdio.h>

int strcasecmp(const char *a, const char *b) { (void)a; (void)b; return 12345; }
int getopt_calls;
char *basename(const char *path) { return (char *)path + 1; }
int index = 3;
double y0 = 1.5, gamma = 2.5;
int error(int a) { return a + 1; }
int optind = 77;
static int write(int n) { return n * 2; }
int remove_all(void) { return 0; }
char *program_name = "mine";
int helper(void) { return 4; }
int run(void) { return 5; }
int link(void) { return 6; }
int add(int a, int b) { return a + b; }
long time(long *t) { (void)t; return 1000; }
int rand(void) { return 4; }
int environ_count;

int main(void)
{
    printf("%d %s %d %g %g\n", strcasecmp("a", "a"), basename("/x"), index, y0, gamma);
    printf("%d %d %d %s %d %d %d %d %ld %d\n", error(1), optind, write(4), program_name, helper(), run(), link(), add(2, 3),
           time(0), rand());
    return 0;
}
