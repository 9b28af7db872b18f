// SPDX-License-Identifier: Apache-2.0
// Feeds any bytes to the reader of cgroup paths. What it names must stand in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "owner/cgroup/identity.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto identity = gander::owner::parse_cgroup(text);
  const auto is_inside = [&](const auto& name) {
    return !name || (!name->empty() && text.find(*name) != std::string_view::npos);
  };
  if (!is_inside(identity.slurm_job) || !is_inside(identity.unit)) std::abort();
  if (identity.is_monitor && identity.container) std::abort();
  return 0;
}
