// SPDX-License-Identifier: Apache-2.0
// The text of /proc/PID/stat into fields; pure, for text of any origin.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gander::os {

/// Fields of `stat` (proc(5)) that we use, in the kernel's units.
struct ProcessStat {
  std::string_view name;           ///< Field 2, a view into the text; may hold any byte.
  char state{};                    ///< Field 3.
  std::int64_t parent{};           ///< Field 4.
  std::int64_t session{};          ///< Field 6: leader of its session.
  std::uint64_t minor_faults{};    ///< Field 10, without those of children.
  std::uint64_t major_faults{};    ///< Field 12, without those of children.
  std::uint64_t user_ticks{};      ///< Field 14.
  std::uint64_t system_ticks{};    ///< Field 15.
  std::uint64_t threads{};         ///< Field 20.
  std::uint64_t start_ticks{};     ///< Field 22, since boot.
  std::uint64_t resident_pages{};  ///< Field 24; the same counters as in `statm`.
};

/// Reads from the last `)`, because names hold spaces and parentheses; nothing if it is not the
/// text of a `stat` file.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace gander::os
