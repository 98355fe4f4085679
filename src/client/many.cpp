#include "client/many.hpp"

#include "client/error_place.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

std::string role_of(std::size_t index) { return fmt::format("row {} of execute_many:", index + 1); }

/// A value that becomes a parameter, whatever it is: no mark, and not missing.
bool is_plain(const Value& value) { return !value.is_undefined() && !value.is_object(); }

Context context_of(const RowType& type, const char* object) {
  Context context;
  for (const Member& member : type.members) {
    if (member.output.to_value == nullptr) continue;
    context.set(member.name, member.output.to_value(object + member.offset));
  }
  return context;
}

}  // namespace

Many::Many(const Engine& engine, const CallOptions& calls, std::string_view name,
           const RowSpan& rows)
    : engine_(&engine), calls_(&calls), rows_(rows), source_(engine.get_template(name)) {
  if (rows.type() != nullptr && rows.type()->shape != RowShape::Members) {
    throw Error(ErrorKind::Config, "a row of execute_many has no names")
        .hint("take a struct, whose members have names, or Context");
  }
  bind(0, first_);
  find_names();
}

pg::CallLimits Many::limits() const {
  return limits_of(*calls_, engine_->time_of(source_, *calls_));
}

void Many::find_names() {
  // What a template declares has to be held against each row.
  if (!source_.front_matter().parameters.empty()) return;
  names_ = source_.straight_names();
  if (!names_ || names_->size() != first_.parameters.size()) return names_.reset();
  if (rows_.type() == nullptr) return;
  const std::vector<Member>& all = rows_.type()->members;
  for (const std::string_view name : *names_) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Member& member) {
      return member.name == name && member.output.to_value != nullptr;
    });
    if (found == all.end()) {
      members_.clear();
      return names_.reset();
    }
    members_.push_back(&*found);
  }
}

std::vector<const Member*> Many::members() const {
  const bool sure = std::none_of(members_.begin(), members_.end(),
                                 [](const Member* member) { return member->output.any; });
  return sure ? members_ : std::vector<const Member*>();
}

void Many::bind(std::size_t index, sql::Statement& out) {
  try {
    if (rows_.type() == nullptr)
      return engine_->bind(source_, rows_.context(index), fragment_, out);
    const Context own = context_of(*rows_.type(), rows_.object(index));
    engine_->bind(source_, Context::layered(own, rows_.type()->context), fragment_, out);
  } catch (Error& error) {
    SourcePlace whole = source_.source().place(source_.source().cut_at);
    whole.role = role_of(index);
    throw error.at(std::move(whole));
  }
}

bool Many::parameters(std::size_t index, std::vector<Value>& out) {
  if (names_ && take_named(index, out)) return true;
  bind(index, other_);
  if (other_.sql != first_.sql) return false;
  out.assign(other_.parameters.begin(), other_.parameters.end());
  return true;
}

bool Many::take_named(std::size_t index, std::vector<Value>& out) const {
  out.clear();
  if (rows_.type() != nullptr) {
    const char* object = rows_.object(index);
    for (const Member* member : members_) {
      out.push_back(member->output.to_value(object + member->offset));
    }
  } else {
    for (const std::string_view name : *names_) {
      const Value* value = rows_.context(index).find(name);
      if (value == nullptr) return false;
      out.push_back(*value);
    }
  }
  return std::all_of(out.begin(), out.end(), is_plain);
}

Error Many::placed(const Error& error, const sql::Statement& statement, std::size_t index) const {
  return pgjinja::placed(error, statement, source_.source(), role_of(index));
}

Error Many::placed(const Error& error) const {
  return pgjinja::placed(error, first_, source_.source());
}

Error Many::not_encoded(Error error, std::size_t number, std::size_t index) {
  try {
    bind(index, other_);
  } catch (const Error& refusal) {
    return refusal;
  }
  error.parameter(static_cast<std::uint32_t>(number));
  return placed(error, other_, index);
}

}  // namespace pgjinja
