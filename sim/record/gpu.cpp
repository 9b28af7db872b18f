// SPDX-License-Identifier: Apache-2.0
// Writes what a GPU is and does now: identity, memory, load, power, temperature, clocks, modes. A
// key whose call fails is left out; why it failed is written with the behaviour of the calls.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/nvml/abi_health.hpp"
#include "sim/record/record.hpp"

namespace gander::sim::record {
namespace {

using nvml::u32;
using nvml::u64;

/// What asks one board and writes the answers.
struct Scribe {
  const NvmlClient& client;
  nvml::Device device;
  TomlWriter& out;

  void number(const char* key, const char* symbol, double scale = 1) const {
    if (const auto value = client.get<u32>(symbol, device)) out.number(key, *value * scale);
  }
  /// A call that is told of which kind to answer.
  void number_of(const char* key, const char* symbol, u32 kind) const {
    if (const auto value = client.get<u32>(symbol, device, kind)) out.number(key, *value);
  }
  void flag(const char* key, const char* symbol) const {
    if (const auto value = client.get<u32>(symbol, device)) out.flag(key, *value);
  }
  void text(const char* key, const char* symbol) const {
    if (const auto value = client.get_text(symbol, device)) out.text(key, *value);
  }
  /// The word in the driver's order; nothing where we have none.
  template <std::size_t N>
  void word(const char* key, const Answer<u32>& value,
            const std::array<const char*, N>& words) const {
    if (value && *value < N && *words[*value] != '\0') out.text(key, words[*value]);
  }
};

void write_identity(const Scribe& at, bool keep_names) {
  const auto name = at.client.get_text("nvmlDeviceGetName", at.device);
  at.out.text("name", name ? name->substr(0, 95) : "GPU that told no name");
  if (keep_names) {
    at.text("uuid", "nvmlDeviceGetUUID");
    at.text("serial", "nvmlDeviceGetSerial");
  }
  if (const auto pci = at.client.get<nvml::PciInfo>("nvmlDeviceGetPciInfo_v3", at.device)) {
    at.out.text("pci", fmt::format("{:04x}:{:02x}:{:02x}.0", pci->domain, pci->bus, pci->device));
    at.out.raw("pci_device_id", fmt::format("0x{:08x}", pci->pci_device_id));
    at.out.raw("pci_subsystem_id", fmt::format("0x{:08x}", pci->pci_subsystem_id));
  }
  at.number("minor", "nvmlDeviceGetMinorNumber");
  at.text("vbios", "nvmlDeviceGetVbiosVersion");
  at.text("board_part_number", "nvmlDeviceGetBoardPartNumber");
  at.word("architecture", at.client.get<u32>("nvmlDeviceGetArchitecture", at.device),
          std::array{"", "", "kepler", "maxwell", "pascal", "volta", "turing", "ampere", "ada",
                     "hopper", "blackwell", "", "", "rubin"});
  at.word("brand", at.client.get<u32>("nvmlDeviceGetBrand", at.device),
          std::array{"", "quadro", "tesla", "nvs", "grid", "geforce", "titan", "", "", "", "", "",
                     "quadro_rtx", "nvidia_rtx", "nvidia", "geforce_rtx", "titan_rtx"});
  int major = 0;
  int minor = 0;
  if (at.client.call("nvmlDeviceGetCudaComputeCapability", at.device, &major, &minor) ==
      nvml::success)
    at.out.text("compute_capability", fmt::format("{}.{}", major, minor));
  at.number("cores", "nvmlDeviceGetNumGpuCores");
  at.number("memory_bus_width", "nvmlDeviceGetMemoryBusWidth");
  nvml::Attributes attributes{};
  if (at.client.call("nvmlDeviceGetAttributes_v2", at.device, &attributes) == nvml::success)
    at.out.number("multiprocessors", attributes.multiprocessors);
}

/// `used_by_processes` is taken off, because processes bring it along themselves.
void write_memory(const Scribe& at, u64 used_by_processes) {
  nvml::MemoryV2 memory{};
  memory.version = nvml::version_word<nvml::MemoryV2>(2);
  auto code = at.client.call("nvmlDeviceGetMemoryInfo_v2", at.device, &memory);
  if (code != nvml::success) {
    nvml::Memory older{};
    code = at.client.call("nvmlDeviceGetMemoryInfo", at.device, &older);
    memory.total = older.total;
    memory.used = older.used;
  }
  if (code == nvml::success) {
    at.out.size("memory", memory.total);
    at.out.size("memory_reserved", std::min(memory.reserved, memory.total));
    at.out.size("memory_other", memory.used - std::min(used_by_processes, memory.used));
  }
  if (const auto bar1 = at.client.get<nvml::Bar1Memory>("nvmlDeviceGetBAR1MemoryInfo", at.device)) {
    at.out.size("bar1", bar1->total);
    at.out.size("bar1_used", bar1->used);
  }
  const auto guarded =
      at.client.get<nvml::ConfComputeMemory>("nvmlDeviceGetConfComputeMemSizeInfo", at.device);
  if (guarded && guarded->protected_kib != 0)
    at.out.size("protected_memory", guarded->protected_kib * 1024);
}

void write_load(const Scribe& at) {
  if (const auto rates =
          at.client.get<nvml::Utilization>("nvmlDeviceGetUtilizationRates", at.device)) {
    at.out.number("utilization", rates->gpu);
    at.out.number("memory_utilization", rates->memory);
  }
  constexpr std::pair<const char*, const char*> engines[] = {
      {"encoder", "nvmlDeviceGetEncoderUtilization"},
      {"decoder", "nvmlDeviceGetDecoderUtilization"},
      {"jpeg", "nvmlDeviceGetJpgUtilization"},
      {"ofa", "nvmlDeviceGetOfaUtilization"}};
  for (const auto& [key, symbol] : engines) {
    u32 percent = 0;
    u32 period = 0;
    if (at.client.call(symbol, at.device, &percent, &period) == nvml::success)
      at.out.number(key, percent);
  }
}

/// The module and the memory have meters of their own on some boards.
void write_meters(const Scribe& at) {
  std::array<nvml::FieldValue, 3> fields{};
  fields[0].field = 82;
  fields[1].field = fields[2].field = 185;
  fields[1].scope = 1;
  fields[2].scope = 2;
  if (at.client.call("nvmlDeviceGetFieldValues", at.device, 3, fields.data()) != nvml::success)
    return;
  constexpr std::pair<const char*, double> keys[] = {
      {"memory_temperature", 1}, {"module_power", 0.001}, {"memory_power", 0.001}};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].code == nvml::success)
      at.out.number(keys[i].first, fields[i].value.as_u32 * keys[i].second);
  }
}

void write_power(const Scribe& at) {
  at.number("power", "nvmlDeviceGetPowerUsage", 0.001);
  at.number("power_limit", "nvmlDeviceGetPowerManagementLimit", 0.001);
  at.number("power_limit_enforced", "nvmlDeviceGetEnforcedPowerLimit", 0.001);
  at.number("power_limit_default", "nvmlDeviceGetPowerManagementDefaultLimit", 0.001);
  u32 least = 0;
  u32 most = 0;
  if (at.client.call("nvmlDeviceGetPowerManagementLimitConstraints", at.device, &least, &most) ==
      nvml::success) {
    at.out.number("power_limit_minimum", least * 0.001);
    at.out.number("power_limit_maximum", most * 0.001);
  }
}

void write_temperature(const Scribe& at) {
  nvml::TemperatureV1 newer{nvml::version_word<nvml::TemperatureV1>(1), 0, 0};
  if (at.client.call("nvmlDeviceGetTemperatureV", at.device, &newer) == nvml::success) {
    at.out.number("temperature", std::max(newer.temperature, 0));
  } else {
    at.number_of("temperature", "nvmlDeviceGetTemperature", 0);
  }
  at.number_of("temperature_shutdown", "nvmlDeviceGetTemperatureThreshold", 0);
  at.number_of("temperature_slowdown", "nvmlDeviceGetTemperatureThreshold", 1);
  at.number_of("temperature_memory_max", "nvmlDeviceGetTemperatureThreshold", 2);
  at.number_of("temperature_gpu_max", "nvmlDeviceGetTemperatureThreshold", 3);
}

void write_fans(const Scribe& at) {
  at.number("fans", "nvmlDeviceGetNumFans");
  const auto speed = at.client.get<u32>("nvmlDeviceGetFanSpeed", at.device);
  if (speed) at.out.number("fan_speed", *speed);
  u32 least = 0;
  u32 most = 0;
  if (at.client.call("nvmlDeviceGetMinMaxFanSpeed", at.device, &least, &most) == nvml::success) {
    at.out.number("fan_minimum", least);
    at.out.number("fan_maximum", most);
  }
  nvml::FanSpeedRpm rounds{nvml::version_word<nvml::FanSpeedRpm>(1), 0, 0};
  const auto code = at.client.call("nvmlDeviceGetFanSpeedRPM", at.device, &rounds);
  if (code == nvml::success && speed && *speed > 0)
    at.out.number("fan_maximum_rpm", std::round(rounds.speed * 100.0 / *speed));
}

void write_clocks(const Scribe& at) {
  constexpr const char* domains[] = {"graphics", "sm", "memory", "video"};
  for (u32 i = 0; i < 4; ++i) {
    const std::string key = std::string{domains[i]} + "_clock";
    at.number_of(key.c_str(), "nvmlDeviceGetClockInfo", i);
    at.number_of(("max_" + key).c_str(), "nvmlDeviceGetMaxClockInfo", i);
  }
  at.number("performance_state", "nvmlDeviceGetPerformanceState");
  const bool is_new = at.client.has("nvmlDeviceGetCurrentClocksEventReasons");
  const char* const now = is_new ? "nvmlDeviceGetCurrentClocksEventReasons"
                                 : "nvmlDeviceGetCurrentClocksThrottleReasons";
  const char* const known = is_new ? "nvmlDeviceGetSupportedClocksEventReasons"
                                   : "nvmlDeviceGetSupportedClocksThrottleReasons";
  if (const auto bits = at.client.get<u64>(now, at.device))
    at.out.raw("clock_reasons", fmt::format("0x{:x}", *bits));
  if (const auto bits = at.client.get<u64>(known, at.device))
    at.out.raw("clock_reasons_supported", fmt::format("0x{:x}", *bits));
}

void write_pcie(const Scribe& at) {
  at.number("pcie_generation", "nvmlDeviceGetCurrPcieLinkGeneration");
  at.number("pcie_generation_max", "nvmlDeviceGetMaxPcieLinkGeneration");
  at.number("pcie_generation_device_max", "nvmlDeviceGetGpuMaxPcieLinkGeneration");
  at.number("pcie_width", "nvmlDeviceGetCurrPcieLinkWidth");
  at.number("pcie_width_max", "nvmlDeviceGetMaxPcieLinkWidth");
  at.number("pcie_replays", "nvmlDeviceGetPcieReplayCounter");
  at.number_of("pcie_sent", "nvmlDeviceGetPcieThroughput", 0);
  at.number_of("pcie_received", "nvmlDeviceGetPcieThroughput", 1);
}

void write_modes(const Scribe& at) {
  at.flag("persistence", "nvmlDeviceGetPersistenceMode");
  at.flag("display_attached", "nvmlDeviceGetDisplayMode");
  at.flag("display_active", "nvmlDeviceGetDisplayActive");
  at.flag("accounting", "nvmlDeviceGetAccountingMode");
  at.word("compute_mode", at.client.get<u32>("nvmlDeviceGetComputeMode", at.device),
          std::array{"default", "exclusive_thread", "prohibited", "exclusive_process"});
  at.word("virtualization", at.client.get<u32>("nvmlDeviceGetVirtualizationMode", at.device),
          std::array{"none", "passthrough", "vgpu", "vgpu_host", "vsga"});
  nvml::AddressingMode mode{nvml::version_word<nvml::AddressingMode>(1), 0};
  if (at.client.call("nvmlDeviceGetAddressingMode", at.device, &mode) == nvml::success)
    at.word("addressing", mode.value, std::array{"none", "hmm", "ats"});
  u32 is_on = 0;
  u32 by_default = 0;
  if (at.client.call("nvmlDeviceGetGspFirmwareMode", at.device, &is_on, &by_default) ==
      nvml::success)
    at.out.text("gsp", is_on != 0 ? "on" : "off");
}

}  // namespace

void write_gpu(Session& session, Board& board, const Counters& before, TomlWriter& out) {
  const Scribe at{session.client, board.device, out};
  write_identity(at, session.options.keep_names);
  write_memory(at, board.memory_used_by_processes);
  write_load(at);
  write_power(at);
  write_meters(at);
  write_temperature(at);
  write_fans(at);
  write_clocks(at);
  write_pcie(at);
  write_modes(at);
  write_mig_mode(session, board, out);
  write_health(session, board, out);
  write_wiring(session, board, out);
  write_rates(session, board, before, out);
}

}  // namespace gander::sim::record
