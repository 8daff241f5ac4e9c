#include <cstdio>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <typeinfo>

struct Noisy {
    std::string name;
    explicit Noisy(std::string n) : name(std::move(n)) { std::printf("+%s\n", name.c_str()); }
    ~Noisy() { std::printf("-%s\n", name.c_str()); }
};

struct Base : std::runtime_error { using runtime_error::runtime_error; virtual int code() const { return 1; } };
struct Derived : Base { using Base::Base; int code() const override { return 2; } };

static int deep(int n)
{
    Noisy noisy("level " + std::to_string(n));
    if (n == 0) throw Derived("from below");
    return deep(n - 1) + 1;
}

static void rethrows()
{
    try { throw 42; } catch (int n) { std::printf("int %d\n", n); throw; }
}

struct Throws { Noisy member{"member"}; Throws() { throw std::logic_error("in a constructor"); } };

int main()
{
    try { deep(2); } catch (const Base &e) { std::printf("%s %d\n", e.what(), e.code()); }
    try { rethrows(); } catch (...) { std::puts("again"); }
    try { Throws t; } catch (const std::exception &e) { std::printf("%s\n", e.what()); }
    try { std::string("abc").at(10); } catch (const std::out_of_range &) { std::puts("out of range"); }
    try { ::operator new(static_cast<std::size_t>(-1) / 2); } catch (const std::bad_alloc &e) { std::puts(e.what()); }
    Base *b = new Derived("x");
    std::printf("%d %d\n", dynamic_cast<Derived *>(b) != nullptr, typeid(*b) == typeid(Derived));
    try { (void)dynamic_cast<Derived &>(static_cast<Base &>(*std::make_unique<Base>("y"))); }
    catch (const std::bad_cast &) { std::puts("bad cast"); }
    delete b;
    auto pointer = std::current_exception();
    try { throw std::string("text"); } catch (...) { pointer = std::current_exception(); }
    try { std::rethrow_exception(pointer); } catch (const std::string &s) { std::puts(s.c_str()); }
    return 0;
}
