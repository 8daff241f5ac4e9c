//@ libraries: pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM 8
static int queue[ROOM], count, head;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static long total;

static void *produce(void *argument)
{
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&lock);
        while (count == ROOM) pthread_cond_wait(&emptied, &lock);
        queue[(head + count++) % ROOM] = i * (int)(long)argument;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

static void *consume(void *argument)
{
    long *sum = argument;
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&lock);
        while (!count) pthread_cond_wait(&filled, &lock);
        *sum += queue[head];
        head = (head + 1) % ROOM;
        count--;
        pthread_cond_signal(&emptied);
        pthread_mutex_unlock(&lock);
    }
    __sync_fetch_and_add(&total, *sum);
    return NULL;
}

int main(void)
{
    pthread_t threads[8];
    long sums[4] = {0};
    for (long i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, produce, (void *)(i + 1));
        pthread_create(&threads[4 + i], NULL, consume, &sums[i]);
    }
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(threads[i], &result);
        if (i < 4) printf("%ld\n", (long)result);
    }
    printf("total %ld\n", total);
    pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
    pthread_rwlock_rdlock(&shared);
    printf("%d %d\n", pthread_rwlock_tryrdlock(&shared), pthread_rwlock_trywrlock(&shared) != 0);
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_t again;
    pthread_mutex_init(&again, &kind);
    pthread_mutex_lock(&again);
    printf("%d\n", pthread_mutex_lock(&again));
    return 0;
}
