//@ libraries: rt pthread
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <netdb.h>
#include <pwd.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), status;
    sem_t *done = (sem_t *)(shared + 16);
    sem_init(done, 1, 0);
    if (fork() == 0) {
        *shared = 42;
        sem_post(done);
        _exit(0);
    }
    sem_wait(done);
    wait(NULL);
    printf("%d\n", *shared);
    int id = shmget(IPC_PRIVATE, 4096, 0600);
    char *text = shmat(id, NULL, 0);
    if (vfork() == 0) {
        strcpy(text, "written by the child");
        _exit(3);
    }
    wait(&status);
    printf("%s %d\n", text, WEXITSTATUS(status));
    shmdt(text);
    shmctl(id, IPC_RMID, NULL);
    struct { long type; char text[10]; } message = {1, "queued"};
    int queue = msgget(IPC_PRIVATE, 0600);
    msgsnd(queue, &message, 10, 0);
    message.text[0] = 0;
    msgrcv(queue, &message, 10, 0, 0);
    msgctl(queue, IPC_RMID, NULL);
    puts(message.text);

    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int signals = signalfd(-1, &set, 0), number;
    sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 9});
    struct signalfd_siginfo info;
    read(signals, &info, sizeof info);
    raise(SIGUSR1);
    sigwait(&set, &number);
    printf("%d %d %d\n", info.ssi_signo, info.ssi_int, number);

    struct utsname system;
    uname(&system);
    struct passwd *user = getpwuid(0);
    printf("%s %s\n", system.sysname, user ? user->pw_name : "nobody");
    void *library = dlopen("libm.so.6", RTLD_NOW);
    double (*cosine)(double) = (double (*)(double))dlsym(library, "cos");
    printf("%g %d\n", cosine(0), dlsym(RTLD_DEFAULT, "nothing_has_this_name") == NULL);
    iconv_t convert = iconv_open("UTF-16LE", "UTF-8");
    char in[] = "h\xc3\xa9", out[10], *from = in, *to = out;
    size_t left = 3, room = sizeof out;
    printf("%zd %zu\n", (ssize_t)iconv(convert, &from, &left, &to, &room), room);
    struct addrinfo *address;
    printf("%d\n", getaddrinfo("127.0.0.1", "80", NULL, &address));
    return 0;
}
