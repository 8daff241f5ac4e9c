#include <stdlib.h>
struct node { int value; struct node *next; };
struct node *list_add(struct node *list, int value)
{
    struct node *node = malloc(sizeof *node);
    node->value = value;
    node->next = list;
    return node;
}
struct node *list_take(struct node *list, int *value)
{
    struct node *next = list->next;
    *value = list->value;
    free(list);
    return next;
}
