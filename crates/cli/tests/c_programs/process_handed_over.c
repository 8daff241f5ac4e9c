//@ args: one "two words"
//@ env: FROM_OUTSIDE=yes
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

/* What lies behind the arguments: the environment, the auxiliary vector, and all strings in one piece. */
int main(int argc, char **argv, char **envp)
{
    printf("%d\n", argv + argc + 1 == envp);
    char **word = envp;
    while (*word) word++;
    int kinds = 0, page = 0, random = 0;
    for (Elf64_auxv_t *entry = (Elf64_auxv_t *)(word + 1); entry->a_type != AT_NULL; entry++) {
        kinds++;
        page += entry->a_type == AT_PAGESZ && entry->a_un.a_val == getauxval(AT_PAGESZ);
        random += entry->a_type == AT_RANDOM && entry->a_un.a_val == getauxval(AT_RANDOM);
    }
    printf("%d %d %d\n", kinds > 10, page, random);
    printf("%d\n", strcmp((const char *)getauxval(AT_EXECFN), argv[0]));
    char *next = argv[0];
    for (int i = 0; i < argc; i++) {
        printf("%d\n", argv[i] == next);
        next = argv[i] + strlen(argv[i]) + 1;
    }
    printf("%d\n", envp[0] == next);
    char line[4096];
    FILE *file = fopen("/proc/self/cmdline", "r");
    size_t length = fread(line, 1, sizeof line, file);
    fclose(file);
    printf("%d\n", length == (size_t)(envp[0] - argv[0]) && memcmp(line, argv[0], length) == 0);
    return 0;
}
