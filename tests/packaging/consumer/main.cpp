#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>

#include <iostream>
#include <string_view>

namespace {

/// A value goes in and the same value comes out, through code of the installed library.
bool keeps_a_value() {
  const pgjinja::Context context{{"country", "FR"}, {"limit", 5}};
  const pgjinja::Value* limit = context.find("limit");
  return limit != nullptr && *limit == pgjinja::Value(5);
}

/// An Error that the library made is caught by its type across the library's border.
bool throws_an_error() {
  try {
    throw pgjinja::Error(pgjinja::ErrorKind::Config, "no such setting").hint("take another");
  } catch (const pgjinja::Error& error) {
    return std::string_view(error.what()).find("no such setting") != std::string_view::npos;
  }
}

}  // namespace

int main() {
  if (!keeps_a_value() || !throws_an_error()) return 1;
  std::cout << "consumer: ok\n";
}
