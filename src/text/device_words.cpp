// SPDX-License-Identifier: Apache-2.0
// Fields, panes and bars of devices.
#include "text/device_words.hpp"

#include <fmt/format.h>

#include <cctype>

#include "gander/device_memory.hpp"
#include "text/decimal.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander::text {
namespace {

std::string switch_word(const Known<Switch>& value, int columns, DeviceState state) {
  if (!value.is_known()) return std::string{missing_word(value.reason(), columns, state)};
  return value.value() == Switch::on ? "On" : "Off";
}

std::string mode_word(const Known<Switch>& mode, DeviceState state) {
  if (!mode.is_known()) return std::string{missing_word(mode.reason(), 8, state)};
  return mode.value() == Switch::on ? "Enabled" : "Disabled";
}

std::string bus_id(const Device& device) {
  auto id = words(device.pci_bus_id, 16, device.state);
  if (!device.pci_bus_id.is_known()) return id;
  for (char& c : id) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return id;
}

/// `used / total`; one reason where both are unknown for the same.
std::string used_of(const std::string& used, const std::string& total) {
  return used == total && !used.empty() && std::isdigit(static_cast<unsigned char>(used[0])) == 0
             ? used
             : used + " / " + total;
}

std::string bytes_cell(const Device& device, Metric metric) {
  return cell(
      device.readings[metric], 8, [](double bytes) { return write_bytes(bytes); }, device.state);
}

std::string percent_cell(const Reading& reading, DeviceState state) {
  return cell(reading, 3, [](double ratio) { return write_percent(ratio); }, state);
}

/// Memory of a device that uses the host's, with the word that says so.
std::string shared_memory(const Host& host, const Device& device) {
  const auto amount = [](double bytes) {
    const double gib = bytes / (1024.0 * 1024.0 * 1024.0);
    return fmt::format("{:.{}f}", gib, gib < 99.95 ? 1 : 0);
  };
  return fmt::format("shared {}/{}GiB", cell(device.readings[Metric::memory_used], 4, amount),
                     cell(host.readings[Metric::host_memory_total], 4, amount));
}

std::string number_cell(const Known<std::uint32_t>& number) {
  return number.is_known() ? std::to_string(number.value()) : "?";
}

std::string clock_figure(const Reading& clock) {
  return clock.is_known() ? "@ " + write_clock(clock.value()) : std::string{};
}

}  // namespace

bool is_broken(const Device& device) {
  return device.state != DeviceState::ok && device.state != DeviceState::suspended;
}

std::string short_name(const Device& device) {
  if (!device.name.is_known()) {
    return fmt::format("unknown ({})", missing_word(device.name.reason(), 7, device.state));
  }
  auto name = safe(device.name.value());
  if (name.starts_with("NVIDIA ")) name.erase(0, 7);
  return name;
}

std::string memory_usage(const Host& host, const Device& device) {
  if (shares_host_memory(host, device)) return shared_memory(host, device);
  return used_of(bytes_cell(device, Metric::memory_used), bytes_cell(device, Metric::memory_total));
}

std::string power_usage(const Device& device) {
  const auto& draw = device.readings[Metric::power_draw];
  const auto& limit = device.readings[Metric::power_limit];
  if (!draw.is_known() && draw == limit) {
    return std::string{missing_word(draw.reason(), 13, device.state)};
  }
  const auto watts = [](double value) { return write_watts(value); };
  return cell(draw, 5, watts, device.state) + " / " + cell(limit, 5, watts, device.state);
}

std::string fan_cell(const Device& device) {
  return percent_cell(device.readings[Metric::fan_speed], device.state);
}

std::string temperature_cell(const Device& device) {
  return cell(
      device.readings[Metric::temperature], 4, [](double value) { return write_celsius(value); },
      device.state);
}

std::string performance_cell(const Device& device) {
  return cell(
      device.readings[Metric::performance_state], 4,
      [](double number) { return "P" + write_decimal(number, 0); }, device.state);
}

std::string utilization_cell(const Device& device) {
  return cell(
      device.readings[Metric::gpu_utilization], 7,
      [](double ratio) { return write_decimal(ratio * 100, 0) + "%"; }, device.state);
}

std::string compute_word(const Device& device) {
  const auto& mode = device.compute_mode;
  if (!mode.is_known()) return std::string{missing_word(mode.reason(), 11, device.state)};
  switch (mode.value()) {
    case ComputeMode::shared:
      return "Default";
    case ComputeMode::exclusive_thread:
      return "E. Thread";
    case ComputeMode::prohibited:
      return "Prohibited";
    case ComputeMode::exclusive_process:
      return "E. Process";
  }
  return {};
}

Panes first_row(const Device& device, MigColumn mig) {
  const auto errors = cell(
      device.readings[Metric::ecc_volatile_uncorrected], 10,
      [](double count) { return write_decimal(count, 0); }, device.state);
  const auto last =
      mig == MigColumn::absent
          ? fmt::format(" {} ", pad_left(errors, 20))
          : fmt::format(" {}  {} ", pad_left(mode_word(device.mig_mode, device.state), 8),
                        pad_left(errors, 10));
  return {fmt::format(" {}  {} {} ", pad_left(to_string(device.index), 3),
                      pad_right(cut_left(short_name(device), 19), 19),
                      pad_left(switch_word(device.persistence_mode, 4, device.state), 4)),
          fmt::format(" {} {} ", pad_right(bus_id(device), 16),
                      pad_left(switch_word(device.display_active, 3, device.state), 3)),
          last};
}

Panes second_row(const Host& host, const Device& device) {
  return {fmt::format(" {}  {}  {} {} ", pad_left(fan_cell(device), 3),
                      pad_left(temperature_cell(device), 4, ""),
                      centre(performance_cell(device), 4), pad_left(power_usage(device), 13)),
          fmt::format(" {} ", pad_left(memory_usage(host, device), 20)),
          fmt::format(" {}  {} ", pad_left(utilization_cell(device), 7),
                      pad_left(compute_word(device), 11))};
}

Panes instance_row(const Host& host, const Device& device) {
  const auto name = short_name(device);
  const auto profile = device.name.is_known() ? name.substr(name.rfind(' ') + 1) : name;
  const auto& readings = device.readings;
  const auto memory = shares_host_memory(host, device)
                          ? shared_memory(host, device)
                          : used_of(bytes_cell(device, Metric::memory_used),
                                    pad_left(bytes_cell(device, Metric::memory_total), 8));
  const auto mapped = share(readings[Metric::bar1_used], readings[Metric::bar1_total]);
  return {fmt::format("{}:{}{} @ GI/CI:{}/{}", pad_left(std::to_string(device.index.gpu), 2),
                      pad_right(std::to_string(device.index.instance.value_or(0)), 2),
                      pad_left(profile, 12), pad_left(number_cell(device.gpu_instance_id), 2),
                      pad_right(number_cell(device.compute_instance_id), 2)),
          fmt::format(" {} ", pad_left(memory, 20)),
          fmt::format(" BAR1: {} / {} ", pad_left(bytes_cell(device, Metric::bar1_used), 8),
                      pad_left(percent_cell(mapped, device.state) + (mapped.is_known() ? "%" : ""),
                               3, ""))};
}

Bar memory_bar(const Host& host, const Device& device) {
  const auto figure = cell(device.readings[Metric::memory_used], 8,
                           [](double bytes) { return write_bytes(bytes); });
  return {"MEM", memory_share(host, device), figure, Bar::Order::figure_first, device.state};
}

Bar utilization_bar(const Device& device) {
  return {"UTL", device.readings[Metric::gpu_utilization],
          clock_figure(device.readings[Metric::sm_clock]), Bar::Order::percent_first, device.state};
}

Bar bandwidth_bar(const Device& device) {
  return {"MBW", device.readings[Metric::memory_utilization],
          clock_figure(device.readings[Metric::memory_clock]), Bar::Order::percent_first,
          device.state};
}

Bar power_bar(const Device& device) {
  const auto& draw = device.readings[Metric::power_draw];
  return {"PWR", share(draw, device.readings[Metric::power_limit]),
          draw.is_known() ? write_watts(draw.value()) : std::string{}, Bar::Order::figure_first,
          device.state};
}

}  // namespace gander::text
