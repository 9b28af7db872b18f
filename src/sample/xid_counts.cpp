// SPDX-License-Identifier: Apache-2.0
// Bodies of xid_counts.hpp.
#include "sample/xid_counts.hpp"

#include <algorithm>

namespace gander::sample {
namespace {

XidCount& count_of(std::vector<XidCount>& counts, std::uint32_t code) {
  const auto find = [&] { return std::ranges::lower_bound(counts, code, {}, &XidCount::code); };
  auto place = find();
  if (place != counts.end() && place->code == code) return *place;
  if (counts.size() >= xid_code_limit) {
    counts.erase(std::ranges::min_element(counts, {}, &XidCount::last_time));
    place = find();
  }
  return *counts.insert(place, XidCount{code, 0, 0});
}

}  // namespace

XidCounts::Entry& XidCounts::entry_of(const std::string& device) {
  const auto found = devices_.find(device);
  if (found != devices_.end()) return found->second;
  if (devices_.size() >= xid_device_limit) {
    devices_.erase(std::ranges::min_element(
        devices_, {}, [](const auto& entry) { return entry.second.last_time; }));
  }
  return devices_[device];
}

void XidCounts::note(const Event& event, double now) {
  if (!event.xid.is_known() || event.device.empty()) return;
  const double time = event.time > 0 ? event.time : now;
  auto& entry = entry_of(event.device);
  auto& count = count_of(entry.counts, event.xid.value());
  ++count.count;
  count.last_time = std::max(count.last_time, time);
  entry.last_time = std::max(entry.last_time, time);
}

void XidCounts::fill(std::vector<Device>& devices) const {
  for (auto& device : devices) {
    if (!device.uuid.is_known()) continue;
    const auto found = devices_.find(device.uuid.value());
    if (found != devices_.end()) device.xids = found->second.counts;
  }
}

}  // namespace gander::sample
