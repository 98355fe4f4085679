#include "sql/binding.hpp"

#include "sql/expression_text.hpp"
#include "sql/parameter.hpp"
#include "sql/placeholder.hpp"
#include "sql/sort_keys.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kMostParameters = 65'535;
constexpr std::size_t kMostText = std::size_t{1} << 30U;
constexpr unsigned kDeepestFragment = 200;

bool is_token(char byte) noexcept { return beginning_of(byte_class(byte)) == Beginning::Token; }

constexpr std::uint32_t bit(Touch touch) noexcept { return 1U << static_cast<unsigned>(touch); }

/// What nothing printed may touch; inside a string or a comment it may not stand at all.
constexpr std::uint32_t kClosed =
    bit(Touch::Word) | bit(Touch::Number) | bit(Touch::Dollar) | bit(Touch::Parameter) |
    bit(Touch::Identifier) | bit(Touch::String) | bit(Touch::DollarString) | bit(Touch::Inside);

bool begins_with_quote(const Value& value) noexcept {
  return value.as<IdentifierMark>() != nullptr || value.as<AssignmentMark>() != nullptr ||
         value.as<LiteralMark>() != nullptr;
}

/// Does the token in front go on in `text`?
bool merges(ScanState state, std::string_view text) {
  if (text.empty()) return false;
  state.advance(text.substr(0, 1));
  return state.has_token() && state.start() + 1 < state.offset();
}

/// Does a string constant in front go on in `text`, over a line break?
bool continues_string(ScanState& state, std::string_view text) {
  for (const char c : text) {
    if (!state.may_continue()) return false;
    if (state.quote_continues() && byte_class(c) == ByteClass::Quote) return true;
    state.advance(std::string_view(&c, 1));
  }
  return false;
}

void append_placeholder(SqlText& sql, std::size_t number) {
  sql.append('$');
  if (number < 10) return sql.append(static_cast<char>('0' + number));
  char digits[5];
  const char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  sql.append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

Error undefined(const jinja::PrintSite& site, const Value& value) {
  return Error(ErrorKind::Undefined,
               fmt::format("{} is undefined", value.undefined_name().empty()
                                                  ? shown(site)
                                                  : std::string(value.undefined_name())))
      .at(site.place())
      .hint("pass it, or give it a default: " + filtered(expression_of(site), "default(…)"));
}

Error too_long() {
  return Error(ErrorKind::Limit, "the SQL text is longer than 1 GiB, which no server takes")
      .hint("pass data as parameters, or split the statement");
}

Error too_many(const jinja::PrintSite& site, std::size_t number) {
  return Error(ErrorKind::Limit,
               fmt::format("{} would be parameter ${}, and a statement has {} at most", shown(site),
                           number, kMostParameters))
      .at(site.place())
      .hint("pass many values as one array parameter: = ANY({{ ids }}), unnest({{ ids }})");
}

std::string sort_key_hint(const jinja::PrintSite& site) {
  if (const auto list = without_mark(site)) {
    return fmt::format("name columns: {}", filtered(*list, "columns"));
  }
  const std::string expression = expression_of(site);
  return fmt::format("name a column: {}, or let it choose one: {}",
                     filtered(expression, "identifier"),
                     filtered(expression, "one_of('id', 'name')"));
}

Error own_parameter() {
  return Error(ErrorKind::Binding,
               "a parameter is numbered by hand in a statement whose parameters the binder numbers")
      .hint(
          "write {{ name }} instead: the binder numbers parameters, and this one would get "
          "the value of another");
}

}  // namespace

inline void Binding::origin(const jinja::TextConstant& text) {
  out_.origins.emplace_back(static_cast<std::uint32_t>(sql_.size()), text.offset, text.literal_size,
                            text.source);
}

inline void Binding::origin(const jinja::PrintSite& site) {
  out_.origins.emplace_back(static_cast<std::uint32_t>(sql_.size()), site.offset, site.length,
                            site.source);
}

inline bool Binding::may_stand_here(const Value& value) const noexcept {
  // A quote of a mark's own would make `U&` a Unicode prefix.
  return left_ == nullptr && (kClosed & bit(touch_)) == 0 &&
         (touch_ != Touch::UnicodePrefix || !begins_with_quote(value));
}

inline void Binding::printed(const jinja::PrintSite& site, Touch touch) noexcept {
  left_ = &site;
  raw_ = nullptr;
  touch_ = touch;
  gate_ = gate(Beginning::Separator) | gate(Beginning::Joiner);
  opens_item_ = false;
}

inline void Binding::look_for_sort_key() noexcept {
  if (opens_item_ && Note(seen_).says_order()) sort_key_ = true;
}

[[gnu::hot]] inline void Binding::placeholder(const jinja::PrintSite& site, const Value& value) {
  const std::size_t number = out_.parameters.size() + 1;
  if (number > kMostParameters) throw too_many(site, number);
  if (needs_check(value)) check_parameter(value, number, site);
  append_placeholder(sql_, number);
  out_.parameters.push_back(value);
  out_.sites.push_back(&site);
}

inline void Binding::text(const jinja::TextConstant& text, Pieces all) {
  const Note note(text.note);
  if (!note.passes(gate_)) return scan_text(text, all);

  origin(text);
  sql_.append(text.text);
  touch_ = note.end();
  gate_ = note.gate_at_end();
  left_ = nullptr;
  seen_ |= note.bits();
  opens_item_ = note.blank() ? opens_item_ : note.opens_item();
}

inline void Binding::value(const jinja::PrintSite& site, const Value& value, Pieces rest) {
  if (value.is_undefined()) throw undefined(site, value);
  if (value.is_object()) return object(site, value, rest);
  if (!may_stand_here(value)) refuse(site, value, rest);
  look_for_sort_key();
  origin(site);
  placeholder(site, value);
  printed(site, Touch::Parameter);
}

[[gnu::hot]] void Binding::run() {
  const Pieces all = out_.fragment.pieces();
  out_.origins.reserve(all.size());
  pieces(all);
  if (sql_.size() > kMostText) throw too_long();
  check_end();
  check_nul();
  sql_.finish();
  if (Note(seen_).has_parameter() && !out_.parameters.empty()) check_own_parameters();
  if (sort_key_) check_sort_keys();
}

[[gnu::hot]] void Binding::pieces(Pieces all) {
  for (Pieces rest = all; !rest.empty(); rest = rest.subspan(1)) {
    const jinja::Piece& piece = rest.front();
    if (piece.text != nullptr) {
      text(*piece.text, rest);
    } else {
      value(*piece.site, piece.value, rest.subspan(1));
    }
  }
}

void Binding::splice(const jinja::Fragment& fragment, const jinja::PrintSite& site) {
  if (depth_ == kDeepestFragment) {
    throw Error(ErrorKind::Limit, fmt::format("{} holds more than {} fragments in one another",
                                              shown(site), kDeepestFragment))
        .at(site.place());
  }
  ++depth_;
  pieces(fragment.pieces());
  --depth_;
}

void Binding::scan_text(const jinja::TextConstant& text, Pieces all) {
  if (text.text.empty()) return;
  if (left_ != nullptr && is_token(text.text.front())) throw glued_after(left(), all);
  scan();
  if (raw_ != nullptr) {
    if (left_ != nullptr && merges(scanned_, text.text)) throw text_merges(*raw_);
    ScanState state = scanned_;
    if (continues_string(state, text.text)) throw text_merges(*raw_);
    if (!state.may_continue()) raw_ = nullptr;
  }
  origin(text);
  sql_.append(text.text);
  left_ = nullptr;
  assume_anything();
}

void Binding::object(const jinja::PrintSite& site, const Value& value, Pieces rest) {
  if (const auto* fragment = value.as<jinja::FragmentObject>()) {
    return splice(fragment->fragment(), site);
  }
  if (value.as<Mark>() != nullptr && !may_stand_here(value)) refuse(site, value, rest);
  if (const auto* mark = value.as<IdentifierMark>()) return identifier(site, *mark);
  if (const auto* mark = value.as<ListMark>()) return list(site, mark->items());
  if (const auto* mark = value.as<RowsMark>()) return rows(site, *mark);
  if (const auto* mark = value.as<AssignmentMark>()) return assignments(site, *mark);
  if (const auto* mark = value.as<RawMark>()) return raw(site, *mark);
  if (const auto* mark = value.as<TextMark>()) return sql_text(site, mark->text());
  throw Error(ErrorKind::Binding, fmt::format("{} is a {}, and no value that can be a parameter",
                                              shown(site), value.as_object().type_name()))
      .at(site.place())
      .hint("print a plain value: a number, a text, a list …");
}

void Binding::identifier(const jinja::PrintSite& site, const IdentifierMark& mark) {
  origin(site);
  sql_.append(mark.quoted());
  printed(site, Touch::Identifier);
}

void Binding::list(const jinja::PrintSite& site, const std::vector<Value>& items) {
  look_for_sort_key();
  origin(site);
  char before = '(';
  for (const Value& item : items) {
    sql_.append(before);
    if (before == ',') sql_.append(' ');
    placeholder(site, item);
    before = ',';
  }
  sql_.append(')');
  printed(site, Touch::Nothing);
}

void Binding::rows(const jinja::PrintSite& site, const RowsMark& mark) {
  bool first = true;
  for (const RowsMark::Row& row : mark.rows()) {
    if (!first) {
      sql_.append(", ");
      opens_item_ = true;
    }
    first = false;
    list(site, row);
  }
}

void Binding::assignments(const jinja::PrintSite& site, const AssignmentMark& mark) {
  origin(site);
  bool first = true;
  for (const auto& [quoted, value] : mark.assignments()) {
    if (!first) sql_.append(", ");
    first = false;
    sql_.append(quoted);
    sql_.append(" = ");
    placeholder(site, value);
  }
  printed(site, Touch::Nothing);
}

void Binding::raw(const jinja::PrintSite& site, const RawMark& mark) {
  if (!options_.allow_raw) {
    throw Error(ErrorKind::Security,
                fmt::format("{} prints raw SQL text, which is switched off", shown(site)))
        .at(site.place())
        .hint("use the identifier filter for names, and plain values for all else");
  }
  sql_text(site, mark.text());
  out_.raw_texts.push_back(mark.text());
}

/// The text of a mark, which is scanned as constant text is, and may not grow together with it.
void Binding::sql_text(const jinja::PrintSite& site, const std::string& text) {
  scan();
  ScanState state = scanned_;
  if (merges(scanned_, text) || continues_string(state, text)) throw text_merges(site);
  origin(site);
  sql_.append(text);
  if (raw_parameter_ == nullptr && has_parameter(text)) raw_parameter_ = &site;
  scan();
  if (touch_ == Touch::Inside) throw text_not_closed(site, scanned_.region());
  printed(site, touch_);
  // White space or punctuation of its own keeps it apart from a value behind it.
  if (!text.empty() && (touch_ == Touch::Nothing || touch_ == Touch::Continuable)) left_ = nullptr;
  raw_ = &site;
  assume_anything();
}

Neighbour Binding::left() const noexcept {
  return {*left_, raw_ != nullptr ? Touch::Nothing : touch_};
}

void Binding::refuse(const jinja::PrintSite& site, const Value& value, Pieces rest) {
  scan();
  const Misplaced at{site, value, scanned_, sql_.view(), rest};
  if (touch_ == Touch::Inside) {
    Error error = inside(at);
    const auto opened = out_.place_of(scanned_.start());
    if (opened && opened->line != error.places().front().line) {
      SourcePlace place = *opened;
      place.role = "which begins at";
      error.at(std::move(place));
    }
    throw error;
  }
  if (left_ != nullptr) throw glued_to_value(left(), at);
  throw glued_before(at);
}

[[gnu::hot]] void Binding::check_end() {
  if (touch_ != Touch::Inside) return;
  scan();
  if (scanned_.region() == Region::Code || scanned_.region() == Region::LineComment) return;
  Error error(ErrorKind::Binding,
              fmt::format("the text ends inside {}", region_name(scanned_.region())));
  if (auto opened = out_.place_of(scanned_.start())) error.at(std::move(*opened));
  throw std::move(error).hint("close it: what this place opens is still open at the end");
}

[[gnu::hot]] void Binding::check_nul() const {
  const std::size_t nul = sql_.view().find('\0');
  if (nul == std::string::npos) return;
  Error error(ErrorKind::Binding,
              "the SQL text has a NUL byte, where the server would stop to read");
  if (auto place = out_.place_of(nul)) error.at(std::move(*place));
  throw std::move(error).hint("take the byte out of the template");
}

void Binding::check_sort_keys() const {
  const std::size_t number = bound_sort_key(out_);
  if (number == 0) return;
  const jinja::PrintSite& site = *out_.sites[number - 1];
  throw Error(ErrorKind::Binding,
              fmt::format("{} is a sort key by itself, and a parameter there is a constant that "
                          "sorts by nothing",
                          shown(site)))
      .at(site.place())
      .hint(sort_key_hint(site));
}

void Binding::check_own_parameters() const {
  if (raw_parameter_ != nullptr) throw own_parameter().at(raw_parameter_->place());
  const std::size_t offset = first_own_parameter(out_);
  if (offset == std::string::npos) return;
  Error error = own_parameter();
  if (auto place = out_.place_of(offset)) error.at(std::move(*place));
  throw error;
}

// Without a note nothing is known of the tokens: look at the whole statement in the end.
void Binding::assume_anything() noexcept {
  scan();
  gate_ = raw_ != nullptr || left_ != nullptr ? Gate{0} : gate_behind(touch_);
  seen_ = ~std::uint64_t{0};
  opens_item_ = true;
}

void Binding::scan() {
  scanned_.advance(sql_.view().substr(scanned_.offset()));
  touch_ = scanned_.touch();
}

}  // namespace pgjinja::sql
