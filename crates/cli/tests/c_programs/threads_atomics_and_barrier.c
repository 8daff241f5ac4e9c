//@ libraries: pthread
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int plain;
static _Atomic long long wide;
static atomic_flag spin = ATOMIC_FLAG_INIT;
static pthread_barrier_t barrier;
static int guarded, serial;

static void *run(void *argument)
{
    for (int i = 0; i < 2000; i++) {
        atomic_fetch_add(&plain, 1);
        wide += 3;
        while (atomic_flag_test_and_set_explicit(&spin, memory_order_acquire)) ;
        guarded++;
        atomic_flag_clear_explicit(&spin, memory_order_release);
        int expected = atomic_load(&plain);
        while (!atomic_compare_exchange_weak(&plain, &expected, expected ^ 0)) ;
    }
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) serial++;
    return argument;
}

int main(void)
{
    pthread_t threads[4];
    pthread_barrier_init(&barrier, NULL, 4);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, run, NULL);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    printf("%d %lld %d %d\n", plain, wide, guarded, serial);
    return 0;
}
