// SPDX-License-Identifier: Apache-2.0
// Asks a device for its identity and modes.
#include "driver/nvml/identity.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string_view>

namespace gander::driver::nvml {
namespace {

using TextFunction = Function<Handle, char*, std::uint32_t>;
using NumberFunction = Function<Handle, std::uint32_t*>;

Known<std::string> ask_text(DeviceCalls& calls, Question question, TextFunction function) {
  auto text = calls.ask<std::string>(question, [&](std::string& value) {
    std::array<char, 128> buffer{};
    // 96 is the longest length in use; the rest keeps an end even if the library ignores it.
    const Code code = calls.call(function, buffer.data(), 96U);
    buffer.back() = '\0';
    value = buffer.data();
    return code;
  });
  if (text.is_known() && text.value().empty()) return Missing::no_data;
  return text;
}

Known<std::uint32_t> ask_number(DeviceCalls& calls, Question question, NumberFunction function) {
  return calls.ask<std::uint32_t>(
      question, [&](std::uint32_t& value) { return calls.call(function, &value); });
}

Known<Switch> switch_of(const Known<std::uint32_t>& number) {
  if (!number.is_known()) return number.reason();
  if (number.value() > 1) return Missing::no_data;
  return number.value() == 1 ? Switch::on : Switch::off;
}

Known<ComputeMode> compute_mode_of(const Known<std::uint32_t>& number) {
  if (!number.is_known()) return number.reason();
  if (number.value() > 3) return Missing::no_data;
  return static_cast<ComputeMode>(number.value());
}

/// A number that all ones mark as absent.
Known<std::uint32_t> id_of(const Known<std::uint32_t>& number) {
  if (number.is_known() && number.value() == no_instance) return Missing::no_data;
  return number;
}

Code call_new_bus_id(DeviceCalls& calls, std::string& value) {
  PciInfo info;
  const Code code = calls.call(calls.symbols().pci_v3, &info);
  info.bus_id.back() = '\0';
  value = info.bus_id.data();
  return code;
}

// The older forms know the short address only, and one of them writes nothing behind it.
Code call_old_bus_id(DeviceCalls& calls, Function<Handle, PciInfo*> function, std::string& value) {
  PciInfo info;
  const Code code = calls.call(function, &info);
  info.bus_id_legacy.back() = '\0';
  value = info.bus_id_legacy.data();
  return code;
}

Known<ComputeCapability> ask_compute_capability(DeviceCalls& calls) {
  const auto answer =
      calls.ask<ComputeCapability>(Question::compute_capability, [&](ComputeCapability& value) {
        return calls.call(calls.symbols().compute_capability, &value.major, &value.minor);
      });
  if (!answer.is_known()) return answer.reason();
  const ComputeCapability value = answer.value();
  const bool sane = value.major > 0 && value.major < 1000 && value.minor >= 0 && value.minor < 100;
  if (!sane) return Missing::no_data;
  return value;
}

struct MigModes {
  std::uint32_t current{};
  std::uint32_t pending{};
};

void describe_mig(DeviceCalls& calls, Device& into) {
  const auto modes = calls.ask<MigModes>(Question::mig_mode, [&](MigModes& value) {
    return calls.call(calls.symbols().mig_mode, &value.current, &value.pending);
  });
  calls.check("mig_mode", modes);
  if (!modes.is_known()) {
    into.mig_mode = into.mig_mode_pending = modes.reason();
    return;
  }
  into.mig_mode = switch_of(modes.value().current);
  into.mig_mode_pending = switch_of(modes.value().pending);
}

/// What was answered once is not asked again as long as the device is the same.
template <class T, class Ask>
const Known<T>& once(Known<T>& kept, Ask ask) {
  if (!kept.is_known()) kept = ask();
  return kept;
}

void describe_board(DeviceCalls& calls, Device& into) {
  const Symbols& symbols = calls.symbols();
  Identity& kept = calls.entry().identity;
  const auto text = [&](Question question, TextFunction function) {
    return [&calls, question, function] { return ask_text(calls, question, function); };
  };
  into.pci_bus_id = once(kept.pci_bus_id, [&] { return ask_bus_id(calls); });
  calls.check("pci_bus_id", into.pci_bus_id);
  into.serial = once(kept.serial, text(Question::serial, symbols.serial));
  calls.check("serial", into.serial);
  into.minor =
      once(kept.minor, [&] { return id_of(ask_number(calls, Question::minor, symbols.minor)); });
  calls.check("minor", into.minor);
  into.vbios = once(kept.vbios, text(Question::vbios, symbols.vbios));
  calls.check("vbios", into.vbios);
  into.compute_capability =
      once(kept.compute_capability, [&] { return ask_compute_capability(calls); });
  calls.check("compute_capability", into.compute_capability);
  into.compute_mode =
      compute_mode_of(ask_number(calls, Question::compute_mode, symbols.compute_mode));
  calls.check("compute_mode", into.compute_mode);
  into.persistence_mode =
      switch_of(ask_number(calls, Question::persistence_mode, symbols.persistence_mode));
  calls.check("persistence_mode", into.persistence_mode);
  into.display_active =
      switch_of(ask_number(calls, Question::display_active, symbols.display_active));
  calls.check("display_active", into.display_active);
  describe_mig(calls, into);
  into.gpu_instance_id = into.compute_instance_id = Known<std::uint32_t>{Missing::not_supported};
}

/// All but what the device is called.
void set_all(Device& into, Missing reason) {
  into.pci_bus_id = into.serial = into.vbios = Known<std::string>{reason};
  into.minor = into.gpu_instance_id = into.compute_instance_id = Known<std::uint32_t>{reason};
  into.compute_capability = reason;
  into.compute_mode = reason;
  into.persistence_mode = into.display_active = Known<Switch>{reason};
  into.mig_mode = into.mig_mode_pending = Known<Switch>{reason};
}

void describe_instance(DeviceCalls& calls, Device& into) {
  const Symbols& symbols = calls.symbols();
  // What the board has is told by the parent.
  set_all(into, Missing::not_supported);
  into.gpu_instance_id = id_of(ask_number(calls, Question::gpu_instance, symbols.gpu_instance));
  into.compute_instance_id =
      id_of(ask_number(calls, Question::compute_instance, symbols.compute_instance));
}

template <class T>
void fill_gap(Known<T>& value, const Known<T>& from) {
  if (!value.is_known() && from.is_known()) value = from;
}

void fill_from_list(const DeviceEntry& entry, const KernelGpu* kernel, Device& into) {
  fill_gap(into.uuid, entry.uuid);
  if (!entry.pci_bus_id.empty() && !entry.is_instance()) {
    fill_gap(into.pci_bus_id, Known<std::string>{entry.pci_bus_id});
  }
  if (kernel == nullptr || entry.is_instance()) return;
  fill_gap(into.pci_bus_id, Known<std::string>{kernel->pci_bus_id});
  fill_gap(into.uuid, kernel->uuid);
  fill_gap(into.name, kernel->name);
  fill_gap(into.vbios, kernel->vbios);
  fill_gap(into.minor, kernel->minor);
}

}  // namespace

Known<std::string> ask_uuid(DeviceCalls& calls) {
  return ask_text(calls, Question::uuid, calls.symbols().uuid);
}

Known<std::string> ask_bus_id(DeviceCalls& calls) {
  const auto text = calls.ask<std::string>(
      Question::pci, [&](std::string& value) { return call_new_bus_id(calls, value); },
      [&](std::string& value) { return call_old_bus_id(calls, calls.symbols().pci_v2, value); },
      [&](std::string& value) { return call_old_bus_id(calls, calls.symbols().pci_v1, value); });
  if (!text.is_known()) return text.reason();
  const auto bus_id = normalize_bus_id(text.value());
  return bus_id ? Known<std::string>{*bus_id} : Known<std::string>{Missing::no_data};
}

void describe_state(const DeviceCalls& calls, const DeviceEntry& entry, Device& into) {
  into.state = DeviceState::ok;
  into.state_detail.clear();
  const Code down = entry.down_code.load();
  const Code driver_down = calls.context().library->down_code();
  if (driver_down != code::success) {
    into.state = DeviceState::unknown;
    into.state_detail = explain(driver_down);
  } else if (entry.is_asleep.load()) {
    into.state = DeviceState::suspended;
    into.state_detail = "sleeps to save power; asking it would wake it";
  } else if (entry.is_instance() && entry.is_stale.load()) {
    into.state = DeviceState::unknown;
    into.state_detail = "its GPU may have been partitioned anew; looked at again";
  } else if (down != code::success) {
    into.state = state_of(down);
    into.state_detail = explain(down);
  } else if (entry.handle == nullptr) {
    into.state = DeviceState::unknown;
    into.state_detail = "was not opened yet";
  }
}

Device outline_device(const DeviceEntry& entry, const KernelGpu* kernel) {
  Device device;
  device.index = entry.index;
  device.driver = "nvml";
  device.parent = entry.parent;
  fill_from_list(entry, kernel, device);
  return device;
}

Device describe_device(DeviceCalls& calls, const KernelGpu* kernel) {
  DeviceEntry& entry = calls.entry();
  Device device = outline_device(entry, nullptr);
  const Missing obstacle = calls.obstacle();
  if (obstacle == Missing::not_sampled) {
    // Who it is was asked when it was last looked at.
    const Known<std::string>& uuid = calls.entry().uuid;
    device.uuid = uuid.is_known() ? uuid : ask_uuid(calls);
    // Before the rest: a device that gives up halfway is still called by its name.
    device.name = once(entry.identity.name,
                       [&calls] { return ask_text(calls, Question::name, calls.symbols().name); });
    calls.check("name", device.name);
    entry.is_instance() ? describe_instance(calls, device) : describe_board(calls, device);
  } else {
    device.uuid = device.name = Known<std::string>{obstacle};
    set_all(device, obstacle);
  }
  fill_from_list(entry, kernel, device);
  device.clock_limits = Missing::not_sampled;
  describe_state(calls, entry, device);
  return device;
}

}  // namespace gander::driver::nvml
