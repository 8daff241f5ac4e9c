#include <stddef.h>
struct node; struct node *list_add(struct node *, int); struct node *list_take(struct node *, int *);
static struct node *top;
void push(int n) { top = list_add(top, n); }
int pop(void) { int n = -1; if (top) top = list_take(top, &n); return n; }
