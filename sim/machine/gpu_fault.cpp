// SPDX-License-Identifier: Apache-2.0
// Reads what goes wrong with a GPU as a whole: unplugged, asleep, slowed down, garbage, storms and
// bursts of errors. The same keys stand in machine files and are set while the machine runs.
#include <fmt/format.h>

#include <algorithm>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

/// In the order of the bits of Garbage.
const std::vector<std::string>& garbage_names() {
  static const std::vector<std::string> names{"over_range",     "dead",          "duplicate",
                                              "stale",          "zero_pid",      "huge_pid",
                                              "unknown_memory", "duplicate_row", "recycled_row"};
  return names;
}

/// What slows a GPU down: the bit of the driver's reasons, and how much of its clocks is left.
struct Slowdown {
  std::uint64_t reason;
  double clocks;
};
constexpr std::array<Slowdown, throttle_count> slowdowns{
    {{0, 1}, {0x4, 0.7}, {0x20, 0.5}, {0x48, 0.25}, {0x88, 0.25}}};

void scale(Curve& curve, double by) {
  curve.base *= by;
  curve.amplitude *= by;
  curve.noise *= by;
  for (Step& step : curve.steps) step.value *= by;
}

/// `true` for all, `false` or "none" for no garbage, or a list of kinds.
void read_garbage(TableReader& reader, std::uint32_t& garbage) {
  const Value* value = reader.find("garbage");
  if (value == nullptr) return;
  const auto& all = garbage_names();
  if (const auto* flag = std::get_if<bool>(&value->content)) {
    garbage = *flag ? (1U << all.size()) - 1 : 0;
    return;
  }
  std::vector<std::string> kinds;
  reader.texts("garbage", kinds);
  garbage = 0;
  for (const std::string& kind : kinds) {
    const auto at = std::find(all.begin(), all.end(), kind);
    if (kind == "none") continue;
    if (at == all.end()) {
      return reader.report(
          "garbage", fmt::format("\"{}\" is no garbage; docs/sim.md lists it", quote_safely(kind)));
    }
    garbage |= 1U << static_cast<unsigned>(at - all.begin());
  }
}

/// Whoever is plugged in again is found anew: handles from before are stale.
void read_absence(TableReader& reader, Gpu& gpu) {
  const std::uint32_t before = gpu.faults.absent;
  reader.flag("absent", gpu.faults.absent);
  if (before == 0 || gpu.faults.absent != 0) return;
  ++gpu.faults.plug_generation;
  ++gpu.mig_generation;
}

/// Errors that happen at once, each time the key is given; on top of the described ones.
void read_bursts(TableReader& reader, Gpu& gpu) {
  std::uint64_t corrected = 0;
  std::uint64_t uncorrected = 0;
  std::uint32_t reports = 0;
  reader.number("ecc_burst", corrected, {0, 1e9});
  reader.number("ecc_burst_uncorrected", uncorrected, {0, 1e9});
  reader.number("xid_burst", reports, {0, 1e6});
  gpu.ecc_volatile_corrected += corrected;
  gpu.ecc_aggregate_corrected += corrected;
  gpu.ecc_volatile_uncorrected += uncorrected;
  gpu.ecc_aggregate_uncorrected += uncorrected;
  gpu.health.xid_count += reports;
  // A report needs a number: 31 is what an ordinary crash of a program gives.
  if (reports > 0 && gpu.health.xid == 0) gpu.health.xid = 31;
}

}  // namespace

void read_gpu_faults(TableReader& reader, Gpu& gpu) {
  read_absence(reader, gpu);
  reader.flag("suspended", gpu.faults.suspended);
  read_garbage(reader, gpu.faults.garbage);
  reader.number("storm", gpu.faults.storm, {0, max_storm});
  reader.size("shown_memory", gpu.faults.shown_memory);
  reader.size("shown_used", gpu.faults.shown_used);
  reader.number("attach_code", gpu.attach_code, {0, 999});
  read_bursts(reader, gpu);
}

void read_throttle(TableReader& reader, Gpu& gpu) {
  std::uint32_t wanted = gpu.faults.throttle;
  reader.choice("throttle", wanted,
                {"none", "power", "thermal", "hardware_thermal", "power_brake"});
  const Slowdown before = slowdowns[gpu.faults.throttle % throttle_count];
  const Slowdown now = slowdowns[wanted];
  for (const Metric metric : {metric_graphics_clock, metric_sm_clock, metric_video_clock})
    scale(gpu.curves[metric], now.clocks / before.clocks);
  if (wanted != gpu.faults.throttle)
    gpu.clock_reasons = (gpu.clock_reasons & ~before.reason) | now.reason;
  gpu.faults.throttle = wanted;
}

void read_quirks(TableReader& reader, Driver& driver) {
  constexpr std::array quirks{std::pair{"lists_alias", quirk_lists_alias},
                              std::pair{"instances_zero", quirk_instances_zero},
                              std::pair{"no_mig", quirk_no_mig}, std::pair{"wsl", quirk_wsl}};
  for (const auto& [key, bit] : quirks) {
    std::uint32_t is_set = (driver.quirks & bit) != 0 ? 1 : 0;
    reader.flag(key, is_set);
    driver.quirks = is_set != 0 ? driver.quirks | bit : driver.quirks & ~bit;
  }
  reader.number("stale_handle_code", driver.stale_handle_code, {0, 999});
  std::uint32_t tries = driver.init_tries > 0 ? static_cast<std::uint32_t>(driver.init_tries) : 0;
  reader.number("init_tries", tries, {0, 1000});
  driver.init_tries = static_cast<std::int32_t>(tries);
}

}  // namespace gander::sim
