// SPDX-License-Identifier: Apache-2.0
// RFC 3339 on the calendar of <chrono>.
#include "json/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace gander::json {
namespace {

using Milliseconds = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr double first_moment = -62167219200.0;   // 0000-01-01T00:00:00Z
constexpr double last_moment = 253402300799.999;  // 9999-12-31T23:59:59.999Z

/// Takes a time apart from the left; turns false at the first thing that does not fit.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : text_(text) {}

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] bool is_empty() const { return text_.empty(); }

  bool take_one_of(std::string_view letters) {
    const bool found = !text_.empty() && letters.find(text_.front()) != std::string_view::npos;
    if (found) text_.remove_prefix(1);
    return found;
  }
  void expect(std::string_view letters) { is_good_ = take_one_of(letters) && is_good_; }

  /// A number of exactly `digits` digits, within bounds.
  int number(std::size_t digits, int lowest, int highest) {
    const std::string_view word = text_.substr(0, digits);
    const bool all_digits =
        word.size() == digits && std::all_of(word.begin(), word.end(), is_digit);
    int value = lowest;
    if (all_digits) std::from_chars(word.data(), word.data() + word.size(), value);
    is_good_ = is_good_ && all_digits && value >= lowest && value <= highest;
    text_.remove_prefix(word.size());
    return value;
  }

  /// `.25` as 250 milliseconds, rounded; 0 if there is no fraction.
  std::int64_t milliseconds() {
    if (!take_one_of(".")) return 0;
    double value = 0;
    double weight = 100;
    is_good_ = is_good_ && !text_.empty() && is_digit(text_.front());
    for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1), weight /= 10) {
      value += weight * (text_.front() - '0');
    }
    return std::llround(value);
  }

  /// `Z` or `+02:00`.
  std::chrono::minutes offset() {
    if (take_one_of("Zz")) return std::chrono::minutes{0};
    const bool is_west = !text_.empty() && text_.front() == '-';
    expect("+-");
    const int hours = number(2, 0, 23);
    expect(":");
    const int minutes = number(2, 0, 59);
    return std::chrono::minutes{(is_west ? -1 : 1) * (hours * 60 + minutes)};
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view text_;
  bool is_good_ = true;
};

}  // namespace

std::string write_time(double unix_seconds) {
  const double seconds =
      std::isnan(unix_seconds) ? 0 : std::clamp(unix_seconds, first_moment, last_moment);
  const Milliseconds moment{std::chrono::milliseconds{std::llround(seconds * 1000)}};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{moment - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<double> read_time(std::string_view text) {
  TimeText input{text};
  const std::chrono::year year{input.number(4, 0, 9999)};
  input.expect("-");
  const std::chrono::month month{static_cast<unsigned>(input.number(2, 1, 12))};
  input.expect("-");
  const std::chrono::year_month_day date{
      year, month, std::chrono::day{static_cast<unsigned>(input.number(2, 1, 31))}};
  input.expect("Tt ");
  const std::chrono::hours hours{input.number(2, 0, 23)};
  input.expect(":");
  const std::chrono::minutes minutes{input.number(2, 0, 59)};
  input.expect(":");
  const std::chrono::seconds seconds{input.number(2, 0, 60)};
  const std::chrono::milliseconds milliseconds{input.milliseconds()};
  const auto offset = input.offset();
  if (!input.is_good() || !input.is_empty() || !date.ok()) return std::nullopt;
  const Milliseconds moment =
      std::chrono::sys_days{date} + hours + minutes + seconds + milliseconds - offset;
  return static_cast<double>(moment.time_since_epoch().count()) / 1000.0;
}

}  // namespace gander::json
