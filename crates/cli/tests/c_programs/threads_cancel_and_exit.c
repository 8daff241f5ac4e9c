//@ libraries: pthread
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static sem_t ready;
static void cleanup(void *text) { printf("cleanup %s\n", (char *)text); fflush(stdout); }

static void *waits(void *argument)
{
    (void)argument;
    pthread_cleanup_push(cleanup, "outer");
    pthread_cleanup_push(cleanup, "inner");
    sem_post(&ready);
    for (;;) pause();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *ends(void *argument)
{
    pthread_cleanup_push(cleanup, "of the thread that exits");
    pthread_exit(argument);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *last(void *argument)
{
    pthread_t *main_thread = argument;
    pthread_join(*main_thread, NULL);
    puts("main has ended, the process has not");
    return NULL;
}

static void at_end(void) { puts("and here it ends"); }

int main(void)
{
    static pthread_t self;
    pthread_t thread;
    void *result;
    sem_init(&ready, 0, 0);
    pthread_create(&thread, NULL, waits, NULL);
    sem_wait(&ready);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    printf("cancelled %d\n", result == PTHREAD_CANCELED);
    pthread_create(&thread, NULL, ends, "result");
    pthread_join(thread, &result);
    printf("%s\n", (char *)result);
    atexit(at_end);
    self = pthread_self();
    pthread_create(&thread, NULL, last, &self);
    pthread_cleanup_push(cleanup, "of main");
    pthread_exit(NULL);
    pthread_cleanup_pop(0);
    return 9;
}
