// SPDX-License-Identifier: Apache-2.0
// Writes JSON as it is told, piece by piece, into one string. Knows nothing about what it writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gander::json {

/// One line for machines, or lines with two spaces for each level for people.
enum class Layout : std::uint8_t { compact, indented };

/// Writes one JSON text. The caller opens and closes in order, and calls `key` before each value
/// inside an object; anything else is a bug and asserts.
///
/// The result is always valid JSON in valid UTF-8, and safe to print on a terminal: bytes that are
/// no UTF-8 become U+FFFD; control characters (C0, DEL, C1) and characters that change the
/// direction of text or end lines are escaped.
class Writer {
 public:
  explicit Writer(Layout layout = Layout::compact) : layout_(layout) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// The key of the next value.
  void key(std::string_view name);

  void string(std::string_view value);
  /// Shortest digits that read back as the same double; whole numbers up to 2^53 as integers.
  /// NaN and infinity, which JSON does not have, become `null`.
  void number(double value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void boolean(bool value);
  void null();

  /// The finished text; the writer is empty afterwards.
  [[nodiscard]] std::string take();

 private:
  /// An object or array that is open, and whether it has an entry already.
  struct Level {
    char bracket{};
    bool is_filled{};
  };
  void open(char bracket);
  void close(char bracket);
  void begin_value();
  void begin_entry();
  void break_line();
  void append_quoted(std::string_view text);
  void append_escaped(std::uint32_t code);

  Layout layout_;
  bool is_after_key_ = false;
  std::vector<Level> levels_;
  std::string out_;
};

}  // namespace gander::json
