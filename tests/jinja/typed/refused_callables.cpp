// Compiled once per case, and must not compile: CMakeLists.txt says with which message.
#include <pgjinja/jinja/environment.hpp>

#include <list>
#include <memory>
#include <string>
#include <vector>

// Templates, so that only the case that is asked for is compiled.

template <class E>
void generic(E& e) {
  e.add_filter("f", [](auto n) { return n; });
}
template <class E>
void generic_pair(E& e) {
  e.add_filter("f", [](auto a, auto b) { return a + b; });
}
template <class E>
void overloaded(E& e) {
  struct Both {
    int operator()(int n) const { return n; }
    int operator()(double) const { return 0; }
  };
  e.add_filter("f", Both());
}
template <class E>
void move_only(E& e) {
  e.add_function("f", [p = std::make_unique<int>(1)] { return *p; });
}
template <class E>
void no_callable(E& e) {
  e.add_function("f", 42);
}
template <class E>
void character(E& e) {
  e.add_filter("f", [](char c) { return c == 'x'; });
}
template <class E>
void pointer(E& e) {
  e.add_filter("f", [](const char* text) { return text; });
}
template <class E>
void unknown_item(E& e) {
  e.add_filter("f", [](const std::vector<std::list<int>>& all) { return all.size(); });
}
template <class E>
void written_reference(E& e) {
  e.add_filter("f", [](std::string& text) { return text; });
}
template <class E>
void mutable_state(E& e) {
  e.add_function("f", [n = 0]() mutable { return ++n; });
}
template <class E>
void filter_of_nothing(E& e) {
  e.add_filter("f", [] { return 1; });
}
template <class E>
void test_of_nothing(E& e) {
  e.add_test("f", [] { return true; });
}
template <class E>
void test_gives_int(E& e) {
  e.add_test("f", [](int n) { return n; });
}
template <class E>
void filter_gives_nothing(E& e) {
  e.add_filter("f", [](int) {});
}
template <class E>
void function_gives_pointer(E& e) {
  e.add_function("f", []() -> const int* { return nullptr; });
}
template <class E>
void literal_zero(E& e) {
  e.add_function("f", [](int a, int b) { return a + b; }, {"a", 0});
}

void refused(pgjinja::jinja::Environment& environment) { PGJINJA_REFUSED(environment); }
