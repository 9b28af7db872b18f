// SPDX-License-Identifier: Apache-2.0
// A device's place as text, `3` or `3:0`, and back; and a device found by its UUID.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/device.hpp"
#include "gander/snapshot.hpp"
#include "model/whole_number.hpp"

namespace gander {

std::string to_string(const DeviceIndex& index) {
  auto text = std::to_string(index.gpu);
  if (index.instance) text += ':' + std::to_string(*index.instance);
  return text;
}

std::string list_devices(std::vector<DeviceIndex> devices) {
  std::sort(devices.begin(), devices.end());
  std::string out;
  for (std::size_t i = 0; i < devices.size();) {
    std::size_t last = i;
    while (last + 1 < devices.size() && !devices[i].instance && !devices[last + 1].instance &&
           devices[last + 1].gpu == devices[last].gpu + 1) {
      ++last;
    }
    out += (i == 0 ? "" : ", ") + to_string(devices[i]);
    if (last > i) out += (last == i + 1 ? ", " : "-") + to_string(devices[last]);
    i = last + 1;
  }
  return out;
}

std::optional<DeviceIndex> find_device_index(std::string_view text) {
  const auto colon = text.find(':');
  const auto gpu = find_whole_number<std::uint32_t>(text.substr(0, colon));
  if (!gpu) return std::nullopt;
  if (colon == std::string_view::npos) return DeviceIndex{*gpu, std::nullopt};
  const auto instance = find_whole_number<std::uint32_t>(text.substr(colon + 1));
  if (!instance) return std::nullopt;
  return DeviceIndex{*gpu, instance};
}

const Workload* find_workload(const Snapshot& snapshot, const Process& process) {
  if (!process.workload.is_known()) return nullptr;
  const auto found =
      std::ranges::find(snapshot.workloads, process.workload.value(), &Workload::root);
  return found == snapshot.workloads.end() ? nullptr : &*found;
}

const Device* find_device(const Snapshot& snapshot, std::string_view uuid) {
  for (const auto& device : snapshot.devices) {
    if (device.uuid.is_known() && device.uuid.value() == uuid) return &device;
  }
  return nullptr;
}

}  // namespace gander
