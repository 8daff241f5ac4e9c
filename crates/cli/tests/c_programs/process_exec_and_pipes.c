#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void)
{
    setenv("GREETING", "hello from the parent", 1);
    printf("system %d\n", WEXITSTATUS(system("exit 3")));
    fflush(stdout);
    system("echo \"$GREETING\"");
    FILE *lines = popen("printf 'b\\na\\nc\\n' | sort", "r");
    char line[50];
    while (fgets(line, sizeof line, lines)) printf("popen: %s", line);
    printf("pclose %d\n", pclose(lines));
    FILE *to = popen("tr a-z A-Z", "w");
    fputs("shout\n", to);
    fflush(stdout);
    pclose(to);

    int ends[2];
    if (pipe(ends)) return 1;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execlp("echo", "echo", "by", "execlp", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], line, sizeof line);
    printf("%.*s", (int)n, line);
    waitpid(child, NULL, 0);
    fflush(stdout);

    char *arguments[] = {"sh", "-c", "echo spawned $0 $1; exit 4", "x", "y", NULL};
    int status;
    if (posix_spawnp(&child, "sh", NULL, NULL, arguments, environ)) return 1;
    waitpid(child, &status, 0);
    printf("status %d\n", WEXITSTATUS(status));
    fflush(stdout);
    if (fork() == 0) {
        execl("/nonexistent", "x", (char *)NULL);
        printf("%s\n", strerror(errno));
        exit(0);
    }
    wait(NULL);
    fflush(stdout);
    char *own[] = {"ONLY=this", NULL};
    execle("/bin/sh", "sh", "-c", "echo replaced; env | grep ONLY", (char *)NULL, own);
    return 1;
}
