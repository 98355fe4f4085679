#include "jinja/run/map_view.hpp"

#include "jinja/run/text_form.hpp"

namespace pgjinja::jinja {

Value MapView::item_of(const Map::Entry& entry, Part part) {
  switch (part) {
    case Part::Keys: return entry.key;
    case Part::Values: return entry.value;
    case Part::Items: return Value::tuple({entry.key, entry.value});
  }
  return {};
}

std::vector<Value> MapView::items_of(const Map& map, Part part) {
  std::vector<Value> out;
  out.reserve(map.size());
  for (const Map::Entry& entry : map) out.push_back(item_of(entry, part));
  return out;
}

std::string MapView::to_text() const { return repr(Value::list(items_of(map_.as_map(), part_))); }

std::optional<Value> MapView::frozen() const {
  return Value::list(items_of(map_.as_map(), part_)).frozen();
}

}  // namespace pgjinja::jinja
