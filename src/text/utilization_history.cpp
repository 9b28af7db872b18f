// SPDX-License-Identifier: Apache-2.0
// Samples by device.
#include "text/utilization_history.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace gander::text {

void UtilizationHistory::add(const Snapshot& snapshot) {
  std::erase_if(samples_,
                [&](const auto& entry) { return find_device(snapshot, entry.first) == nullptr; });
  for (const auto& device : snapshot.devices) {
    const auto& ratio = device.readings[Metric::gpu_utilization];
    if (!device.uuid.is_known() || !ratio.is_known()) continue;
    auto& samples = samples_[device.uuid.value()];
    samples.push_back(ratio.value());
    if (samples.size() > std::max<std::size_t>(most_, 2)) samples.pop_front();
  }
}

Reading UtilizationHistory::mean(std::string_view uuid, std::size_t window) const {
  const auto found = samples_.find(uuid);
  if (found == samples_.end() || found->second.size() < 2) return Missing::no_data;
  const auto& samples = found->second;
  const auto count = std::clamp<std::size_t>(window, 1, samples.size());
  const auto first = samples.end() - static_cast<std::ptrdiff_t>(count);
  return std::accumulate(first, samples.end(), 0.0) / static_cast<double>(count);
}

}  // namespace gander::text
