//@ libraries: pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

_Thread_local int counter = 100;
static __thread char name[32] = "unnamed";
static __thread struct { double d; long l[100]; } large;
extern __thread int counter;
_Alignas(64) static _Thread_local char aligned[64];
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int destroyed, initialized;

static void destroy(void *value) { __atomic_add_fetch(&destroyed, (int)(long)value, __ATOMIC_SEQ_CST); }
static void initialize(void) { initialized++; }

static void *run(void *argument)
{
    pthread_once(&once, initialize);
    pthread_setspecific(key, argument);
    counter += (int)(long)argument;
    snprintf(name, sizeof name, "thread %ld", (long)argument);
    large.l[99] = counter;
    int right = ((size_t)aligned % 64 == 0) && large.d == 0.0 && aligned[63] == 0;
    return (void *)(large.l[99] * 10 + right);
}

static int c11(void *argument) { return *(int *)argument * 2 + counter; }

int main(void)
{
    pthread_t threads[5];
    pthread_key_create(&key, destroy);
    for (long i = 0; i < 5; i++) pthread_create(&threads[i], NULL, run, (void *)(i + 1));
    for (int i = 0; i < 5; i++) {
        void *result;
        pthread_join(threads[i], &result);
        printf("%ld\n", (long)result);
    }
    printf("%d %s %ld %d %d\n", counter, name, large.l[99], destroyed, initialized);
    thrd_t thread;
    int value = 21, result;
    thrd_create(&thread, c11, &value);
    thrd_join(thread, &result);
    printf("%d\n", result);
    return 0;
}
