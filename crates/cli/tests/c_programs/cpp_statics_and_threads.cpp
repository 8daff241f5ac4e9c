//@ files: parts/other.cpp
//@ libraries: pthread
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

struct Static {
    const char *name;
    explicit Static(const char *n) : name(n) { std::printf("make %s\n", name); }
    ~Static() { std::printf("drop %s\n", name); }
};
static Static first("first"), second("second");
int other_value();
extern int order;

Static &lazy() { static Static instance("lazy"); return instance; }
struct PerThread { int n = 0; ~PerThread() { std::printf("thread-local dropped with %d\n", n); } };
thread_local PerThread per_thread;
inline int inline_variable = 7;
template <typename T> T twice(T t) { static int calls; return ++calls, t + t; }

int main()
{
    std::printf("main %d %d\n", other_value(), order);
    lazy();
    lazy();
    std::thread([] { per_thread.n = 5; }).join();
    per_thread.n = 1;
    std::mutex lock;
    std::condition_variable changed;
    int turn = 0;
    std::vector<std::thread> threads;
    std::atomic<long> sum{0};
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&, i] {
            std::unique_lock<std::mutex> held(lock);
            changed.wait(held, [&] { return turn == i; });
            std::printf("thread %d\n", i);
            sum += i;
            turn++;
            changed.notify_all();
        });
    for (auto &t : threads) t.join();
    auto later = std::async(std::launch::async, [] { return 6 * 7; });
    std::promise<int> promise;
    auto failing = promise.get_future();
    promise.set_exception(std::make_exception_ptr(3));
    try { failing.get(); } catch (int n) { std::printf("future threw %d\n", n); }
    std::printf("%ld %d %d %g\n", sum.load(), later.get(), twice(4) + inline_variable, twice(1.25));
    return 0;
}
