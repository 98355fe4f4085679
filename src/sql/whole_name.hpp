#pragma once

#include <pgjinja/jinja/fragment.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pgjinja::sql {

/// `("tbl_" ~ x ~ "_" ~ y) | identifier`: the name that an author put together of texts and values,
/// as one expression.
class WholeName {
 public:
  /// Up to the closing `"`, or else up to the end of the word.
  enum class Until : bool { Quote, WordEnd };

  explicit WholeName(Until until) : until_(until) {}

  void add(std::string_view text);
  /// A mark's filter is left out, since a filter cannot be applied to a mark.
  void add(const jinja::PrintSite& site, bool is_mark);
  /// What stands behind, as far as it belongs to the name.
  void add(std::span<const jinja::Piece> behind);

  /// `{{ … | identifier }}`, or what to do when a mark was made elsewhere.
  [[nodiscard]] std::string hint() const;

 private:
  void join(std::string_view part);
  bool add_front(std::string_view text);

  Until until_;
  std::string expression_;
  std::size_t parts_ = 0;
  bool has_unknown_ = false;
};

}  // namespace pgjinja::sql
