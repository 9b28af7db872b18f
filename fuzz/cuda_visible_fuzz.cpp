// SPDX-License-Identifier: Apache-2.0
// Any value of CUDA_VISIBLE_DEVICES: no crash, no device twice, none that does not exist.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "gander/cuda_visible.hpp"
#include "tests/golden/fixture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto plain = gander::fixture::sample_snapshot().devices;
  static const auto with_mig = gander::fixture::mig_snapshot().devices;
  const std::string_view value{reinterpret_cast<const char*>(bytes), size};
  for (const auto* devices : {&plain, &with_mig}) {
    std::set<gander::DeviceIndex> seen;
    std::set<gander::DeviceIndex> present;
    for (const auto& device : *devices) present.insert(device.index);
    for (const auto& index : gander::parse_cuda_visible_devices(value, *devices)) {
      if (!present.contains(index) || !seen.insert(index).second) std::abort();
    }
  }
  return 0;
}
