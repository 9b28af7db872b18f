// SPDX-License-Identifier: Apache-2.0
// Bodies of traffic_text.hpp.
#include "host/traffic_text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "host/words.hpp"
#include "model/whole_number.hpp"

namespace gander::host {
namespace {

/// The kernel counts in these, whatever the sectors of the disk are (Documentation/admin-guide/
/// iostats.rst).
constexpr double bytes_per_sector = 512;
/// More devices than any machine has; a text longer than that is not the kernel's.
constexpr std::size_t most_devices = 65'536;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// The words number `first` and `second` of `line`, counted from 0, as numbers.
struct TwoNumbers {
  double first{};
  double second{};
};
std::optional<TwoNumbers> take_two(std::string_view line, std::size_t first, std::size_t second) {
  TwoNumbers numbers;
  for (std::size_t place = 0; place <= second; ++place) {
    const auto word = take_word(line);
    if (place != first && place != second) continue;
    const auto value = find_whole_number<std::uint64_t>(word);
    if (!value) return {};
    (place == first ? numbers.first : numbers.second) = static_cast<double>(*value);
  }
  return numbers;
}

}  // namespace

std::vector<DeviceTraffic> parse_disks(std::string_view text) {
  constexpr std::size_t sectors_read = 2;
  constexpr std::size_t sectors_written = 6;
  std::vector<DeviceTraffic> disks;
  while (!text.empty() && disks.size() < most_devices) {
    auto line = take(text, '\n');
    take_word(line);
    take_word(line);
    const auto name = take_word(line);
    const auto sectors = take_two(line, sectors_read, sectors_written);
    if (name.empty() || !sectors) continue;
    disks.push_back(
        {std::string{name}, sectors->first * bytes_per_sector, sectors->second * bytes_per_sector});
  }
  return disks;
}

std::vector<DeviceTraffic> parse_network(std::string_view text) {
  constexpr std::size_t received = 0;
  constexpr std::size_t transmitted = 8;
  std::vector<DeviceTraffic> devices;
  while (!text.empty() && devices.size() < most_devices) {
    auto line = take(text, '\n');
    if (line.find(':') == std::string_view::npos) continue;
    auto label = take(line, ':');
    const auto name = take_word(label);
    const auto bytes = take_two(line, received, transmitted);
    if (!name.empty() && bytes) devices.push_back({std::string{name}, bytes->first, bytes->second});
  }
  return devices;
}

bool is_partition_of(std::string_view name, std::string_view disk) {
  if (disk.empty() || name.size() <= disk.size() || !name.starts_with(disk)) return false;
  auto rest = name.substr(disk.size());
  // A disk whose name ends in a digit sets its partitions apart by a `p`.
  if (is_digit(disk.back())) {
    if (rest.front() != 'p') return false;
    rest.remove_prefix(1);
  }
  return !rest.empty() && std::all_of(rest.begin(), rest.end(), is_digit);
}

}  // namespace gander::host
