// SPDX-License-Identifier: Apache-2.0
// Reads the GPUs of a machine file: one table of keys for plain numbers, one for curves, one for
// what a board may lack.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

struct NumberKey {
  std::string_view key;
  std::uint32_t Gpu::* member;
  double high;
};

constexpr std::array number_keys{
    NumberKey{"cores", &Gpu::cores, 1e6},
    NumberKey{"multiprocessors", &Gpu::multiprocessors, 1024},
    NumberKey{"memory_bus_width", &Gpu::memory_bus_width, 16384},
    NumberKey{"minor", &Gpu::minor, 255},
    NumberKey{"pci_device_id", &Gpu::pci_device_id, 4294967295.0},
    NumberKey{"pci_subsystem_id", &Gpu::pci_subsystem_id, 4294967295.0},
    NumberKey{"temperature_shutdown", &Gpu::temperature_shutdown, 200},
    NumberKey{"temperature_slowdown", &Gpu::temperature_slowdown, 200},
    NumberKey{"temperature_gpu_max", &Gpu::temperature_gpu_max, 200},
    NumberKey{"temperature_memory_max", &Gpu::temperature_memory_max, 200},
    NumberKey{"fans", &Gpu::fan_count, max_fans},
    NumberKey{"fan_minimum", &Gpu::fan_minimum, 100},
    NumberKey{"fan_maximum", &Gpu::fan_maximum, 150},
    NumberKey{"max_graphics_clock", &Gpu::max_graphics_clock, 10000},
    NumberKey{"max_sm_clock", &Gpu::max_sm_clock, 10000},
    NumberKey{"max_memory_clock", &Gpu::max_memory_clock, 50000},
    NumberKey{"max_video_clock", &Gpu::max_video_clock, 10000},
    NumberKey{"performance_state", &Gpu::performance_state, 32},
    NumberKey{"pcie_generation", &Gpu::pcie_generation, 8},
    NumberKey{"pcie_generation_max", &Gpu::pcie_generation_max, 8},
    NumberKey{"pcie_generation_device_max", &Gpu::pcie_generation_device_max, 8},
    NumberKey{"pcie_width", &Gpu::pcie_width, 32},
    NumberKey{"pcie_width_max", &Gpu::pcie_width_max, 32},
    NumberKey{"pcie_replays", &Gpu::pcie_replays, 4294967295.0},
    NumberKey{"links", &Gpu::link_count, max_links},
    NumberKey{"link_version", &Gpu::link_version, 16},
    NumberKey{"link_active_mask", &Gpu::link_active_mask, 262143},
    NumberKey{"mig_max_devices", &Gpu::mig_max_devices, max_mig_slots},
    NumberKey{"fan_maximum_rpm", &Gpu::fan_maximum_rpm, 100000},
};

struct WideKey {
  std::string_view key;
  std::uint64_t Gpu::* member;
};
constexpr std::array count_keys{
    WideKey{"clock_reasons", &Gpu::clock_reasons},
    WideKey{"clock_reasons_supported", &Gpu::clock_reasons_supported},
    WideKey{"ecc_volatile_corrected", &Gpu::ecc_volatile_corrected},
    WideKey{"ecc_volatile_uncorrected", &Gpu::ecc_volatile_uncorrected},
    WideKey{"ecc_aggregate_corrected", &Gpu::ecc_aggregate_corrected},
    WideKey{"ecc_aggregate_uncorrected", &Gpu::ecc_aggregate_uncorrected}};
constexpr std::array size_keys{
    WideKey{"memory", &Gpu::memory_total}, WideKey{"memory_reserved", &Gpu::memory_reserved},
    WideKey{"bar1", &Gpu::bar1_total}, WideKey{"bar1_used", &Gpu::bar1_used},
    WideKey{"protected_memory", &Gpu::protected_memory}};

struct PowerKey {
  std::string_view key;
  std::uint32_t Gpu::* member;
};
constexpr std::array power_keys{PowerKey{"power_limit", &Gpu::power_limit},
                                PowerKey{"power_limit_enforced", &Gpu::power_limit_enforced},
                                PowerKey{"power_limit_default", &Gpu::power_limit_default},
                                PowerKey{"power_limit_minimum", &Gpu::power_limit_minimum},
                                PowerKey{"power_limit_maximum", &Gpu::power_limit_maximum}};

constexpr std::array flag_keys{PowerKey{"lost", &Gpu::lost},
                               PowerKey{"reset_required", &Gpu::reset_required},
                               PowerKey{"ecc", &Gpu::ecc_current},
                               PowerKey{"persistence", &Gpu::persistence_mode},
                               PowerKey{"display_attached", &Gpu::display_mode},
                               PowerKey{"display_active", &Gpu::display_active},
                               PowerKey{"mig_enabled", &Gpu::mig_mode},
                               PowerKey{"accounting", &Gpu::accounting}};

struct CurveKey {
  std::string_view key;
  Metric metric;
  CurveKind kind;
};
constexpr CurveKind percent{1, 0, 100, false};
constexpr CurveKind clock{1, 0, 50000, false};
constexpr CurveKind degrees{1, 0, 200, false};
constexpr CurveKind board_watts{1000, 0, 10000, false};
constexpr std::array curve_keys{
    CurveKey{"utilization", metric_gpu_utilization, percent},
    CurveKey{"memory_utilization", metric_memory_utilization, percent},
    CurveKey{"encoder", metric_encoder_utilization, percent},
    CurveKey{"decoder", metric_decoder_utilization, percent},
    CurveKey{"jpeg", metric_jpeg_utilization, percent},
    CurveKey{"ofa", metric_ofa_utilization, percent},
    CurveKey{"power", metric_power_draw, board_watts},
    CurveKey{"temperature", metric_temperature, degrees},
    CurveKey{"memory_temperature", metric_memory_temperature, degrees},
    CurveKey{"graphics_clock", metric_graphics_clock, clock},
    CurveKey{"sm_clock", metric_sm_clock, clock},
    CurveKey{"memory_clock", metric_memory_clock, clock},
    CurveKey{"video_clock", metric_video_clock, clock},
    CurveKey{"fan_speed", metric_fan_speed, {1, 0, 150, false}},
    CurveKey{"pcie_sent", metric_pcie_tx, {1, 0, 1e9, false}},
    CurveKey{"pcie_received", metric_pcie_rx, {1, 0, 1e9, false}},
    CurveKey{"memory_other", metric_memory_other, {1, 0, 1e18, true}},
    CurveKey{"module_power", metric_module_power, board_watts},
    CurveKey{"memory_power", metric_memory_power, board_watts},
    CurveKey{"link_sent", metric_link_tx, {1, 0, 1e10, false}},
    CurveKey{"link_received", metric_link_rx, {1, 0, 1e10, false}},
    CurveKey{"limited_power", metric_limited_power, percent},
    CurveKey{"limited_thermal", metric_limited_thermal, percent},
    CurveKey{"limited_hardware_thermal", metric_limited_hw_thermal, percent},
    CurveKey{"limited_power_brake", metric_limited_power_brake, percent},
    CurveKey{"limited_sync_boost", metric_limited_sync_boost, percent},
    CurveKey{"limited_board", metric_limited_board, percent},
    CurveKey{"limited_low_utilization", metric_limited_low_utilization, percent},
    CurveKey{"limited_reliability", metric_limited_reliability, percent},
    CurveKey{"sm_active", metric_sm_active, percent},
    CurveKey{"sm_occupancy", metric_sm_occupancy, percent},
    CurveKey{"tensor", metric_tensor, percent},
    CurveKey{"fp64", metric_fp64, percent},
    CurveKey{"fp32", metric_fp32, percent},
    CurveKey{"fp16", metric_fp16, percent},
    CurveKey{"integer", metric_integer, percent},
    CurveKey{"dram", metric_dram, percent}};

/// In the order of Feature.
const std::vector<std::string>& feature_names() {
  static const std::vector<std::string> names{"utilization",
                                              "encoder",
                                              "decoder",
                                              "jpeg",
                                              "ofa",
                                              "memory",
                                              "bar1",
                                              "power_draw",
                                              "power_limit",
                                              "energy",
                                              "temperature",
                                              "memory_temperature",
                                              "temperature_limits",
                                              "fan",
                                              "clocks",
                                              "max_clocks",
                                              "performance_state",
                                              "clock_reasons",
                                              "pcie_link",
                                              "pcie_throughput",
                                              "ecc",
                                              "compute_mode",
                                              "persistence_mode",
                                              "display",
                                              "serial",
                                              "vbios",
                                              "process_list",
                                              "process_utilization",
                                              "mig",
                                              "nvlink",
                                              "gpm",
                                              "uuid",
                                              "minor",
                                              "remapping",
                                              "retirement",
                                              "accounting",
                                              "events",
                                              "topology",
                                              "fabric",
                                              "recovery_action",
                                              "margin"};
  return names;
}

template <std::size_t N>
void read_text(TableReader& reader, std::string_view key, Text<N>& target) {
  std::string text;
  reader.text(key, text);
  if (text.empty()) return;
  if (text.size() >= N) return reader.report(key, fmt::format("at most {} bytes", N - 1));
  set_text(target, text.c_str());
}

void read_identity(TableReader& reader, Gpu& gpu, GpuPlace place) {
  read_text(reader, "name", gpu.name);
  read_text(reader, "vbios", gpu.vbios);
  read_text(reader, "board_part_number", gpu.board_part_number);
  const std::string uuid = nth_text(reader, "uuid", place);
  const std::string serial = nth_text(reader, "serial", place);
  if (!uuid.empty()) set_text(gpu.uuid, uuid.c_str());
  if (!serial.empty()) set_text(gpu.serial, serial.c_str());
  read_pci(reader, gpu, place);
  // Both in the order of the driver's own numbers.
  reader.choice("architecture", gpu.architecture,
                {"", "", "kepler", "maxwell", "pascal", "volta", "turing", "ampere", "ada",
                 "hopper", "blackwell", "", "", "rubin"});
  reader.choice("brand", gpu.brand,
                {"", "quadro", "tesla", "nvs", "grid", "geforce", "titan", "", "", "", "", "",
                 "quadro_rtx", "nvidia_rtx", "nvidia", "geforce_rtx", "titan_rtx"});
  reader.choice("compute_mode", gpu.compute_mode,
                {"default", "exclusive_thread", "prohibited", "exclusive_process"});
  reader.choice("virtualization", gpu.virtualization,
                {"none", "passthrough", "vgpu", "vgpu_host", "vsga"});
  reader.choice("addressing", gpu.addressing, {"none", "hmm", "ats"});
  reader.choice("gsp", gpu.gsp, {"default", "on", "off"});
  std::string capability;
  reader.text("compute_capability", capability);
  int end = 0;
  if (!capability.empty() && (std::sscanf(capability.c_str(), "%2u.%2u%n", &gpu.compute_major,
                                          &gpu.compute_minor, &end) != 2 ||
                              static_cast<std::size_t>(end) != capability.size())) {
    reader.report("compute_capability", "write it like \"9.0\"");
  }
}

void read_numbers(TableReader& reader, Gpu& gpu) {
  for (const auto& row : number_keys) reader.number(row.key, gpu.*row.member, {0, row.high});
  for (const auto& row : count_keys) reader.number(row.key, gpu.*row.member, {0, 9e18});
  for (const auto& row : size_keys) reader.size(row.key, gpu.*row.member);
  for (const auto& row : flag_keys) reader.flag(row.key, gpu.*row.member);
  for (const auto& row : power_keys) {
    double watts = -1;
    reader.number(row.key, watts, {0, 10000});
    if (watts >= 0) gpu.*row.member = static_cast<std::uint32_t>(std::lround(watts * 1000));
  }
}

void read_unsupported(TableReader& reader, Gpu& gpu) {
  std::vector<std::string> names;
  reader.texts("unsupported", names);
  if (names.empty()) return;
  gpu.unsupported = 0;
  for (const std::string& name : names) {
    const auto& all = feature_names();
    const auto at = std::find(all.begin(), all.end(), name);
    if (at == all.end()) {
      return reader.report("unsupported", fmt::format("\"{}\" is nothing a board may lack; {}",
                                                      quote_safely(name), "see docs/sim.md"));
    }
    gpu.unsupported |= std::uint64_t{1} << static_cast<unsigned>(at - all.begin());
  }
}

void read_mig_slot(const Value& value, Problems& problems, Gpu& gpu) {
  TableReader reader{value, "[[gpu.mig]]", problems};
  std::uint32_t slot = max_mig_slots;
  reader.number("slot", slot, {0, max_mig_slots - 1});
  if (slot >= max_mig_slots) return reader.report("slot", "is needed: 0 to 7");
  MigSlot mig{};
  mig.present = 1;
  mig.gpu_slices = mig.compute_slices = 1;
  mig.gpu_instance_id = slot;
  reader.number("gpu_instance", mig.gpu_instance_id, {0, 255});
  reader.number("compute_instance", mig.compute_instance_id, {0, 255});
  reader.number("gpu_instance_profile", mig.gpu_instance_profile, {0, 255});
  reader.number("compute_instance_profile", mig.compute_instance_profile, {0, 255});
  reader.number("multiprocessors", mig.multiprocessors, {1, 1024});
  reader.number("gpu_slices", mig.gpu_slices, {1, 8});
  reader.number("compute_slices", mig.compute_slices, {1, 8});
  reader.size("memory", mig.memory_total);
  reader.size("memory_reserved", mig.memory_reserved);
  read_text(reader, "uuid", mig.uuid);
  std::string profile;
  reader.text("profile", profile);
  if (profile.empty()) reader.report("profile", "is needed, such as \"1g.5gb\"");
  set_text(mig.name, fmt::format("{} MIG {}", gpu.name.data(), profile).c_str());
  read_curve(reader, "utilization", mig.gpu_utilization, percent);
  reader.finish();
  if (gpu.mig[slot].present != 0) reader.report("slot", "is taken already");
  gpu.mig[slot] = mig;
}

/// Two GPUs of one template must not draw the same noise, nor swing in step.
void tell_apart(Curve& curve, std::size_t index, std::size_t kind) {
  curve.seed += index * 1000 + kind;
  curve.phase += 0.137 * static_cast<double>(index);
}

/// A name's digest, spread well: FNV-1a, then a final mix.
std::uint64_t digest(const std::string& text) {
  std::uint64_t hash = 1469598103934665603U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  hash = (hash ^ (hash >> 31U)) * 0x94d049bb133111ebU;
  return hash ^ (hash >> 29U);
}

std::string uuid_of(std::string_view prefix, const std::string& seed) {
  const std::uint64_t a = digest(seed + "/a");
  const std::uint64_t b = digest(seed + "/b");
  return fmt::format("{}-{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", prefix, a >> 32U,
                     (a >> 16U) & 0xffffU, a & 0xffffU, b >> 48U, b & 0xffffffffffffU);
}

std::uint64_t bit(Feature feature) { return std::uint64_t{1} << feature; }

struct Sensor {
  std::string_view key;
  std::uint64_t features;
};
/// What nobody can know of a board whose description lacks the key.
std::array<Sensor, 4> sensors() {
  return {Sensor{"power", bit(feature_power_draw) | bit(feature_energy)},
          Sensor{"power_limit", bit(feature_power_limit)},
          Sensor{"temperature", bit(feature_temperature)},
          Sensor{"memory_temperature", bit(feature_memory_temperature)}};
}

}  // namespace

std::string nth_text(TableReader& reader, std::string_view key, GpuPlace place) {
  std::string one;
  const Value* value = reader.find(key);
  if (value == nullptr) return one;
  if (!std::holds_alternative<Array>(value->content)) {
    reader.text(key, one);
    if (place.count > 1) reader.report(key, "write a list with one for each of \"count\" GPUs");
    return one;
  }
  std::vector<std::string> all;
  reader.texts(key, all);
  if (all.size() != place.count) {
    reader.report(key, fmt::format("has {} entries for {} GPUs", all.size(), place.count));
    return one;
  }
  return all[place.number];
}

void lack_undescribed(TableReader& reader, TableReader* base, Gpu& gpu) {
  for (const Sensor& sensor : sensors()) {
    const bool described = reader.find(sensor.key) != nullptr ||
                           (base != nullptr && base->find(sensor.key) != nullptr);
    if (!described) gpu.unsupported |= sensor.features;
  }
}

void gain_described(TableReader& reader, Gpu& gpu) {
  for (const Sensor& sensor : sensors()) {
    if (reader.find(sensor.key) != nullptr) gpu.unsupported &= ~sensor.features;
  }
}

void read_gpu(TableReader& reader, Gpu& gpu, GpuPlace place) {
  read_identity(reader, gpu, place);
  read_numbers(reader, gpu);
  for (const auto& row : curve_keys) {
    read_curve(reader, row.key, gpu.curves[row.metric], row.kind);
  }
  read_unsupported(reader, gpu);
  read_health(reader, gpu.health);
  read_wiring(reader, gpu.wiring);
  read_gpu_faults(reader, gpu);
  read_throttle(reader, gpu);
  read_mig_layout(reader, gpu);
  reader.tables("mig", [&](const Value& value) { read_mig_slot(value, reader.problems(), gpu); });
}

void complete_gpu(const std::string& machine, std::size_t index, Gpu& gpu) {
  const std::string seed = fmt::format("{}/{}", machine, index);
  if (gpu.uuid[0] == '\0') set_text(gpu.uuid, uuid_of("GPU", seed).c_str());
  if (gpu.serial[0] == '\0') {
    const auto serial = fmt::format("16{:011}", digest(seed) % 100'000'000'000U);
    set_text(gpu.serial, serial.c_str());
  }
  if (gpu.pci_bus == 0) gpu.pci_bus = static_cast<std::uint32_t>(index + 1);
  if (gpu.minor == 0) gpu.minor = static_cast<std::uint32_t>(index);
  gpu.board_id = gpu.pci_bus << 8U;
  gpu.ecc_pending = gpu.ecc_current;
  gpu.mig_pending = gpu.mig_mode;
  if (gpu.power_limit_enforced == 0) gpu.power_limit_enforced = gpu.power_limit;
  if (gpu.power_limit_default == 0) gpu.power_limit_default = gpu.power_limit;
  for (std::size_t i = 0; i < metric_count; ++i) tell_apart(gpu.curves[i], index, i);
  name_mig_devices(machine, index, gpu);
}

void name_mig_devices(const std::string& machine, std::size_t index, Gpu& gpu) {
  for (std::size_t slot = 0; slot < max_mig_slots; ++slot) {
    MigSlot& mig = gpu.mig[slot];
    if (mig.present == 0 || mig.uuid[0] != '\0') continue;
    std::string seed = fmt::format("{}/{}/{}", machine, index, slot);
    if (gpu.mig_generation != 0) seed += fmt::format("/{}", gpu.mig_generation);
    set_text(mig.uuid, uuid_of("MIG", seed).c_str());
  }
}

}  // namespace gander::sim
