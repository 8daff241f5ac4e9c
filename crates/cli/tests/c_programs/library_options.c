//@ args: -v -n 5 --name=value --size 10 -x file1 -- --not-an-option file2
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"name", required_argument, NULL, 'N'}, {"size", required_argument, NULL, 's'}, {"flag", no_argument, NULL, 'f'}, {0}};
    opterr = 0;
    int c, at;
    printf("%d\n", optind);
    while ((c = getopt_long(argc, argv, "vn:f", options, &at)) != -1)
        switch (c) {
        case 'v': puts("verbose"); break;
        case 'n': printf("n %d\n", atoi(optarg)); break;
        case 'N': printf("name %s\n", optarg); break;
        case 's': printf("size %s, option %d\n", optarg, at); break;
        case '?': printf("unknown %c\n", optopt); break;
        default: return 1;
        }
    for (; optind < argc; optind++) printf("rest %s\n", argv[optind]);
    char *second[] = {"x", "-ab", "value", "rest", NULL};
    optind = 0;
    while ((c = getopt(4, second, "ab:")) != -1) printf("%c %s\n", c, optarg ? optarg : "none");
    return 0;
}
