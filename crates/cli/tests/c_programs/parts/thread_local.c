_Thread_local int common_variable = 100;
static _Thread_local int own;
int *where(void) { return &common_variable; }
int bump(void) { return common_variable += ++own; }
