#pragma once

#include "jinja/run/demands.hpp"
#include "jinja/syntax/ast.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/options.hpp>

#include <cstdint>

namespace pgjinja::jinja {

// What Python's operators do with plain data. Integers have 64 bits: a result that does not fit is
// an error, never a wrong number. All throw Error{Runtime}, or Error{Undefined} for an undefined
// operand, without a place.

Value binary(ast::BinaryOp op, const Value& a, const Value& b);
Value negate(const Value& value);
Value positive(const Value& value);
bool compare(ast::CompareOp op, const Value& a, const Value& b);
/// Python's truth: zero, none, undefined and everything empty are false.
bool truthy(const Value& value);
/// Python's `<` between numbers, texts, or lists; other pairs are errors.
bool less(const Value& a, const Value& b);
/// `item in container`.
bool contains(const Value& container, const Value& item);
/// Python's len(): code points of a text, elements of a list or map.
std::int64_t length(const Value& value);
/// The items that a for loop sees: elements, keys of a map, code points of a text.
std::vector<Value> iterate(const Value& value);
/// `object[index]`, or what is undefined by the policy.
Value item(const Value& object, const Value& index,
           UndefinedPolicy policy = UndefinedPolicy::Default);
/// `object[start:stop:step]`; parts that were left out are null.
Value slice(const Value& object, const Value& start, const Value& stop, const Value& step);

}  // namespace pgjinja::jinja
