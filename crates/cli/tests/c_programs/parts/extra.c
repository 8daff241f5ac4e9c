#include <string.h>
const char extra_name[] = "an object of its own";
int extra(void) { return (int)strlen(extra_name); }
