#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Stacks of the smallest size, of the C library's and of the program's own. */
static void *run(void *argument)
{
    char bytes[3000];
    memset(bytes, 1, sizeof bytes);
    int length = snprintf(bytes, 100, "thread %d %g", bytes[5], 1.25);
    *(int *)argument = length + bytes[2999];
    return argument;
}

int main(void)
{
    int result = 0;
    void *returned;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    printf("%d\n", pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN));
    printf("%d\n", pthread_create(&thread, &attributes, run, &result));
    printf("%d\n", pthread_join(thread, &returned));
    printf("%d %d\n", returned == &result, result);
    for (size_t size = PTHREAD_STACK_MIN; size <= 1 << 17; size *= 8) {
        void *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        printf("%d\n", pthread_attr_setstack(&attributes, stack, size));
        result = 0;
        printf("%d\n", pthread_create(&thread, &attributes, run, &result));
        printf("%d\n", pthread_join(thread, NULL));
        printf("%d\n", result);
    }
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 2 * PTHREAD_STACK_MIN);
    printf("%d\n", pthread_create(&thread, &attributes, run, &result));
    pthread_exit(NULL);
}
