//@ files: parts/thread_local.c
//@ libraries: pthread
#include <pthread.h>
#include <stdio.h>

extern _Thread_local int common_variable;
_Thread_local char text[20] = "initial";
int *where(void);
int bump(void);

static void *run(void *argument)
{
    (void)argument;
    bump();
    common_variable += 5;
    text[0] = 'T';
    printf("%d %d %s\n", common_variable, where() == &common_variable, text);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    bump();
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    printf("%d %d %s\n", common_variable, bump(), text);
    return 0;
}
