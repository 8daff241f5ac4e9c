//@ exit: 5
//@ libraries: pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *run(void *argument)
{
    printf("thread %s\n", (char *)argument);
    exit(5);
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, run, "exits");
    pthread_join(thread, NULL);
    return 1;
}
