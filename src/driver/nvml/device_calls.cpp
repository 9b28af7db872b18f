// SPDX-License-Identifier: Apache-2.0
// What is remembered of each answer of a device.
#include "driver/nvml/device_calls.hpp"

#include <fmt/format.h>

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;

// How long a refusal holds before we try again; permissions change when an administrator acts.
constexpr auto permission_pause = 60s;
// A question that failed this often in a row is asked only now and then.
constexpr unsigned patience = 3;
constexpr auto failure_pause = 10s;

double unix_seconds(const os::Clock& clock) {
  return std::chrono::duration<double>(clock.wall()).count();
}

}  // namespace

DeviceCalls::DeviceCalls(const Context& context, DeviceEntry& entry)
    : context_(context), entry_(entry) {
  entry_.in_flight.fetch_add(1);
  if (!entry_.pci_bus_id.empty()) {
    entry_.is_asleep = is_suspended(context_.root, entry_.pci_bus_id);
  }
}

DeviceCalls::~DeviceCalls() { entry_.in_flight.fetch_sub(1); }

Code DeviceCalls::blocking_code() const {
  if (const Code down = context_.library->down_code(); down != code::success) return down;
  if (const Code down = entry_.down_code.load(); down != code::success) return down;
  if (entry_.is_asleep.load()) return code::no_data;
  return entry_.handle == nullptr ? code::no_data : code::success;
}

Missing DeviceCalls::obstacle() const {
  if (context_.library->down_code() != code::success) return Missing::driver_down;
  if (entry_.is_asleep.load()) return Missing::suspended;
  const Code blocked = blocking_code();
  return blocked == code::success ? Missing::not_sampled : missing_of(blocked);
}

void DeviceCalls::note(Code answer) {
  switch (classify(answer)) {
    case CodeClass::device_down:
      set_down_code(context_, entry_, answer);
      return;
    case CodeClass::driver_down:
      context_.library->confirm_down(answer);
      return;
    default:
      return;
  }
}

Missing DeviceCalls::closed_reason(const Learned& learned) const {
  if (const Missing reason = obstacle(); reason != Missing::not_sampled) return reason;
  if (!learned.is_supported) return Missing::not_supported;
  if (context_.clock.steady() < learned.ask_again) return learned.reason;
  return Missing::not_sampled;
}

Missing DeviceCalls::learn(Learned& learned, Code code) const {
  const auto now = context_.clock.steady();
  switch (classify(code)) {
    case CodeClass::success:
      learned.failures = 0;
      return Missing::not_sampled;
    case CodeClass::structural:
      learned.is_supported = false;
      return Missing::not_supported;
    case CodeClass::permission:
      learned.reason = Missing::no_permission;
      learned.ask_again = now + permission_pause;
      return Missing::no_permission;
    case CodeClass::driver_down:
      // Where the rest of the driver works, this one call is broken, not the driver.
      if (context_.library->down_code() != code::success) return Missing::driver_down;
      break;
    case CodeClass::device_down:
    case CodeClass::no_data:
      return missing_of(code);
    case CodeClass::transient:
      break;
  }
  learned.reason = Missing::no_data;
  if (++learned.failures >= patience) learned.ask_again = now + failure_pause;
  return Missing::no_data;
}

void set_down_code(const Context& context, DeviceEntry& entry, Code code) {
  const Code before = entry.down_code.exchange(code);
  if (before == code) return;
  const std::string text = code == code::success
                               ? fmt::format("GPU {} answers again", to_string(entry.index))
                               : fmt::format("GPU {}: {}", to_string(entry.index), explain(code));
  context.log->add({unix_seconds(context.clock), "nvml", entry.uuid.value_or(""), text});
}

}  // namespace gander::driver::nvml
