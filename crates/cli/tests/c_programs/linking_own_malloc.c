//@ stdin: hi\n
//@ c-flags: -w
/* The C library allocates and frees by the functions of the program. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
static char pool[1<<20]; static size_t used; static int mallocs, frees;
void *malloc(size_t n){ mallocs++; size_t at=(used+15)&~15ul; if(at+n+16>sizeof pool) return NULL; used=at+n+16; *(size_t*)(pool+at)=n; return pool+at+16; }
void free(void*p){ if(p) frees++; if(p && ((char*)p<pool||(char*)p>=pool+sizeof pool)) { fputs("foreign free\n",stderr); _Exit(3);} }
void *calloc(size_t a,size_t b){ void*p=malloc(a*b); if(p) memset(p,0,a*b); return p; }
void *realloc(void*q,size_t n){ void*p=malloc(n); if(q&&p) memcpy(p,q,*(size_t*)((char*)q-16)<n?*(size_t*)((char*)q-16):n); return p; }
int main(void){ char*s=strdup("hello"); printf("%s\n",s); free(s); char*line=NULL; size_t cap=0; getline(&line,&cap,stdin); printf("%s",line?line:"none\n"); free(line); 
 char *e = malloc(10); free(e); printf("%d %d\n",mallocs,frees); return 0; }
