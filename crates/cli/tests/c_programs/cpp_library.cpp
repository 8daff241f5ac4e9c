//@ stdin: 3 1 4 1 5 9 2 6\n
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

struct Shape { virtual ~Shape() = default; virtual double area() const = 0; };
struct Circle : virtual Shape { double r; explicit Circle(double r) : r(r) {} double area() const override { return 3 * r * r; } };
struct Named : virtual Shape { std::string name = "named"; };
struct Both : Circle, Named { Both() : Circle(2) {} double area() const override { return Circle::area() + 1; } };

int main()
{
    std::ios::sync_with_stdio(false);
    std::vector<int> numbers;
    for (int n; std::cin >> n;) numbers.push_back(n);
    std::sort(numbers.begin(), numbers.end(), std::greater<>());
    for (int n : numbers) std::cout << n << ' ';
    std::cout << "sum " << std::accumulate(numbers.begin(), numbers.end(), 0) << '\n';
    std::map<std::string, std::vector<int>> groups;
    for (int n : numbers) groups[n % 2 ? "odd" : "even"].push_back(n);
    for (const auto &[name, members] : groups) std::cout << name << ": " << members.size() << '\n';
    std::unordered_map<int, std::string> names{{1, "one"}, {2, "two"}};
    std::cout << names.at(2) << ' ' << names.count(3) << '\n';
    std::ostringstream text;
    text << std::fixed << std::setprecision(3) << 3.14159 << std::hex << std::setw(8) << std::setfill('0') << 48879 << std::boolalpha << true;
    std::cout << text.str() << std::endl;
    Both both;
    Shape *shape = &both;
    std::cout << shape->area() << ' ' << dynamic_cast<Named *>(shape)->name << '\n';
    std::variant<int, std::string> v = "text";
    std::optional<int> none;
    std::cout << v.index() << ' ' << std::get<std::string>(v) << ' ' << none.value_or(-1) << '\n';
    std::function<int(int)> fibonacci = [&](int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); };
    std::cout << fibonacci(20) << '\n';
    std::mt19937 random(12345);
    std::cout << random() << ' ' << std::uniform_int_distribution<>(1, 6)(random) << '\n';
    std::set<std::string> words{"b", "a", "c"};
    std::cout << *words.begin() << ' ' << std::stoi("42") + std::stod("0.5") << '\n';
    std::cerr << "to stderr\n";
    std::wcerr << L"wide\n";
    return std::cout.good() ? 0 : 1;
}
