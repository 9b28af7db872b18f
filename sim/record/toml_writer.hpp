// SPDX-License-Identifier: Apache-2.0
// Writes the TOML of machine files: tables with plain keys, nothing else. Texts come from drivers
// and processes and are escaped, so that the file says what they said and nothing more.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gander::sim::record {

/// Text in quotes, every byte that is not printable ASCII escaped; bytes that are no UTF-8 become
/// the replacement character.
std::string quote(std::string_view text);
/// `["a", "b"]`
std::string quote_all(const std::vector<std::string>& texts);
/// Bytes as a size: "80 GiB", "81559 MiB", or the plain number.
std::string size_text(std::uint64_t bytes);
/// A number as short as it can be read back the same.
std::string number_text(double value);

class TomlWriter {
 public:
  void comment(std::string_view line) { text_ += "# " + std::string{line} + "\n"; }
  /// `[name]`, or `[[name]]` when it starts with a bracket itself.
  void table(std::string_view heading);
  void raw(std::string_view key, std::string_view value);
  void text(std::string_view key, std::string_view value) { raw(key, quote(value)); }
  void number(std::string_view key, double value) { raw(key, number_text(value)); }
  void size(std::string_view key, std::uint64_t bytes) { raw(key, size_text(bytes)); }
  void flag(std::string_view key, unsigned value) { raw(key, value != 0 ? "true" : "false"); }
  /// `key = { a = 1, b = "x" }` with values written already; nothing where there are none.
  void inline_table(std::string_view key, const std::map<std::string, std::string>& values);
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace gander::sim::record
