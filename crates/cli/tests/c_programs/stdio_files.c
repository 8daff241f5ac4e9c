#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct record { int id; double value; char name[12]; };

int main(void)
{
    FILE *file = fopen("data.bin", "wb+");
    for (int i = 0; i < 5; i++) {
        struct record r = {.id = i, .value = i * 1.5};
        snprintf(r.name, sizeof r.name, "name%d", i);
        fwrite(&r, sizeof r, 1, file);
    }
    struct record r;
    fseek(file, 3 * sizeof r, SEEK_SET);
    fread(&r, sizeof r, 1, file);
    printf("%d %.2f %s at %ld\n", r.id, r.value, r.name, ftell(file));
    fseek(file, -(long)sizeof r, SEEK_END);
    fread(&r, sizeof r, 1, file);
    printf("%d, more %zu, eof %d\n", r.id, fread(&r, sizeof r, 1, file), feof(file) != 0);
    rewind(file);
    printf("eof %d\n", feof(file) != 0);
    fclose(file);

    file = fopen("text.txt", "w");
    fprintf(file, "one\ntwo\n");
    fclose(file);
    file = fopen("text.txt", "a");
    fputs("three\n", file);
    fclose(file);
    file = freopen("text.txt", "r", stdin);
    char line[20];
    while (fgets(line, sizeof line, file)) printf("%s", line);
    struct stat about;
    stat("text.txt", &about);
    printf("%ld bytes, regular %d, mode %o\n", (long)about.st_size, S_ISREG(about.st_mode), about.st_mode & 0600);
    rename("text.txt", "renamed.txt");
    printf("%d %d\n", access("text.txt", F_OK), access("renamed.txt", R_OK));
    remove("renamed.txt");
    remove("data.bin");
    if (!fopen("renamed.txt", "r")) puts(strerror(errno));

    char *text;
    size_t size;
    file = open_memstream(&text, &size);
    fprintf(file, "%d-%s", 12, "memory");
    fclose(file);
    printf("%s %zu\n", text, size);
    file = fmemopen(text, size, "r");
    int number;
    fscanf(file, "%d", &number);
    printf("%d %c\n", number, fgetc(file));
    fclose(file);
    free(text);

    file = tmpfile();
    fputs("temporary", file);
    rewind(file);
    printf("%s\n", fgets(line, sizeof line, file));
    fclose(file);
    char name[] = "xXXXXXX";
    int descriptor = mkstemp(name);
    dprintf(descriptor, "direct");
    lseek(descriptor, 2, SEEK_SET);
    ssize_t n = read(descriptor, line, sizeof line);
    printf("%.*s\n", (int)n, line);
    unlink(name);
    return 0;
}
