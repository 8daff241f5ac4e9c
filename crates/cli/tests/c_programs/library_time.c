#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void)
{
    time_t moment = 1709210096;
    struct tm parts;
    char text[100];
    gmtime_r(&moment, &parts);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %A %B %j %U %p", &parts);
    puts(text);
    setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
    tzset();
    localtime_r(&moment, &parts);
    strftime(text, sizeof text, "%c %Z %z", &parts);
    printf("%s %s %s %ld %d\n", text, tzname[0], tzname[1], timezone, daylight);
    parts = (struct tm){.tm_year = 124, .tm_mon = 13, .tm_mday = -5, .tm_hour = 30, .tm_isdst = -1};
    time_t made = mktime(&parts);
    printf("%ld %s", (long)made, asctime(&parts));
    setenv("TZ", "UTC0", 1);
    tzset();
    printf("%s%.0f\n", ctime(&moment), difftime(moment, 1000));
    if (strptime("29 Feb 2024 12:34", "%d %b %Y %H:%M", &parts)) printf("%d %d %ld\n", parts.tm_yday, parts.tm_wday, (long)timegm(&parts));
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    nanosleep(&(struct timespec){0, 2000000}, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long waited = (after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec;
    printf("%d %d %d\n", waited >= 2000000, time(NULL) > moment, clock() != (clock_t)-1);
    return 0;
}
