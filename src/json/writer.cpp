// SPDX-License-Identifier: Apache-2.0
// Writes JSON on std::to_chars: no locale, no stream.
#include "json/writer.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

#include "json/utf8.hpp"

namespace gander::json {
namespace {

/// Up to here every whole number is exact in a double.
constexpr double exact_limit = 9007199254740992.0;

template <class... Arguments>
void append_digits(std::string& out, Arguments... arguments) {
  std::array<char, 32> digits{};  // the longest double has 24 characters
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), arguments...).ptr;
  out.append(digits.data(), end);
}

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F &&
         c != '"' && c != '\\';
}

/// Characters that move the cursor, end a line or turn the direction of text where it is printed.
bool must_escape(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == '"' || code == '\\' ||
         code == 0x61C || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

char short_escape(std::uint32_t code) {
  switch (code) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

}  // namespace

void Writer::open(char bracket) {
  begin_value();
  out_ += bracket;
  levels_.push_back({bracket, false});
}

void Writer::close(char bracket) {
  assert(!levels_.empty() && !is_after_key_);
  assert((levels_.back().bracket == '{') == (bracket == '}'));
  const bool is_filled = levels_.back().is_filled;
  levels_.pop_back();
  if (is_filled) break_line();
  out_ += bracket;
}

void Writer::begin_value() {
  if (is_after_key_) {
    is_after_key_ = false;
    return;
  }
  assert(levels_.empty() || levels_.back().bracket == '[');
  begin_entry();
}

void Writer::begin_entry() {
  if (levels_.empty()) return;
  if (levels_.back().is_filled) out_ += ',';
  levels_.back().is_filled = true;
  break_line();
}

void Writer::break_line() {
  if (layout_ == Layout::compact) return;
  out_ += '\n';
  out_.append(2 * levels_.size(), ' ');
}

void Writer::key(std::string_view name) {
  assert(!levels_.empty() && levels_.back().bracket == '{' && !is_after_key_);
  begin_entry();
  append_quoted(name);
  out_ += layout_ == Layout::compact ? ":" : ": ";
  is_after_key_ = true;
}

void Writer::append_quoted(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out_.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Character character = next_character(text);
    if (must_escape(character.code)) {
      append_escaped(character.code);
    } else {
      append_character(out_, character.code);
    }
    text.remove_prefix(character.length);
  }
  out_ += '"';
}

void Writer::append_escaped(std::uint32_t code) {
  out_ += '\\';
  if (const char letter = short_escape(code); letter != 0) {
    out_ += letter;
    return;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  out_ += 'u';
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out_ += hex[(code >> shift) & 0xFU];
}

void Writer::string(std::string_view value) {
  begin_value();
  append_quoted(value);
}

void Writer::number(double value) {
  if (!std::isfinite(value)) return null();
  begin_value();
  if (std::abs(value) > exact_limit) {
    // Never as plain digits: readers take those for integers, and some for ones of 64 bits.
    append_digits(out_, value, std::chars_format::scientific);
  } else if (std::trunc(value) == value) {
    append_digits(out_, static_cast<std::int64_t>(value));
  } else {
    append_digits(out_, value);
  }
}

void Writer::integer(std::int64_t value) {
  begin_value();
  append_digits(out_, value);
}

void Writer::unsigned_integer(std::uint64_t value) {
  begin_value();
  append_digits(out_, value);
}

void Writer::boolean(bool value) {
  begin_value();
  out_ += value ? "true" : "false";
}

void Writer::null() {
  begin_value();
  out_ += "null";
}

std::string Writer::take() {
  assert(levels_.empty() && !is_after_key_);
  return std::exchange(out_, {});
}

}  // namespace gander::json
