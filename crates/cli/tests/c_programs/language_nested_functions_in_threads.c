#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

static void *run(void *argument)
{
    long number = (long)argument, calls = 0;
    int compare(const void *a, const void *b) { calls++; return *(const int *)a - *(const int *)b; }
    int numbers[] = {5, 3, 1, 4, 2};
    qsort(numbers, 5, sizeof(int), compare);
    printf("%ld %d %d %d\n", number, numbers[0], numbers[4], calls > 0);
    if (number == 2) pthread_exit((void *)20);
    return (void *)(number * 10);
}

static int run_short(void *argument) { return (long)run(argument); }

int main(void)
{
    void *result;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 17);
    for (long number = 1; number < 4; number++) {
        pthread_create(&thread, number == 3 ? &attributes : NULL, run, (void *)number);
        pthread_join(thread, &result);
        printf("%ld\n", (long)result);
    }
    thrd_t other;
    int answer;
    thrd_create(&other, run_short, (void *)4);
    thrd_join(other, &answer);
    printf("%d\n", answer);
    return 0;
}
