#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int visited(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    if (kind == FTW_F) printf("file %s at level %d\n", path, where->level);
    return 0;
}
static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }
static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(void)
{
    mkdir("top", 0755);
    mkdir("top/inner", 0700);
    close(creat("top/inner/file.txt", 0644));
    symlink("inner/file.txt", "top/link");
    struct dirent **entries;
    int n = scandir("top", &entries, visible, by_name);
    for (int i = 0; i < n; i++) printf("%s %d\n", entries[i]->d_name, entries[i]->d_type == DT_DIR);
    nftw("top", visited, 5, FTW_PHYS);
    char text[PATH_MAX];
    printf("%.*s\n", (int)readlink("top/link", text, sizeof text), text);
    printf("%s\n", strstr(realpath("top/link", text), "/top"));
    glob_t found;
    printf("%d ", glob("top/*", 0, NULL, &found));
    printf("%zu %s\n", found.gl_pathc, found.gl_pathv[0]);
    printf("%d %s\n", rmdir("top"), strerror(errno));
    struct stat about;
    lstat("top/link", &about);
    printf("%d\n", S_ISLNK(about.st_mode));
    truncate("top/inner/file.txt", 1000);
    stat("top/link", &about);
    printf("%ld\n", (long)about.st_size);
    chdir("top");
    unlink("link");
    unlink("inner/file.txt");
    rmdir("inner");
    chdir("..");
    return rmdir("top");
}
