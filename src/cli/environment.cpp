// SPDX-License-Identifier: Apache-2.0
// Reads the environment variables that docs and manual list, and nothing else.
#include "cli/environment.hpp"

#include <algorithm>
#include <cstdlib>

#include "model/whole_number.hpp"
#include "text/spelling.hpp"

namespace gander::cli {
namespace {

/// The device box is so wide that nothing of it can go: less would only break its lines.
constexpr int narrowest = 79;
constexpr int widest = 1000;

std::optional<int> find_int(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return find_whole_number<int>(text);
}

/// Two of 1 … 99, in any order.
std::optional<Percentages> find_percentages(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto first = find_int(text.substr(0, comma));
  const auto second = find_int(text.substr(comma + 1));
  if (!first || !second) return std::nullopt;
  if (std::min(*first, *second) < 1 || std::max(*first, *second) > 99) return std::nullopt;
  return Percentages{*first, *second};
}

bool is_set(const Lookup& lookup, std::string_view name) {
  const auto value = lookup(name);
  return value && !value->empty();
}

}  // namespace

Lookup process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string{name}.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string{value};
  };
}

std::optional<bool> find_switch_word(std::string_view word) {
  const auto small = text::lower(word);
  for (const std::string_view yes : {"true", "1", "yes", "on", "y", "t"}) {
    if (small == yes) return true;
  }
  for (const std::string_view no : {"false", "0", "no", "off", "n", "f"}) {
    if (small == no) return false;
  }
  return std::nullopt;
}

std::optional<Percentages> find_thresholds(std::string_view text) {
  const auto found = find_percentages(text);
  return found && found->moderate < found->heavy ? found : std::nullopt;
}

Percentages thresholds_from(const Lookup& lookup, std::string_view name, Percentages fallback,
                            std::string& complaint) {
  const auto own = "GANDER_" + std::string{name};
  if (const auto text = lookup(own)) {
    if (const auto thresholds = find_thresholds(*text)) return *thresholds;
    complaint = own + " is not two percentages a,b with a below b; ignored";
  }
  const auto other = "NVITOP_" + std::string{name};
  if (const auto text = lookup(other)) {
    if (const auto found = find_percentages(*text)) {
      const auto [low, high] = std::minmax(found->moderate, found->heavy);
      return {low, high};
    }
    complaint = other + " is not two percentages a,b from 1 to 99; ignored";
  }
  return fallback;
}

bool wants_color(const Lookup& lookup, bool forced, bool output_is_terminal) {
  if (forced) return true;
  if (is_set(lookup, "NO_COLOR") || is_set(lookup, "ANSI_COLORS_DISABLED")) return false;
  return output_is_terminal && lookup("TERM") != "dumb";
}

std::optional<int> known_width(const Lookup& lookup, std::optional<int> terminal_columns) {
  if (const auto text = lookup("COLUMNS")) {
    if (const auto columns = find_int(*text); columns && *columns > 0) {
      return std::min(*columns, widest);
    }
  }
  if (!terminal_columns) return std::nullopt;
  return std::min(*terminal_columns, widest);
}

int output_width(const Lookup& lookup, std::optional<int> terminal_columns) {
  return std::max(known_width(lookup, terminal_columns).value_or(narrowest), narrowest);
}

}  // namespace gander::cli
