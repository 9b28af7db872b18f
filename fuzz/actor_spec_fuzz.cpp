// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a placeholder process of a simulated machine is told: nothing, or what can be
// written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "sim/actor_spec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto spec = gander::sim::read_actor_spec(bytes);
  if (!spec) return 0;
  gander::fuzz::require(!spec->argv.empty());
  const auto text = gander::sim::write_actor_spec(*spec);
  const auto again = gander::sim::read_actor_spec(text);
  gander::fuzz::require(again && gander::sim::write_actor_spec(*again) == text);
  return 0;
}
