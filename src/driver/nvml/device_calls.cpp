// SPDX-License-Identifier: Apache-2.0
// What is remembered of each answer of a device.
#include "driver/nvml/device_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;

// How long a refusal holds before we try again; permissions change when an administrator acts.
constexpr auto permission_pause = 60s;
// A question that failed this often in a row is asked only now and then.
constexpr unsigned patience = 3;
constexpr auto failure_pause = 10s;
// Falling asleep takes a GPU much longer than this, so it need not be asked for every call.
constexpr auto awake_life = 100ms;
// Whether a device is still what it was is asked at most this often.
constexpr auto doubt_pause = 500ms;

double unix_seconds(const os::Clock& clock) {
  return std::chrono::duration<double>(clock.wall()).count();
}

// Handles of instances die when their GPU is partitioned anew, those of GPUs when one is unplugged,
// and this is how it shows.
bool is_dead(Code answer, const DeviceEntry& entry) {
  return answer == code::invalid_argument || (entry.is_instance() && answer == code::not_found);
}

}  // namespace

DeviceCalls::DeviceCalls(const Context& context, DeviceEntry& entry)
    : context_(context), entry_(entry) {
  entry_.in_flight.fetch_add(1);
  const auto now = context_.clock.steady();
  if (entry_.pci_bus_id.empty() || now < entry_.awake_until.load()) return;
  entry_.is_asleep = is_suspended(context_.root, entry_.pci_bus_id);
  if (!entry_.is_asleep) entry_.awake_until = now + awake_life;
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
  if (is_dead(answer, entry_)) entry_.is_doubtful = true;
  // A dead handle answers nothing; one that answers was only asked something odd before.
  if (answer == code::success) entry_.is_doubtful = false;
  switch (classify(answer)) {
    case CodeClass::device_down:
      if (entry_.is_instance()) entry_.is_stale = true;
      set_down_code(context_, entry_, answer);
      return;
    case CodeClass::driver_down:
      context_.library->confirm_down(answer);
      return;
    default:
      return;
  }
}

Missing DeviceCalls::closed_reason(const Learned& learned) {
  if (const Missing reason = obstacle(); reason != Missing::not_sampled) return reason;
  if (!learned.is_supported) return Missing::not_supported;
  if (context_.clock.steady() < learned.ask_again) {
    failure_ = learned.code;
    return learned.reason;
  }
  return Missing::not_sampled;
}

Missing DeviceCalls::learn(Learned& learned, Code code) {
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
  learned.reason = Missing::driver_error;
  learned.code = failure_ = code;
  if (++learned.failures >= patience) learned.ask_again = now + failure_pause;
  return Missing::driver_error;
}

void DeviceCalls::update(std::vector<DriverError>& errors) const {
  // One of several fans, links or lists that fails is enough.
  std::erase_if(errors, [this](const DriverError& error) {
    return std::ranges::any_of(checked_,
                               [&](const Checked& checked) { return checked.what == error.what; });
  });
  for (const auto& [what, code] : checked_) {
    const auto is_same = [&](const DriverError& error) { return error.what == what; };
    if (code == code::success || std::ranges::any_of(errors, is_same)) continue;
    errors.push_back({std::string{what}, name_and_number(code)});
  }
}

void check_identity(DeviceCalls& calls) {
  DeviceEntry& entry = calls.entry();
  if (!entry.is_doubtful.exchange(false) || !entry.uuid.is_known()) return;
  const auto now = calls.context().clock.steady();
  if (now < entry.doubt_again.load()) return;
  entry.doubt_again = now + doubt_pause;
  std::array<char, 128> buffer{};
  const Code code = calls.call(calls.symbols().uuid, buffer.data(), 96U);
  buffer.back() = '\0';
  if (code == code::success ? entry.uuid.value() != buffer.data() : is_dead(code, entry)) {
    entry.is_stale = true;
  }
  entry.is_doubtful = false;
}

void set_down_code(const Context& context, DeviceEntry& entry, Code code) {
  const Code before = entry.down_code.exchange(code);
  // An instance that is gone is no news of its own: its GPU is looked at again.
  if (before == code || entry.is_instance()) return;
  const std::string text = code == code::success
                               ? fmt::format("GPU {} answers again", to_string(entry.index))
                               : fmt::format("GPU {}: {}", to_string(entry.index), explain(code));
  context.log->add({unix_seconds(context.clock), "nvml", entry.uuid.value_or(""), text});
}

}  // namespace gander::driver::nvml
