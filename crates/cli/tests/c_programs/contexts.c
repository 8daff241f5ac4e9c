#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static ucontext_t main_context, workers[3];
static int finished, current;

static void yield(void)
{
    int from = current;
    do current = (current + 1) % 3; while ((finished >> current & 1) && finished != 7);
    swapcontext(&workers[from], finished == 7 ? &main_context : &workers[current]);
}

static void work(int id, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        printf("worker %d round %d %.1f\n", id, i, id + i / 2.0);
        yield();
    }
    finished |= 1 << id;
    yield();
}

int main(void)
{
    for (int i = 0; i < 3; i++) {
        getcontext(&workers[i]);
        workers[i].uc_stack.ss_sp = malloc(65536);
        workers[i].uc_stack.ss_size = 65536;
        workers[i].uc_link = &main_context;
        makecontext(&workers[i], (void (*)(void))work, 2, i, i + 1);
    }
    swapcontext(&main_context, &workers[0]);
    printf("finished %d\n", finished);
    return 0;
}
