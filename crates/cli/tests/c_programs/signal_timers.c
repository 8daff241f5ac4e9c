#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;
static void tick(int number) { (void)number; ticks++; }

int main(void)
{
    signal(SIGALRM, tick);
    struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    while (ticks < 5) pause();
    setitimer(ITIMER_REAL, &never, NULL);
    puts("five ticks");
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    ticks = 0;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer)) return 1;
    struct itimerspec soon = {{0, 0}, {0, 1000000}};
    timer_settime(timer, 0, &soon, NULL);
    while (!ticks) pause();
    puts("one more");
    return timer_delete(timer);
}
