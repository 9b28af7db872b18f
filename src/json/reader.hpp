// SPDX-License-Identifier: Apache-2.0
// Reads JSON of unknown origin. Hides the library that parses; knows nothing about whose text it
// is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gander/result.hpp"

namespace gander::json {

/// What a text may cost before it is refused.
struct Limits {
  std::size_t bytes = std::size_t{64} << 20U;
  std::size_t depth = 64;  ///< Objects and arrays inside each other.
};

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

/// The type in words for messages: `a number`.
std::string_view name_of(Type type);

struct Field;

/// One value of a document: a handle of two words that is valid while its `Document` lives.
///
/// The members give nothing where the value is of another type. Strings are valid UTF-8 and may
/// hold any character, NUL and control characters included.
class Value {
 public:
  [[nodiscard]] Type type() const;
  [[nodiscard]] bool is_null() const { return type() == Type::null; }
  [[nodiscard]] std::optional<bool> boolean() const;
  /// Any number; never NaN or infinite. Integers above 2^53 are rounded.
  [[nodiscard]] std::optional<double> number() const;
  /// A whole number, also one written as `3.0`; nothing where it has a fraction or does not fit.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<std::uint64_t> unsigned_integer() const;
  [[nodiscard]] std::optional<std::string_view> string() const;
  /// The elements of an array; empty for any other type.
  [[nodiscard]] std::vector<Value> items() const;
  /// The fields of an object in the order of the text, repeated keys included; empty for any other
  /// type.
  [[nodiscard]] std::vector<Field> fields() const;
  /// The value of `key` in an object. Where the key is repeated the last one counts, as in
  /// JavaScript and Python.
  [[nodiscard]] std::optional<Value> find(std::string_view key) const;

 private:
  friend class Document;
  friend struct ValueAccess;
  alignas(void*) std::array<std::byte, 2 * sizeof(void*)> handle_{};
};

struct Field {
  std::string_view key;
  Value value;
};

/// A parsed text; owns everything its values point to, and nothing of the text.
class Document {
 public:
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  [[nodiscard]] Value root() const;

 private:
  friend Result<Document> read(std::string_view, const Limits&);
  struct State;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Parses `text`: one JSON value after RFC 8259 in UTF-8 without byte order mark. Fails with
/// `invalid_data`, and says at which byte, where it is anything else, is above the limits, or has
/// a number outside the range of a double (or a whole one outside 64 bits).
Result<Document> read(std::string_view text, const Limits& limits = {});

}  // namespace gander::json
