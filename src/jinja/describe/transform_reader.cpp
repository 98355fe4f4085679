#include "jinja/describe/transform_reader.hpp"

#include "jinja/describe/literal.hpp"

namespace pgjinja::jinja {

TransformDeclaration read_transform(LineReader& line) {
  const LineReader start = line;
  TransformDeclaration transform;
  transform.name = line.word();
  if (transform.name.empty()) throw start.error_here("expected the name of a transform");
  if (line.skip_attached("(")) {
    const LineReader open = line;
    line.skip_space();
    while (!line.skip_attached(")")) {
      if (line.at_end()) throw open.error("this is never closed: ')' is missing", open.at() - 1, 1);
      transform.arguments.push_back(read_literal(line));
      line.skip_space();
      if (!line.skip(",") && line.peek() != ')' && !line.at_end()) {
        throw line.error_here("expected ',' or ')'");
      }
    }
  }
  transform.offset = static_cast<std::uint32_t>(start.at());
  transform.length = static_cast<std::uint32_t>(line.at() - start.at());
  line.skip_space();
  return transform;
}

}  // namespace pgjinja::jinja
