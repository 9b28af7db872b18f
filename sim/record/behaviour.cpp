// SPDX-License-Identifier: Apache-2.0
// Writes what the calls of a GPU did beyond their answers: features it lacks, codes that nothing
// explains, time they take, and those that never return.
#include <fmt/format.h>

#include <algorithm>

#include "sim/nvml/abi_gpm.hpp"
#include "sim/record/record.hpp"

namespace gander::sim::record {
namespace {

/// A feature is lacking where all its calls are "not supported".
struct FeatureCalls {
  const char* name;
  std::vector<const char*> calls;
};

const std::vector<FeatureCalls>& features() {
  static const std::vector<FeatureCalls> all{
      {"utilization", {"nvmlDeviceGetUtilizationRates"}},
      {"encoder", {"nvmlDeviceGetEncoderUtilization"}},
      {"decoder", {"nvmlDeviceGetDecoderUtilization"}},
      {"jpeg", {"nvmlDeviceGetJpgUtilization"}},
      {"ofa", {"nvmlDeviceGetOfaUtilization"}},
      {"memory", {"nvmlDeviceGetMemoryInfo", "nvmlDeviceGetMemoryInfo_v2"}},
      {"bar1", {"nvmlDeviceGetBAR1MemoryInfo"}},
      {"power_draw", {"nvmlDeviceGetPowerUsage"}},
      {"power_limit",
       {"nvmlDeviceGetPowerManagementLimit", "nvmlDeviceGetEnforcedPowerLimit",
        "nvmlDeviceGetPowerManagementDefaultLimit",
        "nvmlDeviceGetPowerManagementLimitConstraints"}},
      {"energy", {"nvmlDeviceGetTotalEnergyConsumption"}},
      {"temperature", {"nvmlDeviceGetTemperature", "nvmlDeviceGetTemperatureV"}},
      {"temperature_limits", {"nvmlDeviceGetTemperatureThreshold"}},
      {"fan", {"nvmlDeviceGetFanSpeed"}},
      {"clocks", {"nvmlDeviceGetClockInfo"}},
      {"max_clocks", {"nvmlDeviceGetMaxClockInfo"}},
      {"performance_state", {"nvmlDeviceGetPerformanceState"}},
      {"clock_reasons",
       {"nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"}},
      {"pcie_link", {"nvmlDeviceGetCurrPcieLinkGeneration", "nvmlDeviceGetCurrPcieLinkWidth"}},
      {"pcie_throughput", {"nvmlDeviceGetPcieThroughput"}},
      {"ecc", {"nvmlDeviceGetEccMode"}},
      {"compute_mode", {"nvmlDeviceGetComputeMode"}},
      {"persistence_mode", {"nvmlDeviceGetPersistenceMode"}},
      {"display", {"nvmlDeviceGetDisplayActive"}},
      {"serial", {"nvmlDeviceGetSerial"}},
      {"vbios", {"nvmlDeviceGetVbiosVersion"}},
      {"process_list",
       {"nvmlDeviceGetComputeRunningProcesses", "nvmlDeviceGetComputeRunningProcesses_v2",
        "nvmlDeviceGetComputeRunningProcesses_v3"}},
      {"process_utilization", {"nvmlDeviceGetProcessUtilization"}},
      {"mig", {"nvmlDeviceGetMigMode"}},
      {"nvlink", {"nvmlDeviceGetNvLinkState"}},
      {"uuid", {"nvmlDeviceGetUUID"}},
      {"minor", {"nvmlDeviceGetMinorNumber"}},
      {"remapping", {"nvmlDeviceGetRemappedRows"}},
      {"retirement", {"nvmlDeviceGetRetiredPagesPendingStatus"}},
      {"accounting", {"nvmlDeviceGetAccountingMode"}},
      {"events", {"nvmlDeviceGetSupportedEventTypes"}},
      {"topology", {"nvmlDeviceGetTopologyCommonAncestor"}},
      {"fabric", {"nvmlDeviceGetGpuFabricInfoV"}},
      {"margin", {"nvmlDeviceGetMarginTemperature"}},
  };
  return all;
}

/// Codes that say something of the question, not of the GPU.
bool is_ordinary(int code) {
  constexpr int ordinary[] = {nvml::success,           nvml::invalid_argument,
                              nvml::not_supported,     nvml::not_found,
                              nvml::insufficient_size, nvml::function_not_found,
                              nvml::deprecated,        nvml::argument_version_mismatch};
  return std::find(std::begin(ordinary), std::end(ordinary), code) != std::end(ordinary);
}

bool is_lacking(const CallNotes& notes, const FeatureCalls& feature) {
  bool was_asked = false;
  for (const char* call : feature.calls) {
    const auto codes = notes.codes.find(call);
    if (codes == notes.codes.end()) continue;
    was_asked = true;
    if (codes->second != std::set<int>{nvml::not_supported}) return false;
  }
  return was_asked;
}

/// Calls of features whose siblings do answer.
void add_partial(const CallNotes& notes, std::map<std::string, std::string>& errors) {
  for (const auto& feature : features()) {
    if (is_lacking(notes, feature)) continue;
    for (const char* call : feature.calls) {
      const auto codes = notes.codes.find(call);
      if (codes != notes.codes.end() && codes->second == std::set<int>{nvml::not_supported})
        errors[call] = std::to_string(static_cast<int>(nvml::not_supported));
    }
  }
}

void write_codes(const Board& board, TomlWriter& out) {
  const CallNotes& notes = board.notes;
  std::vector<std::string> lacking{board.lacking.begin(), board.lacking.end()};
  for (const auto& feature : features()) {
    if (is_lacking(notes, feature)) lacking.emplace_back(feature.name);
  }
  if (!lacking.empty()) out.raw("unsupported", quote_all(lacking));
  std::map<std::string, std::string> errors;
  add_partial(notes, errors);
  for (const auto& [symbol, codes] : notes.codes) {
    if (codes.size() == 1 && !is_ordinary(*codes.begin()))
      errors[symbol] = std::to_string(*codes.begin());
  }
  out.inline_table("error", errors);
}

/// Whether every call on the GPU answered this one code.
bool is_all(const CallNotes& notes, int code) {
  return !notes.codes.empty() &&
         std::all_of(notes.codes.begin(), notes.codes.end(), [&](const auto& entry) {
           return entry.second == std::set<int>{code} ||
                  entry.first == "nvmlDeviceGetHandleByIndex_v2";
         });
}

}  // namespace

void ask_the_rest(const Session& session, Board& board) {
  const NvmlClient& client = session.client;
  const auto at = board.device;
  client.get_text("nvmlDeviceGetUUID", at);
  client.get_text("nvmlDeviceGetSerial", at);
  client.get<nvml::Memory>("nvmlDeviceGetMemoryInfo", at);
  client.get<nvml::u64>("nvmlDeviceGetTotalEnergyConsumption", at);
  client.get<nvml::u32>("nvmlDeviceGetTemperature", at, nvml::u32{0});
  client.get<nvml::u32>("nvmlDeviceGetNvLinkState", at, nvml::u32{0});
  client.get<nvml::u64>("nvmlDeviceGetSupportedEventTypes", at);
  struct Margin {
    nvml::u32 version;
    int degrees;
  } margin{nvml::version_word<Margin>(1), 0};
  client.call("nvmlDeviceGetMarginTemperature", at, &margin);
  client.get<nvml::u32>("nvmlDeviceGetTopologyCommonAncestor", at, at);
  nvml::u32 now = 0;
  nvml::u32 next = 0;
  client.call("nvmlDeviceGetMigMode", at, &now, &next);
  nvml::GpmSupport monitoring{nvml::gpm_version, 0};
  const auto code = client.call("nvmlGpmQueryDeviceSupport", at, &monitoring);
  if (code == nvml::not_supported || (code == nvml::success && monitoring.supported == 0))
    board.lacking.insert("gpm");
  nvml::FieldValue recovery{};
  recovery.field = 230;
  if (client.call("nvmlDeviceGetFieldValues", at, 1, &recovery) == nvml::success &&
      recovery.code == nvml::not_supported)
    board.lacking.insert("recovery_action");
}

void write_behaviour(const Board& board, TomlWriter& out) {
  if (is_all(board.notes, nvml::gpu_is_lost)) return out.flag("lost", 1);
  if (is_all(board.notes, nvml::reset_required)) return out.flag("reset_required", 1);
  write_codes(board, out);
  const std::vector<std::string> hanging{board.hanging.begin(), board.hanging.end()};
  if (!hanging.empty()) out.raw("hang", quote_all(hanging));
}

std::map<std::string, std::string> slow_calls(const std::vector<Board>& boards) {
  // The simulator itself takes about as long for the quick ones.
  constexpr double quick_us = 20;
  // What this call waits by its nature, in the simulation as well.
  constexpr double measured_us = 20000;
  std::map<std::string, std::vector<double>> all;
  for (const Board& board : boards) {
    for (const auto& [symbol, times] : board.notes.microseconds)
      all[symbol].insert(all[symbol].end(), times.begin(), times.end());
  }
  std::map<std::string, std::string> slow;
  for (auto& [symbol, times] : all) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    const bool measures = symbol == "nvmlDeviceGetPcieThroughput";
    const double extra = *middle - (measures ? measured_us : 0);
    if (extra >= quick_us) slow[symbol] = fmt::format("\"{:.0f}us\"", extra);
  }
  return slow;
}

}  // namespace gander::sim::record
