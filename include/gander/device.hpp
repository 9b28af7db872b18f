// SPDX-License-Identifier: Apache-2.0
// A device: a GPU, or a MIG instance (a device with a parent).
#pragma once

#include <array>
#include <bitset>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/allocation.hpp"
#include "gander/known.hpp"
#include "gander/reading.hpp"

namespace gander {

/// Place of a device in the driver's order: `0`, or `3:0` for the first MIG instance of GPU 3.
/// Presentation only: it may change at the next boot. The stable key is the UUID.
struct DeviceIndex {
  std::uint32_t gpu{};
  std::optional<std::uint32_t> instance;
  friend auto operator<=>(const DeviceIndex&, const DeviceIndex&) = default;
};

std::string to_string(const DeviceIndex& index);
/// Reads `0` or `3:0`; nothing if the text is anything else.
std::optional<DeviceIndex> find_device_index(std::string_view text);

/// Whether a device answers.
enum class DeviceState : std::uint8_t {
  ok,
  lost,            ///< Fell off the bus.
  reset_required,  ///< Answers nothing useful until it is reset.
  inaccessible,    ///< Exists, but we may not open it.
  suspended,       ///< Sleeps; not woken.
  timed_out,       ///< Calls do not come back.
  unknown,         ///< The driver gave an error without a better name; `state_detail` has it.
};

enum class Switch : std::uint8_t { off, on };
enum class ComputeMode : std::uint8_t { shared, exclusive_thread, prohibited, exclusive_process };

/// What keeps the clocks below their maximum, in the order of the driver's bits.
enum class ClockLimit : std::uint8_t {
  idle,
  application_clocks,
  software_power_cap,
  hardware_slowdown,
  sync_boost,
  software_thermal,
  hardware_thermal,
  power_brake,
  display_clock,
};
inline constexpr std::size_t clock_limit_count = 9;
/// The reasons in force; empty: nothing limits the clocks.
using ClockLimits = std::bitset<clock_limit_count>;

struct ComputeCapability {
  int major{};
  int minor{};
  friend bool operator==(const ComputeCapability&, const ComputeCapability&) = default;
};

/// One fan.
struct Fan {
  FanReadings readings;
  friend bool operator==(const Fan&, const Fan&) = default;
};

/// A GPU or a MIG instance, as one snapshot saw it. One that is lost stays here and says so.
struct Device {
  DeviceIndex index;
  std::string driver;  ///< Which driver speaks for it: `nvml`.
  DeviceState state{};
  std::string state_detail;  ///< One line for a person where `state` is not `ok`; else empty.

  Known<std::string> uuid;        ///< `GPU-…` or `MIG-…`: the stable key.
  Known<std::string> name;        ///< The driver's words, for instance `NVIDIA H100 80GB HBM3`.
  Known<std::string> pci_bus_id;  ///< `domain:bus:device.function`, eight-digit domain, lower case.
  Known<std::string> serial;
  Known<std::uint32_t> minor;  ///< N of `/dev/nvidiaN`.
  Known<std::string> vbios;
  Known<ComputeCapability> compute_capability;

  std::optional<std::string> parent;  ///< UUID of the GPU a MIG instance is part of.
  Known<std::uint32_t> gpu_instance_id;
  Known<std::uint32_t> compute_instance_id;

  Known<ComputeMode> compute_mode;
  Known<Switch> persistence_mode;
  Known<Switch> display_active;
  Known<Switch> mig_mode;
  Known<Switch> mig_mode_pending;  ///< What `mig_mode` becomes at the next reset.
  Known<ClockLimits> clock_limits;

  DeviceReadings readings;
  std::vector<Fan> fans;
  std::vector<Allocation> allocations;
  friend bool operator==(const Device&, const Device&) = default;

  [[nodiscard]] bool is_instance() const { return index.instance.has_value(); }
};

std::string_view name_of(DeviceState state);
std::optional<DeviceState> find_device_state(std::string_view name);
std::string_view name_of(Switch value);
std::optional<Switch> find_switch(std::string_view name);
/// `default`, `exclusive_thread`, `prohibited`, `exclusive_process`.
std::string_view name_of(ComputeMode mode);
std::optional<ComputeMode> find_compute_mode(std::string_view name);
std::string_view name_of(ClockLimit limit);
std::optional<ClockLimit> find_clock_limit(std::string_view name);

}  // namespace gander
