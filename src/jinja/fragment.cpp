#include "jinja/run/text_form.hpp"

#include <pgjinja/jinja/fragment.hpp>

namespace pgjinja::jinja {

void Fragment::append(const Fragment& other) {
  pieces_.insert(pieces_.end(), other.pieces_.begin(), other.pieces_.end());
  for (const auto& owner : other.owners_) keep(owner);
}

void Fragment::append(const Fragment& other, const PrintSite& site) {
  for (const Piece& piece : other.pieces_) {
    pieces_.push_back(piece);
    if (piece.text == nullptr && piece.site == nullptr) pieces_.back().site = &site;
  }
  for (const auto& owner : other.owners_) keep(owner);
}

void Fragment::append_frozen(const PrintSite* site, const Value& value) {
  pieces_.emplace_back(site, value.frozen());
}

[[gnu::hot]] void Fragment::keep(std::shared_ptr<const void> owner) {
  // Mostly it is one of the last few. One that is kept twice does no harm, but a search through all
  // of them would, when a loop brings a new one each time.
  constexpr std::size_t kLookedAt = 8;
  for (std::size_t i = owners_.size(); i > 0 && i + kLookedAt > owners_.size(); --i) {
    if (owners_[i - 1] == owner) return;
  }
  owners_.push_back(std::move(owner));
}

std::string Fragment::to_text() const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (piece.text != nullptr) {
      out += piece.text->text;
    } else {
      append_str(piece.value, out);
    }
  }
  return out;
}

}  // namespace pgjinja::jinja
