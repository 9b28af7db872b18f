// SPDX-License-Identifier: Apache-2.0
// Checks a text against the grammar of RFC 8259, without recursion and without building anything.
#include "json/syntax.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "json/utf8.hpp"

namespace gander::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  std::optional<SyntaxProblem> check() {
    skip_space();
    if (at_end()) return SyntaxProblem{0, "there is no text"};
    while (!is_complete_ && !problem_) step();
    skip_space();
    if (!problem_ && !at_end()) stop("something follows the end of the text");
    return problem_;
  }

 private:
  [[nodiscard]] bool at_end() const { return place_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[place_]; }
  [[nodiscard]] bool take(char wanted) {
    if (at_end() || text_[place_] != wanted) return false;
    ++place_;
    return true;
  }
  void stop(std::string_view what) {
    if (!problem_) problem_ = SyntaxProblem{place_, at_end() ? "the text ends too early" : what};
  }
  void skip_space() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
      ++place_;
    }
  }
  void skip_digits() {
    if (!is_digit(peek())) return stop("expected a digit");
    while (is_digit(peek())) ++place_;
  }

  /// One value, or the opening of one, and what follows it.
  void step() {
    skip_space();
    if (take('{')) return open('}');
    if (take('[')) return open(']');
    check_scalar();
    finish_value();
  }

  void open(char closing) {
    skip_space();
    if (take(closing)) return finish_value();
    closings_.push_back(closing);
    if (closing == '}') check_key();
  }

  void check_key() {
    skip_space();
    if (peek() != '"') return stop("expected a key in quotes");
    check_string();
    skip_space();
    if (!problem_ && !take(':')) stop("expected a colon");
  }

  /// After a value: closes what ends here, up to the next value.
  void finish_value() {
    while (!problem_ && !closings_.empty()) {
      skip_space();
      if (take(closings_.back())) {
        closings_.pop_back();
        continue;
      }
      if (!take(',')) return stop("expected a comma or the end of the object or array");
      if (closings_.back() == '}') check_key();
      return;
    }
    is_complete_ = true;
  }

  void check_scalar() {
    if (peek() == '"') return check_string();
    if (peek() == '-' || is_digit(peek())) return check_number();
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(place_, word.size()) == word) {
        place_ += word.size();
        return;
      }
    }
    stop("expected a value");
  }

  void check_string() {
    ++place_;
    while (!problem_ && !take('"')) {
      if (at_end()) return stop("");
      if (take('\\')) {
        check_escape();
        continue;
      }
      const Character character = next_character(text_.substr(place_));
      if (!character.is_valid) return stop("bytes that are not UTF-8");
      if (character.code < 0x20) return stop("a control character inside a string");
      place_ += character.length;
    }
  }

  void check_escape() {
    constexpr std::string_view letters = "\"\\/bfnrt";
    if (!at_end() && letters.find(peek()) != std::string_view::npos) {
      ++place_;
      return;
    }
    if (!take('u')) return stop("an escape JSON does not have");
    const std::uint32_t code = take_hex();
    if (code >= 0xDC00 && code <= 0xDFFF) return stop("half a surrogate pair");
    if (code < 0xD800 || code > 0xDBFF) return;
    if (!take('\\') || !take('u')) return stop("half a surrogate pair");
    const std::uint32_t low = take_hex();
    if (low < 0xDC00 || low > 0xDFFF) stop("half a surrogate pair");
  }

  std::uint32_t take_hex() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      if (!is_hex(peek())) {
        stop("expected four hexadecimal digits");
        return 0;
      }
      const char lower = static_cast<char>(peek() | 0x20);
      const int digit = is_digit(peek()) ? peek() - '0' : lower - 'a' + 10;
      code = code * 16 + static_cast<std::uint32_t>(digit);
      ++place_;
    }
    return code;
  }

  void check_number() {
    const std::size_t first = place_;
    const bool is_negative = take('-');
    if (take('0')) {
      if (is_digit(peek())) return stop("a number with a leading zero");
    } else {
      skip_digits();
    }
    const bool is_whole = peek() != '.' && peek() != 'e' && peek() != 'E';
    if (!problem_ && take('.')) skip_digits();
    if (!problem_ && (take('e') || take('E'))) {
      if (!take('+')) static_cast<void>(take('-'));
      skip_digits();
    }
    if (problem_) return;
    if (is_whole ? !fits_integer(first, is_negative) : !fits_double(first)) {
      problem_ = SyntaxProblem{first, "a number out of range"};
    }
  }

  [[nodiscard]] bool fits_integer(std::size_t first, bool is_negative) const {
    std::uint64_t magnitude{};
    const char* begin = text_.data() + first + (is_negative ? 1 : 0);
    const auto result = std::from_chars(begin, text_.data() + place_, magnitude);
    constexpr std::uint64_t lowest = std::uint64_t{1} << 63U;
    return result.ec == std::errc{} && (!is_negative || magnitude <= lowest);
  }

  [[nodiscard]] bool fits_double(std::size_t first) const {
    const std::string_view number = text_.substr(first, place_ - first);
    double value{};
    const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
    if (result.ec == std::errc{}) return true;
    // Too small reads as zero, which is fine; only too large is a problem.
    return number.find("e-") != std::string_view::npos ||
           number.find("E-") != std::string_view::npos;
  }

  std::string_view text_;
  std::size_t place_ = 0;
  bool is_complete_ = false;
  std::vector<char> closings_;
  std::optional<SyntaxProblem> problem_;
};

}  // namespace

std::optional<SyntaxProblem> find_syntax_problem(std::string_view text) {
  return Checker{text}.check();
}

}  // namespace gander::json
