#include "jinja/builtins/json_dump.hpp"
#include "jinja/builtins/pretty_print.hpp"
#include "jinja/builtins/registration.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/text_operations.hpp"

namespace pgjinja::jinja {

namespace {

/// `indent` is a number of spaces (none, if it is negative), or the text to indent with.
Value tojson(const Value& value, const Args& args) {
  args.allow("tojson", 1, {"indent"});
  refuse_sealed(value);
  const Value* indent = if_given(args, 0, "indent");
  if (indent == nullptr) return json_dump(value, std::nullopt);
  if (indent->is_text()) return json_dump(value, indent->as_text());
  std::string spaces;
  append_repeated(spaces, " ", as_integer(*indent));
  return json_dump(value, spaces);
}

Value pprint(const Value& value, const Args& args) {
  args.allow("pprint", 0, {});
  refuse_sealed(value);
  return pretty_printed(value);
}

constexpr NamedFilter kFilters[] = {{"pprint", pprint}, {"tojson", tojson}};

}  // namespace

void install_dump_filters(EnvironmentState& state) { add_filters(state, kFilters); }

}  // namespace pgjinja::jinja
