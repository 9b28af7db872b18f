// SPDX-License-Identifier: Apache-2.0
// The rules of CUDA_VISIBLE_DEVICES, entry by entry.
#include "gander/cuda_visible.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <string>

namespace gander {
namespace {

/// The first entry decides what all entries must be.
enum class EntryKind : std::uint8_t { number, gpu_uuid, instance_uuid };

using Found = const Device*;

struct Machine {
  std::vector<Found> gpus;  ///< In PCI order.
  std::vector<Found> instances;
};

Machine sort_out(const std::vector<Device>& devices) {
  Machine machine;
  bool has_places = true;
  for (const auto& device : devices) {
    (device.is_instance() ? machine.instances : machine.gpus).push_back(&device);
    if (!device.is_instance()) has_places = has_places && device.pci_bus_id.is_known();
  }
  std::sort(machine.gpus.begin(), machine.gpus.end(), [&](Found a, Found b) {
    if (has_places && a->pci_bus_id != b->pci_bus_id) {
      return a->pci_bus_id.value() < b->pci_bus_id.value();
    }
    return a->index < b->index;
  });
  std::sort(machine.instances.begin(), machine.instances.end(),
            [](Found a, Found b) { return a->index < b->index; });
  return machine;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The number at the beginning; what follows it is ignored.
std::optional<std::uint32_t> leading_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

EntryKind kind_of(std::string_view entry) {
  if (entry.starts_with("GPU-")) return EntryKind::gpu_uuid;
  return entry.starts_with("MIG-") ? EntryKind::instance_uuid : EntryKind::number;
}

/// The one device whose UUID begins with `prefix`; null if none or several do.
Found find_by_prefix(const std::vector<Found>& devices, std::string_view prefix) {
  Found found = nullptr;
  for (const Found device : devices) {
    if (!device->uuid.is_known() || !device->uuid.value().starts_with(prefix)) continue;
    if (device->uuid.value() == prefix) return device;
    if (found != nullptr) return nullptr;
    found = device;
  }
  return found;
}

/// `GPU-…/gi/ci`, the form before MIG instances had UUIDs of their own.
Found find_by_numbers(const Machine& machine, std::string_view entry) {
  const auto slash = entry.find('/');
  const Found gpu = find_by_prefix(machine.gpus, entry.substr(0, slash));
  if (gpu == nullptr || slash == std::string_view::npos) return nullptr;
  auto rest = entry.substr(slash + 1);
  const auto gpu_instance = leading_number(rest);
  if (!gpu_instance || !rest.starts_with('/')) return nullptr;
  rest.remove_prefix(1);
  const auto compute_instance = leading_number(rest);
  if (!compute_instance || !rest.empty()) return nullptr;
  for (const Found instance : machine.instances) {
    if (instance->index.gpu == gpu->index.gpu &&
        instance->gpu_instance_id == Known{*gpu_instance} &&
        instance->compute_instance_id == Known{*compute_instance}) {
      return instance;
    }
  }
  return nullptr;
}

Found find_entry(const Machine& machine, std::string_view entry, EntryKind kind) {
  switch (kind) {
    case EntryKind::number: {
      const auto number = leading_number(entry);
      return number && *number < machine.gpus.size() ? machine.gpus[*number] : nullptr;
    }
    case EntryKind::gpu_uuid:
      return find_by_prefix(machine.gpus, entry);
    case EntryKind::instance_uuid:
      if (entry.starts_with("MIG-GPU-")) return find_by_numbers(machine, entry.substr(4));
      return find_by_prefix(machine.instances, entry);
  }
  return nullptr;
}

/// What the entries name, and how that ended.
struct Named {
  std::vector<Found> devices;  ///< Up to the first entry that names none; empty if one does twice.
  Found twice = nullptr;
  std::optional<std::string_view> stop;  ///< The entry that names no device.
  bool stops_last = false;               ///< Nothing follows it.
};

Named find_named(const Machine& machine, std::string_view value) {
  Named named;
  std::set<Found> seen;
  std::optional<EntryKind> kind;
  for (bool is_last = false; !is_last;) {
    const auto comma = value.find(',');
    is_last = comma == std::string_view::npos;
    const auto entry = trim(value.substr(0, comma));
    if (!is_last) value.remove_prefix(comma + 1);
    if (!kind) kind = kind_of(entry);
    const Found found = kind == kind_of(entry) ? find_entry(machine, entry, *kind) : nullptr;
    if (found == nullptr) {
      named.stop = entry;
      named.stops_last = is_last;
      break;
    }
    if (!seen.insert(found).second) return {{}, found, {}, false};
    named.devices.push_back(found);
  }
  return named;
}

/// Whether people write this to say "no more devices".
bool is_deliberate_end(std::string_view entry) {
  if (entry.empty() || entry == "NoDevFiles") return true;
  return entry.size() > 1 && entry.front() == '-' &&
         entry.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

Found first_instance(const Machine& machine, const Device& gpu) {
  const auto found =
      std::find_if(machine.instances.begin(), machine.instances.end(),
                   [&](Found instance) { return instance->index.gpu == gpu.index.gpu; });
  return found == machine.instances.end() ? nullptr : *found;
}

}  // namespace

std::vector<DeviceIndex> parse_cuda_visible_devices(std::optional<std::string_view> value,
                                                    const std::vector<Device>& devices) {
  const auto machine = sort_out(devices);
  const auto named = value ? find_named(machine, *value).devices : machine.gpus;
  std::vector<DeviceIndex> visible;
  for (const Found device : named) {
    if (device->is_instance()) return {device->index};
    if (device->mig_mode != Known{Switch::on}) {
      visible.push_back(device->index);
    } else if (const Found instance = first_instance(machine, *device); instance != nullptr) {
      return {instance->index};
    }
  }
  return visible;
}

std::string find_cuda_visible_mistake(std::string_view value, const std::vector<Device>& devices) {
  const auto machine = sort_out(devices);
  const auto named = find_named(machine, value);
  if (named.twice != nullptr) {
    return "CUDA_VISIBLE_DEVICES names GPU " + to_string(named.twice->index) +
           " twice: CUDA sees none then";
  }
  if (!named.stop || (named.stops_last && is_deliberate_end(*named.stop))) return {};
  return "CUDA_VISIBLE_DEVICES: '" + std::string{*named.stop} + "' names no device: CUDA sees " +
         (named.devices.empty() ? "none then" : "only those before it");
}

}  // namespace gander
