#include <stdio.h>
#include <string.h>

/* Weak references to nothing, aliases, functions chosen at the start, sections with bounds. */
__attribute__((weak)) int nowhere(int);
extern int nothing __attribute__((weak));
static int real(int x) { return x + 1; }
int alias(int) __attribute__((alias("real")));
__attribute__((visibility("hidden"))) int hidden_variable = 5;
__attribute__((visibility("protected"))) int protected_function(void) { return hidden_variable++; }

static int fast(int x) { return x * 2; }
static int slow(int x) { return x * 3; }
static int (*choose(void))(int) { return sizeof(void *) == 8 ? fast : slow; }
int chosen(int) __attribute__((ifunc("choose")));

struct command { const char *name; int (*run)(int); };
#define COMMAND(f) static const struct command command_##f __attribute__((used, section("commands"))) = {#f, f}
COMMAND(real);
COMMAND(fast);
COMMAND(slow);
extern const struct command __start_commands[], __stop_commands[];
static int in_own_section __attribute__((section(".mydata"))) = 9;
__attribute__((section(".text.cold_part"), noinline)) static int cold(void) { return in_own_section; }
__attribute__((aligned(256))) static char aligned[3];
static char zeroes[1 << 20];
static int (*const table[])(int) = {real, alias, fast, chosen};
static int *pointers[] = {&hidden_variable, &in_own_section, (int *)&zeroes[4096]};

int main(void)
{
    printf("%d %d\n", nowhere == NULL, &nothing == NULL);
    printf("%d %d %d %d\n", alias(1), protected_function(), protected_function(), chosen(21));
    for (const struct command *c = __start_commands; c < __stop_commands; c++) printf("%s %d\n", c->name, c->run(10));
    printf("%d %d %d\n", cold(), (int)((size_t)aligned % 256), table[3](5));
    *pointers[2] = 0x01020304;
    printf("%d %d %d %d\n", *pointers[0], *pointers[1], zeroes[4096], zeroes[sizeof zeroes - 1]);
    printf("%d %d\n", table[0] == real, table[0] == alias);
    return memcmp(zeroes, zeroes + 8192, 4096);
}
