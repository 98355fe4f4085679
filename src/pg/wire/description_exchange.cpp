#include "pg/wire/description_exchange.hpp"

#include "pg/wire/frontend_messages.hpp"

namespace pgjinja::pg::wire {

void DescriptionExchange::write(std::string& out, std::string_view sql) {
  append_parse(out, {}, sql);
  append_describe_statement(out, {});
}

bool DescriptionExchange::answer(const Message& message) {
  switch (step_) {
    case Step::Parse:
      if (message.type != MessageType::ParseComplete) unexpected(message);
      expect_empty(message);
      step_ = Step::ParameterTypes;
      return false;
    case Step::ParameterTypes:
      if (message.type != MessageType::ParameterDescription) unexpected(message);
      read_parameter_types(message.body, description_.parameter_types);
      step_ = Step::Columns;
      return false;
    case Step::Columns:
      if (message.type == MessageType::RowDescription) {
        read_columns(message.body, description_.columns);
        description_.returns_rows = true;
      } else if (message.type == MessageType::NoData) {
        expect_empty(message);
      } else {
        unexpected(message);
      }
      step_ = Step::Done;
      return true;
    case Step::Done: break;
  }
  unexpected(message);
}

}  // namespace pgjinja::pg::wire
