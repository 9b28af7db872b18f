// SPDX-License-Identifier: Apache-2.0
// Reads JSON with simdjson, which only this room includes. Uses its error codes, never its
// exceptions.
#include "json/reader.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <bit>
#include <cmath>
#include <type_traits>
#include <utility>

#include "json/library.hpp"
#include "json/syntax.hpp"

namespace gander::json {

namespace dom = simdjson::dom;
static_assert(sizeof(dom::element) == sizeof(Value) && std::is_trivially_copyable_v<dom::element>);

/// Turns our handle into the library's and back.
struct ValueAccess {
  static dom::element open(const Value& value) {
    return std::bit_cast<dom::element>(value.handle_);
  }
  static Value make(const dom::element& element) {
    Value value;
    value.handle_ = std::bit_cast<decltype(value.handle_)>(element);
    return value;
  }
};

struct Document::State {
  dom::document document;
};

namespace {

/// The whole number `value` is, where a double says exactly which.
std::optional<std::int64_t> find_whole(double value) {
  constexpr double exact_limit = 9007199254740992.0;
  if (std::abs(value) > exact_limit || std::trunc(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string describe(simdjson::error_code code, std::string_view text, const Limits& limits) {
  if (code == simdjson::DEPTH_ERROR) {
    return fmt::format("nested deeper than {} levels", limits.depth);
  }
  if (code == simdjson::MEMALLOC) return "no memory to read it";
  if (const auto problem = find_syntax_problem(text)) {
    return fmt::format("at byte {}: {}", problem->offset, problem->what);
  }
  return fmt::format("not to be parsed (code {} of simdjson)", static_cast<int>(code));
}

}  // namespace

std::string_view name_of(Type type) {
  switch (type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "a boolean";
    case Type::number:
      return "a number";
    case Type::string:
      return "a string";
    case Type::array:
      return "an array";
    case Type::object:
      return "an object";
  }
  return "unknown";
}

Type Value::type() const {
  switch (ValueAccess::open(*this).type()) {
    case dom::element_type::ARRAY:
      return Type::array;
    case dom::element_type::OBJECT:
      return Type::object;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return Type::number;
    case dom::element_type::STRING:
      return Type::string;
    case dom::element_type::BOOL:
      return Type::boolean;
    case dom::element_type::NULL_VALUE:
      return Type::null;
  }
  return Type::null;
}

std::optional<bool> Value::boolean() const {
  bool value{};
  if (ValueAccess::open(*this).get_bool().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<double> Value::number() const {
  double value{};
  if (ValueAccess::open(*this).get_double().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<std::int64_t> Value::integer() const {
  const dom::element element = ValueAccess::open(*this);
  std::int64_t value{};
  if (element.get_int64().get(value) == simdjson::SUCCESS) return value;
  double real{};
  if (!element.is_double() || element.get_double().get(real) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return find_whole(real);
}

std::optional<std::uint64_t> Value::unsigned_integer() const {
  std::uint64_t value{};
  if (ValueAccess::open(*this).get_uint64().get(value) == simdjson::SUCCESS) return value;
  const auto whole = integer();
  if (!whole || *whole < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*whole);
}

std::optional<std::string_view> Value::string() const {
  std::string_view value;
  if (ValueAccess::open(*this).get_string().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::vector<Value> Value::items() const {
  std::vector<Value> items;
  dom::array array;
  if (ValueAccess::open(*this).get_array().get(array) != simdjson::SUCCESS) return items;
  for (const dom::element element : array) items.push_back(ValueAccess::make(element));
  return items;
}

std::vector<Field> Value::fields() const {
  std::vector<Field> fields;
  dom::object object;
  if (ValueAccess::open(*this).get_object().get(object) != simdjson::SUCCESS) return fields;
  for (const auto field : object) fields.push_back({field.key, ValueAccess::make(field.value)});
  return fields;
}

std::optional<Value> Value::find(std::string_view key) const {
  std::optional<Value> found;
  dom::object object;
  if (ValueAccess::open(*this).get_object().get(object) != simdjson::SUCCESS) return found;
  for (auto field = object.begin(); field != object.end(); ++field) {
    if (field.key_equals(key)) found = ValueAccess::make(field.value());
  }
  return found;
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Value Document::root() const { return ValueAccess::make(state_->document.root()); }

Result<Document> read(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return fail(Fault::invalid_data, fmt::format("JSON: {} bytes are more than the {} allowed",
                                                 text.size(), limits.bytes));
  }
  if (const auto loaded = load_library(); !loaded) return tl::make_unexpected(loaded.error());
  auto state = std::make_unique<Document::State>();
  dom::parser parser;  // its own limit has a lower bound, ours was checked above
  auto code = parser.allocate(text.size(), limits.depth + 1);  // the library counts the text too
  if (code == simdjson::SUCCESS) {
    code = parser.parse_into_document(state->document, text.data(), text.size()).error();
  }
  if (code != simdjson::SUCCESS) {
    return fail(Fault::invalid_data, "JSON: " + describe(code, text, limits));
  }
  return Document{std::move(state)};
}

}  // namespace gander::json
