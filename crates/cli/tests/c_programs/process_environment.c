//@ env: FIRST=1
//@ env: SECOND=two words
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(int argc, char **argv, char **envp)
{
    printf("%s, %s, %s\n", getenv("FIRST"), getenv("SECOND"), getenv("THIRD") ? "set" : "unset");
    printf("same table %d, after the arguments %d\n", envp == environ, envp == argv + argc + 1);
    int found = 0;
    for (char **p = envp; *p; p++)
        if (!strncmp(*p, "FIRST=", 6) || !strncmp(*p, "SECOND=", 7)) found++;
    printf("found %d\n", found);
    setenv("THIRD", "3", 0);
    setenv("FIRST", "not", 0);
    setenv("SECOND", "2", 1);
    static char fourth[] = "FOURTH=4";
    putenv(fourth);
    fourth[7] = '5';
    printf("%s %s %s %s\n", getenv("FIRST"), getenv("SECOND"), getenv("THIRD"), getenv("FOURTH"));
    unsetenv("FIRST");
    printf("%d\n", getenv("FIRST") == NULL);
    fflush(stdout);
    system("echo $SECOND $THIRD $FOURTH");
    clearenv();
    printf("%d %d\n", getenv("PATH") == NULL, environ == NULL);
    return 0;
}
