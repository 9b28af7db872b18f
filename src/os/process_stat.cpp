// SPDX-License-Identifier: Apache-2.0
// Body of process_stat.hpp.
#include "os/process_stat.hpp"

#include <algorithm>
#include <array>

#include "model/whole_number.hpp"

namespace gander::os {
namespace {

constexpr std::size_t first_after_state = 4;
constexpr std::size_t last_field = 24;
using Fields = std::array<std::string_view, last_field + 1>;

/// Fields 4 to 24 of what follows the state letter; false where there are fewer.
bool split(std::string_view text, Fields& fields) {
  for (std::size_t field = first_after_state; field <= last_field; ++field) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    if (end == 0) return false;
    fields[field] = text.substr(0, end);
    text.remove_prefix(end);
  }
  return true;
}

template <class T>
bool read(std::string_view text, T& into) {
  const auto found = find_whole_number<T>(text);
  if (found) into = *found;
  return found.has_value();
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (close == std::string_view::npos || open >= close || text.size() < close + 4) return {};
  ProcessStat stat;
  stat.name = text.substr(open + 1, close - open - 1);
  stat.state = text[close + 2];
  Fields fields;
  if (!split(text.substr(close + 3), fields)) return {};
  const bool complete = read(fields[4], stat.parent) && read(fields[6], stat.session) &&
                        read(fields[10], stat.minor_faults) &&
                        read(fields[12], stat.major_faults) && read(fields[14], stat.user_ticks) &&
                        read(fields[15], stat.system_ticks) && read(fields[20], stat.threads) &&
                        read(fields[22], stat.start_ticks) && read(fields[24], stat.resident_pages);
  if (!complete) return {};
  return stat;
}

}  // namespace gander::os
