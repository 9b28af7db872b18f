// SPDX-License-Identifier: Apache-2.0
#include "sim/record/toml_writer.hpp"

#include <fmt/format.h>

namespace gander::sim::record {
namespace {

unsigned char byte_of(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// How long a character is that begins with this byte, 0 where none does.
std::size_t promised_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/// Whether the second byte makes an overlong form, a surrogate, or what lies beyond the last.
bool is_forbidden(unsigned char first, unsigned char second) {
  return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
         (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
}

/// Length of the UTF-8 character at the beginning of `text`, 0 where there is none.
std::size_t character_length(std::string_view text) {
  const std::size_t length = promised_length(byte_of(text, 0));
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_of(text, i) & 0xc0U) != 0x80) return 0;
  }
  return length > 1 && is_forbidden(byte_of(text, 0), byte_of(text, 1)) ? 0 : length;
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\\uFFFD";
    } else if (length == 1 && (first == '"' || first == '\\')) {
      out += {'\\', text[0]};
    } else if (length == 1 && (first < ' ' || first == 0x7f)) {
      out += fmt::format("\\u{:04X}", first);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out + "\"";
}

std::string quote_all(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + quote(text);
  return "[" + out + "]";
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t mebibyte = 1U << 20U;
  constexpr std::uint64_t gibibyte = 1U << 30U;
  if (bytes != 0 && bytes % gibibyte == 0) return fmt::format("\"{} GiB\"", bytes / gibibyte);
  if (bytes != 0 && bytes % mebibyte == 0) return fmt::format("\"{} MiB\"", bytes / mebibyte);
  return std::to_string(bytes);
}

std::string number_text(double value) {
  const auto whole = static_cast<long long>(value);
  return static_cast<double>(whole) == value ? std::to_string(whole) : fmt::format("{}", value);
}

void TomlWriter::table(std::string_view heading) {
  text_ += (text_.empty() ? "[" : "\n[") + std::string{heading} + "]\n";
}

void TomlWriter::raw(std::string_view key, std::string_view value) {
  text_ += std::string{key} + " = " + std::string{value} + "\n";
}

void TomlWriter::inline_table(std::string_view key,
                              const std::map<std::string, std::string>& values) {
  std::string all;
  for (const auto& [name, value] : values)
    all += fmt::format("{}{} = {}", all.empty() ? "" : ", ", name, value);
  if (!all.empty()) raw(key, "{ " + all + " }");
}

}  // namespace gander::sim::record
