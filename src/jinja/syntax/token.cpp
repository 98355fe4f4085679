#include "jinja/syntax/token.hpp"

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

std::string quoted(std::string_view delimiter) { return fmt::format("'{}'", delimiter); }

}  // namespace

std::string token_kind_name(TokenKind kind, const Delimiters& delimiters) {
  switch (kind) {
    case TokenKind::Data: return "text";
    case TokenKind::VariableBegin: return quoted(delimiters.variable_start_string);
    case TokenKind::VariableEnd: return quoted(delimiters.variable_end_string);
    case TokenKind::BlockBegin: return quoted(delimiters.block_start_string);
    case TokenKind::BlockEnd: return quoted(delimiters.block_end_string);
    case TokenKind::Name: return "a name";
    case TokenKind::String: return "a string";
    case TokenKind::Integer: return "an integer";
    case TokenKind::Float: return "a float";
    case TokenKind::Add: return "'+'";
    case TokenKind::Assign: return "'='";
    case TokenKind::Colon: return "':'";
    case TokenKind::Comma: return "','";
    case TokenKind::Divide: return "'/'";
    case TokenKind::Dot: return "'.'";
    case TokenKind::Equal: return "'=='";
    case TokenKind::FloorDivide: return "'//'";
    case TokenKind::Greater: return "'>'";
    case TokenKind::GreaterEqual: return "'>='";
    case TokenKind::LeftBrace: return "'{'";
    case TokenKind::LeftBracket: return "'['";
    case TokenKind::LeftParen: return "'('";
    case TokenKind::Less: return "'<'";
    case TokenKind::LessEqual: return "'<='";
    case TokenKind::Modulo: return "'%'";
    case TokenKind::Multiply: return "'*'";
    case TokenKind::NotEqual: return "'!='";
    case TokenKind::Pipe: return "'|'";
    case TokenKind::Power: return "'**'";
    case TokenKind::RightBrace: return "'}'";
    case TokenKind::RightBracket: return "']'";
    case TokenKind::RightParen: return "')'";
    case TokenKind::Semicolon: return "';'";
    case TokenKind::Subtract: return "'-'";
    case TokenKind::Tilde: return "'~'";
    case TokenKind::End: return "the end of the template";
  }
  return "a token";
}

}  // namespace pgjinja::jinja
