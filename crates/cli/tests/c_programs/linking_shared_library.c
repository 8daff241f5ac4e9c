//@ make: libcallback.so parts/callback.c
//@ libraries: callback
/* A shared library calls back, and uses a variable and a function that the program has too. */
#include <stdio.h>
int my_hook(int x){ return x*10; }
int lib_call(int);
int lib_var_user(void);
int shared_setting = 5;
int overridable(void) { return 2; }
int main(void){ printf("%d %d\n", lib_call(4), lib_var_user()); return 0; }
