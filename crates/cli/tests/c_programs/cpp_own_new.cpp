/* The C++ library allocates by the operators of the program. */
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>
#include <sstream>
#include <map>
static long news, deletes;
void *operator new(std::size_t n) { news++; void *p = std::malloc(n ? n : 1); if (!p) throw std::bad_alloc(); return p; }
void operator delete(void *p) noexcept { if(p) deletes++; std::free(p); }
void operator delete(void *p, std::size_t) noexcept { if(p) deletes++; std::free(p); }
int main() {
  { std::string s(100, 'x'); s += "yyyy"; s.append(500,'z'); std::ostringstream o; o << s << 42; std::string t = o.str(); std::vector<std::string> v(10, t); std::map<int,std::string> m; for(int i=0;i<5;i++) m[i]=t; }
  std::printf("%ld %ld\n", news, deletes);
}
