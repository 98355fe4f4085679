#pragma once

#include "sql/glued.hpp"
#include "sql/mark.hpp"
#include "sql/note.hpp"
#include "sql/scanner.hpp"
#include "sql/sql_text.hpp"

#include <pgjinja/sql/binder_options.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

/// One run of the binder: writes `out` from `out.fragment`, piece by piece.
///
/// Texts with a note are passed over without being scanned. Where that does not do, the scanner is
/// brought up to date over all that was written since it was last needed: so it sees just the text
/// that the server will see, whichever way each piece came in.
class Binding {
 public:
  Binding(const BinderOptions& options, Statement& out)
      : options_(options), out_(out), sql_(out.sql) {}
  void run();

 private:
  using Pieces = std::span<const jinja::Piece>;

  void pieces(Pieces all);
  void splice(const jinja::Fragment& fragment, const jinja::PrintSite& site);
  void text(const jinja::TextConstant& text, Pieces all);
  void scan_text(const jinja::TextConstant& text, Pieces all);
  void value(const jinja::PrintSite& site, const Value& value, Pieces rest);
  void object(const jinja::PrintSite& site, const Value& value, Pieces rest);
  void look_for_sort_key() noexcept;
  void placeholder(const jinja::PrintSite& site, const Value& value);
  void identifier(const jinja::PrintSite& site, const IdentifierMark& mark);
  void list(const jinja::PrintSite& site, const std::vector<Value>& items);
  void rows(const jinja::PrintSite& site, const RowsMark& mark);
  void assignments(const jinja::PrintSite& site, const AssignmentMark& mark);
  void raw(const jinja::PrintSite& site, const RawMark& mark);
  void sql_text(const jinja::PrintSite& site, const std::string& text);
  [[nodiscard]] bool may_stand_here(const Value& value) const noexcept;
  [[nodiscard]] Neighbour left() const noexcept;
  [[noreturn]] void refuse(const jinja::PrintSite& site, const Value& value, Pieces rest);
  void check_end();
  void check_nul() const;
  void check_sort_keys() const;
  void check_own_parameters() const;

  void origin(const jinja::TextConstant& text);
  void origin(const jinja::PrintSite& site);
  void printed(const jinja::PrintSite& site, Touch touch) noexcept;
  void assume_anything() noexcept;
  void scan();

  const BinderOptions& options_;
  Statement& out_;
  SqlText sql_;                              // writes out_.sql
  ScanState scanned_;                        // of the first scanned_.offset() bytes of the text
  Touch touch_ = Touch::Nothing;             // at its end
  Gate gate_ = gate_behind(Touch::Nothing);  // notes that may be used there
  const jinja::PrintSite* left_ = nullptr;   // what was printed just there, with nothing behind
  const jinja::PrintSite* raw_ = nullptr;    // the mark whose text's last token could go on
  std::uint64_t seen_ = 0;                   // what the notes of all texts say, together
  bool opens_item_ = false;                  // the last token may be BY, `,` or `(`
  bool sort_key_ = false;                    // a parameter may be a sort key
  const jinja::PrintSite* raw_parameter_ = nullptr;  // the first mark whose text has one
  unsigned depth_ = 0;                               // of fragments in fragments
};

}  // namespace pgjinja::sql
