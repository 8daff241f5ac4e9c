//@ exit: 4
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    printf("at start: %d\n", errno);
    fflush(stdout);
    errno = ENOENT;
    warn("warn %d", 1);
    warnx("warnx %s", "two");
    errno = EACCES;
    perror("perror");
    for (int i = 0; i < 40; i += 13) printf("%d %s\n", i, strerror(i));
    if (!fopen("/nonexistent/file", "r")) printf("%d %m\n", errno == ENOENT);
    fflush(stdout);
    errno = EDOM;
    err(4, "err");
}
