//@ exit: 3
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

static void first(void) { puts("first registered"); }
static void third(void) { puts("third, registered while exiting"); }
static void second(void) { puts("second registered"); atexit(third); }
static void with_status(int status, void *argument) { printf("status %d, %s\n", status, (char *)argument); }

__attribute__((constructor)) static void begin(int argc, char **argv, char **envp)
{
    printf("constructor with %d, %d, %d\n", argc, argv[argc] == NULL, envp != NULL);
    atexit(first);
}
__attribute__((constructor(101))) static void early(void) { puts("early constructor"); }
__attribute__((constructor(65000))) static void late(void) { puts("late constructor"); }
__attribute__((destructor)) static void end(void) { puts("destructor"); }
__attribute__((destructor(101))) static void last(void) { puts("last destructor"); }

int main(void)
{
    atexit(second);
    on_exit(with_status, "by on_exit");
    fputs("unflushed", stdout);
    exit(3);
}
