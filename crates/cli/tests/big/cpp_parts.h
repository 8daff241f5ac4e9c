// What the two files of the C++ program share: inline and template entities, of which both objects carry a copy.
#pragma once

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// Says when it comes and when it goes.
struct Announced {
    explicit Announced(const char *name) : name(name) { std::cout << "+ " << name << '\n'; }
    ~Announced() { std::cout << "- " << name << '\n'; }
    Announced(const Announced &) = delete;
    const char *name;
};

inline Announced shared_inline{"an inline variable, once"};

inline int &counter() {
    static int count = 100;
    return count;
}

template <typename T>
struct Registry {
    static std::vector<std::string> names;
};
template <typename T>
std::vector<std::string> Registry<T>::names{"from the template"};

struct Shape {
    virtual ~Shape() { counter()++; }
    virtual double area() const = 0;
    virtual std::string name() const { return "shape"; }
};

// Virtual inheritance, so that casts need the type information at run time.
struct Named : virtual Shape {
    std::string name() const override { return "named " + std::to_string(area()); }
};
struct Coloured : virtual Shape {
    int colour = 7;
};
struct Square : Named, Coloured {
    explicit Square(double side) : side(side) {}
    double area() const override { return side * side; }
    double side;
};

struct Refusal : std::runtime_error {
    Refusal(const std::string &what, int code) : std::runtime_error(what), code(code) {}
    int code;
};

std::unique_ptr<Shape> make_shape(int kind);
void throw_through(int depth, void (*last)());
std::string caught_there(void (*body)());
extern thread_local int steps;
