//@ args: start
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc > 2) {
        printf("%s: %s %s\n", argv[1], argv[2], getenv("MARK"));
        return 20 + argc;
    }
    setenv("MARK", "kept", 1);
    char *again[] = {argv[0], "again", "by execv", NULL};
    int status;
    if (fork() == 0) {
        execv(argv[0], again);
        _exit(1);
    }
    wait(&status);
    printf("%d\n", WEXITSTATUS(status));
    fflush(stdout);
    again[2] = "by /proc/self/exe";
    if (fork() == 0) {
        execv("/proc/self/exe", again);
        _exit(1);
    }
    wait(&status);
    printf("%d\n", WEXITSTATUS(status));
    return 0;
}
