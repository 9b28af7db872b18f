// SPDX-License-Identifier: Apache-2.0
// The devices in sight.
#include "tui/view/shown_devices.hpp"

#include "gander/device_memory.hpp"
#include "text/device_words.hpp"
#include "tui/widget/bar.hpp"

namespace gander::tui {

std::vector<const Device*> shown_devices(const Snapshot& snapshot, const ViewState& state) {
  std::vector<const Device*> shown;
  shown.reserve(snapshot.devices.size());
  for (const Device& device : snapshot.devices) {
    if (is_asked_for(device, state.selection)) shown.push_back(&device);
  }
  return shown;
}

bool is_in_sight(const Snapshot& snapshot, const ViewState& state, const Process& process,
                 const Use& use) {
  if (!is_asked_for(process, state.selection)) return false;
  if (!matches(use.type, state.selection.contexts)) return false;
  const Device* device = find_device(snapshot, use.device);
  // A device that is not listed can only be asked for with all others.
  const bool is_of_asked =
      device == nullptr ? !state.selection.devices : is_asked_for(*device, state.selection);
  return is_of_asked && state.filter.matches(snapshot, process, use);
}

Role role_of(const Snapshot& snapshot, const ViewState& state, const Device& device) {
  if (text::is_broken(device)) return Role::error;
  const auto memory = intensity_of(memory_share(snapshot.host, device), state.memory_levels);
  if (device.is_instance()) return memory;
  return worse(memory, intensity_of(device.readings[Metric::gpu_utilization], state.gpu_levels));
}

}  // namespace gander::tui
