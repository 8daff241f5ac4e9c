int counter_start = 1;
static int count;
int counter_next(void) { static int step = 1; count = count ? count + step++ : counter_start; return count; }
