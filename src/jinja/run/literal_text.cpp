#include "jinja/run/literal_text.hpp"

#include <string>

namespace pgjinja::jinja {

namespace {

struct Literal {
  std::string copy;
  TextConstant constant;
};

}  // namespace

std::shared_ptr<const TextConstant> literal_text(std::string_view text) {
  const auto literal = std::make_shared<Literal>();
  literal->copy = text;
  literal->constant.text = literal->copy;
  literal->constant.literal_size = static_cast<std::uint32_t>(text.size());
  return {literal, &literal->constant};
}

}  // namespace pgjinja::jinja
