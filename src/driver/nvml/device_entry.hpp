// SPDX-License-Identifier: Apache-2.0
// What the driver remembers about one device: its handle, whether it answers, and what has been
// learned about it. It makes no calls itself.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/nvml/abi.hpp"
#include "driver/nvml/device_memory.hpp"
#include "driver/nvml/event_log.hpp"
#include "driver/nvml/field_table.hpp"
#include "driver/nvml/kernel_facts.hpp"
#include "driver/nvml/library.hpp"
#include "driver/nvml/pid_rules.hpp"
#include "driver/nvml/process_rows.hpp"
#include "gander/device.hpp"
#include "os/clock.hpp"
#include "os/root.hpp"

namespace gander::driver::nvml {

/// What can be asked of a device; what was learned is kept for each of these.
enum class Question : std::uint8_t {
  uuid,
  name,
  serial,
  vbios,
  pci,
  minor,
  compute_capability,
  compute_mode,
  persistence_mode,
  display_active,
  mig_mode,
  gpu_instance,
  compute_instance,
  utilization,
  encoder,
  decoder,
  memory,
  bar1,
  power,
  power_limit,
  energy,
  temperature,
  threshold_shutdown,
  threshold_slowdown,
  threshold_memory_maximum,
  threshold_gpu_maximum,
  fan_count,
  fan_speed,
  fan_unit_speed,
  other_fan_speed,
  clock_graphics,
  clock_sm,
  clock_memory,
  clock_video,
  max_clock_graphics,
  max_clock_sm,
  max_clock_memory,
  max_clock_video,
  clock_limits,
  performance_state,
  pcie_generation,
  pcie_width,
  fields,
  jpeg,
  ofa,
  protected_memory,
  power_limit_default,
  power_limit_range,
  temperature_margin,
  cores,
  memory_bus_width,
  pcie_generation_maximum,
  pcie_width_maximum,
  pcie_transmit_sample,
  pcie_receive_sample,
  pcie_replays,
  ecc_volatile_corrected,
  ecc_volatile_uncorrected,
  ecc_aggregate_corrected,
  ecc_aggregate_uncorrected,
  ecc_location,  ///< The first of `ecc_location_count`.
  ecc_location_last = ecc_location + 23,
  ecc_mode,
  retired_pages_corrected,
  retired_pages_uncorrected,
  retirement_pending,
  remapped_rows,
  accounting_mode,
  fan_unit_rotation,
  other_fan_rotation,
  compute_processes,
  graphics_processes,
  mps_processes,
  listed_gpu_instance,  ///< As `gpu_instance`, for process lists: these run beside the rest.
  listed_compute_instance,
  process_utilization,
  process_details,
  accounting,
  gpm_support,
  link_state,
  link_traffic,
  link_speed,
  link_errors,
  architecture,
  board_part,
  gsp_firmware,
  virtualization,
  addressing_mode,
  memory_affinity,
  cpu_affinity,
  fabric,
  count,
};

/// What is known about one question of one device, for as long as it is listed.
struct Learned {
  std::size_t variant = 0;                ///< Newest form that the library did not reject.
  bool is_supported = true;               ///< False once every form was rejected.
  unsigned failures = 0;                  ///< In a row, without a better reason.
  Missing reason{};                       ///< Answer until `ask_again`.
  Code code{};                            ///< The error behind `reason`, if it is driver_error.
  std::chrono::nanoseconds ask_again{0};  ///< Steady time before which we do not ask.
};

/// What is known about one value asked for by number.
struct FieldMemory {
  Learned learned;
  bool has_answered = false;
  CounterMemory counter;
};

/// What a device is called, for as long as it is the same.
struct Identity {
  Known<std::string> name;
  Known<std::string> pci_bus_id;
  Known<std::string> serial;
  Known<std::string> vbios;
  Known<std::uint32_t> minor;
  Known<ComputeCapability> compute_capability;
};

/// When something that is asked for now and then was last asked for, on the steady clock.
using LastAsked = std::optional<std::chrono::nanoseconds>;

/// The rows of a process list that is not asked for each time.
struct KeptRows {
  LastAsked asked_at;  ///< Nothing where there are none.
  std::vector<ProcessRow> rows;
};

/// What all devices of one loaded library share.
struct Context {
  os::Root root;
  const os::Clock& clock;
  std::shared_ptr<Library> library;
  std::shared_ptr<EventLog> log;
  PidRules pid_rules;
  std::shared_ptr<GpmPool> gpm_pool = std::make_shared<GpmPool>();
  std::shared_ptr<KernelAddresses> kernel_addresses = std::make_shared<KernelAddresses>();
};

/// One device. The atomic members may be used from any thread, the others only by the one thread
/// that talks to the device. Reading numbers and listing processes may happen at the same time:
/// the questions and memories of one are none of the other.
struct DeviceEntry {
  // Set before others see the entry, then never changed.
  std::uint64_t id{};        ///< What handles of the seam carry.
  bool is_attached = false;  ///< Whether somebody tried to open it.
  DeviceIndex index;
  Handle handle = nullptr;
  Handle board = nullptr;  ///< The GPU's own handle; that of the parent for an instance.
  Known<std::string> uuid{Missing::no_data};
  std::optional<std::string> parent;  ///< UUID of the parent; set for instances.
  bool has_mig_on = false;
  std::string pci_bus_id;  ///< Empty where not known.

  /// 0, or the code that says why the device does not answer.
  std::atomic<Code> down_code{code::success};
  std::atomic<bool> is_asleep{false};
  /// Steady time until which it is taken to be awake without another look.
  std::atomic<std::chrono::nanoseconds> awake_until{};
  /// Whether an answer was one that handles of devices give that are no more.
  std::atomic<bool> is_doubtful{false};
  /// Steady time before which a doubt about it is not followed.
  std::atomic<std::chrono::nanoseconds> doubt_again{};
  /// Whether it is no more what it was: the GPU must be looked at again.
  std::atomic<bool> is_stale{false};
  /// Whether a call on this device is running: then nobody else touches it.
  std::atomic<int> in_flight{0};

  std::array<Learned, static_cast<std::size_t>(Question::count)> learned{};
  Identity identity;
  std::array<FieldMemory, field_count> fields{};
  bool may_halve_fields = true;  ///< False once the library rejected every field on its own.
  LastAsked limits_at;           ///< What keeps the clocks down.
  LastAsked conditions_at;       ///< Modes and health.
  LastAsked graphics_at;         ///< The list of graphics processes, found empty.
  KeptRows drawing;              ///< The list of graphics processes, not empty.
  LastAsked mps_at;              ///< The list of MPS processes, found empty.
  Known<std::uint32_t> fan_count{Missing::not_sampled};
  ProcessBuffer process_buffer;
  UtilizationMemory utilization;
  DeviceMemory memory;  ///< Atomic members in it say so.

  [[nodiscard]] bool is_instance() const { return index.instance.has_value(); }
};

/// One list of devices. Replaced as a whole, so that a stuck thread keeps what it uses.
struct Generation {
  std::shared_ptr<const Context> context;
  std::vector<std::shared_ptr<DeviceEntry>> entries;
  std::vector<KernelGpu> kernel;  ///< The kernel's list, as of the last listing; in PCI order.
  /// What the kernel calls the GPUs that could not be opened, by index, where that can be told.
  std::map<std::uint32_t, KernelGpu> names;
};

}  // namespace gander::driver::nvml
