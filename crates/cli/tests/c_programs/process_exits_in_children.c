#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void handler(void) { printf("exit handler in %s\n", getenv("WHO")); }
__attribute__((destructor)) static void end(void) { printf("destructor in %s\n", getenv("WHO")); }

int main(void)
{
    int status;
    setenv("WHO", "the parent", 1);
    atexit(handler);
    if (fork() == 0) {
        setenv("WHO", "the first child", 1);
        exit(2);
    }
    wait(&status);
    printf("%d\n", WEXITSTATUS(status));
    fflush(stdout);
    if (fork() == 0) {
        setenv("WHO", "the second child", 1);
        return 5;
    }
    wait(&status);
    printf("%d\n", WEXITSTATUS(status));
    return 0;
}
