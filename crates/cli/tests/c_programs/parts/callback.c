int my_hook(int); __attribute__((weak)) int shared_setting = 1; __attribute__((weak)) int overridable(void){return 1;}
int lib_call(int x){ return my_hook(x)+overridable(); } int lib_var_user(void){ return shared_setting; }
