#include <stdio.h>
int nowhere_defined(void);
/* Nobody needs this member, so it is left out: its constructor does not run, and what it lacks is not missed. */
__attribute__((constructor)) static void never(void) { puts("a member that nobody needs"); }
int unused(void) { return nowhere_defined(); }
