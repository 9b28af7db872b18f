// SPDX-License-Identifier: Apache-2.0
// Body of same_process.hpp.
#include "host/same_process.hpp"

#include <fmt/format.h>

#include "os/process_stat.hpp"

namespace gander::host {

bool is_same_process(const os::Root& root, Pid pid, std::uint64_t start_ticks) {
  const auto text = root.read_piece(fmt::format("/proc/{}/stat", pid));
  const auto stat = text ? os::parse_process_stat(*text) : std::nullopt;
  return stat && stat->start_ticks == start_ticks;
}

}  // namespace gander::host
