// SPDX-License-Identifier: Apache-2.0
// Counts calls by function, and knows what the functions are for.
#include "driver/nvml/call_cost.hpp"

#include <algorithm>
#include <cctype>

namespace gander::driver::nvml {
namespace {

/// Functions whose names do not tell which metrics they serve; spelled as the metrics are.
struct Purpose {
  std::string_view symbol;
  std::string_view serves;
};
constexpr std::string_view gpm_metrics = "sm_active, tensor_active, dram_active and the others";
constexpr std::array purposes{
    Purpose{"nvmlInit", "starting the library"},
    Purpose{"nvmlInitWithFlags", "starting the library"},
    Purpose{"nvmlDeviceGetHandleByIndex", "opening a device"},
    Purpose{"nvmlDeviceGetMigDeviceHandleByIndex", "opening a MIG instance"},
    Purpose{"nvmlDeviceGetUtilizationRates", "gpu_utilization, memory_utilization"},
    Purpose{"nvmlDeviceGetEncoderUtilization", "encoder_utilization"},
    Purpose{"nvmlDeviceGetDecoderUtilization", "decoder_utilization"},
    Purpose{"nvmlDeviceGetJpgUtilization", "jpeg_utilization"},
    Purpose{"nvmlDeviceGetOfaUtilization", "ofa_utilization"},
    Purpose{"nvmlDeviceGetMemoryInfo", "memory_total, memory_used, memory_free, memory_reserved"},
    Purpose{"nvmlDeviceGetBAR1MemoryInfo", "bar1_total, bar1_used, bar1_free"},
    Purpose{"nvmlDeviceGetConfComputeProtectedMemoryUsage",
            "protected_memory_total, protected_memory_used"},
    Purpose{"nvmlDeviceGetPowerUsage", "power_draw"},
    Purpose{"nvmlDeviceGetEnforcedPowerLimit", "power_limit"},
    Purpose{"nvmlDeviceGetPowerManagementDefaultLimit", "power_limit_default"},
    Purpose{"nvmlDeviceGetPowerManagementLimitConstraints",
            "power_limit_minimum, power_limit_maximum"},
    Purpose{"nvmlDeviceGetTotalEnergyConsumption", "energy"},
    Purpose{"nvmlDeviceGetTemperatureV", "temperature"},
    Purpose{"nvmlDeviceGetTemperatureThreshold", "temperature_shutdown and the other limits"},
    Purpose{"nvmlDeviceGetMarginTemperature", "temperature_margin"},
    Purpose{"nvmlDeviceGetFanSpeed", "fan_speed, fan_unit_speed"},
    Purpose{"nvmlDeviceGetFanSpeedRPM", "fan_unit_rotation"},
    Purpose{"nvmlDeviceGetClockInfo", "graphics_clock, sm_clock, memory_clock, video_clock"},
    Purpose{"nvmlDeviceGetMaxClockInfo", "max_graphics_clock and the other highest clocks"},
    Purpose{"nvmlDeviceGetCurrentClocksEventReasons", "clock_limits"},
    Purpose{"nvmlDeviceGetCurrentClocksThrottleReasons", "clock_limits"},
    Purpose{"nvmlDeviceGetCurrPcieLinkGeneration", "pcie_generation"},
    Purpose{"nvmlDeviceGetCurrPcieLinkWidth", "pcie_width"},
    Purpose{"nvmlDeviceGetMaxPcieLinkGeneration", "pcie_generation_maximum"},
    Purpose{"nvmlDeviceGetMaxPcieLinkWidth", "pcie_width_maximum"},
    Purpose{"nvmlDeviceGetPcieThroughput", "pcie_transmit_sample, pcie_receive_sample"},
    Purpose{"nvmlDeviceGetPcieReplayCounter", "pcie_replays"},
    Purpose{"nvmlDeviceGetFieldValues",
            "energy, memory_temperature, traffic, errors, limits and heat counters, in one call"},
    Purpose{"nvmlDeviceGetTotalEccErrors", "ecc_volatile_*, ecc_aggregate_*"},
    Purpose{"nvmlDeviceGetMemoryErrorCounter", "ecc_*, by location"},
    Purpose{"nvmlDeviceGetNumGpuCores", "cores"},
    Purpose{"nvmlDeviceGetComputeRunningProcesses", "pid, type, gpu_memory: compute processes"},
    Purpose{"nvmlDeviceGetGraphicsRunningProcesses", "pid, type, gpu_memory: graphics processes"},
    Purpose{"nvmlDeviceGetMPSComputeRunningProcesses", "mps: clients of the multi-process service"},
    Purpose{"nvmlDeviceGetRunningProcessDetailList", "gpu_protected_memory of processes"},
    Purpose{"nvmlDeviceGetProcessUtilization",
            "gpu_sm_utilization, gpu_memory_utilization and the engines, of processes"},
    Purpose{"nvmlDeviceGetProcessesUtilizationInfo",
            "gpu_sm_utilization, gpu_memory_utilization and all engines, of processes"},
    Purpose{"nvmlDeviceGetAccountingStats", "accounted_utilization and the others, of processes"},
    Purpose{"nvmlGpmQueryDeviceSupport", "whether there are sm_active and the other profiles"},
    Purpose{"nvmlGpmSampleAlloc", "room for sm_active and the other profiles"},
    Purpose{"nvmlGpmSampleFree", "room for sm_active and the other profiles"},
    Purpose{"nvmlGpmSampleGet", gpm_metrics},
    Purpose{"nvmlGpmMigSampleGet", gpm_metrics},
    Purpose{"nvmlGpmMetricsGet", gpm_metrics},
    Purpose{"nvmlEventSetWait", "xids and other events; sleeps until there is one"},
};

bool is_upper(char letter) { return std::isupper(static_cast<unsigned char>(letter)) != 0; }

char to_lower(char letter) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

/// `_v2` and the like tell the form, not the purpose.
std::string_view without_version(std::string_view symbol) {
  const std::size_t at = symbol.rfind("_v");
  return at == std::string_view::npos ? symbol : symbol.substr(0, at);
}

}  // namespace

void CallCounters::note(std::size_t symbol, bool is_error, std::chrono::nanoseconds took) {
  constexpr auto relaxed = std::memory_order_relaxed;
  Slot& slot = slots_[symbol];
  calls.fetch_add(1, relaxed);
  slot.calls.fetch_add(1, relaxed);
  slot.nanoseconds.fetch_add(static_cast<std::uint64_t>(took.count()), relaxed);
  if (!is_error) return;
  errors.fetch_add(1, relaxed);
  slot.errors.fetch_add(1, relaxed);
}

std::vector<CallCost> CallCounters::by_function() const {
  std::vector<CallCost> costs;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const std::uint64_t count = slots_[i].calls.load();
    if (count == 0) continue;
    costs.push_back({symbol_names[i], purpose_of(symbol_names[i]), count, slots_[i].errors.load(),
                     static_cast<double>(slots_[i].nanoseconds.load()) / 1e9,
                     std::string_view{symbol_names[i]}.starts_with("nvmlEventSetWait")});
  }
  std::ranges::stable_sort(costs, std::ranges::greater{}, &CallCost::seconds);
  return costs;
}

SymbolFinder::SymbolFinder(const Symbols& symbols) {
  std::size_t symbol = 0;
#define GANDER_NVML(member, name, ...) \
  places_.push_back({reinterpret_cast<std::uintptr_t>(symbols.member), symbol++});
#include "driver/nvml/symbol_table.inc"
#undef GANDER_NVML
  std::erase_if(places_, [](const Place& place) { return place.address == 0; });
  std::ranges::stable_sort(places_, {}, &Place::address);
}

std::size_t SymbolFinder::find(std::uintptr_t address) const {
  const auto place = std::ranges::lower_bound(places_, address, {}, &Place::address);
  return place == places_.end() || place->address != address ? 0 : place->symbol;
}

std::string purpose_of(std::string_view symbol) {
  const std::string_view stem = without_version(symbol);
  const auto known = std::ranges::find(purposes, stem, &Purpose::symbol);
  if (known != purposes.end()) return std::string{known->serves};
  std::string words;
  std::string_view rest = stem;
  for (const std::string_view prefix : {"nvml", "DeviceGet", "SystemGet"}) {
    if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
  }
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const bool is_last = i + 1 == rest.size();
    const bool begins_word = i > 0 && is_upper(rest[i]) &&
                             (!is_upper(rest[i - 1]) || (!is_last && !is_upper(rest[i + 1])));
    if (begins_word) words += ' ';
    words += to_lower(rest[i]);
  }
  return words;
}

}  // namespace gander::driver::nvml
