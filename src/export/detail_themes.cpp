// SPDX-License-Identifier: Apache-2.0
// Which facts and numbers of a device belong together, and what a person calls them.
#include "export/detail_themes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

#include "text/quantity.hpp"
#include "text/safe.hpp"

namespace gander::detail_page {
namespace {

/// A metric and what it is called inside its theme.
struct Named {
  Metric metric;
  std::string_view label;
};
using NamedMetrics = std::initializer_list<Named>;

/// A word of an enumeration, or a name, as a person writes it.
std::string speak(std::string_view word) {
  std::string text{word};
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

template <class Enum>
Value word(const Known<Enum>& fact) {
  if (!fact.is_known()) return {fact.reason(), {}};
  return {speak(name_of(fact.value())), {}};
}
Value text_of(const Known<std::string>& fact) {
  return {fact.is_known() ? Known<std::string>{text::safe(fact.value())} : fact.reason(), {}};
}
Value number(const Known<std::uint32_t>& fact) {
  return {fact.is_known() ? Known<std::string>{std::to_string(fact.value())} : fact.reason(), {}};
}
/// Yes or no, of which yes is news.
Value yes_no(const Known<bool>& fact, Tone tone_of_yes) {
  if (!fact.is_known()) return {fact.reason(), {}};
  return {std::string{fact.value() ? "yes" : "no"}, fact.value() ? tone_of_yes : Tone::plain};
}

/// A mode, and what it becomes at the next reset where that is something else.
Value mode(const Known<Switch>& now, const Known<Switch>& pending) {
  auto value = word(now);
  if (now.is_known() && pending.is_known() && now.value() != pending.value()) {
    value.text = fmt::format("{}, {} from reset", name_of(now.value()), name_of(pending.value()));
    value.tone = Tone::warning;
  }
  return value;
}

/// Collects themes, and remembers which metrics have their place.
class Collector {
 public:
  explicit Collector(const Device& device) : device_(device) {}

  Value reading(Metric metric) {
    shown_.insert(metric);
    return value_of(row_of(metric).unit, device_.readings[metric]);
  }
  Theme& begin(std::string title) {
    themes_.push_back({std::move(title), {}, {}});
    return themes_.back();
  }
  void add(std::string label, Value value) {
    themes_.back().items.push_back({std::move(label), std::move(value)});
  }
  void add(NamedMetrics metrics) {
    for (const auto& [metric, label] : metrics) add(std::string{label}, reading(metric));
  }
  /// A count that should be nothing.
  void add_errors(NamedMetrics metrics, Tone tone) {
    for (const auto& [metric, label] : metrics) {
      auto value = reading(metric);
      if (device_.readings[metric].value_or(0) > 0) value.tone = tone;
      add(std::string{label}, std::move(value));
    }
  }
  [[nodiscard]] bool is_shown(Metric metric) const { return shown_.contains(metric); }
  [[nodiscard]] const Device& device() const { return device_; }
  std::vector<Theme> take() { return std::move(themes_); }

 private:
  const Device& device_;
  MetricSet shown_;
  std::vector<Theme> themes_;
};

std::string join_allocations(const Device& device) {
  std::string text;
  for (const auto& allocation : device.allocations) {
    if (!text.empty()) text += ", ";
    text += speak(name_of(allocation.kind)) + " " + text::safe(allocation.name);
  }
  return text;
}

Value capability(const Device& device) {
  const auto& fact = device.compute_capability;
  if (!fact.is_known()) return {fact.reason(), {}};
  return {fmt::format("{}.{}", fact.value().major, fact.value().minor), {}};
}

Value device_file(const Device& device) {
  if (!device.minor.is_known()) return {device.minor.reason(), {}};
  return {fmt::format("/dev/nvidia{}", device.minor.value()), {}};
}

void add_identity(Collector& out) {
  const auto& device = out.device();
  out.begin("Identity");
  out.add("UUID", text_of(device.uuid));
  if (device.parent) out.add("Part of", {text::safe(*device.parent), {}});
  out.add("PCI bus id", text_of(device.pci_bus_id));
  if (device.is_instance()) {
    out.add("GPU instance", number(device.gpu_instance_id));
    out.add("Compute instance", number(device.compute_instance_id));
  }
  out.add("Architecture", text_of(device.architecture));
  out.add("Compute capability", capability(device));
  out.add({{Metric::cores, "CUDA cores"}});
  out.add("Serial number", text_of(device.serial));
  out.add("Board part", text_of(device.board_part));
  out.add("Device file", device_file(device));
  out.add("VBIOS", text_of(device.vbios));
  out.add("GSP firmware", text_of(device.gsp_firmware));
  out.add("NUMA node", number(device.numa_node));
  out.add("Nearest CPUs", text_of(device.cpu_affinity));
  if (!device.allocations.empty()) out.add("Taken by", {join_allocations(device), {}});
}

void add_memory(Collector& out) {
  out.begin("Memory");
  out.add({{Metric::memory_total, "Total"},
           {Metric::memory_used, "Used"},
           {Metric::memory_free, "Free"},
           {Metric::memory_reserved, "Reserved"},
           {Metric::memory_bus_width, "Bus width, bits"}});
  out.add("Shared with host", yes_no(out.device().unified_memory, Tone::plain));
  out.add({{Metric::bar1_total, "BAR1 total"},
           {Metric::bar1_used, "BAR1 used"},
           {Metric::bar1_free, "BAR1 free"}});
  out.begin("Protected memory");
  out.add({{Metric::protected_memory_total, "Total"}, {Metric::protected_memory_used, "Used"}});
}

void add_load(Collector& out) {
  out.begin("Utilization");
  out.add({{Metric::gpu_utilization, "GPU"},
           {Metric::memory_utilization, "Memory"},
           {Metric::encoder_utilization, "Encoder"},
           {Metric::decoder_utilization, "Decoder"},
           {Metric::jpeg_utilization, "JPEG"},
           {Metric::ofa_utilization, "Optical flow"}});
  out.begin("Profiling");
  out.add({{Metric::graphics_active, "Graphics active"},
           {Metric::sm_active, "SM active"},
           {Metric::sm_occupancy, "SM occupancy"},
           {Metric::tensor_active, "Tensor active"},
           {Metric::dram_active, "DRAM active"},
           {Metric::fp64_active, "FP64 active"},
           {Metric::fp32_active, "FP32 active"},
           {Metric::fp16_active, "FP16 active"}});
}

void add_power(Collector& out) {
  out.begin("Power");
  out.add({{Metric::power_draw, "Draw"},
           {Metric::power_limit, "Limit"},
           {Metric::power_limit_default, "Default limit"},
           {Metric::power_limit_minimum, "Lowest limit"},
           {Metric::power_limit_maximum, "Highest limit"},
           {Metric::module_power_draw, "Draw of module"},
           {Metric::energy, "Energy"}});
}

void add_heat(Collector& out) {
  out.begin("Temperatures");
  out.add({{Metric::temperature, "GPU"},
           {Metric::memory_temperature, "Memory"},
           {Metric::temperature_margin, "Until slowdown"},
           {Metric::temperature_maximum, "Full speed up to"},
           {Metric::temperature_memory_maximum, "Memory up to"},
           {Metric::temperature_slowdown, "Slows down at"},
           {Metric::temperature_shutdown, "Shuts down at"}});
  auto& fans = out.begin("Fans");
  out.add({{Metric::fan_speed, "All"}});
  if (out.device().fans.empty()) return;
  fans.grid.titles = {"FAN", "SPEED", "ROTATION"};
  for (const auto& fan : out.device().fans) {
    fans.grid.rows.push_back({{std::to_string(fans.grid.rows.size()), {}},
                              value_of(Unit::ratio, fan.readings[Metric::fan_unit_speed]),
                              value_of(Unit::rpm, fan.readings[Metric::fan_unit_rotation])});
  }
}

Value clock_limits(const Known<ClockLimits>& limits) {
  if (!limits.is_known()) return {limits.reason(), {}};
  Value value{std::string{}, {}};
  std::string text;
  for (std::size_t i = 0; i < clock_limit_count; ++i) {
    if (!limits.value()[i]) continue;
    const auto limit = static_cast<ClockLimit>(i);
    text += (text.empty() ? "" : ", ") + speak(name_of(limit));
    const bool is_choice = limit == ClockLimit::idle || limit == ClockLimit::application_clocks ||
                           limit == ClockLimit::display_clock || limit == ClockLimit::sync_boost;
    if (!is_choice) value.tone = Tone::warning;
  }
  value.text = text.empty() ? std::string{"nothing"} : text;
  return value;
}

void add_clocks(Collector& out) {
  auto& clocks = out.begin("Clocks");
  const auto state = out.reading(Metric::performance_state);
  out.add("Performance state", state.text.is_known() ? Value{"P" + state.text.value(), {}} : state);
  out.add("Limited by", clock_limits(out.device().clock_limits));
  clocks.grid.titles = {"CLOCK", "NOW", "MAXIMUM"};
  const auto add = [&](std::string name, Metric now, Metric maximum) {
    clocks.grid.rows.push_back({{std::move(name), {}}, out.reading(now), out.reading(maximum)});
  };
  add("graphics", Metric::graphics_clock, Metric::max_graphics_clock);
  add("SM", Metric::sm_clock, Metric::max_sm_clock);
  add("memory", Metric::memory_clock, Metric::max_memory_clock);
  add("video", Metric::video_clock, Metric::max_video_clock);
  out.begin("Clocks limited for");
  out.add({{Metric::limited_time_software_power, "Software power cap"},
           {Metric::limited_time_hardware_thermal, "Hardware thermal"},
           {Metric::limited_time_software_thermal, "Software thermal"},
           {Metric::limited_time_power_brake, "Power brake"},
           {Metric::limited_time_sync_boost, "Sync boost"},
           {Metric::limited_time_board, "Board limit"},
           {Metric::limited_time_low_utilization, "Low utilization"},
           {Metric::limited_time_reliability, "Reliability"}});
}

/// `gen 5 x16`: one value of two readings.
Value pcie_link(Collector& out, Metric generation, Metric width) {
  const auto first = out.reading(generation);
  const auto second = out.reading(width);
  if (!first.text.is_known() && !second.text.is_known()) return first;
  const auto part = [](const Value& value) { return value.text.value_or("?"); };
  return {fmt::format("gen {} x{}", part(first), part(second)), {}};
}

void add_pcie(Collector& out) {
  out.begin("PCIe");
  out.add("Link", pcie_link(out, Metric::pcie_generation, Metric::pcie_width));
  out.add("At most", pcie_link(out, Metric::pcie_generation_maximum, Metric::pcie_width_maximum));
  out.add({{Metric::pcie_transmit_rate, "Sends"},
           {Metric::pcie_receive_rate, "Receives"},
           {Metric::pcie_transmit_sample, "Sends, 20 ms"},
           {Metric::pcie_receive_sample, "Receives, 20 ms"},
           {Metric::pcie_transmit_total, "Sent in all"},
           {Metric::pcie_receive_total, "Received in all"}});
  out.add_errors({{Metric::pcie_replays, "Replays"}}, Tone::plain);
}

void add_nvlink(Collector& out) {
  out.begin("NVLink");
  out.add({{Metric::nvlink_transmit_rate, "Sends"},
           {Metric::nvlink_receive_rate, "Receives"},
           {Metric::nvlink_transmit_total, "Sent in all"},
           {Metric::nvlink_receive_total, "Received in all"}});
}

struct EccRow {
  std::string_view name;
  std::array<Metric, 4> metrics;
};

constexpr std::array ecc_rows{
    EccRow{"all places",
           {Metric::ecc_volatile_corrected, Metric::ecc_volatile_uncorrected,
            Metric::ecc_aggregate_corrected, Metric::ecc_aggregate_uncorrected}},
    EccRow{"L1 cache",
           {Metric::ecc_volatile_corrected_l1_cache, Metric::ecc_volatile_uncorrected_l1_cache,
            Metric::ecc_aggregate_corrected_l1_cache, Metric::ecc_aggregate_uncorrected_l1_cache}},
    EccRow{"L2 cache",
           {Metric::ecc_volatile_corrected_l2_cache, Metric::ecc_volatile_uncorrected_l2_cache,
            Metric::ecc_aggregate_corrected_l2_cache, Metric::ecc_aggregate_uncorrected_l2_cache}},
    EccRow{"DRAM",
           {Metric::ecc_volatile_corrected_dram, Metric::ecc_volatile_uncorrected_dram,
            Metric::ecc_aggregate_corrected_dram, Metric::ecc_aggregate_uncorrected_dram}},
    EccRow{"register file",
           {Metric::ecc_volatile_corrected_register_file,
            Metric::ecc_volatile_uncorrected_register_file,
            Metric::ecc_aggregate_corrected_register_file,
            Metric::ecc_aggregate_uncorrected_register_file}},
    EccRow{"texture",
           {Metric::ecc_volatile_corrected_texture, Metric::ecc_volatile_uncorrected_texture,
            Metric::ecc_aggregate_corrected_texture, Metric::ecc_aggregate_uncorrected_texture}},
    EccRow{"SRAM",
           {Metric::ecc_volatile_corrected_sram, Metric::ecc_volatile_uncorrected_sram,
            Metric::ecc_aggregate_corrected_sram, Metric::ecc_aggregate_uncorrected_sram}},
};

void add_ecc(Collector& out) {
  auto& theme = out.begin("ECC errors");
  theme.grid.titles = {"PLACE", "CORRECTED", "UNCORRECTED", "EVER CORR.", "EVER UNCORR."};
  for (const auto& [name, metrics] : ecc_rows) {
    auto& row = theme.grid.rows.emplace_back();
    row.push_back({std::string{name}, {}});
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      auto value = out.reading(metrics[i]);
      const bool is_uncorrected = i % 2 == 1;
      if (is_uncorrected && out.device().readings[metrics[i]].value_or(0) > 0) {
        value.tone = Tone::failure;
      }
      row.push_back(std::move(value));
    }
  }
}

void add_health(Collector& out) {
  const auto& device = out.device();
  out.begin("Memory repair");
  out.add_errors({{Metric::remapped_rows_corrected, "Rows, corrected"},
                  {Metric::remapped_rows_uncorrected, "Rows, uncorrected"}},
                 Tone::warning);
  out.add("Row remap pending", yes_no(device.remap_pending, Tone::warning));
  out.add("Row remap failed", yes_no(device.remap_failed, Tone::failure));
  out.add_errors({{Metric::retired_pages_corrected, "Pages, corrected"},
                  {Metric::retired_pages_uncorrected, "Pages, uncorrected"}},
                 Tone::warning);
  out.add("Retirement pending", yes_no(device.retirement_pending, Tone::warning));
  out.begin("Recovery");
  auto action = word(device.recovery_action);
  if (device.recovery_action.value_or(RecoveryAction::none) != RecoveryAction::none) {
    action.tone = Tone::failure;
  }
  out.add("Action needed", std::move(action));
}

void add_modes(Collector& out) {
  const auto& device = out.device();
  out.begin("Modes");
  auto compute = word(device.compute_mode);
  out.add("Compute", std::move(compute));
  out.add("Persistence", word(device.persistence_mode));
  out.add("ECC", mode(device.ecc_mode, device.ecc_mode_pending));
  out.add("MIG", mode(device.mig_mode, device.mig_mode_pending));
  out.add("Display", word(device.display_active));
  out.add("Accounting", word(device.accounting_mode));
  out.add("Virtualization", word(device.virtualization));
  out.add("Addressing", word(device.addressing_mode));
}

void add_fabric(Collector& out) {
  const auto& fabric = out.device().fabric;
  out.begin("Fabric");
  out.add("State", word(fabric.state));
  auto health = word(fabric.health);
  if (fabric.health.value_or(FabricHealth::healthy) != FabricHealth::healthy) {
    health.tone = Tone::failure;
  }
  out.add("Health", std::move(health));
  out.add("Clique", number(fabric.clique));
  out.add("Cluster", text_of(fabric.cluster));
}

/// Metrics of the table that no theme names yet.
void add_rest(Collector& out) {
  std::vector<Item> rest;
  for (const auto& row : rows_of(Scope::device)) {
    if (!out.is_shown(row.id)) rest.push_back({std::string{row.title}, out.reading(row.id)});
  }
  if (!rest.empty()) out.begin("Further").items = std::move(rest);
}

}  // namespace

Value value_of(Unit unit, const Reading& reading) {
  if (!reading.is_known()) return {reading.reason(), {}};
  return {text::write_quantity(unit, reading.value()), {}};
}

std::vector<Theme> find_themes(const Snapshot& snapshot, const Device& device) {
  Collector out{device};
  add_identity(out);
  add_modes(out);
  add_memory(out);
  add_load(out);
  add_power(out);
  add_heat(out);
  add_clocks(out);
  add_pcie(out);
  add_nvlink(out);
  add_ecc(out);
  add_health(out);
  add_fabric(out);
  add_rest(out);
  auto themes = out.take();
  auto lists = find_list_themes(snapshot, device);
  themes.insert(themes.end(), std::make_move_iterator(lists.begin()),
                std::make_move_iterator(lists.end()));
  return themes;
}

}  // namespace gander::detail_page
