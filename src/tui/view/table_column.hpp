// SPDX-License-Identifier: Apache-2.0
// The columns of the process table that can be shown or hidden, by their names.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>

namespace gander::tui {

/// In the order in which they stand. The number of a process is never hidden: it is who the row is.
enum class TableColumn : std::uint8_t {
  gpu,
  pid,
  type,
  user,
  gpu_memory,
  sm,
  memory_bandwidth,
  cpu,
  host_memory,
  time,
  owner,
  command,
};
/// Their names in the configuration.
inline constexpr std::array<std::string_view, 12> column_words{
    "gpu", "pid",         "type", "user",  "gpu_memory", "sm", "memory_bandwidth",
    "cpu", "host_memory", "time", "owner", "command"};

/// Which are shown.
class TableColumns {
 public:
  [[nodiscard]] bool has(TableColumn column) const {
    return column == TableColumn::pid || shown_.test(static_cast<std::size_t>(column));
  }
  void show(TableColumn column) { shown_.set(static_cast<std::size_t>(column)); }
  void hide(TableColumn column) { shown_.reset(static_cast<std::size_t>(column)); }
  void hide_all() { shown_.reset(); }
  friend bool operator==(const TableColumns&, const TableColumns&) = default;

 private:
  std::bitset<column_words.size()> shown_ = std::bitset<column_words.size()>{}.set();
};

}  // namespace gander::tui
