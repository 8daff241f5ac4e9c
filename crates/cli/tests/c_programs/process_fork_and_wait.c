#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    printf("before the fork, unflushed; ");
    pid_t child = fork();
    if (child == 0) {
        printf("child\n");
        exit(17);
    }
    int status;
    waitpid(child, &status, 0);
    printf("parent: exited %d with %d\n", WIFEXITED(status), WEXITSTATUS(status));
    fflush(stdout);
    for (int i = 0; i < 3; i++) {
        child = fork();
        if (child == 0) {
            if (i == 0) abort();
            if (i == 1) raise(SIGTERM);
            *(volatile char *)0 = 1;
        }
        waitpid(child, &status, 0);
        printf("signal %d: %s\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    int ends[2];
    if (pipe(ends)) return 1;
    fflush(stdout);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            dprintf(ends[1], "%d", i * i);
            _exit(i);
        }
    close(ends[1]);
    int sum = 0, total = 0, n;
    char text[10];
    while (wait(&status) > 0) sum += WEXITSTATUS(status);
    while ((n = (int)read(ends[0], text, 1)) > 0) total += text[0] - '0';
    printf("sum %d, total %d\n", sum, total);
    return 0;
}
