// SPDX-License-Identifier: Apache-2.0
// Sources, causes and remedies of numbers.
#include "tui/panel/why_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/safe.hpp"
#include "text/units.hpp"

namespace gander::tui {
namespace {

/// Metrics whose names begin alike come from the same place; the longest beginning counts.
struct SourceRow {
  std::string_view prefix;
  std::string_view source;
};

constexpr std::string_view fields = "nvmlDeviceGetFieldValues";
constexpr std::string_view two_looks = "the growth of a counter between two looks";

constexpr std::array nvml_sources{
    SourceRow{"gpu_utilization", "nvmlDeviceGetUtilizationRates"},
    SourceRow{"memory_utilization", "nvmlDeviceGetUtilizationRates"},
    SourceRow{"encoder_utilization", "nvmlDeviceGetEncoderUtilization"},
    SourceRow{"decoder_utilization", "nvmlDeviceGetDecoderUtilization"},
    SourceRow{"jpeg_utilization", "nvmlDeviceGetJpgUtilization"},
    SourceRow{"ofa_utilization", "nvmlDeviceGetOfaUtilization"},
    SourceRow{"memory_", "nvmlDeviceGetMemoryInfo"},
    SourceRow{"memory_clock", "nvmlDeviceGetClockInfo"},
    SourceRow{"memory_temperature", fields},
    SourceRow{"memory_bus_width", "nvmlDeviceGetMemoryBusWidth"},
    SourceRow{"bar1_", "nvmlDeviceGetBAR1MemoryInfo"},
    SourceRow{"protected_memory_", "nvmlDeviceGetConfComputeProtectedMemoryUsage"},
    SourceRow{"power_draw", "nvmlDeviceGetPowerUsage"},
    SourceRow{"power_limit", "nvmlDeviceGetEnforcedPowerLimit"},
    SourceRow{"power_limit_default", "nvmlDeviceGetPowerManagementDefaultLimit"},
    SourceRow{"power_limit_minimum", "nvmlDeviceGetPowerManagementLimitConstraints"},
    SourceRow{"power_limit_maximum", "nvmlDeviceGetPowerManagementLimitConstraints"},
    SourceRow{"module_power_draw", fields},
    SourceRow{"energy", "nvmlDeviceGetTotalEnergyConsumption"},
    SourceRow{"temperature", "nvmlDeviceGetTemperature"},
    SourceRow{"temperature_", "nvmlDeviceGetTemperatureThreshold"},
    SourceRow{"temperature_margin", "nvmlDeviceGetMarginTemperature"},
    SourceRow{"fan_speed", "nvmlDeviceGetFanSpeed"},
    SourceRow{"graphics_clock", "nvmlDeviceGetClockInfo"},
    SourceRow{"sm_clock", "nvmlDeviceGetClockInfo"},
    SourceRow{"video_clock", "nvmlDeviceGetClockInfo"},
    SourceRow{"max_", "nvmlDeviceGetMaxClockInfo"},
    SourceRow{"performance_state", "nvmlDeviceGetPerformanceState"},
    SourceRow{"limited_time_", fields},
    SourceRow{"cores", "nvmlDeviceGetNumGpuCores"},
    SourceRow{"pcie_generation", "nvmlDeviceGetCurrPcieLinkGeneration"},
    SourceRow{"pcie_width", "nvmlDeviceGetCurrPcieLinkWidth"},
    SourceRow{"pcie_generation_maximum", "nvmlDeviceGetMaxPcieLinkGeneration"},
    SourceRow{"pcie_width_maximum", "nvmlDeviceGetMaxPcieLinkWidth"},
    SourceRow{"pcie_transmit_total", fields},
    SourceRow{"pcie_receive_total", fields},
    SourceRow{"pcie_transmit_rate", two_looks},
    SourceRow{"pcie_receive_rate", two_looks},
    SourceRow{"pcie_transmit_sample", "nvmlDeviceGetPcieThroughput"},
    SourceRow{"pcie_receive_sample", "nvmlDeviceGetPcieThroughput"},
    SourceRow{"pcie_replays", "nvmlDeviceGetPcieReplayCounter"},
    SourceRow{"nvlink_transmit_total", fields},
    SourceRow{"nvlink_receive_total", fields},
    SourceRow{"nvlink_transmit_rate", two_looks},
    SourceRow{"nvlink_receive_rate", two_looks},
    SourceRow{"ecc_", "nvmlDeviceGetTotalEccErrors or nvmlDeviceGetMemoryErrorCounter"},
    SourceRow{"retired_pages_", "nvmlDeviceGetRetiredPages"},
    SourceRow{"remapped_rows_", "nvmlDeviceGetRemappedRows"},
    SourceRow{"graphics_active", "nvmlGpmMetricsGet"},
    SourceRow{"sm_", "nvmlGpmMetricsGet"},
    SourceRow{"tensor_active", "nvmlGpmMetricsGet"},
    SourceRow{"dram_active", "nvmlGpmMetricsGet"},
    SourceRow{"fp", "nvmlGpmMetricsGet"},
    SourceRow{"gpu_memory", "nvmlDeviceGetComputeRunningProcesses and its graphics sister"},
    SourceRow{"gpu_memory_utilization", "nvmlDeviceGetProcessUtilization"},
    SourceRow{"gpu_sm_", "nvmlDeviceGetProcessUtilization"},
    SourceRow{"gpu_encoder_", "nvmlDeviceGetProcessUtilization"},
    SourceRow{"gpu_decoder_", "nvmlDeviceGetProcessUtilization"},
    SourceRow{"gpu_jpeg_", "nvmlDeviceGetProcessesUtilizationInfo"},
    SourceRow{"gpu_ofa_", "nvmlDeviceGetProcessesUtilizationInfo"},
    SourceRow{"gpu_protected_memory", "nvmlDeviceGetRunningProcessDetailList"},
    SourceRow{"accounted_", "nvmlDeviceGetAccountingStats"},
};

constexpr std::array process_sources{
    SourceRow{"cpu_usage", "the growth of cpu_time between two looks"},
    SourceRow{"", "/proc/PID/stat"},
    SourceRow{"resident_memory", "/proc/PID/statm"},
    SourceRow{"io_", "/proc/PID/io"},
    SourceRow{"voluntary_", "/proc/PID/status"},
    SourceRow{"involuntary_", "/proc/PID/status"},
};

template <std::size_t Count>
std::string_view find_source(const std::array<SourceRow, Count>& sources, std::string_view name) {
  const SourceRow* best = nullptr;
  for (const SourceRow& row : sources) {
    const bool is_longer = best == nullptr || row.prefix.size() > best->prefix.size();
    if (name.starts_with(row.prefix) && is_longer) best = &row;
  }
  return best == nullptr ? std::string_view{} : best->source;
}

bool is_profile(const MetricRow& row) {
  return find_source(nvml_sources, row.name) == "nvmlGpmMetricsGet";
}

std::string presence_of(const Process& process) {
  switch (process.presence) {
    case Presence::gone:
      return "The driver still counts a process that this host no longer has.";
    case Presence::hidden:
      return "The process exists, but /proc is mounted with hidepid.";
    case Presence::outside:
      return "The process belongs to another PID namespace.";
    case Presence::zombie:
      return "The process has ended; its parent has not collected it yet.";
    case Presence::present:
      break;
  }
  return {};
}

std::string driver_problem(const Gap& gap) {
  for (const DriverStatus& driver : gap.snapshot.drivers) {
    const bool is_its = gap.device == nullptr || driver.name == gap.device->driver;
    if (is_its && driver.error) return text::safe(driver.error->message);
  }
  return {};
}

std::string no_support_remedy(const Gap& gap) {
  const bool is_of_device = gap.device != nullptr && gap.row.scope != Scope::process;
  if (is_of_device && gap.device->is_instance()) {
    return "Drivers count this for whole GPUs only: look at the GPU this instance is part of.";
  }
  const bool is_divided =
      is_of_device && gap.device->mig_mode.is_known() && gap.device->mig_mode.value() == Switch::on;
  if (is_divided) return "With MIG on, drivers do not count this; look at the profile numbers.";
  if (gap.row.name.starts_with("accounted_")) {
    return "Turn accounting on: nvidia-smi --accounting-mode=1 (as root).";
  }
  if (is_profile(gap.row)) return "Needs a GPU of the Hopper generation or later.";
  return "Nothing; perhaps a newer driver.";
}

std::string permission_remedy(const Gap& gap) {
  if (is_profile(gap.row)) {
    return "Run as root, or load the driver with NVreg_RestrictProfilingToAdminUsers=0.";
  }
  if (gap.row.scope == Scope::process) return "Ask as the owner of the process, or as root.";
  return "Join the group that owns /dev/nvidia*, or run as root.";
}

std::string withheld_remedy(const Gap& gap) {
  const bool is_hidden = gap.process != nullptr && gap.process->presence == Presence::hidden;
  if (is_hidden) return "Run as root, or mount /proc without hidepid.";
  return "Run on the host, or start the container with --pid=host.";
}

}  // namespace

std::string_view source_of(const MetricRow& row, std::string_view driver) {
  if (row.scope == Scope::process) return find_source(process_sources, row.name);
  if (row.scope == Scope::host) return "files under /proc";
  return driver == "nvml" ? find_source(nvml_sources, row.name) : std::string_view{};
}

std::string_view period_of(const MetricRow& row) {
  if (row.cost == Cost::on_demand) return "only while somebody asks for it by name";
  switch (row.tier) {
    case Tier::fast:
      return "at each look";
    // seconds_between has the same as numbers.
    case Tier::medium:
      return "every 5 seconds";
    case Tier::slow:
      return "every 30 seconds";
    case Tier::fixed:
      return "once: it does not change";
    case Tier::process:
      return "with the process lists, every 2 seconds";
  }
  return {};
}

int seconds_between(const MetricRow& row) {
  if (row.cost == Cost::on_demand) return row.tier == Tier::process ? 2 : 0;
  switch (row.tier) {
    case Tier::medium:
      return 5;
    case Tier::slow:
      return 30;
    case Tier::process:
      return 2;
    default:
      return 0;
  }
}

std::string cause_of(const Gap& gap) {
  if (gap.process != nullptr && gap.row.scope == Scope::process) {
    if (auto text = presence_of(*gap.process); !text.empty()) return text;
  }
  if (gap.reason == Missing::driver_down) {
    if (auto text = driver_problem(gap); !text.empty()) return text;
  }
  const bool has_detail = gap.device != nullptr && !gap.device->state_detail.empty();
  if (gap.reason == Missing::device_lost && has_detail) {
    return "The device does not answer: " + text::safe(gap.device->state_detail) + ".";
  }
  if (gap.reason == Missing::driver_error && gap.device != nullptr) {
    const auto error = std::ranges::find(gap.device->errors, gap.row.name, &DriverError::what);
    if (error != gap.device->errors.end()) {
      return "The driver answered with " + text::safe(error->code) + ".";
    }
  }
  if (gap.reason == Missing::no_data && find_source(nvml_sources, gap.row.name) == two_looks) {
    return "A rate needs two looks at its counter.";
  }
  std::string text{text::explain(gap.reason)};
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text + ".";
}

std::string remedy_of(const Gap& gap) {
  switch (gap.reason) {
    case Missing::not_sampled:
      return gap.row.cost == Cost::on_demand ? "It is costly, so it is read only when asked for."
                                             : "Wait for the next look, or press r.";
    case Missing::not_supported:
      return no_support_remedy(gap);
    case Missing::no_permission:
      return permission_remedy(gap);
    case Missing::no_data:
      return "Wait: it may come with the next look.";
    case Missing::timed_out:
      return "Look for XID messages in the kernel log. If they are there, reset the GPU.";
    case Missing::device_lost:
      return gap.device != nullptr && gap.device->state == DeviceState::reset_required
                 ? "End the processes that use it, then reset it: nvidia-smi --gpu-reset."
                 : "Look for XID messages in the kernel log; reset the GPU, or reboot.";
    case Missing::driver_down:
      return "Load the driver (modprobe nvidia); after an update of it, reload or reboot.";
    case Missing::suspended:
      return "Use the GPU; asking would have woken it.";
    case Missing::withheld:
      return withheld_remedy(gap);
    case Missing::driver_error:
      return "Look into the kernel log. Where it stays: reset the GPU, or update the driver.";
  }
  return {};
}

}  // namespace gander::tui
