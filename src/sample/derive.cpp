// SPDX-License-Identifier: Apache-2.0
// Events that follow from the difference of two snapshots, and memory shared with the host.
#include "sample/derive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gander::sample {
namespace {

void derive_state(const Device& before, const Device& after, std::vector<Event>& events) {
  if (before.state == after.state) return;
  auto text = fmt::format("device {} is {}, was {}", to_string(after.index), name_of(after.state),
                          name_of(before.state));
  if (!after.state_detail.empty()) text += ": " + after.state_detail;
  events.push_back({0, after.driver, after.uuid.value_or({}), std::move(text)});
}

void derive_memory_errors(const Device& before, const Device& after, std::vector<Event>& events) {
  const auto growth = find_growth(before.readings[Metric::ecc_volatile_uncorrected],
                                  after.readings[Metric::ecc_volatile_uncorrected]);
  if (growth.value_or(0) <= 0) return;
  events.push_back({0, after.driver, after.uuid.value_or({}),
                    fmt::format("device {} counted {:.0f} more uncorrected memory errors",
                                to_string(after.index), *growth)});
}

void derive_driver(const DriverStatus& before, const DriverStatus& after,
                   std::vector<Event>& events) {
  if (before.error.has_value() == after.error.has_value()) return;
  auto text = after.error ? fmt::format("driver {} went down: {}", after.name, after.error->message)
                          : fmt::format("driver {} is back", after.name);
  events.push_back({0, after.name, {}, std::move(text)});
}

bool shares_host_memory(const Device& device) {
  const Reading& total = device.readings[Metric::memory_total];
  const bool has_none = total == Reading{Missing::not_supported} || total == Reading{0.0};
  return has_none && device.state == DeviceState::ok && !device.is_instance() &&
         device.uuid.is_known();
}

Reading sum_of_processes(const Snapshot& snapshot, const std::string& uuid) {
  double sum = 0;
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      if (use.device != uuid) continue;
      const Reading& memory = use.readings[Metric::gpu_memory];
      if (!memory.is_known()) return memory.reason();
      sum += memory.value();
    }
  }
  return sum;
}

}  // namespace

void derive_shared_memory(Snapshot& snapshot) {
  for (auto& device : snapshot.devices) {
    if (!shares_host_memory(device)) continue;
    device.readings[Metric::memory_used] = sum_of_processes(snapshot, device.uuid.value());
  }
}

void leave_out_shared_memory(Snapshot& snapshot) {
  for (auto& device : snapshot.devices) {
    if (shares_host_memory(device)) device.readings[Metric::memory_used] = Missing::not_sampled;
  }
}

std::optional<double> find_growth(const Reading& before, const Reading& after) {
  if (!before.is_known() || !after.is_known()) return std::nullopt;
  const double growth = after.value() - before.value();
  if (growth < 0) return std::nullopt;
  return growth;
}

std::vector<Event> derive_events(const Snapshot& before, const Snapshot& after) {
  std::vector<Event> events;
  for (const auto& driver : after.drivers) {
    const auto old = std::find_if(before.drivers.begin(), before.drivers.end(),
                                  [&](const auto& known) { return known.name == driver.name; });
    if (old != before.drivers.end()) derive_driver(*old, driver, events);
  }
  for (const auto& device : after.devices) {
    const auto* old = device.uuid.is_known() ? find_device(before, device.uuid.value()) : nullptr;
    if (old == nullptr) continue;
    derive_state(*old, device, events);
    derive_memory_errors(*old, device, events);
  }
  for (auto& event : events) event.time = after.time;
  return events;
}

}  // namespace gander::sample
