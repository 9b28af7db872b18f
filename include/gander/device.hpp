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
/// Several as a person lists them, sorted: `0-3, 5, 6:1`.
std::string list_devices(std::vector<DeviceIndex> devices);
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

/// What the driver found wrong enough to need a person.
enum class RecoveryAction : std::uint8_t {
  none,
  reset_gpu,
  reboot,
  drain_peers,      ///< Stop work on peers too, then reset.
  drain_and_reset,  ///< Let work finish, then reset.
  reset_fabric,     ///< Restart the memory-export domain.
};

/// How a virtual machine sees the device.
enum class Virtualization : std::uint8_t { none, passthrough, guest, host, shared_graphics };
/// Whether the GPU shares the addresses, or even the memory, of the processors.
enum class AddressingMode : std::uint8_t { none, managed, hardware };

enum class FabricState : std::uint8_t { not_supported, not_started, in_progress, completed };
enum class FabricHealth : std::uint8_t { healthy, unhealthy, limited_capacity };

/// Membership in an NVLink fabric across machines.
struct Fabric {
  Known<FabricState> state;
  Known<FabricHealth> health;
  Known<std::string> cluster;  ///< UUID of the fabric.
  Known<std::uint32_t> clique;
  friend bool operator==(const Fabric&, const Fabric&) = default;
};

/// What stands at the other end of an NVLink.
enum class LinkEnd : std::uint8_t { gpu, npu, network_switch };

/// One NVLink.
struct Link {
  std::uint32_t number{};
  Known<Switch> state;
  Known<std::uint32_t> version;
  Known<LinkEnd> remote_type;
  Known<std::string> remote_pci_bus_id;  ///< Spelled as `Device::pci_bus_id`.
  LinkReadings readings;
  friend bool operator==(const Link&, const Link&) = default;
};

/// The nearest thing two GPUs have in common on the way between them, nearest first.
enum class PeerPath : std::uint8_t {
  board,
  single_switch,
  multiple_switches,
  host_bridge,
  node,
  system,
};

/// Another GPU of this machine, and how it is reached.
struct Peer {
  std::string device;  ///< UUID.
  Known<PeerPath> path;
  Known<std::uint32_t> links;  ///< NVLinks to it, through switches included; 0: none.
  friend bool operator==(const Peer&, const Peer&) = default;
};

/// How often the driver reported one kind of error since we look.
struct XidCount {
  std::uint32_t code{};
  std::uint64_t count{};
  double last_time{};  ///< Unix seconds.
  friend bool operator==(const XidCount&, const XidCount&) = default;
};

/// What the driver answered instead of a value.
struct DriverError {
  std::string what;  ///< Name of the metric or fact; `processes` for the list of processes.
  std::string code;  ///< The driver's name and number of the error, as `UNKNOWN (999)`.
  friend bool operator==(const DriverError&, const DriverError&) = default;
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
  Known<std::string> architecture;  ///< `hopper`, `ampere` …
  Known<std::string> board_part;
  Known<std::string> gsp_firmware;  ///< Version of the firmware on the GPU's own processor.
  Known<std::uint32_t> numa_node;
  Known<std::string> cpu_affinity;  ///< Nearest processors, as `0-15,64-79`.
  Known<Virtualization> virtualization;
  Known<AddressingMode> addressing_mode;
  Known<bool> unified_memory;  ///< Whether it has no memory of its own but shares the host's.

  std::optional<std::string> parent;  ///< UUID of the GPU a MIG instance is part of.
  Known<std::uint32_t> gpu_instance_id;
  Known<std::uint32_t> compute_instance_id;

  Known<ComputeMode> compute_mode;
  Known<Switch> persistence_mode;
  Known<Switch> display_active;
  Known<Switch> mig_mode;
  Known<Switch> mig_mode_pending;  ///< What `mig_mode` becomes at the next reset.
  Known<Switch> ecc_mode;
  Known<Switch> ecc_mode_pending;  ///< What `ecc_mode` becomes at the next reset.
  Known<Switch> accounting_mode;
  Known<bool> retirement_pending;  ///< Whether pages wait for a reset to be taken out of use.
  Known<bool> remap_pending;       ///< Whether rows wait for a reset to be replaced.
  Known<bool> remap_failed;        ///< Whether a row could not be replaced.
  Known<RecoveryAction> recovery_action;
  Fabric fabric;
  Known<ClockLimits> clock_limits;

  DeviceReadings readings;
  std::vector<Fan> fans;
  std::vector<Link> links;
  std::vector<Peer> peers;     ///< In index order, without itself; asked for with the identity.
  std::vector<XidCount> xids;  ///< In code order.
  std::vector<Allocation> allocations;
  /// Whether the snapshot has every process that uses it: false where some may be hidden, a reason
  /// where its list could not be read; processes of an older list may be shown then.
  Known<bool> processes_complete;
  std::vector<DriverError> errors;  ///< One for each value that is missing for `driver_error`.
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
std::string_view name_of(RecoveryAction action);
std::optional<RecoveryAction> find_recovery_action(std::string_view name);
std::string_view name_of(Virtualization value);
std::optional<Virtualization> find_virtualization(std::string_view name);
std::string_view name_of(AddressingMode mode);
std::optional<AddressingMode> find_addressing_mode(std::string_view name);
std::string_view name_of(FabricState state);
std::optional<FabricState> find_fabric_state(std::string_view name);
std::string_view name_of(FabricHealth health);
std::optional<FabricHealth> find_fabric_health(std::string_view name);
/// `gpu`, `npu`, `switch`.
std::string_view name_of(LinkEnd end);
std::optional<LinkEnd> find_link_end(std::string_view name);
std::string_view name_of(PeerPath path);
std::optional<PeerPath> find_peer_path(std::string_view name);

}  // namespace gander
