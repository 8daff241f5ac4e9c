#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t count;
static sigjmp_buf back;

static void simple(int number) { count += number; }
static void detailed(int number, siginfo_t *info, void *context)
{
    (void)context;
    count = info->si_code == SI_USER ? number : -number;
}
static void fault(int number) { siglongjmp(back, number); }

int main(void)
{
    int defaults = 0;
    for (int i = 1; i < 32; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_DFL && action.sa_flags == 0) defaults++;
    }
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    printf("%d by default, blocked %d\n", defaults, sigisemptyset(&blocked) == 0);
    stack_t stack;
    sigaltstack(NULL, &stack);
    printf("signal stack disabled: %d\n", stack.ss_flags == SS_DISABLE);

    signal(SIGUSR1, simple);
    raise(SIGUSR1);
    printf("%d\n", count == SIGUSR1);
    struct sigaction action = {0};
    action.sa_sigaction = detailed;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR2, &action, NULL);
    kill(getpid(), SIGUSR2);
    printf("%d\n", count == SIGUSR2);

    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    count = 0;
    raise(SIGUSR1);
    sigpending(&pending);
    printf("pending %d, handled %d\n", sigismember(&pending, SIGUSR1), (int)count);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf("handled %d\n", count == SIGUSR1);

    signal(SIGSEGV, fault);
    int number = sigsetjmp(back, 1);
    if (number == 0) *(volatile int *)0 = 1;
    printf("caught %s\n", strsignal(number));
    signal(SIGFPE, fault);
    volatile int zero = 0;
    if ((number = sigsetjmp(back, 1)) == 0) zero = 1 / zero;
    printf("caught %s\n", strsignal(number));

    signal(SIGALRM, simple);
    count = 0;
    alarm(1);
    pause();
    printf("alarm %d, %d\n", count == SIGALRM, errno == EINTR);
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    if (pipe(ends)) return 1;
    close(ends[0]);
    printf("write %zd, %s\n", write(ends[1], "x", 1), strerror(errno));
    return 0;
}
