// What C++ needs of a linker beyond C: constructors and destructors of statics in order, one copy of inline entities,
// type information, exceptions across objects, thread-locals with destructors, guarded statics.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <numeric>
#include <regex>
#include <sstream>
#include <thread>
#include <typeinfo>

#include "cpp_parts.h"

static Announced early{"a static of the main file"};
__attribute__((constructor)) static void constructor() { std::printf("constructor\n"); }
__attribute__((destructor)) static void destructor() { std::printf("destructor\n"); }

struct PerThread {
    ~PerThread() { total += steps; }
    int value = 1;
    static int total;
};
int PerThread::total;
static thread_local PerThread per_thread;

static Announced &guarded() {
    static Announced once{"a guarded static"};
    return once;
}

int main(int argc, char **argv) {
    std::cout << "main with " << argc - 1 << " arguments" << (argc > 1 ? std::string(": ") + argv[1] : "") << std::endl;

    // Type information.
    for (int kind = 0; kind < 2; kind++) {
        auto shape = make_shape(kind);
        auto *coloured = dynamic_cast<Coloured *>(shape.get());
        auto *square = dynamic_cast<Square *>(shape.get());
        std::cout << shape->name() << ' ' << shape->area() << ' ' << (coloured ? coloured->colour : -1) << ' '
                  << (square && typeid(*square) == typeid(*shape)) << '\n';
        try {
            std::cout << dynamic_cast<Named &>(*shape).name() << '\n';
        } catch (const std::bad_cast &) {
            std::cout << "not named\n";
        }
    }
    Registry<int>::names.push_back("from main");
    std::cout << counter() << ' ' << Registry<int>::names.size() << ' ' << typeid(Square).name() << '\n';

    // Exceptions, thrown there and caught here, and the other way round.
    std::cout << caught_there([] { make_shape(9); }) << '\n'
              << caught_there([] { throw_through(3, [] { throw 42; }); }) << '\n'
              << caught_there([] { std::vector<int>().at(3); }) << '\n'
              << caught_there([] { throw std::string("text"); }) << '\n'
              << caught_there([] { std::function<void()>()(); }) << '\n'
              << caught_there([] { std::regex("(unbalanced"); }).substr(0, 10) << '\n';
    try {
        try {
            throw_through(1, [] { throw Refusal("inner", 1); });
        } catch (...) {
            std::throw_with_nested(std::logic_error("outer"));
        }
    } catch (const std::exception &outer) {
        try {
            std::rethrow_if_nested(outer);
        } catch (const Refusal &inner) {
            std::cout << outer.what() << " after " << inner.what() << ", uncaught " << std::uncaught_exceptions() << '\n';
        }
    }

    // Threads: guarded statics are made once, thread-locals each have their own, exceptions travel.
    std::mutex mutex;
    std::condition_variable ready;
    int waiting = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; number++) {
        threads.emplace_back([&, number] {
            std::unique_lock<std::mutex> lock(mutex);
            waiting++;
            ready.notify_all();
            ready.wait(lock, [&] { return waiting == 4; });
            guarded();
            steps += number;
            per_thread.value += steps;
        });
    }
    for (auto &thread : threads) thread.join();
    auto refused = std::async(std::launch::async, [] { return make_shape(5)->area(); });
    try {
        refused.get();
    } catch (const Refusal &refusal) {
        std::cout << "from a thread: " << refusal.code << '\n';
    }
    std::cout << "threads' total " << PerThread::total << ", here " << steps << '\n';

    // The library's templates, streams and locale.
    std::map<std::string, int> counts;
    std::istringstream words("one two two three three three");
    for (std::string word; words >> word;) counts[word]++;
    std::ostringstream out;
    for (auto &[word, count] : counts) out << word << '=' << count << ' ';
    std::vector<double> values(10);
    std::iota(values.begin(), values.end(), 0.5);
    out << std::accumulate(values.begin(), values.end(), 0.0) << ' ' << std::hex << std::showbase << 255 << ' '
        << std::regex_replace(std::string("a1b22"), std::regex("[0-9]+"), "<$&>");
    std::cout << out.str() << '\n';
    std::atexit([] { std::cout << "at exit\n"; });
    std::set_terminate([] {
        std::cout << "terminated" << std::endl;
        std::_Exit(9);
    });
    if (argc > 2) throw Refusal("nobody catches this", 2);
    return argc > 1 ? 4 : 0;
}
