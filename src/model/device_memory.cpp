// SPDX-License-Identifier: Apache-2.0
#include "gander/device_memory.hpp"

namespace gander {

Reading share(const Reading& part, const Reading& whole) {
  if (!part.is_known()) return part;
  if (!whole.is_known()) return whole;
  if (whole.value() <= 0) return Missing::not_supported;
  return part.value() / whole.value();
}

bool shares_host_memory(const Host& host, const Device& device) {
  const auto& total = device.readings[Metric::memory_total];
  const bool has_none = total == Reading{Missing::not_supported} || total == Reading{0.0};
  return has_none && device.state == DeviceState::ok && !device.is_instance() &&
         host.readings[Metric::host_memory_total].is_known();
}

const Reading& usable_memory_of(const Host& host, const Device& device) {
  return shares_host_memory(host, device) ? host.readings[Metric::host_memory_total]
                                          : device.readings[Metric::memory_total];
}

Reading memory_share(const Host& host, const Device& device) {
  return share(device.readings[Metric::memory_used], usable_memory_of(host, device));
}

}  // namespace gander
