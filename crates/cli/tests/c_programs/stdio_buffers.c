#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    static char own[256];
    setvbuf(stdout, own, _IOFBF, sizeof own);
    printf("in the buffer");
    fprintf(stderr, "[%s]\n", own);
    if (fork() == 0) {
        printf(" child\n");
        return 0;
    }
    wait(NULL);
    printf(" parent\n");
    fflush(stdout);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("line\nhalf");
    if (fork() == 0) _exit(0);
    wait(NULL);
    write(1, "|direct|", 8);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("unbuffered");
    write(1, "\n", 1);
    for (int i = 0; i < 3000; i++) printf("%d,", i);
    puts("");
    fclose(stdout);
    fprintf(stderr, "closed\n");
    return 0;
}
