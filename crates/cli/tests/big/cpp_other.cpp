// The other half of the C++ program: what it makes and throws is used in `cpp_main.cpp`.
#include "cpp_parts.h"

namespace {
Announced first{"a static of the other file"};
struct Disc final : Shape {
    double area() const override { return 3.25; }
};
} // namespace

thread_local int steps = 5;

std::unique_ptr<Shape> make_shape(int kind) {
    if (kind == 0) return std::make_unique<Disc>();
    if (kind == 1) return std::make_unique<Square>(1.5);
    throw Refusal("no shape of kind " + std::to_string(kind), kind);
}

void throw_through(int depth, void (*last)()) {
    Announced here{depth % 2 ? "an odd frame" : "an even frame"};
    if (depth == 0) last();
    else throw_through(depth - 1, last);
}

std::string caught_there(void (*body)()) {
    try {
        body();
        return "nothing";
    } catch (const Refusal &refusal) {
        return std::string("refusal: ") + refusal.what() + ", code " + std::to_string(refusal.code);
    } catch (const std::exception &exception) {
        return std::string("exception: ") + exception.what();
    } catch (int number) {
        return "the number " + std::to_string(number);
    } catch (...) {
        return "something";
    }
}
