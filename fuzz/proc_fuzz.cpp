// SPDX-License-Identifier: Apache-2.0
// Feeds any bytes to the parsers of /proc. What they give must lie inside what they got.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "host/proc_text.hpp"
#include "host/traffic_text.hpp"
#include "os/process_stat.hpp"

namespace {

using gander::fuzz::require;

void check_stat(std::string_view text) {
  const auto stat = gander::os::parse_process_stat(text);
  if (!stat) return;
  require(stat->name.data() >= text.data());
  require(stat->name.data() + stat->name.size() <= text.data() + text.size());
}

void check_command(std::string_view text) {
  std::size_t size = 0;
  for (const auto& argument : gander::host::parse_command(text)) size += argument.size() + 1;
  require(size <= text.size() + 1);
}

void check_host(std::string_view text) {
  const auto memory = gander::host::parse_memory(text);
  require(!memory.total || *memory.total >= 0);
  const auto processors = gander::host::parse_processors(text);
  require(!processors || processors->busy <= processors->total);
  const auto load = gander::host::parse_load(text);
  require(!load || load->one_minute >= 0);
}

void check_traffic(std::string_view text) {
  for (const auto& disk : gander::host::parse_disks(text)) {
    require(!disk.name.empty() && disk.in >= 0 && disk.out >= 0);
  }
  for (const auto& device : gander::host::parse_network(text)) {
    require(!device.name.empty() && device.in >= 0 && device.out >= 0);
  }
  const auto io = gander::host::parse_process_io(text);
  require(!io.read || *io.read >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_stat(text);
  check_command(text);
  check_host(text);
  check_traffic(text);
  gander::host::parse_status(text);
  gander::host::hides_processes(text);
  gander::host::find_user_name(text, 0);
  return 0;
}
