#include "jinja/run/text_form.hpp"

#include <pgjinja/jinja/fragment.hpp>

namespace pgjinja::jinja {

void Fragment::append(const Fragment& other) {
  pieces_.insert(pieces_.end(), other.pieces_.begin(), other.pieces_.end());
  for (const auto& owner : other.owners_) keep(owner);
}

void Fragment::append(const Fragment& other, const PrintSite& site) {
  pieces_.reserve(pieces_.size() + other.pieces_.size());
  for (const Piece& piece : other.pieces_) {
    pieces_.push_back(piece);
    if (piece.text == nullptr && piece.site == nullptr) pieces_.back().site = &site;
  }
  for (const auto& owner : other.owners_) keep(owner);
}

void Fragment::keep(std::shared_ptr<const void> owner) {
  // Few owners, and nearly always the same one: a search from the back finds it at once.
  for (auto it = owners_.rbegin(); it != owners_.rend(); ++it) {
    if (*it == owner) return;
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
