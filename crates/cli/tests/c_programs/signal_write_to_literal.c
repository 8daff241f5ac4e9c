//@ signal: 11
#include <stdio.h>

int main(void)
{
    char *text = "constant";
    fprintf(stderr, "%s\n", text);
    text[0] = 'C';
    fprintf(stderr, "%s\n", text);
    return 0;
}
