//@ stdin: 42 -17 0x1f 3.5e2 word 077 a,b;c [x]   9 100% end\n12345678 nan
#include <stdio.h>

int main(void)
{
    int a, b, n = 0;
    unsigned hex;
    double d;
    char word[20], set[20], c;
    printf("%d\n", scanf("%d %d %x %lf %19s %n", &a, &b, &hex, &d, word, &n));
    printf("%d %d %u %g %s %d\n", a, b, hex, d, word, n);
    int octal;
    printf("%d ", scanf("%i %19[a-z,]%c%19[^ ]", &octal, word, &c, set));
    printf("%d %s %c %s\n", octal, word, c, set);
    char bracket[4];
    printf("%d ", scanf(" [%3[a-z]]", bracket));
    printf("%s\n", bracket);
    int percent;
    printf("%d ", scanf("%*d %d%%", &percent));
    printf("%d\n", percent);
    short left;
    int right;
    printf("%d ", scanf(" end %3hd%2d%*d", &left, &right));
    printf("%hd %d\n", left, right);
    printf("%d %f\n", scanf("%lf", &d), d);
    printf("%d\n", scanf("%d", &a));
    int year, month, day;
    printf("%d %d-%d-%d\n", sscanf("2024-02-29", "%d-%d-%d", &year, &month, &day), year, month, day);
    return 0;
}
