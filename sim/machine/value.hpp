// SPDX-License-Identifier: Apache-2.0
// A machine file as a tree of values that know where they stand, so that every complaint can name
// line and column. It must not know what the keys mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gander/result.hpp"

namespace gander::sim {

/// Where something stands in the file; lines and columns count from 1.
struct Place {
  unsigned line = 0;
  unsigned column = 0;
};

struct Value;
struct Entry;
/// Keys in the order of the file.
using Table = std::vector<Entry>;
using Array = std::vector<Value>;

/// One TOML value. Dates and times are not used in machine files and do not occur.
struct Value {
  Place place;
  std::variant<bool, std::int64_t, double, std::string, Array, Table> content;
};

/// A key and what it is set to.
struct Entry {
  std::string key;
  Value value;
};

/// Reads TOML. `name` is the file's name for messages. Fails with invalid_data and
/// `name:line:column: …`; nesting, size and value types are limited.
Result<Value> parse_toml(std::string_view text, const std::string& name);

/// "size" of bytes: `"80 GiB"`, `"512MB"`, `"100"`. Negative, unknown or too large: nothing.
Result<std::uint64_t> parse_size(std::string_view text);

/// Nanoseconds: `"20ms"`, `"4.5 us"`, `"5s"`, `"2m"`, `"1h"`; a unit is required.
Result<std::uint64_t> parse_duration(std::string_view text);

/// `text` with everything but printable characters of ASCII replaced by `?`, shortened to 80:
/// foreign text on its way into a message.
std::string quote_safely(std::string_view text);

}  // namespace gander::sim
