#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int open_files = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.' && atoi(entry->d_name) < 10) open_files++;
    closedir(folder);
    printf("%d open, with the folder itself\n", open_files);
    int file = open("/dev/null", O_RDWR);
    printf("next is %d, flags %d\n", file, fcntl(file, F_GETFD));
    printf("stdin %d stdout %d\n", fcntl(0, F_GETFD), fcntl(1, F_GETFD));
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    printf("stack %ld\n", (long)limit.rlim_cur);
    getrlimit(RLIMIT_CORE, &limit);
    printf("core %ld\n", (long)limit.rlim_cur);
    mode_t mask = umask(022);
    printf("mask %o\n", mask);
    FILE *tasks = popen("ls /proc/$PPID/task | wc -l", "r");
    int threads = 0;
    fscanf(tasks, "%d", &threads);
    pclose(tasks);
    printf("threads %d, nice %d\n", threads, getpriority(PRIO_PROCESS, 0));
    char *name = strrchr(get_current_dir_name(), '/');
    printf("in %s\n", name);
    FILE *comm = fopen("/proc/self/comm", "r");
    char text[20];
    printf("called %s", fgets(text, sizeof text, comm));
    return 0;
}
